"""Trains ticket-urgency."""

import logging
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

from .bag import Bag
from .data import Ticket
from .ensemble import Ensemble, Linear, logits, padded
from .fine_tuning import Schedule, fine_tune
from .network import Encoder, Scorer
from .phases import Progress
from .truncation import encode

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UrgencyRecipe:
    max_length: int = 256
    head_share: float = 0.75
    pair_buckets: int = 32_768
    strength: float = 0.05
    """Inverse L2 strength; by cross-validation inside train (EXPERIMENTS.md)."""
    phrase_share: float = 0.3
    """Weight of all generated phrases against all labelled tickets."""
    transformer_share: float = 0.0
    """0 ships the linear model alone."""
    schedule: Schedule = Schedule(epochs=2)


def ids_of(tokenizer: Tokenizer, tickets: list[Ticket], recipe: UrgencyRecipe) -> list[list[int]]:
    return [encode(tokenizer, ticket.text, None, recipe.max_length, recipe.head_share)[0] for ticket in tickets]


def class_weights(tickets: list[Ticket], phrases: list[Ticket], phrase_share: float) -> np.ndarray:
    """Urgent and standard weigh the same within tickets and within phrases; the mean weight of a row is about 1."""
    weights = np.zeros(len(tickets) + len(phrases))
    labels = np.array([t.urgent for t in tickets + phrases])
    for start, end, mass in ((0, len(tickets), 1.0), (len(tickets), len(weights), phrase_share)):
        for label in (False, True):
            rows = np.flatnonzero(labels[start:end] == label) + start
            if len(rows):
                weights[rows] = mass * 0.5 * len(tickets) / len(rows)
    return weights


def train(tokenizer: Tokenizer, encoder: Encoder, tickets: list[Ticket], phrases: list[Ticket], recipe: UrgencyRecipe, progress: Progress) -> nn.Module:
    rows = ids_of(tokenizer, tickets + phrases, recipe)
    labels = np.array([t.urgent for t in tickets + phrases], dtype=int)
    weights = class_weights(tickets, phrases, recipe.phrase_share)
    linear = Linear(Bag.fit(rows, labels, weights, tokenizer.get_vocab_size(), recipe.pair_buckets, recipe.strength), reads_pair_only=False)
    if recipe.transformer_share == 0:
        return linear
    torch.manual_seed(recipe.schedule.seed)
    scorer = Scorer(encoder)
    target, weight = torch.tensor(labels, dtype=torch.float32), torch.tensor(weights, dtype=torch.float32)
    weight = weight / weight.mean()

    def loss_of(batch: list[int]) -> torch.Tensor:
        # Labels are noisy (Major is the tracker's default): smoothing keeps the network from being sure of them.
        smooth = target[batch] * 0.9 + 0.05
        out = scorer(*padded([rows[i] for i in batch])).squeeze(-1)
        return (F.binary_cross_entropy_with_logits(out, smooth, reduction="none") * weight[batch]).mean()

    fine_tune(scorer, len(rows), [len(r) for r in rows], loss_of, recipe.schedule, progress)
    spreads = [float(logits(branch, rows[: len(tickets)]).std()) for branch in (scorer, linear)]
    log.info("spread of the transformer %.3f, of the linear model %.3f", *spreads)
    return Ensemble(scorer, linear, recipe.transformer_share, *spreads)
