"""Trains response-preference: a Bradley-Terry model (1952) of two responses to one prompt, with a gate on the prompt (gate.py, gated.py)."""

import logging
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

from . import gated
from .data import Pair, bucket
from .device import CPU, Device
from .ensemble import Ensemble, logits, padded
from .fine_tuning import Schedule, fine_tune
from .gate import Gate, GateRecipe
from .network import Encoder, Scorer
from .phases import Progress
from .preparation import first_question, without_role_marks
from .traits import Traits, rarities
from .truncation import encode

log = logging.getLogger(__name__)

FOLDS = 5
SUPPORT = "hh-rlhf/helpful-base"
"""The kind that a support ticket counts as: somebody who wants to be helped."""


@dataclass(frozen=True)
class PreferenceRecipe:
    max_length: int = 512
    head_share: float = 0.25
    """Small: of a long dialogue the last turns matter most to the response."""
    strength: float = 0.004
    """Inverse L2 strength; by cross-validation inside train (EXPERIMENTS.md)."""
    follows_longer: float = 0.5
    """Share of the training pairs in which the longer response wins; 0.5 keeps length out. People's own share gains nothing (EXPERIMENTS.md)."""
    gate: GateRecipe = GateRecipe()
    transformer_share: float = 0.0
    """0 ships the gated traits alone."""
    schedule: Schedule = Schedule(epochs=1, rate=3e-4)


@dataclass(frozen=True)
class Encoded:
    """Chosen responses in the even rows, the rejected ones of the same pairs in the odd rows after them."""

    ids: list[list[int]]
    segments: list[list[int]]


def encode_pairs(tokenizer: Tokenizer, pairs: list[Pair], recipe: PreferenceRecipe, role_marks: bool = True) -> Encoded:
    """Without its role marks a prompt reads as a ticket does."""
    ids, segments = [], []
    for pair in pairs:
        prompt = pair.prompt if role_marks else without_role_marks(pair.prompt)
        for response in (pair.chosen, pair.rejected):
            row, segment = encode(tokenizer, prompt, response, recipe.max_length, recipe.head_share)
            ids.append(row)
            segments.append(segment)
    return Encoded(ids, segments)


def traits_of(tokenizer: Tokenizer, encoded: Encoded) -> Traits:
    """Traits whose rarities are those of the prompts and of the responses here."""
    responses = [[t for t, s in zip(row, segment) if s == 1] for row, segment in zip(encoded.ids, encoded.segments)]
    return Traits(tokenizer, rarities(prompts_of(encoded) + responses, tokenizer.get_vocab_size()))


def people_follow(lengths: np.ndarray) -> float:
    """Share of the pairs of unequal length whose preferred response is the longer. `lengths`: of the preferred less the other."""
    unequal = lengths[lengths != 0]
    return float((unequal > 0).mean()) if len(unequal) else 0.5


def prompts_of(encoded: Encoded) -> list[list[int]]:
    """The prompt part of the chosen row of each pair, as the gate sees it."""
    return [[t for t, s in zip(row, segment) if s == 0] for row, segment in zip(encoded.ids[0::2], encoded.segments[0::2])]


def gate_of(tokenizer: Tokenizer, encoded: Encoded, pairs: list[Pair], support_texts: list[str], recipe: PreferenceRecipe) -> Gate:
    """Kinds are the sources of the pairs, in order of their names. `encoded`: the pairs with their role marks."""
    kinds = sorted({pair.source for pair in pairs} | {SUPPORT})
    bare = prompts_of(encode_pairs(tokenizer, pairs, recipe, role_marks=False))
    support = [encode(tokenizer, text, None, recipe.max_length, recipe.head_share)[0] for text in support_texts]
    labels = np.array([kinds.index(pair.source) for pair in pairs])
    folds = np.array([bucket(key, FOLDS) for key in [first_question(pair.prompt) for pair in pairs] + support_texts])
    return Gate(prompts_of(encoded), bare, support, labels, kinds.index(SUPPORT), folds, tokenizer.get_vocab_size(), recipe.gate)


def train(
    tokenizer: Tokenizer, encoder: Encoder, pairs: list[Pair], support_texts: list[str], recipe: PreferenceRecipe, progress: Progress, device: Device = CPU
) -> nn.Module:
    """Weights are fitted on the probabilities that the gate gives to prompts it has not seen: on those it has, it is too sure."""
    encoded = encode_pairs(tokenizer, pairs, recipe)
    gate = gate_of(tokenizer, encoded, pairs, support_texts, recipe)
    kinds = gate.crossed()
    log.info("gate: %.3f of the prompts outside the fold are told by their kind", float((kinds.argmax(axis=1) == gate.labels[: len(pairs)]).mean()))
    traits = traits_of(tokenizer, encoded)
    differences, lengths = gated.measured(traits, encoded.ids, encoded.segments)
    linear = gated.GatedTraits(traits, gate.bag(), gated.fit(differences, kinds, lengths, recipe.strength, recipe.follows_longer))
    if recipe.transformer_share == 0:
        return linear
    torch.manual_seed(recipe.schedule.seed)
    scorer = Scorer(encoder)

    def loss_of(network: nn.Module, batch: list[int]) -> torch.Tensor:
        both = [row for i in batch for row in (2 * i, 2 * i + 1)]
        ids, mask = padded([encoded.ids[i] for i in both])
        inputs = (part.to(device.torch) for part in (ids, mask, padded([encoded.segments[i] for i in both])[0]))
        out = network(*inputs).squeeze(-1)
        return -F.logsigmoid(out[0::2] - out[1::2]).mean()

    lengths_of = [(len(encoded.ids[2 * i]), len(encoded.ids[2 * i + 1])) for i in range(len(pairs))]
    fine_tune(scorer, [max(both) for both in lengths_of], [sum(both) for both in lengths_of], loss_of, recipe.schedule, progress, device)
    scores = [logits(branch, encoded.ids, encoded.segments).numpy() for branch in (scorer, linear)]
    spreads = [spread(part[0::2] - part[1::2]) for part in scores]
    log.info("spread of the transformer's margin %.3f, of the linear model's %.3f", *spreads)
    return Ensemble(scorer, linear, recipe.transformer_share, *spreads)


def spread(margins: np.ndarray) -> float:
    return float(np.std(margins))
