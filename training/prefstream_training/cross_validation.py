"""`python -m prefstream_training.cross_validation --data DIR --tokenizer FILE`: the choices of the recipe, by five folds of train.

The dev files are not read. Folds are made by subject (tickets) and by first question (pairs).
"""

import argparse
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from . import calibration, figures, gated, preference, urgency
from .data import PAIR_COLUMNS, TICKET_COLUMNS, Pair, Unusable, pairs_of, read_rows, support_prompts, tickets_of, unlabelled_bug_reports, unlabelled_support_messages
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
    try:
        if options.only != "response-preference":
            tickets = tickets_of(prepared_tickets(read_rows(options.data / "tickets/train.jsonl.gz", TICKET_COLUMNS), Report()))
            choose_urgency(tokenizer, urgency.Material(tickets, generate(7, 100), unlabelled_bug_reports(options.data), unlabelled_support_messages(options.data)))
        if options.only != "ticket-urgency":
            choose_preference(tokenizer, pairs_of(prepared_pairs(read_rows(options.data / "preferences/train.jsonl.gz", PAIR_COLUMNS), Report())), support_prompts(options.data))
    except Unusable as problem:
        raise SystemExit(f"cross_validation: {problem}") from None


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
    encoded = preference.encode_pairs(tokenizer, pairs, recipe)
    differences, lengths = gated.measured(preference.traits_of(tokenizer, encoded), encoded.ids, encoded.segments)
    gate = preference.gate_of(tokenizer, encoded, pairs, support_texts, recipe)
    folds = gate.folds[: len(pairs)]
    seen, bare = ({fold: gate.crossed(fold, marks) for fold in range(FOLDS)} for marks in (True, False))
    blind, known = np.ones((len(pairs), 1)), np.eye(gate.kinds)[gate.labels[: len(pairs)]]
    gates = {
        "none": dict.fromkeys(seen, (blind, blind)), "prompt": {f: (seen[f], seen[f]) for f in seen}, "prompt, without role marks": {f: (seen[f], bare[f]) for f in seen},
        "true source": dict.fromkeys(seen, (known, known)),
    }
    people = preference.people_follow(lengths)
    print(
        f"people follow the longer response in {people:.3f}\n"
        "| gate | strength | length | accuracy | standard error | with length held equal | follows the longer |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    for name, strength in (("none", 0.004), ("prompt", 0.001), ("prompt", 0.004), ("prompt", 0.02), ("prompt, without role marks", 0.004), ("true source", 0.004)):
        for length, follows in (("as people", people), ("taken out", 0.5)):
            margins = np.zeros(len(pairs))
            for fold, (learnt, asked) in gates[name].items():
                train, test = folds != fold, folds == fold
                fitted = gated.fit(differences[train], learnt[train], lengths[train], strength, follows)
                margins[test] = fitted.margins(differences[test], asked[test], lengths[test])
            print(f"| {name} | {strength} | {length} | {judged(pairs, margins, folds)} |", flush=True)
    compare_within_kinds(pairs, differences, lengths, seen, folds, recipe.strength)


def compare_within_kinds(
    pairs: list[Pair], differences: np.ndarray, lengths: np.ndarray, kinds: dict[int, np.ndarray], folds: np.ndarray, strength: float
) -> None:
    """What it costs to take length out within each kind of prompt and not over all of them."""
    overall, within = np.zeros(len(pairs)), np.zeros(len(pairs))
    for fold, gates in kinds.items():
        train, test = folds != fold, folds == fold
        fitted = gated.fit(differences[train], gates[train], lengths[train], strength, 0.5)
        overall[test] = fitted.margins(differences[test], gates[test], lengths[test])
        with_length = gated.Fit(fitted.weights, 0.0)
        slopes = slopes_within_kinds(with_length.margins(differences[train], gates[train], lengths[train]), lengths[train], gates[train])
        within[test] = with_length.margins(differences[test], gates[test], lengths[test]) - gates[test] @ slopes * lengths[test]
    worse = [float(((within > 0)[folds == fold].mean() - (overall > 0)[folds == fold].mean())) for fold in range(FOLDS)]
    print(
        f"length taken out within each kind of prompt: {judged(pairs, within, folds)}; accuracy {np.mean(worse):+.3f}, standard error {np.std(worse, ddof=1) / FOLDS**0.5:.3f}\n"
        "| source | people follow the longer | taken out over all: follows | accuracy | within each kind: follows | accuracy |\n"
        "| --- | --- | --- | --- | --- | --- |"
    )
    sources = np.array([pair.source for pair in pairs])
    longer, unequal = np.array([len(p.chosen) > len(p.rejected) for p in pairs]), np.array([len(p.chosen) != len(p.rejected) for p in pairs])
    for source in sorted(set(sources)):
        own = sources == source
        cells = [f"{longer[own & unequal].mean():.3f}"]
        for margins in (overall, within):
            cells += [f"{((margins > 0) == longer)[own & unequal].mean():.3f}", f"{(margins[own] > 0).mean():.3f}"]
        print(f"| {source} | {' | '.join(cells)} |", flush=True)


def slopes_within_kinds(margins: np.ndarray, lengths: np.ndarray, kinds: np.ndarray, sweeps: int = 50) -> np.ndarray:
    """A slope for each kind, by which within it the longer response wins half of the time; a pair counts for a kind as much as the gate gives it to
    it. One kind after the other, by the weighted median, until they agree. A kind that no pair is of keeps the slope of all."""
    unequal = lengths != 0
    margins, lengths, kinds = margins[unequal], lengths[unequal], kinds[unequal]
    slopes = np.full(kinds.shape[1], np.median(margins / lengths))
    for _ in range(sweeps):
        for kind, weights in enumerate(kinds.T):
            if weights.max() < 0.5:
                continue
            others = margins - (kinds @ slopes - weights * slopes[kind]) * lengths
            quotients = others / (lengths * np.maximum(weights, 1e-6))
            order = np.argsort(quotients)
            mass = np.cumsum(weights[order])
            slopes[kind] = quotients[order][np.searchsorted(mass, mass[-1] / 2)]
    return slopes


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
