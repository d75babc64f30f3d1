"""Encodes text and cuts ids the way docs/model-bundle.md says. The Java scorer implements the same rule; golden.json holds
both to it."""

import math

from tokenizers import Tokenizer


def head_tail(ids: list[int], budget: int, head_share: float) -> list[int]:
    """The first ceil(head_share * budget) ids and the last of the rest; all of them when they fit."""
    if len(ids) <= budget:
        return ids
    head = math.ceil(head_share * budget)
    tail = budget - head
    return ids[:head] + (ids[-tail:] if tail else [])


def encode(tokenizer: Tokenizer, text: str, pair: str | None, max_length: int, head_share: float) -> tuple[list[int], list[int]]:
    """(ids, segments): segment 1 marks the pair and the special token after it, as the tokenizer's template does."""
    encoded = tokenizer.encode(text) if pair is None else tokenizer.encode(text, pair)
    if len(encoded.ids) <= max_length:
        return encoded.ids, encoded.type_ids
    first, last = encoded.ids[0], encoded.ids[-1]
    if pair is None:
        content = head_tail(encoded.ids[1:-1], max_length - 2, head_share)
        return [first, *content, last], [0] * (len(content) + 2)
    budget = max_length - 3
    middle = 1 + sum(1 for segment, special in zip(encoded.type_ids, encoded.special_tokens_mask) if segment == 0 and not special)
    response = head_tail(encoded.ids[middle + 1 : -1], budget // 2, head_share)
    prompt = head_tail(encoded.ids[1:middle], budget - len(response), head_share)
    ids = [first, *prompt, encoded.ids[middle], *response, last]
    return ids, [0] * (len(prompt) + 2) + [1] * (len(response) + 1)
