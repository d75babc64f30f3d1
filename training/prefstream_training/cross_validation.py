"""`python -m prefstream_training.cross_validation --data DIR --tokenizer FILE`: the choices of the recipe, by five folds of train.

The dev files are not read. Folds are made by subject (tickets) and by first question (pairs).
"""

import argparse
import itertools
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from . import calibration, figures, gated, preference, urgency
from .bag import Bag, length_matched_weights
from .data import Pair, pairs_of, read_rows, support_prompts, tickets_of, unlabelled_bug_reports, unlabelled_support_messages
from .mixture import EXPERTS
from .phrases import generate
from .preparation import Report, pairs as prepared_pairs, tickets as prepared_tickets

FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="cross_validation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of a bundle; it was made from texts alone, without labels")
    parser.add_argument("--only", choices=("ticket-urgency", "response-preference"), help="one of the two")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    if options.only != "response-preference":
        tickets = tickets_of(prepared_tickets(read_rows(options.data / "tickets/train.jsonl.gz"), Report()))
        choose_urgency(tokenizer, urgency.Material(tickets, generate(7, 100), unlabelled_bug_reports(options.data), unlabelled_support_messages(options.data)))
    if options.only != "ticket-urgency":
        choose_preference(tokenizer, pairs_of(prepared_pairs(read_rows(options.data / "preferences/train.jsonl.gz"), Report())), support_prompts(options.data))


def choose_urgency(tokenizer: Tokenizer, material: urgency.Material) -> None:
    """Of the mixture, on tickets outside the fold: AUC, its mean within products (weighted by urgent tickets) and calibration error; and
    the AUC of the two experts alone. The gate's doubt is what buys support messages a hearing at the price of bug reports."""
    labels, products = np.array([t.urgent for t in material.tickets], int), np.array([t.product for t in material.tickets])
    print("| bug strength | support strength | bug expert AUC | support expert AUC |\n| --- | --- | --- | --- |")
    for bug, support in ((0.05, 0.1), (0.3, 1.0), (1.0, 5.0)):
        parts = urgency.prepare(tokenizer, material, urgency.UrgencyRecipe(bug_strength=bug, support_strength=support))
        aucs = [figures.auc(part.labels[part.own], part.crossed()[part.own]) for part in (parts[name] for name in EXPERTS)]
        print(f"| {bug} | {support} | {aucs[0]:.3f} | {aucs[1]:.3f} |", flush=True)
    print("| doubt | AUC | within products | calibration error |\n| --- | --- | --- | --- |")
    recipe = urgency.UrgencyRecipe()
    parts = urgency.prepare(tokenizer, material, recipe)
    bugs, messages, gate = parts.values()
    crossed = [bugs.crossed(), messages.crossed(), gate.crossed()]
    bug = calibration.score(crossed[0], *calibration.fit(crossed[0], bugs.labels, np.ones(len(labels))))
    fitted = calibration.fit(crossed[1], messages.labels, messages.own.astype(float))
    support = calibration.score(crossed[1][~messages.own], *fitted)
    temperature, _ = calibration.fit(crossed[2], gate.labels, gate.weights)
    for doubt in (0.005, 0.01, 0.02, 0.05, 0.1):
        heard = calibration.sigmoid((crossed[2][: len(labels)] - np.quantile(crossed[2][: len(labels)], 1 - doubt)) / temperature)
        scores = (1 - heard) * bug + heard * support
        within = [(figures.auc(labels[products == p], scores[products == p]), labels[products == p].sum()) for p in sorted(set(products))]
        print(
            f"| {doubt} | {figures.auc(labels, scores):.3f} | {np.average([auc for auc, _ in within], weights=[urgent for _, urgent in within]):.3f} "
            f"| {figures.expected_calibration_error(labels, scores):.3f} |",
            flush=True,
        )


def choose_preference(tokenizer: Tokenizer, pairs: list[Pair], support_texts: list[str]) -> None:
    """Accuracy outside the fold, as it is and with length held equal, and how often the longer response is preferred. The gate that a pair is
    scored with has not seen its prompt; nor have the gates by whose probabilities the weights were fitted."""
    recipe = preference.PreferenceRecipe()
    encoded = preference.encode_pairs(tokenizer, pairs, recipe, plain_every=2)
    responses = preference.responses_of(encoded)
    differences, lengths = gated.measured(tokenizer, encoded.ids, encoded.segments)
    gate = preference.Gate(tokenizer, encoded, pairs, support_texts, recipe)
    folds, blind = gate.folds[: len(pairs)], np.ones((len(pairs), 1))
    seen = {fold: gate.crossed(without=fold) for fold in range(FOLDS)}
    known = np.eye(len(gate.kinds))[gate.labels[: len(pairs)]]
    gates = {"none": {fold: blind for fold in seen}, "prompt": seen, "true source": {fold: known for fold in seen}}
    words = {neutral: told_by_words(tokenizer, responses, folds, recipe, neutral) for neutral in (False, True)}
    print(
        "| gate | length | strength | share of words | accuracy | standard error | with length held equal | follows the longer |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |"
    )
    tried = [("none", 0.01), ("prompt", 0.003), ("prompt", 0.01), ("prompt", 0.1), ("true source", 0.01)]
    for (name, strength), neutral in itertools.product(tried, (False, True)):
        margins = told_by_traits(differences, gates[name], lengths, responses, folds, strength, neutral)
        for share in (0.0, 0.5, 1.0, 2.0):
            row = judged(pairs, margins + share * words[neutral], folds)
            print(f"| {name} | {'taken out' if neutral else 'left in'} | {strength} | {share} | {row} |", flush=True)
    print(f"| words alone | taken out | {recipe.words_strength} | | {judged(pairs, words[True], folds)} |")


def told_by_traits(
    differences: np.ndarray, kinds: dict[int, np.ndarray], lengths: np.ndarray, responses: list[list[int]], folds: np.ndarray, strength: float, neutral: bool
) -> np.ndarray:
    """Margins outside the fold, in units of their spread inside it."""
    margins = np.zeros(len(folds))
    for fold in range(FOLDS):
        train, test = folds != fold, folds == fold
        weights = length_matched_weights(both_of(responses, train)) if neutral else np.ones(train.sum())
        fitted = gated.fit(differences[train], kinds[fold][train], lengths[train], weights, strength)
        margins[test], own = (fitted.margins(differences[part], kinds[fold][part], lengths[part] * neutral) for part in (test, train))
        margins[test] /= preference.spread(own)
    return margins


def told_by_words(
    tokenizer: Tokenizer, responses: list[list[int]], folds: np.ndarray, recipe: preference.PreferenceRecipe, neutral: bool
) -> np.ndarray:
    """The same of the words of the response."""
    margins = np.zeros(len(folds))
    for fold in range(FOLDS):
        own, outside = both_of(responses, folds != fold), both_of(responses, folds == fold)
        weights = length_matched_weights(own) if neutral else np.ones(len(own) // 2)
        bag = Bag.fit_comparisons(own, weights, tokenizer.get_vocab_size(), recipe.pair_buckets, recipe.words_strength)
        if not neutral:
            bag.length_slope.data.zero_()
        margins[folds == fold] = preference.word_margins(bag, outside) / preference.spread(preference.word_margins(bag, own))
    return margins


def both_of(responses: list[list[int]], chosen: np.ndarray) -> list[list[int]]:
    """Responses of the chosen pairs, both of each."""
    return [responses[2 * i + side] for i in np.flatnonzero(chosen) for side in (0, 1)]


def judged(pairs: list[Pair], margins: np.ndarray, folds: np.ndarray) -> str:
    """The last four columns of a row."""
    lengths = np.array([(len(p.chosen), len(p.rejected)) for p in pairs])
    longer, shorter = lengths[:, 0] > lengths[:, 1], lengths[:, 0] < lengths[:, 1]
    right = [float((margins[folds == fold] > 0).mean()) for fold in range(FOLDS)]
    fair = np.mean([(margins[own] > 0).mean() for own in (longer, shorter)])
    follows = ((margins > 0) == longer)[longer | shorter].mean()
    return f"{np.mean(margins > 0):.3f} | {np.std(right, ddof=1) / FOLDS**0.5:.3f} | {fair:.3f} | {follows:.3f}"


if __name__ == "__main__":
    main()
