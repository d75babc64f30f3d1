"""Jumps on losses and gradient norms made here."""

import random
import tempfile
import unittest
from pathlib import Path

import torch

from prefstream_training.network import Shape
from prefstream_training.phases import Progress, jumps
from prefstream_training.pretraining import pretrain
from prefstream_training.vocabulary import train_vocabulary


def run(losses: list[float], norms: list[float]) -> Progress:
    """Steps of 16 rows and 100 tokens of a network of 4 weights."""
    progress, network = Progress(), torch.nn.Linear(3, 1)
    for loss, norm in zip(losses, norms):
        progress.add(16, 100, network, loss, norm)
    return progress


class PhasesTest(unittest.TestCase):
    def setUp(self) -> None:
        self.draw = random.Random(7)

    def noise(self, level: float, count: int, spread: float = 0.02) -> list[float]:
        return [level + self.draw.gauss(0, spread) for _ in range(count)]

    def test_finds_the_spike_after_which_the_loss_is_lower(self) -> None:
        norms = self.noise(1.0, 200)
        norms[100] = 6.0

        found = jumps(run(self.noise(1.0, 100) + self.noise(0.7, 100), norms).steps)

        self.assertEqual([101], [jump.step for jump in found])
        self.assertEqual(101 * 16, found[0].samples)
        self.assertAlmostEqual(6.0, found[0].spike, delta=0.2)

    def test_keeps_silent_about_a_spike_without_a_drop(self) -> None:
        norms = self.noise(1.0, 200)
        norms[100] = 6.0

        self.assertEqual([], jumps(run(self.noise(1.0, 200), norms).steps))

    def test_keeps_silent_about_a_drop_without_a_spike(self) -> None:
        self.assertEqual([], jumps(run(self.noise(1.0, 100) + self.noise(0.7, 100), self.noise(1.0, 200)).steps))

    def test_does_not_take_an_even_descent_for_a_jump(self) -> None:
        norms = self.noise(1.0, 200)
        norms[100] = 6.0
        losses = [2.0 - 0.005 * i + self.draw.gauss(0, 0.02) for i in range(200)]

        self.assertEqual([], jumps(run(losses, norms).steps))

    def test_curves_of_a_long_run_are_thinned(self) -> None:
        curves = run([1.0] * 2_500, [2.0] * 2_500).curves(most=1_000)

        self.assertEqual({"loss", "gradient_norm", "samples"}, set(curves))
        self.assertEqual((1, 16.0), curves["samples"][0])
        self.assertLessEqual(len(curves["loss"]), 1_000)
        self.assertEqual({}, Progress().curves())

    def test_writes_one_row_a_step_with_the_samples_seen_and_the_compute_that_a_scaling_study_needs(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            run([0.5, 0.25], [1.0, 2.0]).write(Path(folder) / "steps.csv")
            text = (Path(folder) / "steps.csv").read_text()

        expected = "step,samples,compute,loss,gradient_norm\n1,16,2400,0.500000,1.000000\n2,32,4800,0.250000,2.000000\n"
        self.assertEqual(expected, text.replace("\r\n", "\n"))

    def test_pretraining_counts_every_token_and_weight(self) -> None:
        tokenizer = train_vocabulary(["the nightly job failed again on node"] * 40, 300)
        progress, shape = Progress(), Shape(tokenizer.get_vocab_size(), max_length=16, width=8, heads=2)

        encoder = pretrain(tokenizer, ["the nightly job failed again on node"] * 400, shape, 9, 7, progress, most_steps=2)

        weights = sum(part.numel() for part in encoder.parameters()) + shape.vocabulary
        self.assertEqual([6 * weights * 32 * 16 * step for step in (1, 2)], [step.compute for step in progress.steps])


if __name__ == "__main__":
    unittest.main()
