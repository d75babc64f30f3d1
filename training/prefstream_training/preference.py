"""Trains response-preference: a Bradley-Terry model (1952) of two responses to one prompt, with a gate on the prompt (gated.py)."""

import logging
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F

from . import gated
from .bag import Bag, features, length_matched_weights
from .data import Pair, bucket
from .device import CPU, Device
from .ensemble import Ensemble, logits, padded
from .fine_tuning import Schedule, fine_tune
from .network import Encoder, Scorer
from .phases import Progress
from .preparation import first_question, without_role_marks
from .traits import Traits
from .truncation import encode

log = logging.getLogger(__name__)

FOLDS = 5
SUPPORT = "hh-rlhf/helpful-base"
"""The kind that a support ticket counts as: somebody who wants to be helped."""


@dataclass(frozen=True)
class PreferenceRecipe:
    max_length: int = 256
    head_share: float = 0.25
    """Small: of a long dialogue the last turns matter most to the response."""
    pair_buckets: int = 32_768
    strength: float = 0.01
    """Inverse L2 strength; by cross-validation inside train (EXPERIMENTS.md)."""
    gate_strength: float = 10.0
    words_strength: float = 0.01
    words_share: float = 1.0
    """Spread of the margins that the words of the response give, over the spread of those that its traits give."""
    transformer_share: float = 0.0
    """0 ships the gated traits alone."""
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
    """The response part of each row."""
    return [[t for t, s in zip(row, segment) if s == 1] for row, segment in zip(encoded.ids, encoded.segments)]


def prompts_of(encoded: Encoded) -> list[list[int]]:
    """The prompt part of the chosen row of each pair, as the gate sees it."""
    return [[t for t, s in zip(row, segment) if s == 0] for row, segment in zip(encoded.ids[0::2], encoded.segments[0::2])]


class Gate:
    """Tells kinds of prompts apart: the sources of the pairs, and with one of them support texts, which no pair has."""

    def __init__(self, tokenizer: Tokenizer, encoded: Encoded, pairs: list[Pair], support_texts: list[str], recipe: PreferenceRecipe):
        self.recipe, self.vocabulary = recipe, tokenizer.get_vocab_size()
        self.kinds = sorted({pair.source for pair in pairs} | {SUPPORT})
        support = [encode(tokenizer, text, None, recipe.max_length, recipe.head_share)[0] for text in support_texts]
        self.counts = features(prompts_of(encoded) + support, self.vocabulary, recipe.pair_buckets)
        self.labels = np.array([self.kinds.index(pair.source) for pair in pairs] + [self.kinds.index(SUPPORT)] * len(support))
        self.folds = np.array([bucket(first_question(pair.prompt), FOLDS) for pair in pairs] + [bucket(text, FOLDS) for text in support_texts])
        self.pairs = len(pairs)

    def fit(self, own: np.ndarray) -> tuple[TfidfTransformer, LogisticRegression]:
        tfidf = TfidfTransformer().fit(self.counts[own])
        model = LogisticRegression(C=self.recipe.gate_strength, max_iter=500, tol=1e-3)
        return tfidf, model.fit(tfidf.transform(self.counts[own]), self.labels[own])

    def crossed(self, without: int | None = None) -> np.ndarray:
        """[pairs, kinds]: probabilities of each prompt from the gate of the other folds, as a new prompt would get them. With a fold `without`, no gate
        has seen it, and its own prompts get theirs from all others."""
        result = np.zeros((self.pairs, len(self.kinds)))
        for fold in sorted(set(self.folds.tolist())):
            own = np.flatnonzero(self.folds[: self.pairs] == fold)
            tfidf, model = self.fit((self.folds != fold) & (self.folds != (fold if without is None else without)))
            result[np.ix_(own, model.classes_)] = model.predict_proba(tfidf.transform(self.counts[own]))
        return result

    def bag(self) -> Bag:
        """The gate of all rows as a network."""
        tfidf, model = self.fit(np.ones(len(self.labels), bool))
        return Bag.of_classes(tfidf.idf_, model, self.vocabulary, self.recipe.pair_buckets)


def train(
    tokenizer: Tokenizer, encoder: Encoder, pairs: list[Pair], support_texts: list[str], recipe: PreferenceRecipe, progress: Progress, device: Device = CPU
) -> nn.Module:
    """Weights are fitted on the probabilities that the gate gives to prompts it has not seen: on those it has, it is too sure."""
    encoded = encode_pairs(tokenizer, pairs, recipe, plain_every=2)
    responses = responses_of(encoded)
    weights = length_matched_weights(responses)
    gate = Gate(tokenizer, encoded, pairs, support_texts, recipe)
    kinds = gate.crossed()
    log.info("gate: %.3f of the prompts outside the fold are told by their kind", float((kinds.argmax(axis=1) == gate.labels[: len(pairs)]).mean()))
    differences, lengths = gated.measured(tokenizer, encoded.ids, encoded.segments)
    fitted = gated.fit(differences, kinds, lengths, weights, recipe.strength)
    words = Bag.fit_comparisons(responses, weights, gate.vocabulary, recipe.pair_buckets, recipe.words_strength)
    factor = recipe.words_share * spread(fitted.margins(differences, kinds, lengths)) / spread(word_margins(words, responses))
    linear = gated.GatedTraits(Traits(tokenizer), gate.bag(), fitted, words, factor)
    if recipe.transformer_share == 0:
        return linear
    torch.manual_seed(recipe.schedule.seed)
    scorer, weight = Scorer(encoder), torch.tensor(weights, dtype=torch.float32)

    def loss_of(network: nn.Module, batch: list[int]) -> torch.Tensor:
        both = [row for i in batch for row in (2 * i, 2 * i + 1)]
        ids, mask = padded([encoded.ids[i] for i in both])
        inputs = (part.to(device.torch) for part in (ids, mask, padded([encoded.segments[i] for i in both])[0]))
        out = network(*inputs).squeeze(-1)
        return -(F.logsigmoid(out[0::2] - out[1::2]) * weight[batch].to(device.torch)).mean()

    longest = [max(len(encoded.ids[2 * i]), len(encoded.ids[2 * i + 1])) for i in range(len(pairs))]
    fine_tune(scorer, len(pairs), longest, loss_of, recipe.schedule, progress, device)
    scores = [logits(branch, encoded.ids, encoded.segments).numpy() for branch in (scorer, linear)]
    spreads = [spread(part[0::2] - part[1::2]) for part in scores]
    log.info("spread of the transformer's margin %.3f, of the linear model's %.3f", *spreads)
    return Ensemble(scorer, linear, recipe.transformer_share, *spreads)


def word_margins(words: Bag, responses: list[list[int]]) -> np.ndarray:
    """Of pairs of responses, through the network that would be exported."""
    result = np.zeros(len(responses))
    for start in range(0, len(responses), 256):
        result[start : start + 256] = words(*padded(responses[start : start + 256])).detach().numpy().reshape(-1)
    return result[0::2] - result[1::2]


def spread(margins: np.ndarray) -> float:
    return float(np.std(margins))
