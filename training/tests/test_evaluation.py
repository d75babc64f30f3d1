"""Figures and cards of logits given here, so that every figure is known beforehand."""

import math
import re
import unittest

import numpy as np

from prefstream_training import baselines, calibration, cards, evaluation, figures
from prefstream_training.data import Pair, Ticket
from prefstream_training.phrases import Phrases
from prefstream_training.preference import PreferenceRecipe
from prefstream_training.urgency import Material, UrgencyRecipe
from prefstream_training.vocabulary import train_vocabulary

TOKENIZER = train_vocabulary(["nobody can log in since six", "how do i change my picture"] * 4, 300)


class Says:
    """A session that gives the logits of each call as they were put in."""

    def __init__(self, *answers: list[float]):
        self.answers = list(answers)

    def run_all(self, rows: list[list[int]], segments: list[list[int]]) -> np.ndarray:
        answer = np.array(self.answers.pop(0), float)
        assert len(answer) == len(rows) == len(segments)
        return answer


def tickets(labels: list[bool]) -> list[Ticket]:
    """Every other one of product b, which alone makes the source second."""
    return [Ticket(f"subject {i}", "body", urgent, "ab"[i % 2], "en", ("first", "second")[i % 2]) for i, urgent in enumerate(labels)]


def pairs(*parts: tuple[str, int, int, int]) -> list[Pair]:
    """Of each part: source, characters of the chosen and of the rejected response, how many."""
    return [Pair("Human: hi\n\nAssistant:", "a" * chosen, "b" * rejected, source) for source, chosen, rejected, count in parts for _ in range(count)]


class UrgencyTest(unittest.TestCase):
    # Of 20 urgent tickets 16 get logit 2, of 40 others 2 do; the rest gets -2.
    LABELS = [True] * 20 + [False] * 40
    LOGITS = [2.0] * 16 + [-2.0] * 4 + [2.0] * 2 + [-2.0] * 38

    def setUp(self) -> None:
        self.dev, self.recipe = tickets(self.LABELS), UrgencyRecipe()
        others = {"words": np.zeros(60), "words_sublinear": np.array(self.LOGITS)}
        self.result = evaluation.urgency(Says(self.LOGITS, self.LOGITS), TOKENIZER, self.dev, self.dev, self.recipe, others)

    def value(self, data: str, name: str) -> float:
        return self.result.figure(data, name)["value"]

    def test_figures_are_those_of_the_labels(self) -> None:
        # 0.8 * 0.95 of the mixed pairs are won, 0.8 * 0.05 + 0.2 * 0.95 tied.
        self.assertAlmostEqual(0.875, self.value("tickets/dev", "auc"))
        self.assertAlmostEqual(16 / 18, self.value("tickets/dev", "precision_at_0.7"))
        self.assertAlmostEqual(16 / 20, self.value("tickets/dev", "recall_at_0.7"))
        self.assertAlmostEqual(figures.wilson(16, 18)[0], self.result.figure("tickets/dev", "precision_at_0.7")["low"])
        # Two logits and two parameters: the fit leaves nothing.
        self.assertLess(self.value("tickets/dev", "ece"), 1e-4)
        self.assertAlmostEqual(0.8 * 16 / 18 + 0.2 * 20 / 60, self.value("tickets/dev", "average_precision"))

    def test_tells_products_and_sources_apart(self) -> None:
        for part in ("a", "b", "first", "second"):
            self.assertEqual(30, self.result.figure(f"tickets/dev/{part}", "auc")["rows"])
        self.assertAlmostEqual(self.value("tickets/dev/b", "auc"), self.value("tickets/dev/second", "auc"))

    def test_keeps_every_digit_so_that_nothing_is_rounded_twice(self) -> None:
        labels, logits = [True] * 2 + [False] * 11, [1.0, 0.0] + [0.5] * 3 + [-1.0] * 8

        result = evaluation.urgency(Says(logits, logits), TOKENIZER, tickets(labels), tickets(labels), self.recipe, {})

        self.assertAlmostEqual(19 / 22, result.figure("tickets/dev", "auc")["value"], places=12)

    def test_each_draw_of_a_ranking_has_as_many_of_each_class(self) -> None:
        labels = np.array(self.LABELS, int)

        expected = figures.bootstrap(figures.auc, labels, np.array(self.LOGITS), strata=labels)

        auc = self.result.figure("tickets/dev", "auc")
        self.assertEqual(expected, (auc["low"], auc["high"]))

    def test_a_baseline_is_compared_on_the_same_draws(self) -> None:
        same, blind = (self.result.figure("tickets/dev", f"auc_above_tfidf_{name}") for name in ("words_sublinear", "words"))

        self.assertEqual([0, 0, 0], [same[part] for part in ("value", "low", "high")])
        self.assertAlmostEqual(0.375, blind["value"])
        self.assertGreater(blind["low"], 0.2)

    def test_the_card_says_what_was_measured(self) -> None:
        card = cards.urgency(self.result, Material(self.dev, Phrases(self.dev, [], self.dev), [], []), self.recipe)

        self.assertRegex(card, r"\| tickets/dev \| 60 \| auc \| 0\.875 \|")
        self.assertRegex(card, r"\| tickets/dev/second \| 30 \| ece \|")
        self.assertRegex(card, r"as usual AUC 0\.500, the difference \+0\.375 \(.*\): beyond noise")
        self.assertIn("AUC 0.875, the difference +0.000 (+0.000 to +0.000): within noise", card)
        self.assertIn("| 0.7 | 18 | 16 | 0.89 (0.67 to 0.97) | 0.80 (0.58 to 0.92) |", card)
        self.assertIn("rests on dev figures", card)
        self.assertRegex(card, r"chance \(0\.5\) within\s+none\.")

    def test_within_products_leaves_out_those_of_one_class(self) -> None:
        labels, groups = np.array([1, 0, 1, 1, 0, 0]), np.array(list("aabbbc"))

        found = evaluation._within(labels, np.array([0.9, 0.1, 0.3, 0.5, 0.4, 0.2]), groups)

        self.assertAlmostEqual((1 * 1 + 2 * 0.5) / 3, found)
        self.assertTrue(math.isnan(evaluation._within(np.zeros(2), np.ones(2), np.array(["a", "b"]))))


class PreferenceTest(unittest.TestCase):
    def measured(self, dev: list[Pair], margins: list[float]) -> evaluation.Result:
        """Of each pair the chosen response has half of the margin, the rejected one the negative of that."""
        return evaluation.preference(Says([part for margin in margins for part in (margin / 2, -margin / 2)]), TOKENIZER, dev, PreferenceRecipe())

    def test_ties_count_one_half_as_in_the_product(self) -> None:
        dev = pairs(("s", 9, 3, 4), ("s", 3, 9, 4), ("s", 5, 5, 2))

        result = self.measured(dev, [1, 1, 0, -1, 1, 0, 0, -1, 1, 1])

        value = lambda name: result.figure("preferences/dev", name)["value"]
        self.assertAlmostEqual((5 + 1.5) / 10, value("pairwise_accuracy"))
        # Longer first: won, won, tied, lost; shorter first: lost, tied, tied, won.
        self.assertAlmostEqual((2 + 0.5 + 1 + 1) / 8, value("longer_wins"))
        self.assertAlmostEqual(4 / 8, value("longer_chosen"))
        self.assertAlmostEqual((2.5 / 4 + 2 / 4) / 2, value("length_fair_accuracy"))
        self.assertEqual(8, result.figure("preferences/dev", "longer_wins")["rows"])

    def test_length_within_sources_is_told_where_the_pooled_figure_hides_it(self) -> None:
        dev = pairs(("along", 9, 3, 30), ("along", 4, 8, 30), ("against", 9, 3, 30), ("against", 4, 8, 30))

        result = self.measured(dev, [1] * 30 + [-1] * 30 + [-1] * 30 + [1] * 30)
        card = cards.preference(result, 120, 5)

        phi = {part: result.figure(f"preferences/dev{part}", "phi_length")["value"] for part in ("", "/along", "/against")}
        self.assertAlmostEqual(0, phi[""])
        self.assertAlmostEqual(1, phi["/along"])
        self.assertAlmostEqual(-1, phi["/against"])
        self.assertIn("**There the score does go with length**, beyond noise: against (the longer wins in 0.000, people choose it in 0.500), along (", card)
        self.assertIn("to\nbe surpassed: **0.500 does not**", card)
        self.assertRegex(card, r"\| preferences/dev/along \| 60 \| ece \|")

    def test_a_pair_is_drawn_with_its_mirror_image(self) -> None:
        """Of 400 pairs 340 are won with 0.85, the others lost with it: the error of a draw is |share won - 0.85|, whose spread is 0.018."""
        wins = np.array([0.85] * 340 + [0.15] * 60)

        low, high = figures.bootstrap(evaluation._error_of_wins, wins)

        self.assertAlmostEqual(0, evaluation._error_of_wins(wins))
        self.assertAlmostEqual(2.24 * 0.018, high, delta=0.004)

    def test_intervals_of_the_card_draw_pairs(self) -> None:
        margins = [2.0] * 30 + [-2.0] * 10

        error = self.measured(pairs(("s", 9, 3, 40)), margins).figure("preferences/dev", "ece")

        wins = calibration.sigmoid(np.array(margins) / calibration.fit_temperature(np.array(margins)))
        self.assertEqual((40, *figures.bootstrap(evaluation._error_of_wins, wins)), (error["rows"], error["low"], error["high"]))

    def test_the_wanted_calibration_is_met_with_its_interval_or_only_by_the_figure(self) -> None:
        for value, high, expected in ((0.02, 0.05, "the upper end of the interval too"), (0.03, 0.06, "not by the upper end"), (0.06, 0.09, "**is not met**")):
            self.assertIn(expected, cards._wanted({"value": value, "low": 0.01, "high": high}))

    def test_a_wanted_accuracy_is_surpassed_beyond_noise_or_within_it(self) -> None:
        found = [cards._surpassed({"value": value, "low": low}, 0.5) for value, low in ((0.6, 0.55), (0.6, 0.45), (0.5, 0.4))]

        self.assertEqual(["0.600 does", "0.600 does, within noise", "**0.500 does not**"], found)


class BaselinesTest(unittest.TestCase):
    def test_words_tell_what_words_can_tell(self) -> None:
        train = [Ticket("", f"{'down' if i % 4 == 0 else 'wish'} number {i}", i % 4 == 0, "p", "en") for i in range(40)]
        dev = [Ticket("", "all is down", True, "p", "en"), Ticket("", "a wish", False, "p", "en")]

        found = baselines.urgency(train, dev)

        self.assertEqual(set(baselines.WORDS), set(found))
        for logits in found.values():
            self.assertGreater(logits[0], 0)
            self.assertLess(logits[1], 0)


class CardTest(unittest.TestCase):
    def test_every_baseline_has_a_name_in_the_card(self) -> None:
        self.assertFalse(set(baselines.WORDS) ^ set(cards.WORDS))


if __name__ == "__main__":
    unittest.main()
