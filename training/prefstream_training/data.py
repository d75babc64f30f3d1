"""Reads the data files as tickets and pairs; which rows they keep, preparation.py says."""

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

from .preparation import first_question

@dataclass(frozen=True)
class Ticket:
    subject: str
    body: str
    urgent: bool
    product: str
    language: str

    @property
    def text(self) -> str:
        """The text after the bundle's template `{subject}\\n\\n{body}`."""
        return f"{self.subject}\n\n{self.body}"


@dataclass(frozen=True)
class Pair:
    """Two responses to one prompt, one of them preferred by a person."""

    prompt: str
    chosen: str
    rejected: str
    source: str


TICKET_COLUMNS = ("subject", "body", "urgent", "product")
PAIR_COLUMNS = ("prompt", "chosen", "rejected", "source")
MOST_TOLD = 10
"""Broken lines that a message names."""


class Unusable(ValueError):
    """A data file that no model can be made from. The message names the file and its broken lines."""


def read_rows(path: Path, columns: Iterable[str] = ()) -> list[dict]:
    """Rows of a gzip JSON-lines file, in file order, each with the columns asked for. Empty lines are passed over.

    Raises Unusable where the file cannot be read, has no rows or has broken lines: a recipe that leaves rows out by itself would make another
    model than the one its card tells of.
    """
    rows, broken = [], []
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                row = _object(line)
                if row is None:
                    broken.append(f"line {number} is no JSON object")
                elif missing := [column for column in columns if column not in row]:
                    broken.append(f"line {number} has no {' and no '.join(missing)}")
                else:
                    rows.append(row)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as problem:
        raise Unusable(f"{path} cannot be read ({problem}): expected gzip with a JSON object a line") from problem
    if broken:
        more = f" and {len(broken) - MOST_TOLD} more" if len(broken) > MOST_TOLD else ""
        raise Unusable(f"{path}: {len(broken)} of {len(broken) + len(rows)} lines are broken ({'; '.join(broken[:MOST_TOLD])}{more}): mend them or take them out")
    if not rows:
        raise Unusable(f"{path} holds no rows")
    return rows


def _object(line: str) -> dict | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def write_rows(path: Path, rows: Iterable[dict]) -> None:
    """The same form. No time stamp goes into the file: the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def tickets_of(rows: Iterable[dict]) -> list[Ticket]:
    return [Ticket(row["subject"], row["body"], bool(row["urgent"]), row["product"], row.get("language") or "unknown") for row in rows]


def pairs_of(rows: Iterable[dict]) -> list[Pair]:
    return [Pair(row["prompt"], row["chosen"], row["rejected"], row["source"]) for row in rows]


def bucket(key: str, buckets: int) -> int:
    """A bucket that depends on the key alone, so that adding rows moves no other row across a split."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % buckets


def split_by_first_prompt(pairs: Iterable[Pair], share: float) -> tuple[list[Pair], list[Pair]]:
    """(training, validation): pairs that start with the same question are on one side."""
    training, validation = [], []
    for pair in pairs:
        held = bucket(first_question(pair.prompt), 1_000) < share * 1_000
        (validation if held else training).append(pair)
    return training, validation


def unlabelled_texts(data: Path) -> list[str]:
    """Everything in the permissive training files, for the vocabulary and for pretraining. No dev rows, nothing from
    `restricted/` and no itsm_events, whose origin is not stated."""
    texts = [row["subject"] + "\n\n" + row["body"] for row in read_rows(data / "tickets/train.jsonl.gz")]
    texts += [row["subject"] + "\n\n" + (row["body"] or "") for row in read_rows(data / "tickets/multilingual_train.jsonl.gz")]
    for row in read_rows(data / "preferences/train.jsonl.gz"):
        texts += [row["prompt"] + " " + row["chosen"], row["rejected"]]
    turns: dict[str, list[str]] = {}
    for row in read_rows(data / "routing/train.jsonl.gz"):
        turns.setdefault(row["conversation_id"], []).append(row["text"])
    texts += ["\n".join(conversation) for conversation in turns.values()]
    return texts


def unlabelled_bug_reports(data: Path) -> list[str]:
    """Issues of another product, in many languages."""
    return [row["subject"] + "\n\n" + (row["body"] or "") for row in read_rows(data / "tickets/multilingual_train.jsonl.gz")]


def support_prompts(data: Path, of_each: int = 750) -> list[str]:
    """What a response to it will be judged for: first turns of support chats, and bug reports."""
    turns: dict[str, list[str]] = {}
    for row in read_rows(data / "routing/train.jsonl.gz"):
        turns.setdefault(row["conversation_id"], []).append(row["text"])
    chats = ["\n".join(conversation[:2]) for conversation in turns.values()]
    tickets = [row["subject"] + "\n\n" + row["body"] for row in read_rows(data / "tickets/train.jsonl.gz")]
    return [text for part in (chats, tickets) for text in part[:: max(1, len(part) // of_each)]]


def unlabelled_support_messages(data: Path, of_each: int = 2_000) -> list[str]:
    """How people write to a support desk or ask an assistant: the first turns of chats, and questions of dialogues."""
    turns: dict[str, list[str]] = {}
    for row in read_rows(data / "routing/train.jsonl.gz"):
        turns.setdefault(row["conversation_id"], []).append(row["text"])
    chats = ["\n".join(conversation[:3]) for conversation in turns.values()]
    questions = [row["query"] for row in read_rows(data / "conversations/hh_helpful_train.jsonl.gz")]
    return [text for part in (chats, questions) for text in part[:: max(1, len(part) // of_each)]]
