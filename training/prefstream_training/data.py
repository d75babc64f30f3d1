"""Reads the data files and applies the preparation rules, each of which is a function of its own and tested."""

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterable

MAX_BODY_CHARS = 8_000
"""The data files cut ticket bodies here; the same bound keeps any other source comparable."""


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


@dataclass
class Dropped:
    """What preparation left out and why: the report printed with every run."""

    reasons: dict[str, int]

    def count(self, reason: str) -> None:
        self.reasons[reason] = self.reasons.get(reason, 0) + 1


def read_rows(path: Path) -> list[dict]:
    """Rows of a gzip JSON-lines file, in file order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_tickets(path: Path, dropped: Dropped) -> list[Ticket]:
    """Labelled tickets without empty texts and exact duplicates (the first one stays)."""
    tickets, seen = [], set()
    for row in read_rows(path):
        ticket = Ticket(
            subject=row["subject"] or "",
            body=(row["body"] or "")[:MAX_BODY_CHARS],
            urgent=bool(row["urgent"]),
            product=row["product"],
            language=row.get("language") or "unknown",
        )
        key = fingerprint(ticket.text)
        if not ticket.text.strip():
            dropped.count("ticket without text")
        elif key in seen:
            dropped.count("ticket that repeats an earlier one")
        else:
            seen.add(key)
            tickets.append(ticket)
    return tickets


def read_pairs(path: Path, dropped: Dropped, keep_repeats: bool = False) -> list[Pair]:
    """Preference pairs without empty or equal responses and without exact duplicates (which evaluation keeps)."""
    pairs, seen = [], set()
    for row in read_rows(path):
        pair = Pair(row["prompt"], row["chosen"], row["rejected"], row["source"])
        key = "".join([fingerprint(pair.prompt), *sorted((fingerprint(pair.chosen), fingerprint(pair.rejected)))])
        if not pair.chosen.strip() or not pair.rejected.strip():
            dropped.count("pair with an empty response")
        elif fingerprint(pair.chosen) == fingerprint(pair.rejected):
            dropped.count("pair of equal responses")
        elif key in seen and not keep_repeats:
            dropped.count("pair that repeats an earlier one")
        else:
            seen.add(key)
            pairs.append(pair)
    return pairs


def fingerprint(text: str) -> str:
    """Equal for texts that differ only in case and white space."""
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


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


def first_question(prompt: str) -> str:
    """The first human turn of a dialogue, without the role mark."""
    return fingerprint(without_role_marks(prompt.split("\n\nAssistant:")[0]))


def without_role_marks(prompt: str) -> str:
    """The dialogue as a support ticket would quote it: the turns without `Human:` and `Assistant:`."""
    return re.sub(r"(^|\n\n)(Human|Assistant):[ ]?", r"\1", prompt).strip()


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
