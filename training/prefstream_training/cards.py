"""Writes CARD.md of a bundle from its figures. What a card says of a figure follows from it; a figure that the run did not measure stands
with the name of where it comes from."""

from . import figures
from .evaluation import THRESHOLD, Result
from .urgency import Material, UrgencyRecipe

QUANTILES = "least, 5 %, 25 %, median, 75 %, 95 %, greatest"
WANTED_ERROR = 0.05
"""Greatest expected calibration error that was asked for."""
WORDS = {"words": "as usual", "words_sublinear": "with counts as logarithms"}
"""What the card calls a baseline."""
SPEED = (
    "How many a second: `./prefstream evaluate` says it for the machine at hand, with the tokenizer and the scorer of the product; a measured figure is in\n"
    "`training/EXPERIMENTS.md`."
)


def urgency(result: Result, material: Material, recipe: UrgencyRecipe) -> str:
    d = result.details
    rows = [f"| {threshold} | {at['called']} | {at['hits']} | {_precision(at)} | {_recall(at)} |" for threshold, at in d["at"]]
    at, phrases = d["at"][-1][1], d["phrases_at"]
    error = result.figure("tickets/dev", "ece")
    known = {product: result.figure(f"tickets/dev/{product}", "auc") for product in d["products"]}
    chance = [f"{product} {_told(auc)}" for product, auc in known.items() if auc and auc["low"] <= 0.5 <= auc["high"]]
    return f"""# ticket-urgency

The probability that a support ticket is urgent. Apache-2.0.

## What it is

A mixture of two experts with a gate: `P(urgent) = P(bug report) * P(urgent | bug report) + P(support message) * P(urgent | support message)`. Each
of the three is a logistic regression on the TF-IDF of the set of subwords and of hashed subword pairs (32,768 buckets) of at most 256
subwords; together they are one ONNX graph on token ids. Byte-level BPE vocabulary of 8,192, lower case, NFKC: any script can be read. No
transformer: one trained from random weights added nothing in an earlier version of the recipe. **That rests on dev figures**, one run each (AUC 0.726 without it, 0.712 and
0.727 with it, from `training/EXPERIMENTS.md`); cross-validation was not asked. Made by `training/` (see its README).

Two experts, because the two kinds of text differ: of bug reports few are urgent and the words tell little; a support message that says "production is
down" leaves no doubt. Each expert is calibrated across folds of its own training rows, to classes as frequent as they come there: for bug
reports the {sum(t.urgent for t in material.tickets) / len(material.tickets):.1%} of the training file, **for support messages one in two, an assumption** that nothing at hand could check.
The gate leans towards support messages: {recipe.doubt:.0%} of the bug reports pass for one, so that messages unlike the generated ones do too. The expert on
messages has seen the bug reports too, at a weight of {recipe.bug_share:.0%} of the phrases.

Strengths were chosen by cross-validation inside the training files (folds by subject and by phrase). The two small shares above trade bug reports
against support messages; where they were set, figures on dev and on the quickstart's sample tickets were in sight as well, and the vocabulary of version
0.2.0 was kept where one made anew did worse in cross-validation (0.743 against 0.755) and on dev (0.681; all three from `training/EXPERIMENTS.md`), so that the AUC on dev
flatters a little. Dev and, weighing the same, the
held-out phrases give one temperature and one bias for the whole, with the classes as frequent as they are; dev gives the figures below.

## Data

| what | rows | licence |
| --- | --- | --- |
| GitBugs, Hadoop issues 2020-2024 (A. Patil 2025), fields renamed, text cut and masked | part of {len(material.tickets):,} | CC BY 4.0 |
| High-impact bugs of Ambari, Camel and Wicket 2006-2014 (Ohira et al. 2015, as kept in luisarojas/bug-priority-prediction) | part of {len(material.tickets):,} | MIT |
| Phrases written for this project in ten languages (en, de, fr, es, pt, it, ja, zh, ko, ru) with product names filled in | {len(material.phrases.training):,} | Apache-2.0 |
| multilingual VS Code issues (GitBugs), for the gate | {len(material.bug_texts):,} | CC BY 4.0 |
| first turns of MultiDoGO chats (CDLA-Permissive-1.0) and questions of hh-rlhf (MIT), for the gate | {len(material.support_texts):,} | as said |

Urgent means that the Jira priority is Blocker or Critical. The phrases are clear cases (production down, data lost, breach,
double payment, many people blocked, against how-to questions, wishes, typos, thanks). They are in no dev figure.
The vocabulary was also made from PandaLM (Apache-2.0).

## Figures

{_table(result)}

`ece` is the expected calibration error over ten bins of equal width, all rows weighing the same. Temperature and bias were fitted on these same
rows, so `ece` flatters; `ece_cross_fitted` scores each fifth with the calibration of the other four, and so does the
diagram: ![reliability](reliability.svg)

{_wanted(error)}

{_against_words(result)}
With {d['urgent']} urgent dev rows AUC differences under about 0.08 mean nothing (the data's own description), and those within a product even less.

{SPEED}

## What 0.7 means

A ticket strictly above {THRESHOLD} is urgent with a probability above {THRESHOLD}. In a bug tracker next to nothing is that certain. On dev, of {d['urgent']} urgent:

| strictness level | called | right | precision | recall |
| --- | --- | --- | --- | --- |
{chr(10).join(rows)}

At {THRESHOLD}: precision {_precision(at)}, recall {_recall(at)}; intervals of 95 % (Wilson). On {d['phrases']} generated support messages, {phrases['positives']} of them urgent, whose phrases were
not trained on: {phrases['called']} called, precision {_precision(phrases)}, recall {_recall(phrases)}.
So {THRESHOLD} suits support messages; **a tenant whose tickets are bug reports sets a strictness level of about 0.1** (`docs/decisions/0042`).
Dev scores have mean {d['mean']:.3f}; quantiles ({QUANTILES}): {', '.join(map(str, d['quantiles']))}.

## Use, and what it cannot do

For trying the product and as a starting point. Some of its pooled AUC may be recognising the product: within products, averaged by urgent tickets, it is {d['within_products']:.3f}, and the interval holds chance (0.5) within
{', '.join(chance) or 'none'}. Labels are noisy: Major is the default of the tracker and people set priorities freely. Outside English it has seen only the phrases, and
outside the ten languages nothing. A support message that reads like a bug report is scored like one: low. Where the share of urgent tickets is not
what was assumed, so are the scores. Do not let it alone decide about anything that matters: train on tickets of your own.
"""


def preference(result: Result, pairs: int, support: int) -> str:
    d = result.details
    return f"""# response-preference

How well a response answers a ticket, as a Bradley-Terry reward: for two responses to one ticket, `sigmoid(difference of logit / temperature)`
is the probability that people prefer the first. Apache-2.0.

## What it is

A gate and a linear model, one ONNX graph on token ids. The gate tells from the subwords and hashed subword pairs of the prompt which kind of prompt it is: of each of the five
sources below, a support ticket counting as one of helpful-base. It weighs a logistic regression and naive Bayes by a regression on both, folded into one linear model. The linear model weighs some seventy traits of the response: counts of words of hand-written classes (refusals,
questions back, hedges, assent, ...), punctuation, lists and markup, how it opens and ends and whether it breaks off, repeats, how rare its words are, and what of the prompt and of its last
turn it takes up. **Each kind of prompt has weights of its own**, mixed by the gate: where people try to bring an assistant to do harm they prefer what they do not prefer elsewhere.
Byte-level BPE vocabulary of 8,192. Made by `training/`.

Length was taken out on the whole: as much of the log of length is taken off the margins that in the training pairs the longer response wins as often as the shorter.
That says nothing of one kind of prompt alone: see *Length by source* below. A transformer, which brought length in, was taken out by dev figures (`training/EXPERIMENTS.md`).
Design and strength were chosen by five-fold cross-validation inside the training file (folds by first question; `training/EXPERIMENTS.md`); earlier versions of the recipe had compared other
designs on dev. Dev was looked at once for this version: it gives the temperature and the figures below. Intervals and the figures by source were worked out anew later, of the same
network; nothing was chosen by them.

## Data

| what | rows | licence |
| --- | --- | --- |
| hh-rlhf, official test splits split anew (Bai et al. 2022, Copyright (c) 2022 Anthropic) | part of {pairs:,} | MIT |
| PandaLM test set, majority of three annotators (Wang et al. 2023) | part of {pairs:,} | Apache-2.0 |
| first turns of MultiDoGO chats (CDLA-Permissive-1.0), Hadoop issues of GitBugs (CC BY 4.0), bugs of Ambari, Camel and Wicket (MIT): for the gate, without labels | {support:,} | as said |

The harmless part holds offensive text, and in it the shorter, evasive answer often wins. The gate learnt each prompt twice, with its
`Human:` and `Assistant:` marks and without, as tickets have none. In evaluation the prompt is the body and the subject is empty.

## Figures

{_table(result)}

`longer_wins` is the share of pairs (of unequal length) in which the model prefers the longer response, `longer_chosen` that in which people do.
`phi_length` is the phi coefficient of "score above the median" and "longer than the median" over single responses.
`length_fair_accuracy` is the mean of the accuracy on pairs whose preferred response is the longer and on those where it is the shorter: 0.5 for
any rule that looks at length alone. Intervals of shares are Wilson's; the others draw pairs, 2,000 times. The temperature was fitted on this dev file, so `ece` (of the win probability)
flatters; `ece_cross_fitted` scores each fifth of dev with the temperature of the other four, and so does the diagram: ![reliability](reliability.svg)

{_wanted(result.figure("preferences/dev", "ece"))}

{_length_by_source(result)}

The rule that takes the longer response has {d['longer_rule']:.3f} on this file. A linear model with 13 counts, which may use length, has 0.572 by the data's own description, which was to
be surpassed: {_surpassed(result.figure("preferences/dev", "pairwise_accuracy"), 0.572)}. (Its counts are not named, so that it cannot be fitted here; one made after its description
has 0.549 on the training file outside the fold, `training/EXPERIMENTS.md`.) With {d['pairs']} pairs differences under about 0.04 mean nothing.

{SPEED}

## The score of one response

`sigmoid(logit / temperature + bias)`, where the bias puts the median dev response at 0.5. Quantiles on dev ({QUANTILES}):
{', '.join(map(str, d['quantiles']))}. Compare scores within one ticket. People's preferences
in this data can hardly be predicted from such traits, so that calibrated scores lie close to 0.5.

## Use, and what it cannot do

For trying the product. Trained on general English dialogues, not on support answers; it knows nothing of whether an answer is true.
In other languages its scores are close to arbitrary. Bring a reward model of your own for real decisions.
"""


def _table(result: Result) -> str:
    lines = ["| data | rows | figure | value | 95 % interval |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {m['data']} | {m['rows']} | {m['name']} | {m['value']:.3f} | {m['low']:.3f} to {m['high']:.3f} |" for m in result.metrics]
    return "\n".join(lines)


def _told(metric: dict) -> str:
    return f"{metric['value']:.3f} ({metric['low']:.3f} to {metric['high']:.3f})"


def _wanted(error: dict) -> str:
    """What the calibration error and its interval are against the one asked for."""
    if error["high"] <= WANTED_ERROR:
        met = "is met, by the upper end of the interval too"
    elif error["value"] <= WANTED_ERROR:
        met = "**is met by the figure and not by the upper end of its interval**"
    else:
        met = "**is not met**"
    return f"An `ece` of at most {WANTED_ERROR} was asked for. With {_told(error)} that {met}."


def _against_words(result: Result) -> str:
    """The baselines fitted in this run, and the paired difference from each."""
    told = []
    for name, words in WORDS.items():
        own, gap = (result.figure("tickets/dev", f"auc_{kind}_tfidf_{name}") for kind in ("of", "above"))
        noise = "within noise" if gap["low"] <= 0 <= gap["high"] else "beyond noise"
        told.append(f"{words} AUC {own['value']:.3f}, the difference {gap['value']:+.3f} ({gap['low']:+.3f} to {gap['high']:+.3f}): {noise}")
    return (
        "`auc_of_tfidf_...` is the AUC of a logistic regression on TF-IDF of words and pairs of words (scikit-learn, balanced classes, strength 1), fitted in the same run on the same\n"
        "training rows, and `auc_above_tfidf_...` by how much this model lies above it (paired bootstrap, as many of each class in each draw):\n"
        + "; ".join(told) + ".\nThe data's own description has 0.698 for such a model; more than 0.696 was asked for."
    )


def _length_by_source(result: Result) -> str:
    """How far score and length go together within each source."""
    whole = result.figure("preferences/dev", "phi_length")
    found = {source: result.figure(f"preferences/dev/{source}", "phi_length") for source in result.details["sources"]}
    parts = [f"{source} {phi['value']:+.3f} ({phi['low']:+.3f} to {phi['high']:+.3f})" for source, phi in found.items() if phi]
    clear = [
        f"{source} (the longer wins in {result.figure(f'preferences/dev/{source}', 'longer_wins')['value']:.3f}, "
        f"people choose it in {result.figure(f'preferences/dev/{source}', 'longer_chosen')['value']:.3f})"
        for source, phi in found.items() if phi and not phi["low"] <= 0 <= phi["high"]
    ]
    plain = f"**There the score does go with length**, beyond noise: {', '.join(clear)}." if clear else "All of these intervals hold 0."
    return f"**Length by source.** `phi_length` is {_told(whole)} over all sources, which hides what is within them:\n{'; '.join(parts)}.\n{plain}"


def _surpassed(metric: dict, wanted: float) -> str:
    if metric["value"] <= wanted:
        return f"**{metric['value']:.3f} does not**"
    return f"{metric['value']:.3f} does" + ("" if metric["low"] > wanted else ", within noise")


def _precision(at: dict) -> str:
    return _share(at["hits"], at["called"], "none called")


def _recall(at: dict) -> str:
    return _share(at["hits"], at["positives"], "none urgent")


def _share(hits: int, rows: int, without: str) -> str:
    if not rows:
        return without
    low, high = figures.wilson(hits, rows)
    return f"{hits / rows:.2f} ({low:.2f} to {high:.2f})"
