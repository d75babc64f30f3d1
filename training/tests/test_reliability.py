import unittest
from xml.etree import ElementTree

import numpy as np

from prefstream_training import reliability


class ReliabilityTest(unittest.TestCase):
    def test_bins_hold_every_row_once_and_the_greatest_score_too(self) -> None:
        found = reliability.bins(np.array([0, 1, 1, 0]), np.array([0.05, 0.06, 1.0, 0.5]))

        self.assertEqual([(0.0, 2), (0.5, 1), (0.9, 1)], [(b.low, b.rows) for b in found])
        self.assertEqual([0.5, 0.0, 1.0], [b.observed for b in found])

    def test_weights_move_the_observed_share(self) -> None:
        found = reliability.bins(np.array([0, 1]), np.array([0.3, 0.3]), np.array([1.0, 3.0]))

        self.assertEqual(0.75, found[0].observed)

    def test_draws_well_formed_xml_with_one_point_a_bin(self) -> None:
        found = reliability.bins(np.array([0, 1, 1]), np.array([0.1, 0.5, 0.9]))

        root = ElementTree.fromstring(reliability.svg("a < b & c", "sub", found, "urgent"))

        self.assertEqual(3, len(root.findall("{http://www.w3.org/2000/svg}circle")))


if __name__ == "__main__":
    unittest.main()
