"""The rules by which rows of the data files become training rows. Each is a function of its own, pure, and tested.

A row stays a dictionary with all that the source said (times, votes, products): what training does not read today, an audit may.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

MAX_BODY_CHARS = 8_000
"""The data files cut ticket bodies here; the same bound keeps any other source comparable."""
MARKDOWN = re.compile(r"```|`[^`\n]+`|^\s{0,3}#{1,6}\s|^\s*[-*+]\s+\S|^\s*\d{1,2}[.)]\s+\S|\*\*\S|\[[^\]\n]+\]\(\S+\)|^\s*>\s|^\|.*\|\s*$", re.MULTILINE)
"""Code, heading, list, bold, link, quotation, table."""


@dataclass(frozen=True)
class Shares:
    """Which mixture of pairs is wanted. Surplus is dropped; where there is too little, everything stays and the report says so."""

    markdown: float = 0.23
    """Greatest share of pairs in which a response has markdown."""
    controversial: tuple[float, float] = (0.05, 0.08)
    """Least and greatest share, among pairs with votes, of those whose votes are close."""
    close_votes: tuple[float, float] = (1.2, 1.5)
    """More votes over fewer, both ends included."""


@dataclass
class Report:
    """How many rows came and stayed, what was dropped and why, and what mixture was left."""

    reasons: dict[str, int] = field(default_factory=dict)
    read: int = 0
    kept: int = 0
    notes: list[str] = field(default_factory=list)

    def count(self, reason: str, rows: int = 1) -> None:
        if rows:
            self.reasons[reason] = self.reasons.get(reason, 0) + rows

    def as_json(self) -> str:
        return json.dumps({"read": self.read, "kept": self.kept, "dropped": self.reasons, "notes": self.notes}, indent=2)


def tickets(rows: list[dict], report: Report, held_out: frozenset[str] = frozenset()) -> list[dict]:
    """Tickets with text, the first of exact repeats, none whose subject is in `held_out`; bodies cut to MAX_BODY_CHARS."""
    kept, seen = [], set()
    for row in rows:
        row = row | {"body": row["body"][:MAX_BODY_CHARS]}
        key = fingerprint(row["subject"] + " " + row["body"])
        if not (row["subject"] + row["body"]).strip():
            report.count("ticket without text")
        elif key in seen:
            report.count("ticket that repeats an earlier one")
        elif fingerprint(row["subject"]) in held_out:
            report.count("ticket whose subject is also in the held-out part")
        else:
            seen.add(key)
            kept.append(row)
    report.read, report.kept = report.read + len(rows), report.kept + len(kept)
    return kept


def pairs(
    rows: list[dict], report: Report, held_out: frozenset[str] = frozenset(), shares: Shares | None = Shares(), keep_repeats: bool = False
) -> list[dict]:
    """Pairs that can teach: two different responses, once each, of no prompt in `held_out`, in the mixture wanted (None: as it comes)."""
    kept, seen = [], set()
    for row in rows:
        key = fingerprint(row["prompt"]) + "".join(sorted((fingerprint(row["chosen"]), fingerprint(row["rejected"]))))
        if not row["chosen"].strip() or not row["rejected"].strip():
            report.count("pair with an empty response")
        elif fingerprint(row["chosen"]) == fingerprint(row["rejected"]):
            report.count("pair of equal responses")
        elif key in seen and not keep_repeats:
            report.count("pair that repeats an earlier one, perhaps with the contrary verdict")
        elif first_question(row["prompt"]) in held_out:
            report.count("pair whose first question is also in the held-out part")
        else:
            seen.add(key)
            kept.append(row)
    if shares is not None:
        kept = mixed(kept, shares, report)
    report.read, report.kept = report.read + len(rows), report.kept + len(kept)
    return kept


def mixed(rows: list[dict], shares: Shares, report: Report) -> list[dict]:
    """Drops the surplus of markdown and of controversial pairs, and notes the shares that are left."""
    plenty = len(rows)
    rows = thinned(rows, has_markdown, lambda _: True, shares.markdown)
    report.count("surplus pair with markdown", plenty - len(rows))
    plenty = len(rows)
    rows = thinned(rows, lambda row: is_controversial(row, shares), lambda row: votes(row) is not None, shares.controversial[1])
    report.count("surplus controversial pair", plenty - len(rows))
    if rows:
        found = sum(map(has_markdown, rows)) / len(rows)
        report.notes.append(f"markdown in {found:.1%} of the pairs, wanted {shares.markdown:.0%}" + (": there is no more" if found < shares.markdown - 0.005 else ""))
    voted = [row for row in rows if votes(row) is not None]
    if voted:
        found = sum(is_controversial(row, shares) for row in voted) / len(voted)
        low, high = shares.controversial
        report.notes.append(f"controversial {found:.1%} of the {len(voted)} pairs with votes, wanted {low:.0%} to {high:.0%}" + (": there is no more" if found < low else ""))
    else:
        report.notes.append("no pair has votes: controversial ones cannot be told")
    return rows


def thinned(rows: list[dict], chosen: Callable[[dict], bool], among: Callable[[dict], bool], share: float) -> list[dict]:
    """Leaves out chosen rows until they are at most `share` of the rows `among`. Which ones go depends on their text alone."""
    some = [row for row in rows if among(row) and chosen(row)]
    others = sum(1 for row in rows if among(row)) - len(some)
    room = int(share * others / (1 - share) + 1e-9)
    if len(some) <= room:
        return rows
    gone = {id(row) for row in sorted(some, key=lambda row: fingerprint(row["prompt"] + row["chosen"] + row["rejected"]))[room:]}
    return [row for row in rows if id(row) not in gone]


def has_markdown(row: dict) -> bool:
    return bool(MARKDOWN.search(row["chosen"]) or MARKDOWN.search(row["rejected"]))


def votes(row: dict) -> tuple[float, float] | None:
    """(fewer, more) votes of the two responses; None where the source has none."""
    try:
        return tuple(sorted((float(row["score_chosen"]), float(row["score_rejected"]))))
    except (KeyError, TypeError, ValueError):
        return None


def is_controversial(row: dict, shares: Shares = Shares()) -> bool:
    """Whether the votes are close, yet not equal. Without a positive number on both sides there is no ratio."""
    found = votes(row)
    return found is not None and found[0] > 0 and shares.close_votes[0] <= found[1] / found[0] <= shares.close_votes[1]


def first_question(prompt: str) -> str:
    """The first human turn of a dialogue, without the role mark, as a fingerprint: what splits are made by."""
    return fingerprint(without_role_marks(prompt.split("\n\nAssistant:")[0]))


def without_role_marks(prompt: str) -> str:
    """The dialogue as a support ticket would quote it: the turns without `Human:` and `Assistant:`."""
    return re.sub(r"(^|\n\n)(Human|Assistant):[ ]?", r"\1", prompt).strip()


def fingerprint(text: str) -> str:
    """Equal for texts that differ only in case and white space."""
    return hashlib.sha256(" ".join(text.lower().split()).encode()).hexdigest()


def keys(rows: Iterable[dict], name: str) -> frozenset[str]:
    """What a held-out file holds: fingerprints of its subjects, or first questions of its prompts."""
    return frozenset(first_question(row[name]) if name == "prompt" else fingerprint(row[name]) for row in rows)
