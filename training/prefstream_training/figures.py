"""Figures of the cards, each with an interval. The seeds are fixed: the same scores give the same figures."""

import math
from typing import Callable

import numpy as np
from scipy.stats import rankdata

Z95 = 1.959963984540054


def auc(labels: np.ndarray, scores: np.ndarray) -> float:
    """Area under the ROC curve as the Mann-Whitney statistic; ties count one half; NaN when a class is missing."""
    positives = int(labels.sum())
    negatives = len(labels) - positives
    if positives == 0 or negatives == 0:
        return math.nan
    ranks = rankdata(scores)
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def bootstrap(
    statistic: Callable[..., float], *columns: np.ndarray, strata: np.ndarray | None = None, draws: int = 2_000, seed: int = 7
) -> tuple[float, float]:
    """95 % percentile interval of a statistic over resampled rows; draws without a value (a class missing) are left out.

    With `strata` each draw takes as many rows of each stratum as there are. A row is what was drawn at once: of a pair, both responses.
    """
    random = np.random.default_rng(seed)
    strata = np.zeros(len(columns[0])) if strata is None else strata
    parts = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    values = []
    for _ in range(draws):
        rows = np.concatenate([part[random.integers(0, len(part), len(part))] for part in parts])
        value = statistic(*(column[rows] for column in columns))
        if not math.isnan(value):
            values.append(value)
    if not values:
        return math.nan, math.nan
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def auc_gap(labels: np.ndarray, scores: np.ndarray, others: np.ndarray) -> float:
    """By how much the AUC of `scores` lies above that of `others`, which scored the same rows."""
    return auc(labels, scores) - auc(labels, others)


def average_precision(labels: np.ndarray, scores: np.ndarray) -> float:
    """Sum of precision at each threshold times the recall it adds; rows of equal score enter together."""
    order = np.argsort(-scores, kind="stable")
    hits, ordered = np.cumsum(labels[order]), scores[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    recall = hits[last] / max(1, labels.sum())
    precision = hits[last] / (np.flatnonzero(last) + 1)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def expected_calibration_error(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None, bins: int = 10) -> float:
    """Mean |observed - predicted| over equal-width bins, weighted (Guo et al. 2017, equation 3)."""
    weights = np.ones(len(labels)) if weights is None else weights
    index = np.minimum((scores * bins).astype(int), bins - 1)
    gap = sum(abs(np.sum(weights[index == b] * (labels[index == b] - scores[index == b]))) for b in range(bins))
    return float(gap / weights.sum())


def balanced_weights(labels: np.ndarray) -> np.ndarray:
    """Weights under which both classes have the same mass."""
    positives = labels.sum()
    return np.where(labels == 1, 0.5 / positives, 0.5 / (len(labels) - positives)) * len(labels)


def wilson(successes: float, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    if trials == 0:
        return math.nan, math.nan
    share, z2 = successes / trials, Z95 * Z95
    centre = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return centre - half, centre + half


def at_threshold(labels: np.ndarray, scores: np.ndarray, threshold: float) -> dict[str, float]:
    """Counts, precision (NaN where nothing is called) and recall when scores strictly above the threshold are called urgent."""
    called = scores > threshold
    hits = int((called & (labels == 1)).sum())
    return {
        "called": int(called.sum()),
        "hits": hits,
        "positives": int(labels.sum()),
        "precision": hits / called.sum() if called.any() else math.nan,
        "recall": hits / labels.sum() if labels.any() else math.nan,
    }


def halves(gaps: np.ndarray) -> np.ndarray:
    """Of each gap: 1 above 0, one half for a tie, else 0."""
    return (np.sign(gaps) + 1) / 2


def phi(first: np.ndarray, second: np.ndarray) -> float:
    """Phi coefficient of two yes/no columns; NaN when one of them is constant."""
    if len(set(first.tolist())) < 2 or len(set(second.tolist())) < 2:
        return math.nan
    return float(np.corrcoef(first.astype(float), second.astype(float))[0, 1])
