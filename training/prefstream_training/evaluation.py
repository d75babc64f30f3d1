"""Scores the dev files with the exported network, fits the calibration on them, and collects the figures."""

import math
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
    logits, labels = _score_tickets(session, tokenizer, dev, recipe)
    phrase_logits, phrase_labels = _score_tickets(session, tokenizer, held_out_phrases, recipe)
    weights = figures.balanced_weights(labels)
    # The mixture that the model was trained on. Dev alone is bug tickets, on which so little can be told that calibration to them
    # leaves no support ticket above the threshold.
    mixture = (
        np.concatenate([logits, phrase_logits]), np.concatenate([labels, phrase_labels]),
        np.concatenate([weights / len(dev), recipe.phrase_share * figures.balanced_weights(phrase_labels) / len(phrase_labels)]),
    )
    result = Result(calibration.fit(*mixture))
    scores = calibration.score(logits, *result.calibration)
    name = "tickets/dev"
    result.add(name, len(dev), "auc", figures.auc(labels, scores), figures.bootstrap(figures.auc, labels, scores))
    for statistic in ("average_precision",):
        function = getattr(figures, statistic)
        result.add(name, len(dev), statistic, function(labels, scores), figures.bootstrap(function, labels, scores))
    result.add(name, len(dev), "ece", _balanced_ece(labels, scores), figures.bootstrap(_balanced_ece, labels, scores))
    out_of_fold = _cross_fitted(*mixture)[: len(dev)]
    result.add(name, len(dev), "ece_cross_fitted", _balanced_ece(labels, out_of_fold), figures.bootstrap(_balanced_ece, labels, out_of_fold))
    natural = at_share(out_of_fold, float(labels.mean()))
    result.add(
        name, len(dev), "ece_cross_fitted_at_dev_share",
        figures.expected_calibration_error(labels, natural), figures.bootstrap(figures.expected_calibration_error, labels, natural),
    )
    result.diagram = reliability.svg(
        "ticket-urgency on tickets/dev", f"balanced classes, {len(dev)} rows, calibration of five folds crossed",
        reliability.bins(labels, out_of_fold, weights), "urgent",
    )
    products = np.array([ticket.product for ticket in dev])
    for product in sorted(set(products)):
        own = products == product
        result.add(
            f"{name}/{product}", int(own.sum()), "auc",
            figures.auc(labels[own], scores[own]), figures.bootstrap(figures.auc, labels[own], scores[own]),
        )
    phrase_scores = calibration.score(phrase_logits, *result.calibration)
    result.add(
        "generated/held-out-phrases", len(phrase_labels), "auc",
        figures.auc(phrase_labels, phrase_scores), figures.bootstrap(figures.auc, phrase_labels, phrase_scores),
    )
    result.details = {
        "urgent": int(labels.sum()),
        "prior": float(labels.mean()),
        "at": {"all": figures.at_threshold(labels, scores, THRESHOLD)}
        | {p: figures.at_threshold(labels[products == p], scores[products == p], THRESHOLD) for p in sorted(set(products))},
        "urgent_by": {p: int(labels[products == p].sum()) for p in sorted(set(products))},
        "mean": float(scores.mean()),
        "quantiles": np.quantile(scores, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)).round(3).tolist(),
        "phrases_at": figures.at_threshold(phrase_labels, phrase_scores, THRESHOLD),
        "phrases_urgent": int(phrase_labels.sum()),
    }
    return result


def preference(session: Session, tokenizer: Tokenizer, dev: list[Pair], recipe: PreferenceRecipe) -> Result:
    encoded = encode_pairs(tokenizer, dev, recipe)
    logits = session.run_all(encoded.ids, encoded.segments)
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
        "quantiles": np.quantile(scores, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)).round(3).tolist(),
    }
    return result


def _score_tickets(session: Session, tokenizer: Tokenizer, tickets: list[Ticket], recipe: UrgencyRecipe) -> tuple[np.ndarray, np.ndarray]:
    rows = ids_of(tokenizer, tickets, recipe)
    return session.run_all(rows, [[0] * len(row) for row in rows]), np.array([ticket.urgent for ticket in tickets], dtype=int)


def _balanced_ece(labels: np.ndarray, scores: np.ndarray) -> float:
    if labels.min() == labels.max():
        return math.nan
    return figures.expected_calibration_error(labels, scores, figures.balanced_weights(labels))


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


def at_share(scores: np.ndarray, share: float) -> np.ndarray:
    """The probability of urgent where urgent tickets are `share` of all, from scores under balanced classes (Bayes' rule)."""
    return share * scores / (share * scores + (1 - share) * (1 - scores))


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
