"""Scores the dev files with the exported network, fits the calibration on them, and collects the figures."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from tokenizers import Tokenizer

from . import calibration, figures, reliability
from .bundle import Session
from .data import Pair, Ticket
from .preference import PreferenceRecipe, encode_pairs
from .urgency import UrgencyRecipe, ids_of

THRESHOLD = 0.7
"""Default strictness level of a tenant; strictly above is urgent."""


@dataclass
class Result:
    calibration: tuple[float, float]
    metrics: list[dict] = field(default_factory=list)
    """What bundle.json lists: data, rows, name, value, low, high (95 %)."""
    details: dict = field(default_factory=dict)
    """What only the card tells."""
    diagram: str = ""
    """The reliability diagram, SVG."""

    def add(self, data: str, rows: int, name: str, value: float, interval: tuple[float, float]) -> None:
        """Leaves out what has no value, such as an AUC without positives."""
        if not math.isnan(value):
            low, high = interval
            self.metrics.append(
                {"data": data, "rows": rows, "name": name, "value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}
            )


def urgency(session: Session, tokenizer: Tokenizer, dev: list[Ticket], held_out_phrases: list[Ticket], recipe: UrgencyRecipe) -> Result:
    started = time.thread_time()
    logits, labels = _score_tickets(session, tokenizer, dev, recipe)
    speed = len(dev) / (time.thread_time() - started)
    phrase_logits, phrase_labels = _score_tickets(session, tokenizer, held_out_phrases, recipe)
    # Classes as frequent as they come: the score is a probability, not a score under balanced classes. Both kinds of text, the rows of
    # each weighing as much as the other's: fitted on bug reports alone, the one temperature would take all certainty from support messages.
    both = (
        np.concatenate([logits, phrase_logits]), np.concatenate([labels, phrase_labels]),
        np.repeat([1 / len(labels), 1 / len(phrase_labels)], [len(labels), len(phrase_labels)]) * len(labels),
    )
    result = Result(calibration.fit(*both))
    scores, crossed = calibration.score(logits, *result.calibration), _cross_fitted(*both)[: len(dev)]
    phrase_scores = calibration.score(phrase_logits, *result.calibration)

    def add(data: str, name: str, statistic: Callable[..., float], own_labels: np.ndarray, own_scores: np.ndarray) -> None:
        result.add(data, len(own_labels), name, statistic(own_labels, own_scores), figures.bootstrap(statistic, own_labels, own_scores))

    add("tickets/dev", "auc", figures.auc, labels, scores)
    add("tickets/dev", "average_precision", figures.average_precision, labels, scores)
    add("tickets/dev", "ece", figures.expected_calibration_error, labels, scores)
    add("tickets/dev", "ece_cross_fitted", figures.expected_calibration_error, labels, crossed)
    products = np.array([ticket.product for ticket in dev])
    for product in sorted(set(products)):
        own = products == product
        add(f"tickets/dev/{product}", "auc", figures.auc, labels[own], scores[own])
        add(f"tickets/dev/{product}", "ece", figures.expected_calibration_error, labels[own], scores[own])
    add("generated/held-out-phrases", "auc", figures.auc, phrase_labels, phrase_scores)
    add("generated/held-out-phrases", "ece", figures.expected_calibration_error, phrase_labels, phrase_scores)
    result.diagram = reliability.svg(
        "ticket-urgency on tickets/dev", f"{len(dev)} rows, calibration of five folds crossed", reliability.bins(labels, crossed), "urgent"
    )
    result.details = {
        "urgent": int(labels.sum()),
        "at": [(threshold, figures.at_threshold(labels, scores, threshold)) for threshold in (0.05, 0.1, 0.2, 0.3, 0.5, THRESHOLD)],
        "mean": float(scores.mean()),
        "quantiles": np.quantile(scores, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)).round(3).tolist(),
        "phrases_at": figures.at_threshold(phrase_labels, phrase_scores, THRESHOLD),
        "phrases_urgent": int(phrase_labels.sum()),
        "speed": _two_digits(speed),
    }
    return result


def preference(session: Session, tokenizer: Tokenizer, dev: list[Pair], recipe: PreferenceRecipe) -> Result:
    started = time.thread_time()
    encoded = encode_pairs(tokenizer, dev, recipe)
    logits = session.run_all(encoded.ids, encoded.segments)
    speed = len(logits) / (time.thread_time() - started)
    margins = logits[0::2] - logits[1::2]
    temperature = calibration.fit_temperature(margins)
    crossed = _cross_fitted_wins(margins)
    # The bias puts the median response of the dev file at 0.5.
    result = Result((temperature, -float(np.median(logits)) / temperature))
    lengths = np.array([(len(pair.chosen), len(pair.rejected)) for pair in dev])
    sources = np.array([pair.source for pair in dev])
    for source in (None, *sorted(set(sources))):
        own = np.ones(len(dev), bool) if source is None else sources == source
        name = "preferences/dev" if source is None else f"preferences/dev/{source}"
        right, rows = float((margins[own] > 0).sum() + 0.5 * (margins[own] == 0).sum()), int(own.sum())
        result.add(name, rows, "pairwise_accuracy", right / rows, figures.wilson(right, rows))
        longer = _follows_longer(margins[own], lengths[own])
        result.add(name, rows, "longer_wins", float(longer.mean()), figures.wilson(float(longer.sum()), len(longer)))
    fair = np.column_stack([margins, lengths])
    result.add("preferences/dev", len(dev), "length_fair_accuracy", _length_fair(fair), figures.bootstrap(_length_fair, fair))
    scores = calibration.score(logits, *result.calibration)
    by_length = lengths.reshape(-1)
    result.add("preferences/dev", len(scores), "phi_length", _phi_length(scores, by_length), figures.bootstrap(_phi_length, scores, by_length))
    won = np.concatenate([np.ones(len(dev)), np.zeros(len(dev))])
    win = calibration.sigmoid(np.concatenate([margins, -margins]) / temperature)
    result.add("preferences/dev", len(dev), "ece", figures.expected_calibration_error(won, win), figures.bootstrap(figures.expected_calibration_error, won, win))
    crossed_both = np.concatenate([crossed, 1 - crossed])
    result.add(
        "preferences/dev", len(dev), "ece_cross_fitted", figures.expected_calibration_error(won, crossed_both),
        figures.bootstrap(figures.expected_calibration_error, won, crossed_both),
    )
    result.diagram = reliability.svg(
        "response-preference on preferences/dev", f"win probability, {len(dev)} pairs both ways round, calibration of five folds crossed",
        reliability.bins(won, crossed_both), "preferred by people",
    )
    labels_longer = float((lengths[:, 0] > lengths[:, 1]).sum() + 0.5 * (lengths[:, 0] == lengths[:, 1]).sum())
    result.details = {
        "longer_preferred": labels_longer / len(dev),
        "speed": _two_digits(speed),
        "quantiles": np.quantile(scores, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)).round(3).tolist(),
    }
    return result


def _score_tickets(session: Session, tokenizer: Tokenizer, tickets: list[Ticket], recipe: UrgencyRecipe) -> tuple[np.ndarray, np.ndarray]:
    rows = ids_of(tokenizer, tickets, recipe)
    return session.run_all(rows, [[0] * len(row) for row in rows]), np.array([ticket.urgent for ticket in tickets], dtype=int)


def _two_digits(speed: float) -> int:
    """Rows a second: more digits would be the machine's mood."""
    return int(float(f"{speed:.2g}"))


def _folds(rows: int) -> np.ndarray:
    return np.random.default_rng(7).permutation(rows) % 5


def _cross_fitted(logits: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Scores where each fifth of the rows is calibrated on the other four: not seen by its fit."""
    fold, scores = _folds(len(labels)), np.zeros(len(labels))
    for own in range(5):
        other = fold != own
        scores[fold == own] = calibration.score(logits[fold == own], *calibration.fit(logits[other], labels[other], weights[other]))
    return scores


def _cross_fitted_wins(margins: np.ndarray) -> np.ndarray:
    """Win probability of the chosen response, the temperature fitted on the other four fifths."""
    fold, wins = _folds(len(margins)), np.zeros(len(margins))
    for own in range(5):
        wins[fold == own] = calibration.sigmoid(margins[fold == own] / calibration.fit_temperature(margins[fold != own]))
    return wins


def _follows_longer(margins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """For each pair of unequal lengths: does the model prefer the longer response?"""
    unequal = lengths[:, 0] != lengths[:, 1]
    return (margins[unequal] > 0) == (lengths[unequal, 0] > lengths[unequal, 1])


def _length_fair(rows: np.ndarray) -> float:
    """Mean accuracy of pairs whose chosen response is longer, and of those where it is shorter. Columns: margin, two lengths."""
    parts = [rows[rows[:, 1] > rows[:, 2], 0], rows[rows[:, 1] < rows[:, 2], 0]]
    return math.nan if min(map(len, parts)) == 0 else float(np.mean([(part > 0).mean() for part in parts]))


def _phi_length(scores: np.ndarray, lengths: np.ndarray) -> float:
    """Phi of "scores above the median" and "longer than the median", over single responses."""
    return figures.phi(scores > np.median(scores), lengths > np.median(lengths))
