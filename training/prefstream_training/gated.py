"""A reward whose weights depend on the kind of prompt: reward = sum over kinds of P(kind | prompt) * (weights of the kind . traits of the response).

In dialogues that try to bring an assistant to do harm people prefer what they do not prefer elsewhere (a short refusal over a long answer),
so that a model that cannot tell the prompts apart averages the two away (EXPERIMENTS.md).
"""

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
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


COMMON = 0.5
"""What the common weights are scaled by: below 1 the penalty favours weights of a kind over common ones."""


def with_common(kinds: np.ndarray) -> np.ndarray:
    return np.column_stack([np.full(len(kinds), COMMON), kinds])


def fit(differences: np.ndarray, kinds: np.ndarray, lengths: np.ndarray, sample_weights: np.ndarray, strength: float) -> Fit:
    """Bradley-Terry on pairs whose first response was preferred: logistic regression of the products of traits and kinds, both ways round.

    The traits come in units of the root mean square of their differences, so that one strength suits all. What the margins still owe to length (their
    regression on the difference of log lengths, through the origin) is taken off.
    """
    scale = np.sqrt((differences**2).mean(axis=0)) + 1e-6
    products = ((differences / scale)[:, :, None] * with_common(kinds)[:, None, :]).reshape(len(differences), -1)
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=500, tol=1e-3)
    model.fit(np.vstack([products, -products]), np.repeat([1, 0], len(products)), sample_weight=np.tile(sample_weights, 2) / 2)
    weights = model.coef_[0].reshape(differences.shape[1], -1) / scale[:, None]
    owed = products @ model.coef_[0]
    return Fit(weights, float(owed @ lengths / (lengths @ lengths)))


class GatedTraits(nn.Module):
    """What is exported: gate, traits and their weights, and the words of the response, in one graph."""

    def __init__(self, traits: Traits, gate: Bag, fitted: Fit, words: Bag, words_factor: float):
        """`words` sees the response alone and is added times `words_factor`."""
        super().__init__()
        self.traits, self.gate, self.words, self.words_factor = traits, gate, words, words_factor
        self.weights = nn.Parameter(torch.tensor(fitted.weights, dtype=torch.float32))
        self.length_slope = nn.Parameter(torch.tensor([fitted.length_slope], dtype=torch.float32))

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """[rows, 1]. Segments: 0 for the prompt, 1 for the response."""
        kinds = torch.softmax(self.gate(ids, mask * (1 - segments)), dim=1)
        traits, length = self.traits(ids, mask, segments)
        common = torch.full_like(kinds[:, :1], COMMON)
        weights = torch.cat([common, kinds], dim=1) @ self.weights.T
        told_by_traits = (traits * weights).sum(dim=1, keepdim=True) - self.length_slope * length
        return told_by_traits + self.words_factor * self.words(ids, mask * segments)


def measured(tokenizer: Tokenizer, ids: list[list[int]], segments: list[list[int]], batch: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Differences of traits [pairs, traits] and of log lengths [pairs]: even rows less the odd rows after them."""
    module = Traits(tokenizer)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    traits, lengths = np.zeros((len(ids), len(module.names))), np.zeros(len(ids))
    with torch.no_grad():
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            own, mask = padded([ids[i] for i in part])
            found, length = module(own, mask, padded([segments[i] for i in part])[0])
            traits[part], lengths[part] = found.numpy(), length.numpy()[:, 0]
    return traits[0::2] - traits[1::2], lengths[0::2] - lengths[1::2]
