"""The linear model with a share of the transformer, where that earns its place; and batches."""

import torch
from torch import Tensor, nn

from .network import Scorer


class Ensemble(nn.Module):
    """logit = share * transformer / its spread + (1 - share) * linear / its spread. The spreads are those on training data."""

    def __init__(self, scorer: Scorer, linear: nn.Module, share: float, scorer_spread: float, linear_spread: float):
        super().__init__()
        self.scorer, self.linear = scorer, linear
        self.scorer_factor, self.linear_factor = share / scorer_spread, (1 - share) / linear_spread

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None) -> Tensor:
        return self.scorer_factor * self.scorer(ids, mask, segments) + self.linear_factor * self.linear(ids, mask, segments)


def padded(rows: list[list[int]], length: int | None = None) -> tuple[Tensor, Tensor]:
    """(ids, mask) of rows padded on the right with 0 to the longest row, or to `length`."""
    length = length or max(len(row) for row in rows)
    ids, mask = torch.zeros(len(rows), length, dtype=torch.int64), torch.zeros(len(rows), length, dtype=torch.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def logits(model: nn.Module, rows: list[list[int]], segments: list[list[int]] | None = None, batch: int = 64) -> Tensor:
    """One logit a row, in the order given; rows of like length are scored together. Puts the model into evaluation mode."""
    model.eval()
    result = torch.zeros(len(rows))
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    with torch.no_grad():
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            ids, mask = padded([rows[i] for i in part])
            inputs = (ids, mask) if segments is None else (ids, mask, padded([segments[i] for i in part])[0])
            result[part] = model(*inputs).squeeze(-1)
    return result
