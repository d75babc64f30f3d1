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
from .network import outputs_of
from .source import Source

RELATIVE = {"fp32": 0.0, "fp16": 0.02, "int8": 0.1}
"""How far a logit may lie from PyTorch's, as a share of it or of 1, whichever is more."""
FP32 = 1e-4
"""The same for fp32, absolute."""


class Session:
    """The graph on one CPU thread, fed as the Java scorer feeds it."""

    def __init__(self, path: Path, inputs: list[str], pad_id: int, embedding: bool = False):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self.inputs, self.outputs, self.pad_id = inputs, outputs_of(embedding), pad_id
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def answer(self, rows: list[list[int]], segments: list[list[int]], length: int | None = None) -> "Answer":
        ids, mask = padded(rows, length)
        ids = torch.where(mask == 1, ids, self.pad_id)
        tensors = dict(input_ids=ids, attention_mask=mask, token_type_ids=padded(segments, length)[0])
        found = self.session.run(self.outputs, {name: tensors[name].numpy() for name in self.inputs})
        return Answer(single(found[0]), found[1] if len(found) > 1 else np.zeros((len(rows), 0), np.float32))


@dataclass(frozen=True)
class Answer:
    logits: np.ndarray
    """One a row; of two classes the second less the first."""
    embeddings: np.ndarray
    """[rows, width] of what the head reads; of no width where it is not given out."""

    def distance(self, other: np.ndarray) -> float:
        """Largest difference of a number from the embeddings `other`, as a share of the row's largest, or of 1 where that is less."""
        return float((np.abs(self.embeddings - other) / np.maximum(1, np.abs(other).max(axis=1, initial=0, keepdims=True))).max(initial=0))


def joined(answers: list[Answer]) -> Answer:
    return Answer(np.concatenate([a.logits for a in answers]), np.concatenate([a.embeddings for a in answers]))


def single(logits: np.ndarray) -> np.ndarray:
    return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]


@dataclass(frozen=True)
class Findings:
    logits: np.ndarray
    """Of each row, as the published model has it in fp32."""
    from_torch: float
    """Largest difference of the graph's logit, each row alone, from these."""
    by_batching: float
    """Largest change of a logit between a row alone and in batches and with padding."""
    embedding_from_torch: float
    """Largest distance of an embedding from PyTorch's, alone and in batches; 0 where none is given out."""


def check(
    published: Answer, limit: int, session: Session, rows: list[list[int]], segments: list[list[int]], precision: str, calibrated: tuple[float, float]
) -> Findings:
    """Raises Refused where the graph strays from what the published model says in fp32, or a batch changes a score by more than 1e-3. `limit`: most
    tokens that the model reads."""
    answers = joined([session.answer([row], [segment]) for row, segment in zip(rows, segments)])
    alone = answers.logits
    if not np.isfinite(alone).all():
        raise Refused(f"{int((~np.isfinite(alone)).sum())} of {len(alone)} golden texts give no finite logit: {precision} overflows in this model, use fp32")
    if infinite := int((~np.isfinite(answers.embeddings)).any(axis=1).sum()):
        raise Refused(f"{infinite} of {len(alone)} golden texts give an embedding with NaN or infinity: use fp32, or leave --embedding out")
    # A graph without embeddings has nothing to hold to PyTorch's.
    expected, states = published.logits, published.embeddings[:, : answers.embeddings.shape[1]]
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
    worst_embedding = answers.distance(states)
    for size in (3, 8, len(rows)):
        for start in range(0, len(rows), size):
            part = slice(start, start + size)
            longest = max(map(len, rows[part]))
            for length in (longest, longest + 7 if longest + 7 <= limit else longest):
                answer = session.answer(rows[part], segments[part], length)
                found = answer.logits
                worst_embedding = max(worst_embedding, answer.distance(states[part]))
                worst_logit = max(worst_logit, float(np.abs(found - alone[part]).max()))
                worst_score = max(worst_score, float(np.abs(score(found) - score(alone[part])).max()))
    if worst_score > BATCH_TOLERANCE or (precision == "fp32" and worst_logit > BATCH_TOLERANCE):
        raise Refused(
            f"{precision}: a batch moves a logit by {worst_logit:.2e} and a score by {worst_score:.2e}, allowed is {BATCH_TOLERANCE:.0e}: "
            "something in the graph looks at the whole batch (dynamic quantisation does) or at the padding"
        )
    if worst_embedding > max(BATCH_TOLERANCE, RELATIVE[precision]):
        raise Refused(
            f"{precision}: an embedding is {worst_embedding:.1e} of its largest number from what the head reads in PyTorch, allowed is "
            f"{max(BATCH_TOLERANCE, RELATIVE[precision]):.0e}: use a finer precision, or leave --embedding out"
        )
    return Findings(expected, float(apart.max()), worst_logit, worst_embedding)


def in_torch(source: Source, rows: list[list[int]], segments: list[list[int]]) -> Answer:
    """What the published model itself says of each row, and what its head reads: not the wrapper that was exported."""
    found = []
    with torch.inference_mode():
        for row, segment in zip(rows, segments):
            ids = torch.tensor([row])
            with source.read_by_head() as read:
                if isinstance(getattr(source.model, "score", None), torch.nn.Sequential):
                    states = source.model.model(input_ids=ids, use_cache=False).last_hidden_state
                    logits = source.model.score(states)[:, -1]
                else:
                    extra = {"token_type_ids": torch.tensor([segment])} if source.takes_segments else {}
                    logits = source.model(input_ids=ids, attention_mask=torch.ones_like(ids), **extra).logits
            # Where every token is scored, the last one's score counts.
            state = read[0] if read[0].dim() == 2 else read[0][:, -1]
            found.append(Answer(single(logits.float().numpy()), state.float().numpy()))
    return joined(found)
