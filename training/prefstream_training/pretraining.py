"""Masked-token pretraining on the unlabelled text, so that the little labelled data starts from something."""

import itertools
import logging
import sys
import time
from collections.abc import Iterator

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

from .device import CPU, Device
from .network import Encoder, Shape
from .phases import Progress
from .vocabulary import CLS, MASK, SEP, SPECIAL

log = logging.getLogger(__name__)


def blocks(tokenizer: Tokenizer, texts: list[str], length: int) -> torch.Tensor:
    """All texts end to end, cut into rows of one length that start with [CLS]: no padding to spend time on."""
    stream: list[int] = []
    for encoded in tokenizer.encode_batch(texts, add_special_tokens=False):
        stream += encoded.ids
        stream.append(SEP)
    step = length - 1
    rows = [[CLS, *stream[i : i + step]] for i in range(0, len(stream) - step, step)]
    return torch.tensor(rows)


class MaskedTokens(nn.Module):
    """An encoder that guesses hidden tokens, by the embeddings that it reads them with."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder, self.bias = encoder, nn.Parameter(torch.zeros(encoder.shape.vocabulary))

    def forward(self, shown: Tensor, chosen: Tensor) -> Tensor:
        """[chosen positions, vocabulary]."""
        return self.encoder(shown, torch.ones_like(shown))[chosen] @ self.encoder.tokens.weight.T + self.bias


def pretrain(
    tokenizer: Tokenizer, texts: list[str], shape: Shape, epochs: int, seed: int, progress: Progress, device: Device = CPU, most_steps: int | None = None
) -> Encoder:
    """Masks 20 % of the tokens (of these 80 % [MASK], 10 % random, 10 % kept: Devlin et al. 2019). No epochs: random weights."""
    torch.manual_seed(seed)
    encoder = Encoder(shape)
    if epochs == 0:
        return encoder
    data = blocks(tokenizer, texts, min(128, shape.max_length))
    model = MaskedTokens(encoder).to(device.torch)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.01, betas=(0.9, 0.98))
    batch = 32
    steps = min(epochs * (len(data) // batch), most_steps or sys.maxsize)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps, pct_start=0.1)
    trainer = device.trainer(model, optimiser, schedule, batch)
    started, running, done = time.monotonic(), 0.0, 0
    model.train()
    for rows in itertools.islice(_batches(data, batch), steps):
        chosen = (torch.rand(rows.shape) < 0.2) & (rows >= len(SPECIAL))
        draw = torch.rand(rows.shape)
        shown = torch.where(chosen & (draw < 0.8), MASK, rows)
        shown = torch.where(chosen & (draw > 0.9), torch.randint(len(SPECIAL), shape.vocabulary, rows.shape), shown)
        loss = F.cross_entropy(trainer.network(shown.to(device.torch), chosen.to(device.torch)), rows[chosen].to(device.torch))
        norm = trainer.step(loss)
        progress.add(len(rows), rows.numel(), model, loss.item(), norm)
        running, done = running + loss.item(), done + 1
        if done % 100 == 0:
            log.info("pretraining step %d of %d, loss %.3f, %.0f s", done, steps, running / 100, time.monotonic() - started)
            running = 0.0
    return encoder.to("cpu")


def _batches(data: Tensor, batch: int) -> Iterator[Tensor]:
    """Passes over the rows without end, each in an order of its own; what does not fill a batch is left out of a pass."""
    while True:
        order = torch.randperm(len(data))
        yield from (data[order[start : start + batch]] for start in range(0, len(data) - batch + 1, batch))
