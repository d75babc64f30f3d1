import unittest

import numpy as np

from prefstream_training.ensemble import padded
from prefstream_training.gate import Gate, GateRecipe

VOCABULARY, KINDS, FOLDS = 60, 3, 4


class GateTest(unittest.TestCase):
    """Prompts of three kinds, of which each has ten words of its own among forty that all have; the support texts hold words that no prompt has."""

    def setUp(self) -> None:
        self.random = np.random.default_rng(7)
        self.labels = self.random.integers(0, KINDS, 240)
        self.prompts = [self.prompt(kind) for kind in self.labels]
        self.folds = self.random.integers(0, FOLDS, 300)

    def prompt(self, kind: int) -> list[int]:
        return [2, *self.random.integers(20, 50, 12).tolist(), *self.random.integers(20 - 5 * kind - 5, 20 - 5 * kind, 2).tolist(), 3]

    def gate(self, labels: np.ndarray) -> Gate:
        support = [[2, *range(50, 58), 3]] * 60
        return Gate(self.prompts, [ids[1:] for ids in self.prompts], support, labels, 1, self.folds, VOCABULARY, GateRecipe(pair_buckets=64))

    def test_tells_prompts_that_it_has_not_seen(self) -> None:
        gate = self.gate(self.labels)

        for role_marks in (True, False):
            found = gate.crossed(role_marks=role_marks)
            np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-9)
            self.assertGreater((found.argmax(axis=1) == self.labels).mean(), 0.8)

    def test_takes_no_kind_for_more_frequent_than_it_is_for_the_sake_of_the_support_texts(self) -> None:
        found = self.gate(self.labels).crossed()

        np.testing.assert_allclose(found.mean(axis=0), np.bincount(self.labels) / len(self.labels), atol=0.03)

    def test_what_a_fold_says_reaches_nothing_where_it_is_left_out(self) -> None:
        own = self.folds[: len(self.labels)] == 2
        others = np.where(own, (self.labels + 1) % KINDS, self.labels)

        told, retold = self.gate(self.labels), self.gate(others)

        np.testing.assert_array_equal(told.crossed(without=2), retold.crossed(without=2))

    def test_a_kind_that_one_fold_alone_has_is_not_expected_there(self) -> None:
        labels = np.where(self.folds[: len(self.labels)] == 0, self.labels, self.labels % 2)

        found = self.gate(labels).crossed()

        self.assertEqual(0.0, found[self.folds[: len(labels)] == 0, 2].max())

    def test_the_network_gives_the_logits_of_regression_bayes_and_judge(self) -> None:
        gate = self.gate(self.labels)
        judge = gate._judge(gate._opinions_of_others(frozenset()), frozenset())

        found = gate.bag()(*padded(self.prompts)).detach().numpy()

        expected = judge.decision_function(gate.opinions().logits(gate.counts[: len(self.prompts)]))
        np.testing.assert_allclose(found, expected, atol=1e-4)


if __name__ == "__main__":
    unittest.main()
