"""A linear model over the set of subwords and of hashed subword pairs: what a few hundred positives can carry.

It is a logistic regression on TF-IDF rows, fitted by scikit-learn and then written into an embedding table, so that
it runs as an ONNX graph on token ids.
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


COMPARISON_SCALE = 60.0
"""Divides the TF-IDF rows of comparisons, which have no unit length: about their root mean square, so that strengths compare."""


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


def log_length_differences(rows: list[list[int]]) -> np.ndarray:
    """For each pair of rows, log of the ids of the first over those of the second."""
    logs = np.log([max(1, len(row)) for row in rows])
    return logs[0::2] - logs[1::2]


def length_matched_weights(rows: list[list[int]], bins: int = 10) -> np.ndarray:
    """A weight for each pair of rows under which the longer one is preferred as often as the shorter one, in each of `bins` bins of
    the size of the length difference: length then cannot tell which of a pair was preferred. The weights of a bin keep its mass."""
    difference = log_length_differences(rows)
    size, weights = np.abs(difference), np.ones(len(difference))
    bin_of = np.searchsorted(np.quantile(size, np.linspace(0, 1, bins + 1)[1:-1]), size)
    for b in range(bins):
        unequal = (bin_of == b) & (difference != 0)
        for own in (unequal & (difference > 0), unequal & (difference < 0)):
            if own.any():
                weights[own] = unequal.sum() / 2 / own.sum()
    return weights


class Bag(nn.Module):
    """Fitted models that share one table. Each distinct id or bucket counts once.

    `unit_rows` divides a model's sum by the row's TF-IDF length under its own idf; `length_slope` times the log of the number of ids is taken off.
    """

    def __init__(self, vocabulary: int, pairs: int, unit_rows: bool, models: int = 1):
        super().__init__()
        self.vocabulary, self.pairs, self.unit_rows, self.models = vocabulary, pairs, unit_rows, models
        # A column of idf * coefficient for each model, then one of its idf squared.
        self.table = nn.Embedding(vocabulary + pairs, 2 * models)
        self.intercept, self.length_slope = nn.Parameter(torch.zeros(models)), nn.Parameter(torch.zeros(1))

    @classmethod
    def of_models(cls, idfs: list[np.ndarray], models: list[LogisticRegression], vocabulary: int, pairs: int) -> "Bag":
        """Of logistic regressions, each fitted on TF-IDF rows of unit length with its own idf."""
        bag = cls(vocabulary, pairs, unit_rows=True, models=len(models))
        bag._set(idfs, [model.coef_[0] for model in models])
        bag.intercept.data = torch.tensor([model.intercept_[0] for model in models], dtype=torch.float32)
        return bag

    @classmethod
    def of_classes(cls, idf: np.ndarray, model: LogisticRegression, vocabulary: int, pairs: int) -> "Bag":
        """Of one logistic regression of several classes, fitted on TF-IDF rows of unit length: a column for each class, whose softmax
        is the probability."""
        bag = cls(vocabulary, pairs, unit_rows=True, models=len(model.classes_))
        bag._set([idf] * len(model.classes_), list(model.coef_))
        bag.intercept.data = torch.tensor(model.intercept_, dtype=torch.float32)
        return bag

    @classmethod
    def fit_comparisons(cls, rows: list[list[int]], weights: np.ndarray, vocabulary: int, pairs: int, strength: float) -> "Bag":
        """Bradley-Terry: even rows were preferred to the odd rows after them. Logistic regression on differences, both ways round.

        What the margins of the fit still owe to length (their regression on the difference of log lengths, through the origin) is
        taken off by `length_slope`.
        """
        counts = features(rows, vocabulary, pairs)
        tfidf = TfidfTransformer(norm=None).fit(counts)
        scaled = tfidf.transform(counts) / COMPARISON_SCALE
        differences = scaled[0::2] - scaled[1::2]
        labels = np.repeat([1, 0], differences.shape[0])
        model = LogisticRegression(C=strength, max_iter=1_000, fit_intercept=False)
        model.fit(sparse.vstack([differences, -differences]), labels, sample_weight=np.tile(weights, 2))
        bag = cls(vocabulary, pairs, unit_rows=False)
        bag._set([tfidf.idf_], [model.coef_[0] / COMPARISON_SCALE])
        lengths, margins = log_length_differences(rows), differences @ model.coef_[0]
        bag.length_slope.data = torch.tensor([float(margins @ lengths / (lengths @ lengths))])
        return bag

    def _set(self, idfs: list[np.ndarray], coefficients: list[np.ndarray]) -> None:
        columns = [idf * own for idf, own in zip(idfs, coefficients)] + [idf**2 for idf in idfs]
        self.table.weight.data = torch.tensor(np.stack(columns, axis=1), dtype=torch.float32)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """[rows, models]."""
        real = mask > 0
        words = (ids >= len(SPECIAL)) & real
        buckets = self.vocabulary + (FACTOR * ids[:, :-1] + ids[:, 1:]) % self.pairs
        sums = self._sums(ids, words) + self._sums(buckets, real[:, 1:] & real[:, :-1])
        if self.unit_rows:
            return sums[:, : self.models] * torch.rsqrt(sums[:, self.models :] + 1e-9) + self.intercept
        length = real.to(torch.float32).sum(dim=1, keepdim=True).clamp(min=1)
        return sums[:, :1] - self.length_slope * torch.log(length)

    def _sums(self, index: Tensor, counted: Tensor) -> Tensor:
        """Column sums over the distinct counted indices of each row. Sorting brings repeats together, which costs far less
        than comparing all positions with all."""
        ordered, _ = torch.sort(torch.where(counted, index, -1), dim=1)
        first = (ordered[:, 1:] != ordered[:, :-1]) & (ordered[:, 1:] >= 0)
        first = torch.cat([ordered[:, :1] >= 0, first], dim=1)
        return (self.table(ordered.clamp(min=0)) * first.unsqueeze(-1).to(torch.float32)).sum(dim=1)
