"""`python -m prefstream_training.cross_validation --data DIR --tokenizer FILE`: the choices of the recipe, by five folds of train.

The dev files are not read. Folds are made by subject (tickets) and by first question (pairs).
"""

import argparse
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from . import figures, preference, urgency
from .bag import Bag, length_matched_weights
from .data import Pair, Ticket, bucket, pairs_of, read_rows, tickets_of
from .ensemble import padded
from .phrases import generate
from .preparation import Report, fingerprint, first_question, pairs as prepared_pairs, tickets as prepared_tickets

FOLDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="cross_validation", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json of a bundle; it was made from texts alone, without labels")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    choose_urgency(tokenizer, tickets_of(prepared_tickets(read_rows(options.data / "tickets/train.jsonl.gz"), Report())))
    choose_preference(tokenizer, pairs_of(prepared_pairs(read_rows(options.data / "preferences/train.jsonl.gz"), Report())))


def choose_urgency(tokenizer: Tokenizer, tickets: list[Ticket]) -> None:
    """AUC outside the fold, its mean within products (weighted by urgent tickets), and on phrases that were not trained on."""
    base = urgency.UrgencyRecipe()
    phrases, held_out = generate(7, 100)
    rows = urgency.ids_of(tokenizer, tickets, base)
    phrase_rows, held_rows = urgency.ids_of(tokenizer, phrases, base), urgency.ids_of(tokenizer, held_out, base)
    labels, products = np.array([t.urgent for t in tickets], int), np.array([t.product for t in tickets])
    folds = np.array([bucket(fingerprint(t.subject), FOLDS) for t in tickets])
    held_labels = np.array([t.urgent for t in held_out], int)
    print("| phrases | strength | AUC | standard error | within products | held-out phrases |\n| --- | --- | --- | --- | --- | --- |")
    for share in (0.0, 0.1, 0.3, 0.6):
        for strength in (0.05, 0.2, 1.0, 5.0):
            outside, aucs, on_phrases = np.zeros(len(tickets)), [], []
            for fold in range(FOLDS):
                train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
                added = phrases if share else []
                own = [tickets[i] for i in train]
                bag = Bag.fit(
                    [rows[i] for i in train] + (phrase_rows if share else []), np.array([t.urgent for t in own + added], int),
                    urgency.class_weights(own, added, share), tokenizer.get_vocab_size(), base.pair_buckets, strength,
                )
                outside[test] = scores(bag, [rows[i] for i in test])
                aucs.append(figures.auc(labels[test], outside[test]))
                on_phrases.append(figures.auc(held_labels, scores(bag, held_rows)))
            within = [(figures.auc(labels[products == p], outside[products == p]), labels[products == p].sum()) for p in sorted(set(products))]
            print(
                f"| {share} | {strength} | {np.mean(aucs):.3f} | {np.std(aucs, ddof=1) / FOLDS**0.5:.3f} "
                f"| {np.average([auc for auc, _ in within], weights=[urgent for _, urgent in within]):.3f} | {np.mean(on_phrases):.3f} |",
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
