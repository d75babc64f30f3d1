"""Trains ticket-urgency: two linear experts and a gate between them (mixture.py), each calibrated inside train."""

import logging
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer

from . import calibration, figures
from .bag import Bag, features
from .data import Ticket, bucket
from .mixture import Mixture
from .phrases import Phrases
from .preparation import fingerprint
from .truncation import encode

log = logging.getLogger(__name__)

FOLDS = 5


@dataclass(frozen=True)
class UrgencyRecipe:
    max_length: int = 256
    head_share: float = 0.75
    pair_buckets: int = 32_768
    bug_strength: float = 0.05
    """Inverse L2 strengths; by cross-validation inside train (EXPERIMENTS.md)."""
    support_strength: float = 1.0
    gate_strength: float = 10.0
    english_weight: float = 4.0
    """Of English phrases against those of another language."""
    bug_share: float = 0.03
    """Weight of all bug reports against all phrases where the expert on support messages learns: it also meets the reports that the gate
    takes for messages, and without having seen any it takes their jargon for alarm."""
    doubt: float = 0.02
    """Share of the bug reports (outside their fold) that the gate takes for support messages. Text of neither kind as trained on, such
    as a real support message in English, lies between the two: the gate leans towards support for its sake."""


@dataclass(frozen=True)
class Material:
    """What the model is made from."""

    tickets: list[Ticket]
    """Labelled bug reports."""
    phrases: Phrases
    """Labelled support messages."""
    bug_texts: list[str]
    """Bug reports without a label: for the gate only."""
    support_texts: list[str]
    """Messages to a support desk without a label: for the gate only."""


@dataclass(frozen=True)
class Part:
    """One logistic regression: rows of counts, labels, weights, and the fold of each row. Folds share no subject and no phrase."""

    counts: sparse.csr_matrix
    labels: np.ndarray
    weights: np.ndarray
    folds: np.ndarray
    strength: float
    own: np.ndarray
    """Which rows are of the expert's own kind: it is calibrated on these."""
    balanced: bool = False
    """Whether both classes weigh the same in each fit."""

    def fit(self, own: np.ndarray) -> tuple[TfidfTransformer, LogisticRegression]:
        tfidf = TfidfTransformer().fit(self.counts[own])
        model = LogisticRegression(C=self.strength, max_iter=1_000)
        # Anew among the rows of each fit: the intercepts of the folds would else differ by their share of urgent rows.
        weights = self.weights[own] * (figures.balanced_weights(self.labels[own]) if self.balanced else 1.0)
        return tfidf, model.fit(tfidf.transform(self.counts[own]), self.labels[own], sample_weight=weights)

    def crossed(self) -> np.ndarray:
        """Logits of each row from the model of the other folds."""
        logits = np.zeros(len(self.labels))
        for fold in sorted(set(self.folds.tolist())):
            own = self.folds == fold
            tfidf, model = self.fit(~own)
            logits[own] = model.decision_function(tfidf.transform(self.counts[own]))
        return logits


def ids_of_texts(tokenizer: Tokenizer, texts: list[str], recipe: UrgencyRecipe) -> list[list[int]]:
    return [encode(tokenizer, text, None, recipe.max_length, recipe.head_share)[0] for text in texts]


def ids_of(tokenizer: Tokenizer, tickets: list[Ticket], recipe: UrgencyRecipe) -> list[list[int]]:
    return ids_of_texts(tokenizer, [ticket.text for ticket in tickets], recipe)


def train(tokenizer: Tokenizer, material: Material, recipe: UrgencyRecipe) -> Mixture:
    """Experts learn with balanced classes, as so few reports are urgent, and are calibrated, across folds, to the classes as they come."""
    fitted, slopes, biases = [], [], []
    parts = prepare(tokenizer, material, recipe)
    for name, part in parts.items():
        crossed = part.crossed()
        if name == "gate":
            temperature, _ = calibration.fit(crossed, part.labels, part.weights)
            bias = -float(np.quantile(crossed[: len(material.tickets)], 1 - recipe.doubt)) / temperature
        else:
            temperature, bias = calibration.fit(crossed, part.labels, part.own.astype(float))
        log.info("%s: AUC across folds %.3f, slope %.2f, bias %.2f", name, figures.auc(part.labels[part.own], crossed[part.own]), 1 / temperature, bias)
        fitted.append(part.fit(np.ones(len(part.labels), bool)))
        slopes.append(1 / temperature)
        biases.append(bias)
    bag = Bag.of_models([tfidf.idf_ for tfidf, _ in fitted], [model for _, model in fitted], tokenizer.get_vocab_size(), recipe.pair_buckets)
    return Mixture(bag, slopes, biases)


def prepare(tokenizer: Tokenizer, material: Material, recipe: UrgencyRecipe) -> dict[str, Part]:
    """The parts in the order of the mixture's columns."""
    tickets, phrases = material.tickets, material.phrases
    texts = [t.text for t in tickets] + [t.text for t in phrases.training] + material.bug_texts + material.support_texts
    counts = features(ids_of_texts(tokenizer, texts, recipe), tokenizer.get_vocab_size(), recipe.pair_buckets)
    kinds = np.repeat([0, 1, 2, 3], [len(tickets), len(phrases.training), len(material.bug_texts), len(material.support_texts)])
    folds = np.array(
        [bucket(fingerprint(t.subject), FOLDS) for t in tickets] + phrases.folds + [bucket(text, FOLDS) for text in material.bug_texts + material.support_texts]
    )
    urgent = np.array([t.urgent for t in tickets + phrases.training], dtype=int)
    spoken = np.array([recipe.english_weight if t.language == "en" else 1.0 for t in phrases.training])
    spoken /= spoken.mean()
    # For the gate every kind of text has the same mass, however many rows it has.
    masses = (len(kinds) / 4 / np.bincount(kinds, minlength=4).clip(min=1))[kinds]
    masses[kinds == 1] *= spoken
    bug, labelled, every = kinds == 0, kinds <= 1, np.ones(len(kinds), bool)
    visiting = np.full(bug.sum(), recipe.bug_share * len(spoken) / bug.sum())
    return {
        "bug report": Part(counts[bug], urgent[bug[labelled]], np.ones(bug.sum()), folds[bug], recipe.bug_strength, every[bug], balanced=True),
        "support message": Part(
            counts[labelled], urgent, np.concatenate([visiting, spoken]), folds[labelled], recipe.support_strength, ~bug[labelled]
        ),
        "gate": Part(counts, np.isin(kinds, (1, 3)).astype(int), masses, folds, recipe.gate_strength, every),
    }
