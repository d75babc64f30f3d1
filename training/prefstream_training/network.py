"""The small transformer of both tasks. Shapes: ids, mask and segments are int64 [rows, length]; the output is [rows, 1]."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MASKED = -1e9
"""Added to attention scores of padding: its softmax weight is then exactly 0 in fp32, so padding cannot change a score."""


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    max_length: int = 256
    width: int = 128
    layers: int = 2
    heads: int = 4
    dropout: float = 0.1


class Layer(nn.Module):
    """Pre-norm self-attention and feed-forward block (Xiong et al. 2020)."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.heads, self.dropout = shape.heads, nn.Dropout(shape.dropout)
        self.attention_norm, self.forward_norm = nn.LayerNorm(shape.width), nn.LayerNorm(shape.width)
        self.qkv, self.out = nn.Linear(shape.width, 3 * shape.width), nn.Linear(shape.width, shape.width)
        self.up, self.down = nn.Linear(shape.width, 4 * shape.width), nn.Linear(4 * shape.width, shape.width)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        rows, length, width = x.shape
        q, k, v = self.qkv(self.attention_norm(x)).reshape(rows, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax(q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5 + bias, dim=-1)
        x = x + self.dropout(self.out((self.dropout(weights) @ v).transpose(1, 2).reshape(rows, length, width)))
        return x + self.dropout(self.down(F.gelu(self.up(self.forward_norm(x)))))


class Encoder(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.max_length, shape.width)
        self.segments = nn.Embedding(2, shape.width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm, self.dropout = nn.LayerNorm(shape.width), nn.Dropout(shape.dropout)
        for table in (self.tokens, self.positions, self.segments):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None) -> Tensor:
        positions = torch.arange(ids.shape[1], device=ids.device)
        x = self.tokens(ids) + self.positions(positions)
        if segments is not None:
            x = x + self.segments(segments)
        bias = (1.0 - mask[:, None, None, :].to(x.dtype)) * MASKED
        x = self.dropout(x)
        for layer in self.layers:
            x = layer(x, bias)
        return self.norm(x)


class Scorer(nn.Module):
    """Encoder, attention pooling over real tokens, one logit."""

    def __init__(self, encoder: Encoder):
        super().__init__()
        width = encoder.shape.width
        self.encoder, self.query = encoder, nn.Linear(width, 1)
        self.dropout, self.head = nn.Dropout(0.2), nn.Linear(width, 1)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None) -> Tensor:
        x = self.encoder(ids, mask, segments)
        weights = torch.softmax(self.query(x).squeeze(-1) + (1.0 - mask.to(x.dtype)) * MASKED, dim=-1)
        return self.head(self.dropout((weights.unsqueeze(-1) * x).sum(dim=1)))
