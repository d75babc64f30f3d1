"""Reads the data files as tickets and pairs; which rows they keep, preparation.py says."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable

from .preparation import first_question


@dataclass(frozen=True)
class Ticket:
    subject: str
    body: str
    urgent: bool
    product: str
    language: str
    source: str = "unknown"

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


MOST_TOLD = 10
"""Broken lines that a message names."""
TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
"""What `prefstream evaluate` reads, upper or lower case: bool("false") would be true."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    # Half of a surrogate pair is in no UTF-8 file, and no tokenizer takes it.
    value.encode()
    return value


def _truth(value: Any) -> bool:
    if (found := TRUTH.get(str(value).strip().lower())) is None:
        raise ValueError
    return found


@dataclass(frozen=True)
class Kind:
    """What a column holds. `read` gives the value that a row gets, or raises ValueError."""

    words: str
    read: Callable[[Any], Any]
    needed: bool = True
    """Whether each row must have the column."""


TEXT = Kind("text", _text)
TEXT_OR_NULL = Kind("text or null", lambda value: "" if value is None else _text(value))
WORD = Kind("text or null", lambda value: "unknown" if value is None else _text(value), needed=False)
NUMBER = Kind("a number", float)
TRUE_OR_FALSE = Kind("true or false", _truth)
TICKET_COLUMNS = {"subject": TEXT_OR_NULL, "body": TEXT_OR_NULL, "urgent": TRUE_OR_FALSE, "product": TEXT, "language": WORD, "source": WORD}
PAIR_COLUMNS = {"prompt": TEXT, "chosen": TEXT, "rejected": TEXT, "source": TEXT}
VOTED_COLUMNS = PAIR_COLUMNS | {"score_chosen": NUMBER, "score_rejected": NUMBER}
ISSUE_COLUMNS = {"subject": TEXT_OR_NULL, "body": TEXT_OR_NULL}
TURN_COLUMNS = {"conversation_id": TEXT, "text": TEXT}
QUESTION_COLUMNS = {"query": TEXT}


class Unusable(ValueError):
    """A data file that no model can be made from. The message names the file and its broken lines."""


def read_rows(path: Path, columns: Mapping[str, Kind]) -> list[dict]:
    """Rows of a gzip JSON-lines file, in file order, each with the columns asked for, read as their kind. Empty lines are passed over.

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
                elif missing := [column for column, kind in columns.items() if kind.needed and column not in row]:
                    broken.append(f"line {number} has no {' and no '.join(missing)}")
                elif wrong := _read_columns(row, columns):
                    broken.append(f"line {number}: {', '.join(wrong)}")
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


def _read_columns(row: dict, columns: Mapping[str, Kind]) -> list[str]:
    """Puts the values as read into the row; what is of another kind comes back in words."""
    wrong = []
    for column, kind in columns.items():
        try:
            row[column] = kind.read(row.get(column))
        except (TypeError, ValueError):
            wrong.append(f"{column} is {json.dumps(row[column])[:40]}, expected {kind.words}")
    return wrong


def _object(line: str) -> dict | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write_rows(path: Path, rows: Iterable[dict]) -> None:
    """The same form. No time stamp goes into the file: the same rows give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def tickets_of(rows: Iterable[dict]) -> list[Ticket]:
    """Of rows that `read_rows` gave with TICKET_COLUMNS."""
    return [Ticket(row["subject"], row["body"], row["urgent"], row["product"], row["language"], row["source"]) for row in rows]


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


def conversations(data: Path) -> list[list[str]]:
    """The customer's turns of each support chat, in their order."""
    turns: dict[str, list[str]] = {}
    for row in read_rows(data / "routing/train.jsonl.gz", TURN_COLUMNS):
        turns.setdefault(row["conversation_id"], []).append(row["text"])
    return list(turns.values())


def issues(data: Path, file: str) -> list[str]:
    """Their texts after the bundle's template."""
    return [row["subject"] + "\n\n" + row["body"] for row in read_rows(data / "tickets" / file, ISSUE_COLUMNS)]


def unlabelled_texts(data: Path) -> list[str]:
    """Everything in the permissive training files, for the vocabulary and for pretraining. No dev rows, nothing from
    `restricted/` and no itsm_events, whose origin is not stated."""
    texts = issues(data, "train.jsonl.gz") + issues(data, "multilingual_train.jsonl.gz")
    for row in read_rows(data / "preferences/train.jsonl.gz", PAIR_COLUMNS):
        texts += [row["prompt"] + " " + row["chosen"], row["rejected"]]
    texts += ["\n".join(conversation) for conversation in conversations(data)]
    return texts


def unlabelled_bug_reports(data: Path) -> list[str]:
    """Issues of another product, in many languages."""
    return issues(data, "multilingual_train.jsonl.gz")


def support_prompts(data: Path, of_each: int = 750) -> list[str]:
    """What a response to it will be judged for: first turns of support chats, and bug reports."""
    chats = ["\n".join(conversation[:2]) for conversation in conversations(data)]
    return [text for part in (chats, issues(data, "train.jsonl.gz")) for text in part[:: max(1, len(part) // of_each)]]


def unlabelled_support_messages(data: Path, of_each: int = 2_000) -> list[str]:
    """How people write to a support desk or ask an assistant: the first turns of chats, and questions of dialogues."""
    chats = ["\n".join(conversation[:3]) for conversation in conversations(data)]
    questions = [row["query"] for row in read_rows(data / "conversations/hh_helpful_train.jsonl.gz", QUESTION_COLUMNS)]
    return [text for part in (chats, questions) for text in part[:: max(1, len(part) // of_each)]]
