"""Support tickets made from hand-written phrases in ten languages.

The labelled tickets are English and about four Apache products. Without these a model has seen no urgent ticket in any
other language, and nothing of what urgent means outside a bug tracker. They never enter a dev figure.
"""

import json
import random
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from .data import Ticket

PRODUCTS = ["Atlas", "Nimbus 4", "PayDesk", "CoreSync", "Helio API", "Vento", "Quanta", "DataHub", "the portal", "Orbit"]
HELD_OUT = 2
"""The last phrases of each class and language are kept out of training: they tell whether it learnt more than the phrases."""
FOLDS = 4


@dataclass(frozen=True)
class Phrases:
    training: list[Ticket]
    folds: list[int]
    """Of each training ticket, 0 to FOLDS - 1. Tickets of different folds share no phrase."""
    held_out: list[Ticket]


def generate(seed: int, per_class_and_language: int) -> Phrases:
    """Half of the tickets are urgent. Greeting, closing, product and form are drawn alike for both classes."""
    phrases = json.loads((Path(__file__).parent / "support_phrases.json").read_text(encoding="utf-8"))
    draw = random.Random(seed)
    training, folds, held_out = [], [], []
    for language, urgent in product(sorted(phrases), (True, False)):
        own = phrases[language]["urgent" if urgent else "standard"]
        for i in range(per_class_and_language):
            folds.append(i % FOLDS)
            training.append(_ticket(draw, phrases[language], own[:-HELD_OUT][i % FOLDS :: FOLDS], language, urgent))
        for _ in range(per_class_and_language // 10):
            held_out.append(_ticket(draw, phrases[language], own[-HELD_OUT:], language, urgent))
    return Phrases(training, folds, held_out)


def _ticket(draw: random.Random, words: dict, own: list[str], language: str, urgent: bool) -> Ticket:
    name = draw.choice(PRODUCTS)
    subject, *more = (phrase.replace("{p}", name) for phrase in draw.sample(own, 2))
    body = more[0] if draw.random() < 0.5 else subject
    if draw.random() < 0.6:
        body = f"{draw.choice(words['opening'])}\n{body}"
    if draw.random() < 0.6:
        body = f"{body}\n{draw.choice(words['closing'])}"
    form = draw.random()
    if form < 0.2:
        subject = ""
    elif form < 0.4:
        body = ""
    elif form < 0.6:
        subject = name
    return Ticket(subject, body, urgent, "phrases", language)
