import unittest

import numpy as np

from prefstream_training.cross_validation import slopes_within_kinds


class SlopesWithinKindsTest(unittest.TestCase):
    def test_within_each_kind_the_longer_wins_half_of_the_time(self) -> None:
        random = np.random.default_rng(7)
        lengths = random.normal(size=4000)
        second = np.arange(4000) % 3 == 0
        sure = random.uniform(0.8, 1.0, size=4000)
        kinds = np.where(second[:, None], np.column_stack([1 - sure, sure, 0 * sure]), np.column_stack([sure, 1 - sure, 0 * sure]))
        margins = np.where(second, -0.7, 0.4) * lengths + random.normal(size=4000)

        slopes = slopes_within_kinds(margins, lengths, kinds)

        rest = margins - kinds @ slopes * lengths
        longer_wins = rest * lengths > 0
        for own in (second, ~second):
            self.assertGreater(abs((margins * lengths > 0)[own].mean() - 0.5), 0.1)
            self.assertAlmostEqual(longer_wins[own].mean(), 0.5, delta=0.02)
        self.assertEqual(slopes[2], np.median(margins / lengths))

    def test_pairs_of_equal_length_tell_nothing(self) -> None:
        margins, lengths, kinds = np.array([1.0, 2.0, 5.0, -9.0]), np.array([1.0, 1.0, 1.0, 0.0]), np.ones((4, 1))

        self.assertEqual(slopes_within_kinds(margins, lengths, kinds).tolist(), [2.0])


if __name__ == "__main__":
    unittest.main()
