"""`python -m prefstream_training.experiments WHAT --data DIR --tokenizer FILE`: what was tried and does not ship, at a scale of minutes on one core.

By five folds of train, as in cross_validation.py; dev is not read. `votes` reads `restricted/`: nothing of it goes into a bundle.
"""

import argparse
import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
import torch
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from tokenizers import Tokenizer

from . import calibration, figures, gated, preference
from .bag import features
from .cross_validation import judged
from .data import TICKET_COLUMNS, VOTED_COLUMNS, Pair, Unusable, bucket, read_rows, tickets_of, unlabelled_bug_reports, unlabelled_texts
from .ensemble import padded
from .network import Encoder, Shape
from .phases import Progress
from .preparation import Report, fingerprint, first_question, tickets as prepared_tickets
from .pretraining import pretrain
from .urgency import FOLDS, UrgencyRecipe, ids_of, ids_of_texts

RECIPE = UrgencyRecipe()


def main() -> None:
    experiments = {
        "votes": votes, "augmentation": augmentation, "distillation": distillation,
        "pretraining": lambda tokenizer, data: pretraining(tokenizer, data, options.steps),
    }
    parser = argparse.ArgumentParser(prog="experiments", description=__doc__)
    parser.add_argument("what", choices=experiments)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=600, help="of pretraining")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    try:
        experiments[options.what](Tokenizer.from_file(str(options.tokenizer)), options.data)
    except Unusable as problem:
        raise SystemExit(f"experiments: {problem}") from None


class Bugs:
    """Labelled bug reports with their folds, and how a way to score those outside the fold is judged."""

    def __init__(self, data: Path):
        self.tickets = tickets_of(prepared_tickets(read_rows(data / "tickets/train.jsonl.gz", TICKET_COLUMNS), Report()))
        self.labels = np.array([ticket.urgent for ticket in self.tickets], int)
        self.folds = np.array([bucket(fingerprint(ticket.subject), FOLDS) for ticket in self.tickets])
        self.products = np.array([ticket.product for ticket in self.tickets])

    def judge(self, name: str, way: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
        """`way(train, test)` gives logits of the test rows; both are row numbers. Prints a row of the table."""
        logits, parts = np.zeros(len(self.labels)), []
        for fold in range(FOLDS):
            test = np.flatnonzero(self.folds == fold)
            logits[test] = way(np.flatnonzero(self.folds != fold), test)
            parts.append(figures.auc(self.labels[test], logits[test]))
        within = [(figures.auc(self.labels[self.products == p], logits[self.products == p]), self.labels[self.products == p].sum()) for p in sorted(set(self.products))]
        print(
            f"| {name} | {figures.auc(self.labels, logits):.3f} | {np.std(parts, ddof=1) / FOLDS**0.5:.3f} "
            f"| {np.average([auc for auc, _ in within], weights=[urgent for _, urgent in within]):.3f} |", flush=True,
        )


def fitted(counts: sparse.csr_matrix, labels: np.ndarray, weights: np.ndarray | None = None) -> Callable[[sparse.csr_matrix], np.ndarray]:
    """The bug expert's own fit: TF-IDF of unit length, balanced classes."""
    tfidf = TfidfTransformer().fit(counts)
    balanced = figures.balanced_weights(labels) * (1.0 if weights is None else weights)
    model = LogisticRegression(C=RECIPE.bug_strength, max_iter=1_000).fit(tfidf.transform(counts), labels, sample_weight=balanced)
    return lambda rows: model.decision_function(tfidf.transform(rows))


def counted(tokenizer: Tokenizer, rows: list[list[int]]) -> sparse.csr_matrix:
    return features(rows, tokenizer.get_vocab_size(), RECIPE.pair_buckets)


def augmentation(tokenizer: Tokenizer, data: Path) -> None:
    """Copies of training rows, each at half the weight of an original."""
    bugs, random = Bugs(data), np.random.default_rng(7)
    rows = ids_of(tokenizer, bugs.tickets, RECIPE)
    counts = counted(tokenizer, rows)
    dropped = [[token for token in row if token < 5 or random.random() > 0.2] for row in rows]
    halves = {"subject alone": [t.subject for t in bugs.tickets], "body alone": [t.body for t in bugs.tickets]}
    copies = {"a fifth of the subwords left out": counted(tokenizer, dropped)}
    copies |= {name: counted(tokenizer, ids_of_texts(tokenizer, texts, RECIPE)) for name, texts in halves.items()}
    print("| copies | AUC | standard error | within products |\n| --- | --- | --- | --- |")
    bugs.judge("none", lambda train, test: fitted(counts[train], bugs.labels[train])(counts[test]))
    for name, extra in (*copies.items(), ("all three", None)):
        added = [extra] if extra is not None else list(copies.values())

        def way(train: np.ndarray, test: np.ndarray) -> np.ndarray:
            stacked = sparse.vstack([counts[train], *(part[train] for part in added)])
            weights = np.repeat([1.0] + [0.5] * len(added), len(train))
            return fitted(stacked, np.tile(bugs.labels[train], 1 + len(added)), weights)(counts[test])

        bugs.judge(name, way)


def distillation(tokenizer: Tokenizer, data: Path) -> None:
    """An ensemble of unlike models as teacher; the subword model that could ship learns its probabilities, on unlabelled text too."""
    bugs = Bugs(data)
    texts = np.array([ticket.text[:800] for ticket in bugs.tickets], dtype=object)
    counts = counted(tokenizer, ids_of(tokenizer, bugs.tickets, RECIPE))
    unlabelled = unlabelled_bug_reports(data)
    unlabelled_counts = counted(tokenizer, ids_of_texts(tokenizer, unlabelled, RECIPE))
    more = np.array([text[:800] for text in unlabelled], dtype=object)

    def members() -> list[Pipeline]:
        words = {"sublinear_tf": True, "min_df": 3}
        return [
            make_pipeline(TfidfVectorizer(ngram_range=(1, 2), **words), LogisticRegression(C=1.0, class_weight="balanced", solver="liblinear")),
            make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), max_features=20_000, **words), LogisticRegression(C=1.0, class_weight="balanced", solver="liblinear")),
            make_pipeline(TfidfVectorizer(**words), TruncatedSVD(100, random_state=7), LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear")),
        ]

    def teacher(train: np.ndarray, other: list[np.ndarray]) -> list[np.ndarray]:
        """Mean logits of the members, for each set of texts."""
        models = [model.fit(texts[train], bugs.labels[train]) for model in members()]
        return [np.mean([model.decision_function(rows) for model in models], axis=0) for rows in other]

    known: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    for fold in range(FOLDS):
        train, test = np.flatnonzero(bugs.folds != fold), np.flatnonzero(bugs.folds == fold)
        soft = np.zeros(len(train))
        # Two inner folds: the student must not learn what the teacher learnt by heart.
        for inner in range(2):
            own = np.arange(len(train)) % 2 == inner
            soft[own] = teacher(train[~own], [texts[train[own]]])[0]
        known[fold] = (soft, *teacher(train, [texts[test], more]))

    def student(train: np.ndarray, test: np.ndarray, share: float, wide: bool) -> np.ndarray:
        soft, _, soft_more = known[int(bugs.folds[test[0]])]
        targets = (1 - share) * bugs.labels[train] + share * calibration.sigmoid(soft)
        rows, balanced = counts[train], figures.balanced_weights(bugs.labels[train])
        if wide:
            rows, targets = sparse.vstack([rows, unlabelled_counts]), np.concatenate([targets, calibration.sigmoid(soft_more)])
            balanced = np.concatenate([balanced, np.full(len(soft_more), 0.5)])
        tfidf = TfidfTransformer().fit(rows)
        doubled, model = tfidf.transform(rows), LogisticRegression(C=RECIPE.bug_strength, max_iter=1_000)
        model.fit(
            sparse.vstack([doubled, doubled]), np.repeat([1, 0], len(targets)), sample_weight=np.concatenate([targets * balanced, (1 - targets) * balanced])
        )
        return model.decision_function(tfidf.transform(counts[test]))

    print("| model | AUC | standard error | within products |\n| --- | --- | --- | --- |")
    bugs.judge("subwords on labels", lambda train, test: fitted(counts[train], bugs.labels[train])(counts[test]))
    bugs.judge("teacher: words, characters, 100 latent dimensions", lambda _, test: known[int(bugs.folds[test[0]])][1])
    bugs.judge("subwords on labels and teacher, half each", lambda train, test: student(train, test, 0.5, False))
    bugs.judge("subwords on the teacher alone", lambda train, test: student(train, test, 1.0, False))
    bugs.judge("the same, and 1,046 unlabelled reports", lambda train, test: student(train, test, 1.0, True))


def pretraining(tokenizer: Tokenizer, data: Path, steps: int) -> None:
    """An encoder whose weights are kept as they are, its mean state over a ticket as features: drawn at random against pretrained."""
    bugs, shape = Bugs(data), Shape(tokenizer.get_vocab_size(), max_length=64, width=96, dropout=0.0)
    rows = [row[:64] for row in ids_of(tokenizer, bugs.tickets, RECIPE)]
    counts = counted(tokenizer, ids_of(tokenizer, bugs.tickets, RECIPE))
    progress = Progress()
    encoders = {
        "random weights": pretrain(tokenizer, [], shape, 0, 7, Progress()),
        f"{steps:,} steps of masked tokens": pretrain(tokenizer, unlabelled_texts(data), shape, 99, 7, progress, most_steps=steps),
    }
    print(progress.summary())
    print("| features | AUC | standard error | within products |\n| --- | --- | --- | --- |")
    bugs.judge("subwords", lambda train, test: fitted(counts[train], bugs.labels[train])(counts[test]))
    for name, encoder in encoders.items():
        states = pooled(encoder, rows)

        def way(train: np.ndarray, test: np.ndarray) -> np.ndarray:
            centre, spread = states[train].mean(axis=0), states[train].std(axis=0) + 1e-6
            model = LogisticRegression(C=0.01, class_weight="balanced", max_iter=500).fit((states[train] - centre) / spread, bugs.labels[train])
            return model.decision_function((states[test] - centre) / spread)

        def both(train: np.ndarray, test: np.ndarray) -> np.ndarray:
            subwords = fitted(counts[train], bugs.labels[train])
            own, other = way(train, train), subwords(counts[train])
            return way(train, test) / own.std() + subwords(counts[test]) / other.std()

        bugs.judge(f"states, {name}", way)
        bugs.judge(f"states, {name}, with subwords", both)


def pooled(encoder: Encoder, rows: list[list[int]]) -> np.ndarray:
    """[rows, width]: mean state over real tokens."""
    encoder.eval()
    states = np.zeros((len(rows), encoder.shape.width))
    with torch.no_grad():
        for start in range(0, len(rows), 64):
            ids, mask = padded(rows[start : start + 64])
            shown = mask.unsqueeze(2).to(torch.float32)
            states[start : start + 64] = ((encoder(ids, mask) * shown).sum(dim=1) / shown.sum(dim=1)).numpy()
    return states


def votes(tokenizer: Tokenizer, data: Path) -> None:
    """Pairs of answers with votes (CC BY-SA, for experiments alone): do they teach more when a clear verdict weighs more?"""
    rows = read_rows(data / "restricted/preferences_stackexchange.jsonl.gz", VOTED_COLUMNS)
    pairs = [Pair(row["prompt"], row["chosen"], row["rejected"], row["source"]) for row in rows]
    gaps = np.array([row["score_chosen"] - row["score_rejected"] for row in rows])
    encoded = preference.encode_pairs(tokenizer, pairs, preference.PreferenceRecipe())
    differences, lengths = gated.measured(preference.traits_of(tokenizer, encoded), encoded.ids, encoded.segments)
    folds, blind = np.array([bucket(first_question(pair.prompt), FOLDS) for pair in pairs]), np.ones((len(pairs), 1))
    people = preference.people_follow(lengths)
    schemes = {"none": np.ones(len(pairs)), "logarithm of the gap": np.log1p(gaps), "gap, at most 10": np.minimum(gaps, 10)}
    print(f"{len(pairs)} pairs, median gap of votes {np.median(gaps):.0f}")
    print("| weight of a pair | strength | accuracy | standard error | with length held equal | follows the longer |\n| --- | --- | --- | --- | --- | --- |")
    for name, scheme in schemes.items():
        for strength in (0.01, 0.1):
            margins = np.zeros(len(pairs))
            for fold in range(FOLDS):
                train, test = folds != fold, folds == fold
                model = gated.fit(differences[train], blind[train], lengths[train], strength, people, scheme[train] / scheme[train].mean())
                margins[test] = model.margins(differences[test], blind[test], lengths[test])
            print(f"| {name} | {strength} | {judged(pairs, margins, folds)} |", flush=True)


if __name__ == "__main__":
    main()
