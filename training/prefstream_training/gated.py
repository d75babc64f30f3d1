"""A reward whose weights depend on the kind of prompt: reward = sum over kinds of P(kind | prompt) * (weights of the kind . traits of the response).

In dialogues that try to bring an assistant to do harm people prefer what they do not prefer elsewhere (a short refusal over a long answer),
so that a model that cannot tell the prompts apart averages the two away (EXPERIMENTS.md).
"""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from .bag import Bag
from .ensemble import padded
from .traits import Traits


@dataclass(frozen=True)
class Fit:
    """Weights of a gated comparison: [traits, 1 + kinds], the first column common to all kinds; and what is taken off for length."""

    weights: np.ndarray
    length_slope: float

    def margins(self, differences: np.ndarray, kinds: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Of pairs: differences of traits [pairs, traits], probabilities of the kinds [pairs, kinds], differences of log lengths [pairs]."""
        return np.einsum("pt,tk,pk->p", differences, self.weights, with_common(kinds)) - self.length_slope * lengths


COMMON = 0.25
"""What the common weights are scaled by: below 1 the penalty favours weights of a kind over common ones."""


def with_common(kinds: np.ndarray) -> np.ndarray:
    return np.column_stack([np.full(len(kinds), COMMON), kinds])


def fit(
    differences: np.ndarray, kinds: np.ndarray, lengths: np.ndarray, strength: float, follows_longer: float, sample_weights: np.ndarray | None = None
) -> Fit:
    """Bradley-Terry on pairs whose first response was preferred: logistic regression of the products of traits and kinds, both ways round.

    The traits come in units of the root mean square of their differences, so that one strength suits all. As much of the difference of log lengths is
    then taken off the margins that a share `follows_longer` of these pairs goes to the longer response: people's share, or 0.5 for none of it.
    """
    scale = np.sqrt((differences**2).mean(axis=0)) + 1e-6
    products = ((differences / scale)[:, :, None] * with_common(kinds)[:, None, :]).reshape(len(differences), -1)
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=500, tol=1e-3)
    twice = None if sample_weights is None else np.tile(sample_weights, 2)
    model.fit(np.vstack([products, -products]), np.repeat([1, 0], len(products)), sample_weight=twice)
    weights = model.coef_[0].reshape(differences.shape[1], -1) / scale[:, None]
    return Fit(weights, length_slope(products @ model.coef_[0], lengths, follows_longer))


def length_slope(margins: np.ndarray, lengths: np.ndarray, follows_longer: float) -> float:
    """The slope s by which `margins - s * lengths` prefers the longer response in the share asked for of the pairs of unequal length: the longer one
    wins where margin / length is above s, whichever of the two it is."""
    unequal = lengths != 0
    return float(np.quantile(margins[unequal] / lengths[unequal], 1 - follows_longer)) if unequal.any() else 0.0


class GatedTraits(nn.Module):
    """What is exported: gate, traits and their weights, in one graph."""

    def __init__(self, traits: Traits, gate: Bag, fitted: Fit):
        super().__init__()
        self.traits, self.gate = traits, gate
        self.weights = nn.Parameter(torch.tensor(fitted.weights, dtype=torch.float32))
        self.length_slope = nn.Parameter(torch.tensor([fitted.length_slope], dtype=torch.float32))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """[rows, 1]. Segments: 0 for the prompt, 1 for the response."""
        kinds = torch.softmax(self.gate(ids, mask * (1 - segments)), dim=1)
        traits, length = self.traits(ids, mask, segments)
        common = torch.full_like(kinds[:, :1], COMMON)
        weights = torch.cat([common, kinds], dim=1) @ self.weights.T
        return (traits * weights).sum(dim=1, keepdim=True) - self.length_slope * length


def measured(module: Traits, ids: list[list[int]], segments: list[list[int]], batch: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Differences of traits [pairs, traits] and of log lengths [pairs]: even rows less the odd rows after them."""
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    traits, lengths = np.zeros((len(ids), len(module.names))), np.zeros(len(ids))
    with torch.no_grad():
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            own, mask = padded([ids[i] for i in part])
            found, length = module(own, mask, padded([segments[i] for i in part])[0])
            traits[part], lengths[part] = found.numpy(), length.numpy()[:, 0]
    return traits[0::2] - traits[1::2], lengths[0::2] - lengths[1::2]
