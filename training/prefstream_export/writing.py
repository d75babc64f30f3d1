"""Puts the bundle together: graph, tokenizer, golden cases, card, bundle.json."""

import json
import logging
import math
import re
from dataclasses import dataclass
from pathlib import Path

from prefstream_training.bundle import sha256
from prefstream_training.golden import RESPONSES, TEXTS, preference_texts, urgency_texts
from prefstream_training.truncation import encode

from . import Refused, checking, conversation, network, precision, source

log = logging.getLogger(__name__)

TASKS = ("ticket-urgency", "response-preference")
GOLDEN_ROOM = {"fp32": 1e-4, "fp16": 5e-2, "int8": 1e-2}
"""Least tolerance of golden logits. fp16 is computed in fp32 on CPUs and in fp16 on GPUs, hence the room."""
MOST_TOLERANCE = 1.0
"""Greatest tolerance that the scorer takes."""
MOST_EMBEDDING = 4_096
"""Numbers that the scorer lets a score carry."""


@dataclass(frozen=True)
class Order:
    """What is wanted."""

    model: Path
    out: Path
    id: str
    version: str
    task: str
    licence: str
    precision: str = "fp32"
    max_length: int | None = None
    head_share: float | None = None
    text: str | None = None
    pair: str | None = None
    temperature: float = 1.0
    bias: float = 0.0
    external: bool | None = None
    embedding: bool = False
    """Whether scores may carry what the head reads."""


def make(order: Order) -> checking.Findings:
    """Writes the folder `order.out`; on refusal no bundle.json is in it."""
    _check(order)
    read = source.read(order.model)
    chat, text, pair = _template(order, read)
    max_length = order.max_length or min(512, read.limit)
    if not 4 <= max_length <= read.limit:
        raise Refused(f"--max-length {max_length}: the model has {read.limit} positions, expected 4 to that")
    if order.embedding and read.width > MOST_EMBEDDING:
        raise Refused(f"--embedding: the head reads {read.width} numbers, a bundle may give out at most {MOST_EMBEDDING}; leave --embedding out")
    # A conversation ends in the response, a ticket begins with what matters, of a dialogue the last turns matter most.
    head_share = order.head_share if order.head_share is not None else 0.5 if chat else 0.25 if pair else 0.75
    tokenizer = conversation.plain(read.tokenizer, adds_special_tokens=not chat)
    if chat:
        conversation.check(read.tokenizer, tokenizer, text, [(t.strip(), r.strip()) for t, r in zip(TEXTS, RESPONSES * 4)])
    golden = _golden(text, pair)
    rows, segments = [list(part) for part in zip(*(encode(tokenizer, *case, max_length, head_share) for case in golden))]
    if empty := sum(not row for row in rows):
        raise Refused(f"the tokenizer makes no id at all of {empty} golden texts: tokenizer.json does not fit the model")
    _check_ids(read, rows, segments)
    published = checking.in_torch(read, rows, segments)
    if order.precision == "fp16":
        read.halve()
    order.out.mkdir(parents=True, exist_ok=True)
    for old in order.out.iterdir():
        if old.name == "bundle.json" or old.name.startswith("model.onnx"):
            old.unlink()
    graph = order.out / "model.onnx"
    external = network.export(read, graph, order.external, order.embedding)
    if order.precision == "int8":
        log.info("%d matrix products have weights of 8 bits", precision.quantise(graph, external))
    inputs = network.inputs_of(read)
    session = checking.Session(graph, inputs, read.pad_id, order.embedding)
    findings = checking.check(published, read.limit, session, rows, segments, order.precision, (order.temperature, order.bias))
    allowed = tolerance(order.precision, findings.from_torch)
    tokenizer.save(str(order.out / "tokenizer.json"))
    cases = [
        {"text": t, "pair": p, "ids": ids, "logit": round(float(logit), 6)} for (t, p), ids, logit in zip(golden, rows, findings.logits)
    ]
    (order.out / "golden.json").write_text(json.dumps(cases, ensure_ascii=False).replace("}, {", "},\n{") + "\n", encoding="utf-8")
    (order.out / "CARD.md").write_text(_card(order, read, findings, allowed, chat, max_length), encoding="utf-8")
    files = sorted(f.name for f in order.out.iterdir() if f.name.startswith("model.onnx")) + ["tokenizer.json", "golden.json", "CARD.md"]
    output = {"name": "logits", "kind": "two-class" if read.labels == 2 else "one-logit" if order.task == TASKS[0] else "reward"}
    if order.embedding:
        output["embedding"] = {"name": network.EMBEDDING, "size": read.width}
    description = {
        "format": 1,
        "id": order.id,
        "version": order.version,
        "task": order.task,
        "licence": order.licence,
        "model": {
            "file": "model.onnx",
            "precision": order.precision,
            "inputs": inputs,
            "output": output,
        },
        "tokenizer": {"file": "tokenizer.json", "max_length": max_length, "pad_id": read.pad_id, "truncation": "head-tail", "head_share": head_share},
        "template": {"text": text} | ({"pair": pair} if pair else {}),
        "calibration": {"temperature": order.temperature, "bias": order.bias},
        "metrics": [],
        "golden": {"file": "golden.json", "tolerance": allowed},
        "files": {name: sha256(order.out / name) for name in files},
    }
    (order.out / "bundle.json").write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return findings


def tolerance(precision: str, from_torch: float) -> float:
    """How far a golden logit may lie from the published model's: what the graph does here, and half of the room for other machines."""
    wanted = max(GOLDEN_ROOM[precision], from_torch + GOLDEN_ROOM[precision] / 2)
    if wanted > MOST_TOLERANCE:
        raise Refused(f"{precision}: a golden logit is {from_torch:.2f} from PyTorch's, the scorer takes a tolerance of at most {MOST_TOLERANCE:g}: use a finer precision")
    digit = 10.0 ** (math.floor(math.log10(wanted)) - 1)
    return float(f"{math.ceil(wanted / digit - 1e-9) * digit:.2g}")


def _check(order: Order) -> None:
    """Refuses what the scorer would refuse of the bundle, before anything is loaded."""
    if not order.id.strip() or not order.licence.strip():
        raise Refused("--id and --licence: found nothing, expected a name and the licence that the model's own card gives")
    if not re.match(r"\d+\.\d+\.\d+", order.version):
        raise Refused(f"--version {order.version}: expected three numbers such as 1.0.0")
    if not (math.isfinite(order.temperature) and order.temperature > 0 and math.isfinite(order.bias)):
        raise Refused(f"--temperature {order.temperature} --bias {order.bias}: expected a temperature above 0 and finite numbers")
    if order.out.exists() and not order.out.is_dir():
        raise Refused(f"--out {order.out}: found a file, expected a folder, or a name that is free")
    if order.out.resolve() == order.model.resolve() or (order.out / "config.json").exists():
        raise Refused(f"--out {order.out} holds a model of its own, whose files the bundle's would replace; expected another folder")
    if order.head_share is not None and not 0 <= order.head_share <= 1:
        raise Refused(f"--head-share {order.head_share}: expected 0 to 1")
    if order.pair and not order.text:
        raise Refused("--pair without --text: give both, such as --text '{subject}\\n\\n{body}' --pair '{response}'")
    if order.text:
        fields = set(re.findall(r"\{[a-z_]+\}", order.text + (order.pair or "")))
        if unknown := fields - {"{subject}", "{body}", conversation.RESPONSE}:
            raise Refused(f"--text or --pair holds {', '.join(sorted(unknown))}, expected {{subject}}, {{body}} and {{response}} only")
        if (conversation.RESPONSE in fields) != (order.task == "response-preference"):
            raise Refused(f"--task {order.task}: expected {{response}} in --text or --pair for response-preference, and nowhere for ticket-urgency")


def _template(order: Order, read: source.Source) -> tuple[bool, str, str | None]:
    """(whether a chat template was used, text, pair)."""
    if order.text:
        return False, order.text, order.pair
    if order.task == "ticket-urgency":
        return False, conversation.TICKET, None
    if read.tokenizer.chat_template:
        return True, conversation.template(read.tokenizer), None
    if read.decoder:
        raise Refused("a decoder without a chat template: say with --text how ticket and response become one text, such as '{subject}\\n\\n{body}\\n\\n{response}'")
    return False, conversation.TICKET, conversation.RESPONSE


def _golden(text: str, pair: str | None) -> list[tuple[str, str | None]]:
    """Golden texts as they reach the tokenizer."""
    cases = preference_texts() if conversation.RESPONSE in text + (pair or "") else urgency_texts()
    return [tuple(None if part is None else conversation.fill(part, ticket, response or "") for part in (text, pair)) for ticket, response in cases]


def _check_ids(read: source.Source, rows: list[list[int]], segments: list[list[int]]) -> None:
    known = read.model.get_input_embeddings().num_embeddings
    if (highest := max(max(row) for row in rows)) >= known:
        raise Refused(f"the tokenizer gives id {highest}, the model knows ids below {known}: tokenizer.json belongs to another model")
    kinds = getattr(read.model.config, "type_vocab_size", 0)
    if read.takes_segments and max(max(s) for s in segments) >= kinds:
        raise Refused(f"the tokenizer gives segment {max(max(s) for s in segments)}, the model knows {kinds} segments")


def _card(order: Order, read: source.Source, findings: checking.Findings, allowed: float, chat: bool, max_length: int) -> str:
    embedding = (
        f"- Scores can carry what the head reads, {read.width} numbers; alone and in batches they lie within {findings.embedding_from_torch:.1e} of PyTorch's, as a share of the largest.\n"
        if order.embedding
        else ""
    )
    calibrated = order.temperature != 1.0 or order.bias != 0.0
    return f"""# {order.id}

Made from the model folder `{read.name}` ({type(read.model).__name__}) by `training/export.py`. Licence as given then: {order.licence}.

- Task {order.task}, precision {order.precision}, at most {max_length} tokens, {"the chat template of its tokenizer" if chat else "no chat template"}.
- On {len(findings.logits)} golden texts the logit of the graph differs from that of the model in PyTorch in fp32 by at most {findings.from_torch:.1e}; batching and padding move it by at most {findings.by_batching:.1e}.
- Golden logits are the model's in PyTorch in fp32; a scorer's may differ from them by at most {allowed:g}.
{embedding}- {"Calibrated with the temperature and bias given to the export." if calibrated else "Not calibrated: the score is the sigmoid of the raw logit. Measure it on data of your own before you trust a threshold."}
- Nothing was measured on labelled data. What the model is fit for, its own card says.
"""
