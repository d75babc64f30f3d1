"""Trains response-preference: a Bradley-Terry model (1952) of two responses to one prompt."""

import logging
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

from .bag import Bag, length_matched_weights
from .data import Pair
from .ensemble import Ensemble, Linear, logits, padded
from .fine_tuning import Schedule, fine_tune
from .network import Encoder, Scorer
from .phases import Progress
from .preparation import without_role_marks
from .truncation import encode

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PreferenceRecipe:
    max_length: int = 256
    head_share: float = 0.25
    """Small: of a long dialogue the last turns matter most to the response."""
    pair_buckets: int = 32_768
    strength: float = 0.01
    """Inverse L2 strength; by cross-validation inside train (EXPERIMENTS.md)."""
    transformer_share: float = 0.0
    """0 ships the linear model alone."""
    schedule: Schedule = Schedule(epochs=1, rate=3e-4)


@dataclass(frozen=True)
class Encoded:
    """Chosen responses in the even rows, the rejected ones of the same pairs in the odd rows after them."""

    ids: list[list[int]]
    segments: list[list[int]]


def encode_pairs(tokenizer: Tokenizer, pairs: list[Pair], recipe: PreferenceRecipe, plain_every: int = 0) -> Encoded:
    """Every `plain_every`-th prompt loses its role marks, as a ticket has none; 0 keeps all as they are."""
    ids, segments = [], []
    for i, pair in enumerate(pairs):
        prompt = without_role_marks(pair.prompt) if plain_every and i % plain_every == 0 else pair.prompt
        for response in (pair.chosen, pair.rejected):
            row, segment = encode(tokenizer, prompt, response, recipe.max_length, recipe.head_share)
            ids.append(row)
            segments.append(segment)
    return Encoded(ids, segments)


def responses_of(encoded: Encoded) -> list[list[int]]:
    """The response part of each row, as the bag sees it. Within a pair the prompt is the same, so only the response can tell."""
    return [[t for t, s in zip(row, segment) if s == 1] for row, segment in zip(encoded.ids, encoded.segments)]


def train(tokenizer: Tokenizer, encoder: Encoder, pairs: list[Pair], recipe: PreferenceRecipe, progress: Progress) -> nn.Module:
    encoded = encode_pairs(tokenizer, pairs, recipe, plain_every=2)
    responses = responses_of(encoded)
    weights = length_matched_weights(responses)
    bag = Bag.fit_comparisons(responses, weights, tokenizer.get_vocab_size(), recipe.pair_buckets, recipe.strength)
    linear = Linear(bag, reads_pair_only=True)
    if recipe.transformer_share == 0:
        return linear
    torch.manual_seed(recipe.schedule.seed)
    scorer, weight = Scorer(encoder), torch.tensor(weights, dtype=torch.float32)

    def loss_of(batch: list[int]) -> torch.Tensor:
        both = [row for i in batch for row in (2 * i, 2 * i + 1)]
        ids, mask = padded([encoded.ids[i] for i in both])
        out = scorer(ids, mask, padded([encoded.segments[i] for i in both])[0]).squeeze(-1)
        return -(F.logsigmoid(out[0::2] - out[1::2]) * weight[batch]).mean()

    lengths = [max(len(encoded.ids[2 * i]), len(encoded.ids[2 * i + 1])) for i in range(len(pairs))]
    fine_tune(scorer, len(pairs), lengths, loss_of, recipe.schedule, progress)
    spreads = [spread(logits(branch, encoded.ids, encoded.segments)) for branch in (scorer, linear)]
    log.info("spread of the transformer's margin %.3f, of the linear model's %.3f", *spreads)
    return Ensemble(scorer, linear, recipe.transformer_share, *spreads)


def spread(values: torch.Tensor) -> float:
    """Standard deviation of the margins between the responses of a pair."""
    return float((values[0::2] - values[1::2]).std())
