"""Trains the transformer on labels (urgency) and on comparisons (preference). One loop, two losses."""

import logging
import time
from dataclasses import dataclass
from typing import Callable

import torch
from torch import Tensor, nn

from .device import CPU, Device
from .phases import Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Schedule:
    epochs: int
    batch: int = 16
    rate: float = 5e-4
    weight_decay: float = 0.05
    seed: int = 7


def fine_tune(
    model: nn.Module, lengths: list[int], tokens: list[int], loss_of: Callable[[nn.Module, list[int]], Tensor], schedule: Schedule,
    progress: Progress, device: Device = CPU,
) -> None:
    """Minimises the mean of `loss_of(network, indices of one batch)`, whose tensors are on `device`; the model ends on the CPU. Batches hold
    examples of like length, in random order. Of each example: `lengths`, of its longest row; `tokens`, of all its rows."""
    examples = len(lengths)
    torch.manual_seed(schedule.seed)
    model.to(device.torch)
    optimiser = torch.optim.AdamW(model.parameters(), lr=schedule.rate, weight_decay=schedule.weight_decay)
    steps = schedule.epochs * -(-examples // schedule.batch)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, schedule.rate, total_steps=steps, pct_start=0.1)
    trainer = device.trainer(model, optimiser, rates, schedule.batch)
    started = time.monotonic()
    model.train()
    for epoch in range(schedule.epochs):
        # Noise of +-32 tokens keeps neighbours changing between epochs while padding stays small.
        noisy = torch.tensor(lengths) + torch.randint(-32, 33, (examples,))
        order = torch.argsort(noisy).tolist()
        batches = [order[i : i + schedule.batch] for i in range(0, examples, schedule.batch)]
        total = 0.0
        for index in torch.randperm(len(batches)).tolist():
            loss = loss_of(trainer.network, batches[index])
            norm = trainer.step(loss)
            progress.add(len(batches[index]), sum(tokens[i] for i in batches[index]), model, loss.item(), norm)
            total += loss.item()
        log.info(
            "epoch %d of %d, loss %.4f, last gradient norm %.2f, %.0f s",
            epoch + 1, schedule.epochs, total / len(batches), norm, time.monotonic() - started,
        )
    model.to("cpu")
