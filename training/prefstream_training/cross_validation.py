"""`python -m prefstream_training.cross_validation --data DIR --tokenizer FILE`: the choices of the recipe, by five folds of train.

The dev files are not read. Folds are made by subject (tickets) and by first question (pairs).
"""

import argparse
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from . import calibration, figures, preference, urgency
from .bag import Bag, length_matched_weights
from .data import Pair, bucket, pairs_of, read_rows, tickets_of, unlabelled_bug_reports, unlabelled_support_messages
from .ensemble import padded
from .mixture import EXPERTS
from .phrases import generate
from .preparation import Report, first_question, pairs as prepared_pairs, tickets as prepared_tickets

FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="cross_validation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of a bundle; it was made from texts alone, without labels")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    tickets = tickets_of(prepared_tickets(read_rows(options.data / "tickets/train.jsonl.gz"), Report()))
    choose_urgency(tokenizer, urgency.Material(tickets, generate(7, 100), unlabelled_bug_reports(options.data), unlabelled_support_messages(options.data)))
    choose_preference(tokenizer, pairs_of(prepared_pairs(read_rows(options.data / "preferences/train.jsonl.gz"), Report())))


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


def choose_preference(tokenizer: Tokenizer, pairs: list[Pair]) -> None:
    """Accuracy outside the fold, as it is and with length held equal, and how often the longer response is preferred."""
    base = preference.PreferenceRecipe()
    responses = preference.responses_of(preference.encode_pairs(tokenizer, pairs, base, plain_every=2))
    lengths = np.array([(len(p.chosen), len(p.rejected)) for p in pairs])
    folds = np.array([bucket(first_question(p.prompt), FOLDS) for p in pairs])
    longer, shorter = lengths[:, 0] > lengths[:, 1], lengths[:, 0] < lengths[:, 1]
    print("| length | strength | accuracy | standard error | with length held equal | follows the longer |\n| --- | --- | --- | --- | --- | --- |")
    for neutral in (False, True):
        for strength in (0.002, 0.01, 0.05, 0.3, 1.0):
            margins = np.zeros(len(pairs))
            for fold in range(FOLDS):
                train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
                own = [responses[2 * i + side] for i in train for side in (0, 1)]
                weights = length_matched_weights(own) if neutral else np.ones(len(train))
                bag = Bag.fit_comparisons(own, weights, tokenizer.get_vocab_size(), base.pair_buckets, strength)
                if not neutral:
                    bag.length_slope.data.zero_()
                outside = scores(bag, [responses[2 * i + side] for i in test for side in (0, 1)])
                margins[test] = outside[0::2] - outside[1::2]
            right = [float((margins[folds == fold] > 0).mean()) for fold in range(FOLDS)]
            fair = np.mean([(margins[own] > 0).mean() for own in (longer, shorter)])
            follows = ((margins > 0) == longer)[longer | shorter].mean()
            print(
                f"| {'taken out' if neutral else 'left in'} | {strength} | {np.mean(right):.3f} | {np.std(right, ddof=1) / FOLDS**0.5:.3f} | {fair:.3f} | {follows:.3f} |",
                flush=True,
            )


def scores(bag: Bag, rows: list[list[int]]) -> np.ndarray:
    """Through the network that would be exported."""
    result = np.zeros(len(rows))
    for start in range(0, len(rows), 256):
        part = rows[start : start + 256]
        result[start : start + 256] = bag(*padded(part)).detach().numpy().reshape(-1)
    return result


if __name__ == "__main__":
    main()
