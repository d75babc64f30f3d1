import math
import unittest

import numpy as np

from prefstream_training import calibration, figures


class FiguresTest(unittest.TestCase):
    def test_auc_counts_ties_as_half(self) -> None:
        self.assertEqual(0.875, figures.auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.4, 0.8])))

    def test_auc_has_no_value_for_one_class(self) -> None:
        self.assertTrue(math.isnan(figures.auc(np.array([1, 1]), np.array([0.1, 0.2]))))

    def test_average_precision_of_a_known_ranking(self) -> None:
        self.assertAlmostEqual((1 + 2 / 3) / 2, figures.average_precision(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.6])))

    def test_wilson_matches_the_published_example(self) -> None:
        low, high = figures.wilson(81, 263)  # Newcombe 1998, table I: 0.2553 to 0.3662
        self.assertAlmostEqual(0.2553, low, 4)
        self.assertAlmostEqual(0.3662, high, 4)

    def test_calibration_recovers_temperature_and_bias(self) -> None:
        random = np.random.default_rng(7)
        logits = random.normal(0, 3, 20_000)
        labels = (random.random(20_000) < calibration.score(logits, 2.0, 0.5)).astype(int)

        temperature, bias = calibration.fit(logits, labels, np.ones(len(labels)))

        self.assertAlmostEqual(2.0, temperature, 1)
        self.assertAlmostEqual(0.5, bias, 1)

    def test_balanced_weights_give_both_classes_the_same_mass(self) -> None:
        weights = figures.balanced_weights(np.array([1, 0, 0, 0]))

        self.assertAlmostEqual(weights[0], weights[1:].sum())


if __name__ == "__main__":
    unittest.main()
