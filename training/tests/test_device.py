"""What trains where. No GPU is at hand here: the choice is tried with PyTorch's answer replaced, DeepSpeed with a stand-in that has its calls."""

import sys
import types
import unittest
from unittest import mock

import torch

from prefstream_training import device
from prefstream_training.fine_tuning import Schedule, fine_tune
from prefstream_training.phases import Progress


class DeviceTest(unittest.TestCase):
    def with_gpu(self, gpu: bool, deepspeed: bool) -> None:
        patches = (
            mock.patch.object(torch.cuda, "is_available", lambda: gpu), mock.patch.object(torch.cuda, "get_device_name", lambda: "a GPU"),
            mock.patch.object(device.importlib.util, "find_spec", lambda _: object() if deepspeed else None),
        )
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)

    def test_takes_the_best_that_is_there(self) -> None:
        for gpu, deepspeed, expected in ((False, False, "cpu"), (False, True, "cpu"), (True, False, "cuda"), (True, True, "deepspeed")):
            with self.subTest(expected):
                self.with_gpu(gpu, deepspeed)
                self.assertEqual(expected, device.choose("auto").kind)

    def test_refuses_what_is_named_and_missing(self) -> None:
        self.with_gpu(False, True)
        with self.assertRaisesRegex(device.Unavailable, "finds no GPU"):
            device.choose("deepspeed")
        self.with_gpu(True, False)
        with self.assertRaisesRegex(device.Unavailable, "not installed"):
            device.choose("deepspeed")

    def train(self, where: device.Device) -> tuple[torch.nn.Module, Progress]:
        torch.manual_seed(7)
        model, progress = torch.nn.Linear(3, 1), Progress()
        rows, targets = torch.randn(64, 3), torch.randn(64, 1)
        fine_tune(model, [1] * 64, [2] * 64, lambda network, batch: ((network(rows[batch]) - targets[batch]) ** 2).mean(), Schedule(epochs=3), progress, where)
        return model, progress

    def test_deepspeed_takes_the_steps_that_a_plain_run_takes(self) -> None:
        """As far as the calls go: initialize, backward, step, get_global_grad_norm."""
        plain, expected = self.train(device.CPU)
        self.assertEqual((3 * 64, 6 * 4 * 2 * 3 * 64), (expected.steps[-1].samples, expected.steps[-1].compute))

        class Engine(torch.nn.Module):
            def __init__(self, module, optimizer, scheduler, clip):
                super().__init__()
                self.module, self.optimizer, self.scheduler, self.clip = module, optimizer, scheduler, clip

            def forward(self, *inputs):
                return self.module(*inputs)

            def backward(self, loss):
                loss.backward()

            def step(self):
                self.norm = torch.nn.utils.clip_grad_norm_(self.module.parameters(), self.clip)
                self.optimizer.step()
                self.scheduler.step()
                self.optimizer.zero_grad()

            def get_global_grad_norm(self):
                return self.norm

        stand_in = types.ModuleType("deepspeed")
        stand_in.initialize = lambda model, optimizer, lr_scheduler, config: (
            Engine(model, optimizer, lr_scheduler, config["gradient_clipping"]), optimizer, None, lr_scheduler
        )
        where = device.Device("deepspeed")
        where.torch = torch.device("cpu")
        with mock.patch.dict(sys.modules, deepspeed=stand_in):
            model, progress = self.train(where)

        torch.testing.assert_close(model.weight, plain.weight)
        self.assertEqual(expected.steps, progress.steps)


if __name__ == "__main__":
    unittest.main()
