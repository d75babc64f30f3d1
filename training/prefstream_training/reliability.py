"""Draws how often something happened against how likely the scores said it was."""

from dataclasses import dataclass
from html import escape

import numpy as np

from . import figures

BINS = 10
SIDE, LEFT, TOP, FOOT = 320, 60, 46, 60
"""Pixels: the square of the plot, and the room left of, above and below it."""


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    rows: int
    predicted: float
    observed: float
    interval: tuple[float, float]
    """95 % (Wilson 1927), for the effective number of weighted rows (Kish 1965)."""


def bins(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> list[Bin]:
    """Ten bins of equal width; empty ones are left out."""
    weights = np.ones(len(labels)) if weights is None else weights
    index, found = np.minimum((scores * BINS).astype(int), BINS - 1), []
    for b in range(BINS):
        own = index == b
        if own.any():
            w = weights[own]
            effective = float(w.sum() ** 2 / (w**2).sum())
            observed = float(np.average(labels[own], weights=w))
            found.append(
                Bin(b / BINS, (b + 1) / BINS, int(own.sum()), float(np.average(scores[own], weights=w)), observed, figures.wilson(observed * effective, effective))
            )
    return found


def svg(title: str, subtitle: str, found: list[Bin], event: str) -> str:
    """The diagram: points with intervals, the diagonal of perfect calibration, and the number of rows of each bin below."""
    x = lambda share: LEFT + share * SIDE
    y = lambda share: TOP + (1 - share) * SIDE
    most = max((b.rows for b in found), default=1)
    base = TOP + SIDE + FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + SIDE + 24}" height="{base + 78}" role="img" aria-labelledby="t d" '
        'font-family="sans-serif" font-size="11" fill="#1f2933">',
        f'<title id="t">{escape(title)}</title>',
        f'<desc id="d">{escape("; ".join(f"scores {b.low:.1f} to {b.high:.1f}: {b.rows} rows, predicted {b.predicted:.3f}, observed {b.observed:.3f}" for b in found))}</desc>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="18" font-size="14" font-weight="bold">{escape(title)}</text>',
        f'<text x="{LEFT}" y="35" fill="#52606d">{escape(subtitle)}</text>',
    ]
    for tick in np.arange(0, 1.01, 0.2):
        parts += [
            f'<line x1="{x(tick):.1f}" y1="{y(0)}" x2="{x(tick):.1f}" y2="{y(1)}" stroke="#e4e7eb"/>',
            f'<line x1="{x(0)}" y1="{y(tick):.1f}" x2="{x(1)}" y2="{y(tick):.1f}" stroke="#e4e7eb"/>',
            f'<text x="{x(tick):.1f}" y="{y(0) + 16}" text-anchor="middle">{tick:.1f}</text>',
            f'<text x="{x(0) - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:.1f}</text>',
        ]
    parts += [
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#9aa5b1" stroke-dasharray="4 4"/>',
        f'<text x="{x(0.5)}" y="{y(0) + 33}" text-anchor="middle">predicted</text>',
        f'<text x="16" y="{y(0.5)}" text-anchor="middle" transform="rotate(-90 16 {y(0.5)})">{escape(event)}</text>',
    ]
    for b in found:
        low, high = b.interval
        height = 50 * b.rows / most
        parts += [
            f'<line x1="{x(b.predicted):.1f}" y1="{y(low):.1f}" x2="{x(b.predicted):.1f}" y2="{y(high):.1f}" stroke="#2b6cb0" stroke-width="1.5"/>',
            f'<circle cx="{x(b.predicted):.1f}" cy="{y(b.observed):.1f}" r="4" fill="#2b6cb0"/>',
            f'<rect x="{x(b.low) + 2:.1f}" y="{base + 50 - height:.1f}" width="{SIDE / BINS - 4:.1f}" height="{height:.1f}" fill="#a3bfdd"/>',
            f'<text x="{x((b.low + b.high) / 2):.1f}" y="{base + 64}" text-anchor="middle" font-size="10">{b.rows}</text>',
        ]
    parts.append(f'<text x="{LEFT - 8}" y="{base + 64}" text-anchor="end" font-size="10">rows</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
