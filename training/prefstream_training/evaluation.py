"""Scores the dev files with the exported network, fits the calibration on them, and collects the figures."""

import math
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

    def figure(self, data: str, name: str) -> dict | None:
        """The entry of that name, or None where it had no value."""
        return next((metric for metric in self.metrics if (metric["data"], metric["name"]) == (data, name)), None)

    def add(self, data: str, rows: int, name: str, value: float, interval: tuple[float, float]) -> None:
        """Leaves out what has no value, such as an AUC without positives."""
        if not math.isnan(value):
            low, high = interval
            self.metrics.append({"data": data, "rows": rows, "name": name, "value": float(value), "low": float(low), "high": float(high)})


def urgency(
    session: Session, tokenizer: Tokenizer, dev: list[Ticket], held_out_phrases: list[Ticket], recipe: UrgencyRecipe, baselines: dict[str, np.ndarray]
) -> Result:
    """`baselines`: logits of the dev tickets, by name (baselines.py)."""
    logits, labels = _score_tickets(session, tokenizer, dev, recipe)
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
    error = figures.expected_calibration_error

    def add_ranked(data: str, name: str, statistic: Callable[..., float], own: np.ndarray, *scored: np.ndarray) -> None:
        """As many rows of each class in each draw, as `prefstream evaluate` does: a ranking is conditional on them."""
        result.add(data, len(own), name, statistic(own, *scored), figures.bootstrap(statistic, own, *scored, strata=own))

    def add_error(data: str, name: str, own: np.ndarray, scored: np.ndarray) -> None:
        result.add(data, len(own), name, error(own, scored), figures.bootstrap(error, own, scored))

    def add_called(data: str, own: np.ndarray, scored: np.ndarray) -> None:
        at = figures.at_threshold(own, scored, THRESHOLD)
        result.add(data, len(own), f"precision_at_{THRESHOLD}", at["precision"], figures.wilson(at["hits"], at["called"]))
        result.add(data, len(own), f"recall_at_{THRESHOLD}", at["recall"], figures.wilson(at["hits"], at["positives"]))

    add_ranked("tickets/dev", "auc", figures.auc, labels, scores)
    for name, others in baselines.items():
        add_ranked("tickets/dev", f"auc_of_tfidf_{name}", figures.auc, labels, others)
        add_ranked("tickets/dev", f"auc_above_tfidf_{name}", figures.auc_gap, labels, scores, others)
    add_ranked("tickets/dev", "average_precision", figures.average_precision, labels, scores)
    add_error("tickets/dev", "ece", labels, scores)
    add_error("tickets/dev", "ece_cross_fitted", labels, crossed)
    add_called("tickets/dev", labels, scores)
    sources = {ticket.source for ticket in dev}
    for kind in ("source", "product"):
        words = np.array([getattr(ticket, kind) for ticket in dev])
        for word in sorted(set(words)):
            own = words == word
            part = f"tickets/dev/{word}" if kind == "source" or word not in sources else f"tickets/dev/product {word}"
            add_ranked(part, "auc", figures.auc, labels[own], scores[own])
            add_error(part, "ece", labels[own], scores[own])
    add_ranked("generated/held-out-phrases", "auc", figures.auc, phrase_labels, phrase_scores)
    add_error("generated/held-out-phrases", "ece", phrase_labels, phrase_scores)
    add_called("generated/held-out-phrases", phrase_labels, phrase_scores)
    result.diagram = reliability.svg(
        "ticket-urgency on tickets/dev", f"{len(dev)} rows, calibration of five folds crossed", reliability.bins(labels, crossed), "urgent"
    )
    result.details = {
        "urgent": int(labels.sum()),
        "at": [(threshold, figures.at_threshold(labels, scores, threshold)) for threshold in (0.05, 0.1, 0.2, 0.3, 0.5, THRESHOLD)],
        "mean": float(scores.mean()),
        "quantiles": np.quantile(scores, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)).round(3).tolist(),
        "phrases_at": figures.at_threshold(phrase_labels, phrase_scores, THRESHOLD),
        "phrases": len(phrase_labels),
        "within_products": _within(labels, scores, np.array([ticket.product for ticket in dev])),
        "products": sorted({ticket.product for ticket in dev}),
    }
    return result


def preference(session: Session, tokenizer: Tokenizer, dev: list[Pair], recipe: PreferenceRecipe) -> Result:
    encoded = encode_pairs(tokenizer, dev, recipe)
    logits = session.run_all(encoded.ids, encoded.segments)
    margins = logits[0::2] - logits[1::2]
    temperature = calibration.fit_temperature(margins)
    # The bias puts the median response of the dev file at 0.5.
    result = Result((temperature, -float(np.median(logits)) / temperature))
    lengths = np.array([(len(pair.chosen), len(pair.rejected)) for pair in dev])
    scores = calibration.score(logits, *result.calibration)
    wins, crossed = calibration.sigmoid(margins / temperature), _cross_fitted_wins(margins)
    sources = np.array([pair.source for pair in dev])

    def add_share(data: str, name: str, own: np.ndarray) -> None:
        """`own`: 1, 0 or, for a tie, one half of each row that counts."""
        result.add(data, len(own), name, float(own.mean()) if len(own) else math.nan, figures.wilson(float(own.sum()), len(own)))

    def add_drawn(data: str, name: str, statistic: Callable[..., float], *columns: np.ndarray) -> None:
        """Pairs are drawn, so that a pair's two responses, and its mirror image, never part."""
        result.add(data, len(columns[0]), name, statistic(*columns), figures.bootstrap(statistic, *columns))

    for source in (None, *sorted(set(sources))):
        own = np.ones(len(dev), bool) if source is None else sources == source
        name = "preferences/dev" if source is None else f"preferences/dev/{source}"
        add_share(name, "pairwise_accuracy", figures.halves(margins[own]))
        add_share(name, "longer_wins", _follows_longer(margins[own], lengths[own]))
        add_share(name, "longer_chosen", _follows_longer(np.ones(own.sum()), lengths[own]))
        add_drawn(name, "length_fair_accuracy", _length_fair, margins[own], lengths[own])
        add_drawn(name, "phi_length", _phi_length, scores.reshape(-1, 2)[own], lengths[own])
        add_drawn(name, "ece", _error_of_wins, wins[own])
        if source is None:
            add_drawn(name, "ece_cross_fitted", _error_of_wins, crossed)
    result.diagram = reliability.svg(
        "response-preference on preferences/dev", f"win probability, {len(dev)} pairs both ways round, calibration of five folds crossed",
        reliability.bins(*_both_ways(crossed)), "preferred by people",
    )
    result.details = {
        "pairs": len(dev),
        "longer_rule": float(figures.halves(lengths[:, 0] - lengths[:, 1]).mean()),
        "quantiles": np.quantile(scores, (0, 0.05, 0.25, 0.5, 0.75, 0.95, 1)).round(3).tolist(),
        "sources": sorted(set(sources.tolist())),
    }
    return result


def _score_tickets(session: Session, tokenizer: Tokenizer, tickets: list[Ticket], recipe: UrgencyRecipe) -> tuple[np.ndarray, np.ndarray]:
    rows = ids_of(tokenizer, tickets, recipe)
    return session.run_all(rows, [[0] * len(row) for row in rows]), np.array([ticket.urgent for ticket in tickets], dtype=int)


def _within(labels: np.ndarray, scores: np.ndarray, groups: np.ndarray) -> float:
    """Mean of the AUC within each group, by its urgent tickets: what is left where the group cannot be recognised. Groups of one class tell nothing."""
    found = [(figures.auc(labels[groups == group], scores[groups == group]), labels[groups == group].sum()) for group in np.unique(groups)]
    known = [(auc, urgent) for auc, urgent in found if not math.isnan(auc)]
    return float(np.average([auc for auc, _ in known], weights=[urgent for _, urgent in known])) if known else math.nan


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
    """For each pair of unequal lengths: does the longer response have the higher score? One half for a tie."""
    gaps = lengths[:, 0] - lengths[:, 1]
    return figures.halves((margins * np.sign(gaps))[gaps != 0])


def _length_fair(margins: np.ndarray, lengths: np.ndarray) -> float:
    """Mean accuracy of pairs whose chosen response is longer, and of those where it is shorter; ties count one half."""
    right, longer = figures.halves(margins), lengths[:, 0] - lengths[:, 1]
    parts = [right[longer > 0], right[longer < 0]]
    return math.nan if min(map(len, parts)) == 0 else float(np.mean([part.mean() for part in parts]))


def _phi_length(scores: np.ndarray, lengths: np.ndarray) -> float:
    """Phi of "scores above the median" and "longer than the median" over single responses. Columns: chosen, rejected."""
    return figures.phi((scores > np.median(scores)).reshape(-1), (lengths > np.median(lengths)).reshape(-1))


def _both_ways(wins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(label, probability) of each pair's chosen response to be chosen, then of each rejected one."""
    return np.repeat([1, 0], len(wins)), np.concatenate([wins, 1 - wins])


def _error_of_wins(wins: np.ndarray) -> float:
    return figures.expected_calibration_error(*_both_ways(wins))
