"""A linear branch over the set of subwords and of hashed subword pairs: what a few hundred positives can carry.

It is a logistic regression on TF-IDF rows, fitted by scikit-learn and then written into two embedding tables, so that it
runs inside the ONNX graph on the same ids as the transformer.
"""

import numpy as np
import scipy.sparse as sparse
import torch
from sklearn.feature_extraction.text import TfidfTransformer
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
    """The fitted branch. Each distinct id or bucket counts once; the sum is divided by the row's TF-IDF length, as in training."""

    def __init__(self, vocabulary: int, pairs: int):
        super().__init__()
        self.vocabulary, self.pairs = vocabulary, pairs
        # Column 0 is idf * coefficient, column 1 is idf squared.
        self.table = nn.Embedding(vocabulary + pairs, 2)
        self.intercept = nn.Parameter(torch.zeros(1))

    @classmethod
    def fit(cls, rows: list[list[int]], labels: np.ndarray, weights: np.ndarray, vocabulary: int, pairs: int, strength: float) -> "Bag":
        """Logistic regression with inverse L2 strength `strength` (scikit-learn's C)."""
        counts = features(rows, vocabulary, pairs)
        tfidf = TfidfTransformer().fit(counts)
        model = LogisticRegression(C=strength, max_iter=1_000).fit(tfidf.transform(counts), labels, sample_weight=weights)
        return cls._of(vocabulary, pairs, tfidf.idf_, model.coef_[0], model.intercept_)

    @classmethod
    def fit_comparisons(cls, rows: list[list[int]], vocabulary: int, pairs: int, strength: float) -> "Bag":
        """Bradley-Terry: even rows were preferred to the odd rows after them. Logistic regression on differences, both ways round."""
        counts = features(rows, vocabulary, pairs)
        tfidf = TfidfTransformer().fit(counts)
        units = tfidf.transform(counts)
        differences = units[0::2] - units[1::2]
        labels = np.repeat([1, 0], differences.shape[0])
        model = LogisticRegression(C=strength, max_iter=1_000, fit_intercept=False)
        model.fit(sparse.vstack([differences, -differences]), labels)
        return cls._of(vocabulary, pairs, tfidf.idf_, model.coef_[0], np.zeros(1))

    @classmethod
    def _of(cls, vocabulary: int, pairs: int, idf: np.ndarray, coefficients: np.ndarray, intercept: np.ndarray) -> "Bag":
        bag = cls(vocabulary, pairs)
        bag.table.weight.data = torch.tensor(np.stack([idf * coefficients, idf**2], axis=1), dtype=torch.float32)
        bag.intercept.data = torch.tensor(intercept, dtype=torch.float32)
        return bag

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """[rows, 1]."""
        real = mask > 0
        words = (ids >= len(SPECIAL)) & real
        buckets = self.vocabulary + (FACTOR * ids[:, :-1] + ids[:, 1:]) % self.pairs
        sums = self._sums(ids, words) + self._sums(buckets, real[:, 1:] & real[:, :-1])
        return sums[:, :1] * torch.rsqrt(sums[:, 1:] + 1e-9) + self.intercept

    def _sums(self, index: Tensor, counted: Tensor) -> Tensor:
        """Column sums over the distinct counted indices of each row. Sorting brings repeats together, which costs far less
        than comparing all positions with all."""
        ordered, _ = torch.sort(torch.where(counted, index, -1), dim=1)
        first = (ordered[:, 1:] != ordered[:, :-1]) & (ordered[:, 1:] >= 0)
        first = torch.cat([ordered[:, :1] >= 0, first], dim=1)
        return (self.table(ordered.clamp(min=0)) * first.unsqueeze(-1).to(torch.float32)).sum(dim=1)
