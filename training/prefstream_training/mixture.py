"""One probability of two kinds of text: P(urgent) = sum over kinds of P(kind | text) * P(urgent | text, kind).

Bug reports and messages to a support desk differ in what urgent means and in how far the text tells it: of bug reports 6 % are urgent and
the text says little, while a support message that says "production is down" leaves no doubt. One linear model with one temperature is
wrong about one of them (EXPERIMENTS.md). Two experts and a gate (Jacobs et al. 1991), each calibrated on its own kind, need not be.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .bag import Bag

EXPERTS = ("bug report", "support message")
GATE = len(EXPERTS)
"""Column of the bag that tells a support message (positive) from a bug report (negative)."""


class Mixture(nn.Module):
    """The logit of the mixed probability. Each column of the bag has a slope and a bias: its own calibration."""

    def __init__(self, bag: Bag, slopes: list[float], biases: list[float]):
        super().__init__()
        self.bag = bag
        self.slopes, self.biases = nn.Parameter(torch.tensor(slopes)), nn.Parameter(torch.tensor(biases))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """[rows, 1]."""
        bug, support, gate = (self.bag(ids, mask) * self.slopes + self.biases).split(1, dim=1)
        # In logs: none of the products can underflow.
        urgent = _log_sum(_log_sigmoid(-gate) + _log_sigmoid(bug), _log_sigmoid(gate) + _log_sigmoid(support))
        standard = _log_sum(_log_sigmoid(-gate) + _log_sigmoid(-bug), _log_sigmoid(gate) + _log_sigmoid(-support))
        return urgent - standard


def _log_sigmoid(x: Tensor) -> Tensor:
    """Written out: ONNX Runtime's sigmoid has an absolute error of 1e-7, so that its logarithm is wrong far from 0."""
    return -(F.relu(-x) + torch.log(1 + torch.exp(-torch.abs(x))))


def _log_sum(a: Tensor, b: Tensor) -> Tensor:
    """log(exp(a) + exp(b))"""
    return torch.maximum(a, b) + torch.log(1 + torch.exp(-torch.abs(a - b)))
