"""Tells kinds of prompts apart: a logistic regression and naive Bayes on the same TF-IDF rows, and a regression that weighs their opinions
(stacked generalisation, Wolpert 1992).

The two err differently, and neither is calibrated: the first learns each prompt twice and support texts beside, so that it takes one kind for more
frequent than it is. All three are linear, so that the network holds one linear model and is none the slower.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from .bag import Bag, features


@dataclass(frozen=True)
class GateRecipe:
    pair_buckets: int = 131_072
    strength: float = 10.0
    """Inverse L2 strength of the regression on words."""
    smoothing: float = 0.03
    """TF-IDF mass that naive Bayes gives to what a kind of prompt never had."""


@dataclass(frozen=True)
class Linear:
    """Logits that are linear in TF-IDF rows of unit length. Weights: [logits, features]."""

    tfidf: TfidfTransformer
    weights: np.ndarray
    intercepts: np.ndarray

    def logits(self, counts: sparse.csr_matrix) -> np.ndarray:
        """[rows, logits]."""
        return self.tfidf.transform(counts) @ self.weights.T + self.intercepts

    def then(self, judge: LogisticRegression) -> "Linear":
        """What a regression on these logits makes of them, as one model."""
        return Linear(self.tfidf, judge.coef_ @ self.weights, judge.coef_ @ self.intercepts + judge.intercept_)


class Gate:
    """Learns from each prompt twice, as a dialogue with role marks and without, as a ticket would read; and from support texts, which no pair has.

    What judges the two opinions learns from the prompts alone: the support texts are many and easy, and would count as a kind more frequent than it is.
    """

    def __init__(
        self, prompts: list[list[int]], bare: list[list[int]], support: list[list[int]], labels: np.ndarray, support_label: int, folds: np.ndarray,
        vocabulary: int, recipe: GateRecipe = GateRecipe(),
    ):
        """Ids of the prompts, of the same without role marks, and of the support texts. `labels`: the kind of each prompt, from 0. `folds`: of the
        prompts, then of the support texts."""
        self.recipe, self.vocabulary, self.pairs, self.kinds = recipe, vocabulary, len(prompts), int(max(labels.max(), support_label)) + 1
        self.counts = features(prompts + bare + support, vocabulary, recipe.pair_buckets)
        self.labels = np.concatenate([labels, labels, np.full(len(support), support_label)])
        self.folds = np.concatenate([folds[: self.pairs], folds])
        self._fitted: dict[frozenset[int], Linear] = {}
        self._crossed: dict[frozenset[int], np.ndarray] = {}

    def opinions(self, without: frozenset[int] = frozenset()) -> Linear:
        """Logits of the regression, then those of naive Bayes, learnt from the rows outside these folds; kept, since pairs of folds come up twice."""
        if without not in self._fitted:
            own = ~np.isin(self.folds, list(without))
            tfidf = TfidfTransformer().fit(self.counts[own])
            rows = tfidf.transform(self.counts[own])
            regression = LogisticRegression(C=self.recipe.strength, max_iter=500, tol=1e-3).fit(rows, self.labels[own])
            bayes = MultinomialNB(alpha=self.recipe.smoothing).fit(rows, self.labels[own])
            # A kind that only the folds left out have gets no weights.
            weights, intercepts = np.zeros((2, self.kinds, rows.shape[1])), np.zeros((2, self.kinds))
            weights[0, regression.classes_], intercepts[0, regression.classes_] = regression.coef_, regression.intercept_
            weights[1, bayes.classes_] = bayes.feature_log_prob_ - bayes.feature_log_prob_.mean(axis=0)
            self._fitted[without] = Linear(tfidf, weights.reshape(2 * self.kinds, -1), intercepts.reshape(-1))
        return self._fitted[without]

    def crossed(self, without: int | None = None, role_marks: bool = True) -> np.ndarray:
        """[pairs, kinds]: probabilities of each prompt from opinions that learnt on the other folds, as a new prompt would get them. With a fold
        `without`, nothing has seen it, and its own prompts get theirs from all others."""
        blind = frozenset() if without is None else frozenset({without})
        opinions, result = self._opinions_of_others(blind), np.zeros((self.pairs, self.kinds))
        start = 0 if role_marks else self.pairs
        for fold in np.unique(self.folds[: self.pairs]).tolist():
            own = np.flatnonzero(self.folds[: self.pairs] == fold)
            judge = self._judge(opinions, blind | {fold})
            result[np.ix_(own, judge.classes_)] = judge.predict_proba(opinions[start + own])
        return result

    def bag(self) -> Bag:
        """The gate of all rows as a network."""
        model = self.opinions().then(self._judge(self._opinions_of_others(frozenset()), frozenset()))
        return Bag([model.tfidf.idf_], list(model.weights), model.intercepts, self.vocabulary, self.recipe.pair_buckets)

    def _opinions_of_others(self, blind: frozenset[int]) -> np.ndarray:
        """[2 * pairs, 2 * kinds]: of each prompt and of the same without role marks, from the rows outside its fold and outside `blind`."""
        if blind not in self._crossed:
            folds, found = self.folds[: 2 * self.pairs], np.zeros((2 * self.pairs, 2 * self.kinds))
            for fold in np.unique(folds).tolist():
                own = np.flatnonzero(folds == fold)
                found[own] = self.opinions(blind | {fold}).logits(self.counts[own])
            self._crossed[blind] = found
        return self._crossed[blind]

    def _judge(self, opinions: np.ndarray, blind: frozenset[int]) -> LogisticRegression:
        own = ~np.isin(self.folds[: 2 * self.pairs], list(blind))
        return LogisticRegression(max_iter=500, tol=1e-3).fit(opinions[own], self.labels[: 2 * self.pairs][own])
