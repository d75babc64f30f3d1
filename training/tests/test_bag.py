import unittest

import numpy as np
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from prefstream_training.bag import Bag, features
from prefstream_training.ensemble import padded
from prefstream_training.mixture import Mixture


class BagTest(unittest.TestCase):
    def setUp(self) -> None:
        random = np.random.default_rng(7)
        self.rows = [[2, *random.integers(5, 40, random.integers(1, 30)).tolist(), 3] for _ in range(80)]
        self.labels = np.array([int(7 in row) for row in self.rows])
        self.counts = features(self.rows, 40, 64)
        self.tfidf = TfidfTransformer().fit(self.counts)
        self.models = [LogisticRegression(C=c, max_iter=1_000).fit(self.tfidf.transform(self.counts), self.labels) for c in (1.0, 0.1)]
        self.bag = Bag.of_models([self.tfidf.idf_] * 2, self.models, vocabulary=40, pairs=64)

    def test_computes_what_the_fitted_regressions_compute(self) -> None:
        expected = np.stack([model.decision_function(self.tfidf.transform(self.counts)) for model in self.models], axis=1)

        found = self.bag(*padded(self.rows)).detach().numpy()

        np.testing.assert_allclose(found, expected, atol=1e-4)

    def test_mixes_probabilities_by_the_gate(self) -> None:
        bag = Bag.of_models([self.tfidf.idf_] * 3, [*self.models, self.models[0]], vocabulary=40, pairs=64)
        mixture = Mixture(bag, slopes=[1.0, 2.0, 3.0], biases=[0.5, 0.0, -1.0])

        found = mixture(*padded(self.rows)).squeeze(1).sigmoid().detach()

        bug, support, gate = (bag(*padded(self.rows)) * mixture.slopes + mixture.biases).sigmoid().detach().T
        np.testing.assert_allclose(found, (1 - gate) * bug + gate * support, atol=1e-6)

    def test_does_not_see_padding(self) -> None:
        short = self.bag(*padded(self.rows[:5])).detach()
        wide = self.bag(*padded(self.rows[:5], 60)).detach()

        self.assertLess(float((short - wide).abs().max()), 1e-5)

    def test_counts_a_repeated_subword_once(self) -> None:
        once = features([[2, 7, 8, 3]], 40, 64)
        again = features([[2, 7, 8, 7, 8, 3]], 40, 64)

        self.assertEqual([1.0, 1.0], [once[0, 7], again[0, 7]])


if __name__ == "__main__":
    unittest.main()
