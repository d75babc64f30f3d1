"""Writes a bundle folder as docs/model-bundle.md says, after checking the exported network against the trained one."""

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from tokenizers import Tokenizer
from torch import nn

from .ensemble import padded
from .truncation import encode

log = logging.getLogger(__name__)

OPSET = 18
TOLERANCE = 1e-4
"""Between a golden logit and what any reader of the bundle computes (other CPUs round differently)."""
BATCH_TOLERANCE = 1e-3
"""Between a row scored alone and the same row padded inside a batch: a guarantee of the product."""
LIMIT_BYTES = 10_000_000


@dataclass(frozen=True)
class Identity:
    id: str
    version: str
    template: dict[str, str]
    inputs: list[str]
    max_length: int
    head_share: float
    pad_id: int = 0


def export(model: nn.Module, inputs: list[str], path: Path) -> None:
    """One file, rows and length free."""
    model.eval()
    example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in inputs)
    rows, length = torch.export.Dim("rows"), torch.export.Dim("length", min=2, max=256)
    shapes = tuple({0: rows, 1: length} for _ in inputs)
    torch.onnx.export(
        model, example, path, input_names=inputs, output_names=["logits"], dynamic_shapes=shapes, opset_version=OPSET,
        external_data=False, dynamo=True, verbose=False,
    )
    without_traces(path)


def without_traces(path: Path) -> None:
    """Takes away the exporter's notes on each node: they quote source lines and folders of the machine that ran it."""
    # Weights in a file beside the graph stay there.
    model = onnx.load(path, load_external_data=False)
    for element in (model, model.graph, *model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        element.ClearField("metadata_props")
        element.ClearField("doc_string")
    if model.functions:
        raise ValueError(f"{path.name} holds {len(model.functions)} local functions, expected none: clear their notes here too")
    onnx.save(model, path)


class Session:
    """The exported network on one CPU thread, fed as the Java scorer feeds it."""

    def __init__(self, path: Path, inputs: list[str]):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.inputs = inputs
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(self, rows: list[list[int]], segments: list[list[int]], length: int | None = None) -> np.ndarray:
        """Logits of one batch padded to `length`, or to its longest row. Shape [rows]."""
        ids, mask = (part.numpy() for part in padded(rows, length))
        tensors = {"input_ids": ids, "attention_mask": mask, "token_type_ids": padded(segments, length)[0].numpy()}
        return self.session.run(["logits"], {name: tensors[name] for name in self.inputs})[0].reshape(-1)

    def run_all(self, rows: list[list[int]], segments: list[list[int]], batch: int = 32) -> np.ndarray:
        """Logits of any number of rows, in the order given."""
        result, order = np.zeros(len(rows)), sorted(range(len(rows)), key=lambda i: len(rows[i]))
        for start in range(0, len(order), batch):
            part = order[start : start + batch]
            result[part] = self.run([rows[i] for i in part], [segments[i] for i in part])
        return result


def worst_batch_difference(session: Session, rows: list[list[int]], segments: list[list[int]]) -> float:
    """Largest change of a logit between a row alone without padding and the same row in batches of several shapes."""
    alone = np.array([session.run([row], [segment])[0] for row, segment in zip(rows, segments)])
    worst = 0.0
    longest = max(len(row) for row in rows)
    for size in (1, 3, 8, len(rows)):
        for length in (None, 256):
            if length is not None and longest > length:
                continue
            for start in range(0, len(rows), size):
                part = slice(start, start + size)
                worst = max(worst, float(np.abs(session.run(rows[part], segments[part], length) - alone[part]).max()))
    return worst


def check_export(model: nn.Module, session: Session, rows: list[list[int]], segments: list[list[int]], scale: float) -> None:
    """Fails when ONNX Runtime and PyTorch differ, or when padding moves a score (logit / scale) too far."""
    for row, segment in zip(rows, segments):
        ids, mask = padded([row])
        inputs = (ids, mask) if "token_type_ids" not in session.inputs else (ids, mask, torch.tensor([segment]))
        with torch.no_grad():
            expected = float(model(*inputs))
        found = float(session.run([row], [segment])[0])
        if abs(expected - found) > TOLERANCE:
            raise ValueError(f"exported network gives {found}, PyTorch {expected} for {len(row)} ids: the export is wrong")
    worst = worst_batch_difference(session, rows, segments) / scale
    log.info("largest change of logit / temperature by batching and padding: %.2e", worst)
    if worst > BATCH_TOLERANCE:
        raise ValueError(f"padding moves logit / temperature by {worst}, allowed is {BATCH_TOLERANCE}: look for an unmasked operation")


def write(
    folder: Path, identity: Identity, model: nn.Module, tokenizer: Tokenizer, golden: list[tuple[str, str | None]],
    calibration: tuple[float, float], metrics: list[dict], card: str, diagram: str,
) -> None:
    """Writes all files of the bundle; bundle.json last, with the hashes of the others. model.onnx is there already."""
    tokenizer.save(str(folder / "tokenizer.json"))
    session = Session(folder / "model.onnx", identity.inputs)
    encoded = [encode(tokenizer, text, pair, identity.max_length, identity.head_share) for text, pair in golden]
    rows, segments = [list(part) for part in zip(*encoded)]
    check_export(model, session, rows, segments, calibration[0])
    cases = [
        {"text": text, "pair": pair, "ids": ids, "logit": round(float(session.run([ids], [segment])[0]), 6)}
        for (text, pair), ids, segment in zip(golden, rows, segments)
    ]
    (folder / "golden.json").write_text(json.dumps(cases, ensure_ascii=False, indent=None).replace("}, {", "},\n{") + "\n", encoding="utf-8")
    describe(folder, identity, calibration, metrics, card, diagram)


def check_golden(folder: Path, identity: Identity, session: Session) -> None:
    """Fails when network or tokenizer of the folder are not those that its golden cases were made with."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    for case in json.loads((folder / "golden.json").read_text(encoding="utf-8")):
        ids, segments = encode(tokenizer, case["text"], case["pair"], identity.max_length, identity.head_share)
        found = float(session.run([ids], [segments])[0])
        if ids != case["ids"] or abs(found - case["logit"]) > TOLERANCE:
            raise ValueError(f"{folder.name}: found logit {found}, expected {case['logit']} of {case['text'][:40]!r}: these are not the files of one bundle")


def describe(folder: Path, identity: Identity, calibration: tuple[float, float], metrics: list[dict], card: str, diagram: str) -> None:
    """Writes card, diagram and bundle.json beside network, tokenizer and golden cases."""
    temperature, bias = (round(value, 6) for value in calibration)
    (folder / "CARD.md").write_text(card, encoding="utf-8")
    (folder / "reliability.svg").write_text(diagram, encoding="utf-8")
    description = {
        "format": 1,
        "id": identity.id,
        "version": identity.version,
        "task": identity.id,
        "licence": "Apache-2.0",
        "model": {
            "file": "model.onnx",
            "precision": "fp32",
            "inputs": identity.inputs,
            "output": {"name": "logits", "kind": "one-logit"},
        },
        "tokenizer": {
            "file": "tokenizer.json",
            "max_length": identity.max_length,
            "pad_id": identity.pad_id,
            "truncation": "head-tail",
            "head_share": identity.head_share,
        },
        "template": identity.template,
        "calibration": {"temperature": temperature, "bias": bias},
        "metrics": metrics,
        "golden": {"file": "golden.json", "tolerance": TOLERANCE},
        "files": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json", "golden.json", "CARD.md", "reliability.svg")},
    }
    (folder / "bundle.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in folder.iterdir())
    log.info("%s: %.1f MB", folder.name, size / 1e6)
    if size > LIMIT_BYTES:
        raise ValueError(f"bundle {identity.id} has {size} bytes, allowed are {LIMIT_BYTES}: use a smaller vocabulary or width")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
