"""The graph that is exported: ids and mask in, fp32 logits out, and what the head reads where it is wanted."""

from pathlib import Path

import onnx
import torch
from torch import Tensor, nn

from prefstream_training.bundle import OPSET, without_traces

from .source import Source

EXTERNAL_BYTES = 1_500_000_000
"""A protobuf holds 2 GiB at most; weights of this size or more lie in a file beside it."""


EMBEDDING = "sequence_embedding"
"""Name of the output with what the head reads; the exporter itself calls values inside the graph `embedding`."""


class Network(nn.Module):
    """Logits [rows, labels], in fp32 whatever the weights are; with `embedding` also what the head reads of each row, [rows, width]."""

    def __init__(self, source: Source, embedding: bool):
        super().__init__()
        self.model, self.source, self.embedding = source.model, source, embedding

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor | None = None) -> Tensor | tuple[Tensor, Tensor]:
        with self.source.read_by_head() as read:
            if self.source.decoder:
                states = self.model.model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
                # By the mask, not by the pad id: Qwen pads with a token that may also end a text.
                logits = self.model.score(states[torch.arange(states.shape[0]), mask.sum(dim=1) - 1])
            else:
                extra = {} if segments is None else {"token_type_ids": segments}
                logits = self.model(input_ids=ids, attention_mask=mask, **extra).logits
        return (logits.float(), read[0].float()) if self.embedding else logits.float()


def inputs_of(source: Source) -> list[str]:
    return ["input_ids", "attention_mask", *(["token_type_ids"] if source.takes_segments else [])]


def outputs_of(embedding: bool) -> list[str]:
    return ["logits", EMBEDDING] if embedding else ["logits"]


def export(source: Source, path: Path, external: bool | None = None, embedding: bool = False) -> bool:
    """Writes the graph with free rows and length; returns whether the weights lie in `model.onnx.data` beside it (None: where they
    must)."""
    if external is None:
        external = sum(p.numel() * p.element_size() for p in source.model.parameters()) > EXTERNAL_BYTES
    inputs = inputs_of(source)
    # Segments of zeros with one token masked: the exporter must see a mask that does something.
    ids, mask = torch.ones(2, 16, dtype=torch.int64), torch.ones(2, 16, dtype=torch.int64)
    mask[1, 12:] = 0
    example = (ids, mask, torch.zeros_like(ids))[: len(inputs)]
    free = torch.export.Dim.DYNAMIC
    torch.onnx.export(
        Network(source, embedding).eval(), example, path, input_names=inputs, output_names=outputs_of(embedding), opset_version=OPSET,
        dynamic_shapes=tuple({0: free, 1: free} for _ in inputs), external_data=external, dynamo=True, verbose=False,
    )
    without_traces(path)
    shapes = [[d.dim_param or d.dim_value for d in i.type.tensor_type.shape.dim] for i in onnx.load(path, load_external_data=False).graph.input]
    if any(isinstance(dimension, int) for shape in shapes for dimension in shape):
        raise RuntimeError(f"the exporter fixed a dimension ({shapes}): rows and length must stay free")
    return external
