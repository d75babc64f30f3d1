"""Masked-token pretraining on the unlabelled text, so that the little labelled data starts from something."""

import logging
import time

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

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


def pretrain(tokenizer: Tokenizer, texts: list[str], shape: Shape, epochs: int, seed: int, progress: Progress) -> Encoder:
    """Masks 20 % of the tokens (of these 80 % [MASK], 10 % random, 10 % kept: Devlin et al. 2019). No epochs: random weights."""
    torch.manual_seed(seed)
    encoder = Encoder(shape)
    if epochs == 0:
        return encoder
    data = blocks(tokenizer, texts, 128)
    bias = torch.nn.Parameter(torch.zeros(shape.vocabulary))
    parameters = [*encoder.parameters(), bias]
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.01, betas=(0.9, 0.98))
    batch, steps = 32, epochs * (len(data) // 32)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps, pct_start=0.1)
    started, running, done = time.monotonic(), 0.0, 0
    encoder.train()
    for _ in range(epochs):
        order = torch.randperm(len(data))
        for start in range(0, len(data) - batch + 1, batch):
            rows = data[order[start : start + batch]]
            chosen = (torch.rand(rows.shape) < 0.2) & (rows >= len(SPECIAL))
            draw = torch.rand(rows.shape)
            shown = torch.where(chosen & (draw < 0.8), MASK, rows)
            shown = torch.where(chosen & (draw > 0.9), torch.randint(len(SPECIAL), shape.vocabulary, rows.shape), shown)
            hidden = encoder(shown, torch.ones_like(shown))[chosen]
            loss = F.cross_entropy(hidden @ encoder.tokens.weight.T + bias, rows[chosen])
            optimiser.zero_grad()
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            schedule.step()
            progress.add(len(rows), loss.item(), float(norm))
            running, done = running + loss.item(), done + 1
            if done % 100 == 0:
                log.info("pretraining step %d of %d, loss %.3f, %.0f s", done, steps, running / 100, time.monotonic() - started)
                running = 0.0
    return encoder
