"""Encodes text and cuts ids the way docs/model-bundle.md says. The Java scorer implements the same rule; golden.json holds
both to it."""

import math

from tokenizers import Tokenizer


def kept(count: int, room: int, head_share: float) -> list[int]:
    """Positions that stay of a sequence of `count` ids that has `room`: the first ceil(head_share * room) and the last of the rest."""
    if count <= room:
        return list(range(count))
    head = math.ceil(head_share * room)
    return [*range(head), *range(count - (room - head), count)]


def encode(tokenizer: Tokenizer, text: str, pair: str | None, max_length: int, head_share: float) -> tuple[list[int], list[int]]:
    """(ids, segments): segments are the tokenizer's type ids, 1 for the pair and the special token after it with the usual template.
    Special tokens that the tokenizer adds always stay."""
    encoded = tokenizer.encode(text) if pair is None else tokenizer.encode(text, pair)
    if len(encoded.ids) <= max_length:
        return encoded.ids, encoded.type_ids
    sequences = [None if special else sequence for sequence, special in zip(encoded.sequence_ids, encoded.special_tokens_mask)]
    places = [[i for i, sequence in enumerate(sequences) if sequence == part] for part in (0, 1)]
    budget = max(0, max_length - (len(sequences) - len(places[0]) - len(places[1])))
    pair_room = min(len(places[1]), budget // 2)
    rooms = (min(len(places[0]), budget - pair_room), pair_room)
    stay = {i for i, sequence in enumerate(sequences) if sequence is None}
    for own, room in zip(places, rooms):
        stay |= {own[position] for position in kept(len(own), room, head_share)}
    chosen = sorted(stay)[:max_length]
    return [encoded.ids[i] for i in chosen], [encoded.type_ids[i] for i in chosen]
