"""Holds the exported graph against the model in PyTorch, and rows alone against the same rows in batches."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from prefstream_training import calibration
from prefstream_training.bundle import BATCH_TOLERANCE
from prefstream_training.ensemble import padded

from . import Refused
from .source import Source

RELATIVE = {"fp32": 0.0, "fp16": 0.02, "int8": 0.1}
"""How far a logit may lie from PyTorch's, as a share of it or of 1, whichever is more."""
FP32 = 1e-4
"""The same for fp32, absolute."""


class Session:
    """The graph on one CPU thread, fed as the Java scorer feeds it."""

    def __init__(self, path: Path, inputs: list[str], pad_id: int):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.inputs, self.pad_id = inputs, pad_id
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def logits(self, rows: list[list[int]], segments: list[list[int]], length: int | None = None) -> np.ndarray:
        """One logit a row; of two classes the second less the first."""
        ids, mask = padded(rows, length)
        ids = torch.where(mask == 1, ids, self.pad_id)
        tensors = dict(input_ids=ids, attention_mask=mask, token_type_ids=padded(segments, length)[0])
        return single(self.session.run(["logits"], {name: tensors[name].numpy() for name in self.inputs})[0])


def single(logits: np.ndarray) -> np.ndarray:
    return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]


@dataclass(frozen=True)
class Findings:
    logits: np.ndarray
    """Of each row alone, from the graph."""
    from_torch: float
    """Largest difference of a logit from PyTorch's."""
    by_batching: float
    """Largest change of a logit between a row alone and in batches and with padding."""


def check(source: Source, session: Session, rows: list[list[int]], segments: list[list[int]], precision: str, calibrated: tuple[float, float]) -> Findings:
    """Raises Refused where the graph strays from the model, or a batch changes a score by more than 1e-3."""
    alone = np.array([session.logits([row], [segment])[0] for row, segment in zip(rows, segments)])
    if not np.isfinite(alone).all():
        raise Refused(f"{int((~np.isfinite(alone)).sum())} of {len(alone)} golden texts give no finite logit: {precision} overflows in this model, use fp32")
    expected = _torch(source, rows, segments)
    apart = np.abs(alone - expected)
    allowed = np.maximum(FP32, RELATIVE[precision] * np.maximum(1, np.abs(expected)))
    if (apart > allowed).any():
        worst = int(np.argmax(apart / allowed))
        raise Refused(
            f"{precision}: a logit is {alone[worst]:.4f}, in PyTorch {expected[worst]:.4f}, allowed is a difference of {allowed[worst]:.4f}; "
            + ("the export is wrong for this model" if precision == "fp32" else "use a finer precision")
        )
    score = lambda logits: calibration.score(logits, *calibrated)
    worst_logit = worst_score = 0.0
    for size in (3, 8, len(rows)):
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            longest = max(map(len, rows[part]))
            for length in (longest, longest + 7 if longest + 7 <= source.limit else longest):
                found = session.logits(rows[part], segments[part], length)
                worst_logit = max(worst_logit, float(np.abs(found - alone[part]).max()))
                worst_score = max(worst_score, float(np.abs(score(found) - score(alone[part])).max()))
    if worst_score > BATCH_TOLERANCE or (precision == "fp32" and worst_logit > BATCH_TOLERANCE):
        raise Refused(
            f"{precision}: a batch moves a logit by {worst_logit:.2e} and a score by {worst_score:.2e}, allowed is {BATCH_TOLERANCE:.0e}: "
            "something in the graph looks at the whole batch (dynamic quantisation does) or at the padding"
        )
    return Findings(alone, float(apart.max()), worst_logit)


def _torch(source: Source, rows: list[list[int]], segments: list[list[int]]) -> np.ndarray:
    """What the published model itself says of each row, not the wrapper that was exported."""
    found = []
    with torch.inference_mode():
        for row, segment in zip(rows, segments):
            ids = torch.tensor([row])
            if isinstance(getattr(source.model, "score", None), torch.nn.Sequential):
                states = source.model.model(input_ids=ids, use_cache=False).last_hidden_state
                logits = source.model.score(states)[:, -1]
            else:
                extra = {"token_type_ids": torch.tensor([segment])} if source.takes_segments else {}
                logits = source.model(input_ids=ids, attention_mask=torch.ones_like(ids), **extra).logits
            found.append(single(logits.float().numpy())[0])
    return np.array(found)
