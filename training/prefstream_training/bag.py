"""A linear model over the set of subwords and of hashed subword pairs: what a few hundred positives can carry.

It is a logistic regression on TF-IDF rows, fitted by scikit-learn and then written into an embedding table, so that
it runs as an ONNX graph on token ids.
"""

import numpy as np
import scipy.sparse as sparse
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from .vocabulary import SPECIAL

FACTOR = 7_919
"""A prime, so that (FACTOR * first + second) mod table size spreads pairs of ids evenly."""


def features(rows: list[list[int]], vocabulary: int, pairs: int) -> sparse.csr_matrix:
    """One row of zeros and ones a text: the ids in it, then the buckets of its adjacent pairs. Special ids count in pairs only
    ([CLS] marks a beginning)."""
    index, column = [], []
    for i, ids in enumerate(rows):
        present = {token for token in ids if token >= len(SPECIAL)}
        present |= {vocabulary + (FACTOR * a + b) % pairs for a, b in zip(ids, ids[1:])}
        index += [i] * len(present)
        column += sorted(present)
    return sparse.csr_matrix((np.ones(len(column)), (index, column)), shape=(len(rows), vocabulary + pairs))


class Bag(nn.Module):
    """Fitted models that share one table. Each distinct id or bucket counts once; a model's sum is divided by the row's TF-IDF length."""

    def __init__(self, idfs: list[np.ndarray], coefficients: list[np.ndarray], intercepts: np.ndarray, vocabulary: int, pairs: int):
        """Of models fitted on TF-IDF rows of unit length, each with an idf of its own or all with one."""
        super().__init__()
        self.vocabulary, self.pairs, self.models = vocabulary, pairs, len(coefficients)
        own = idfs if len(idfs) == self.models else idfs * self.models
        # A column of idf * coefficient for each model, then one of each idf squared.
        columns = [idf * weights for idf, weights in zip(own, coefficients)] + [idf**2 for idf in idfs]
        self.table = nn.Embedding.from_pretrained(torch.tensor(np.stack(columns, axis=1), dtype=torch.float32))
        self.intercept = nn.Parameter(torch.tensor(intercepts, dtype=torch.float32))

    @classmethod
    def of_models(cls, idfs: list[np.ndarray], models: list[LogisticRegression], vocabulary: int, pairs: int) -> "Bag":
        """Of logistic regressions of two classes, each with its own idf."""
        return cls(idfs, [model.coef_[0] for model in models], np.array([model.intercept_[0] for model in models]), vocabulary, pairs)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """[rows, models]."""
        real = mask > 0
        words = (ids >= len(SPECIAL)) & real
        buckets = self.vocabulary + (FACTOR * ids[:, :-1] + ids[:, 1:]) % self.pairs
        sums = self._sums(ids, words) + self._sums(buckets, real[:, 1:] & real[:, :-1])
        return sums[:, : self.models] * torch.rsqrt(sums[:, self.models :] + 1e-9) + self.intercept

    def _sums(self, index: Tensor, counted: Tensor) -> Tensor:
        """Column sums over the distinct counted indices of each row. Sorting brings repeats together, which costs far less
        than comparing all positions with all."""
        ordered, _ = torch.sort(torch.where(counted, index, -1), dim=1)
        first = (ordered[:, 1:] != ordered[:, :-1]) & (ordered[:, 1:] >= 0)
        first = torch.cat([ordered[:, :1] >= 0, first], dim=1)
        return (self.table(ordered.clamp(min=0)) * first.unsqueeze(-1).to(torch.float32)).sum(dim=1)
