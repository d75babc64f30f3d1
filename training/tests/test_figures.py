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

    def test_the_temperature_of_margins_is_recovered(self) -> None:
        random = np.random.default_rng(7)
        margins = random.normal(0, 3, 20_000)
        won = random.random(20_000) < calibration.sigmoid(margins / 2.0)

        self.assertAlmostEqual(2.0, calibration.fit_temperature(np.where(won, margins, -margins)), delta=0.1)

    def test_calibration_error_of_known_bins(self) -> None:
        labels, scores = np.array([0, 1, 1, 1]), np.array([0.25, 0.25, 0.95, 1.0])

        # Two rows lie 0.5 below what was observed in sum, two 0.05.
        self.assertAlmostEqual((0.5 + 0.05) / 4, figures.expected_calibration_error(labels, scores))
        self.assertAlmostEqual((0.25 * 3 - 0.75 * 1 + 0.05) / 6, figures.expected_calibration_error(labels, scores, np.array([3.0, 1.0, 1.0, 1.0])))

    def test_phi_of_a_known_table(self) -> None:
        first, second = np.array([1, 1, 1, 0, 0, 0, 0, 0]), np.array([1, 1, 0, 1, 0, 0, 0, 0])

        self.assertAlmostEqual((2 * 4 - 1 * 1) / (3 * 5 * 3 * 5) ** 0.5, figures.phi(first, second))
        self.assertTrue(math.isnan(figures.phi(first, np.ones(8))))

    def test_only_scores_strictly_above_the_threshold_are_called(self) -> None:
        found = figures.at_threshold(np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1]), 0.7)

        self.assertEqual({"called": 2, "hits": 1, "positives": 2, "precision": 0.5, "recall": 0.5}, found)
        self.assertTrue(math.isnan(figures.at_threshold(np.array([1]), np.array([0.7]), 0.7)["precision"]))

    def test_the_bootstrap_finds_the_interval_of_a_mean(self) -> None:
        values = np.random.default_rng(7).normal(0, 1, 400)

        low, high = figures.bootstrap(lambda drawn: float(drawn.mean()), values)

        self.assertAlmostEqual(values.mean() - 1.96 / 20, low, delta=0.015)
        self.assertAlmostEqual(values.mean() + 1.96 / 20, high, delta=0.015)
        self.assertEqual((low, high), figures.bootstrap(lambda drawn: float(drawn.mean()), values))

    def test_a_stratified_draw_has_as_many_rows_of_each_class_as_there_are(self) -> None:
        labels = np.array([1] * 3 + [0] * 50)

        self.assertEqual((3.0, 3.0), figures.bootstrap(lambda drawn: float(drawn.sum()), labels, strata=labels))
        self.assertNotEqual((3.0, 3.0), figures.bootstrap(lambda drawn: float(drawn.sum()), labels))

    def test_draws_without_a_value_are_left_out(self) -> None:
        self.assertEqual((1.0, 1.0), figures.bootstrap(figures.auc, np.array([1, 0]), np.array([0.9, 0.1])))
        self.assertTrue(all(map(math.isnan, figures.bootstrap(figures.auc, np.array([1, 1]), np.array([0.9, 0.1])))))

    def test_balanced_weights_give_both_classes_the_same_mass(self) -> None:
        weights = figures.balanced_weights(np.array([1, 0, 0, 0]))

        self.assertAlmostEqual(weights[0], weights[1:].sum())


if __name__ == "__main__":
    unittest.main()
