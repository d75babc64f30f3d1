"""The preparation rules, on rows made here."""

import gzip
import json
import tempfile
import unittest
from pathlib import Path

from prefstream_training import data


def pair(prompt: str = "Human: hi\n\nAssistant:", chosen: str = "good", rejected: str = "bad") -> dict:
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected, "source": "here"}


class PreparationTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "rows.jsonl.gz"
        self.dropped = data.Dropped({})

    def write(self, *rows: dict) -> None:
        with gzip.open(self.file, "wt", encoding="utf-8") as out:
            out.writelines(json.dumps(row) + "\n" for row in rows)

    def test_drops_pairs_that_teach_nothing_and_says_why(self) -> None:
        self.write(pair(), pair(chosen=" "), pair(rejected="GOOD "), pair(chosen="Good"))

        pairs = data.read_pairs(self.file, self.dropped)

        self.assertEqual(1, len(pairs))
        self.assertEqual(
            {"pair with an empty response": 1, "pair of equal responses": 1, "pair that repeats an earlier one": 1},
            self.dropped.reasons,
        )

    def test_counts_a_pair_with_the_contrary_verdict_as_a_repeat(self) -> None:
        self.write(pair(), pair(chosen="bad", rejected="good"))

        self.assertEqual(1, len(data.read_pairs(self.file, self.dropped)))

    def test_keeps_repeats_for_evaluation(self) -> None:
        self.write(pair(), pair())

        self.assertEqual(2, len(data.read_pairs(self.file, self.dropped, keep_repeats=True)))

    def test_cuts_bodies_and_drops_tickets_without_text(self) -> None:
        ticket = {"subject": "s", "body": "b" * 9_000, "urgent": True, "product": "p", "language": "en"}
        self.write(ticket, {**ticket, "subject": "", "body": " "}, {**ticket, "subject": "S"})

        tickets = data.read_tickets(self.file, self.dropped)

        self.assertEqual([data.MAX_BODY_CHARS], [len(t.body) for t in tickets])
        self.assertEqual({"ticket without text": 1, "ticket that repeats an earlier one": 1}, self.dropped.reasons)

    def test_puts_pairs_that_start_alike_on_one_side(self) -> None:
        pairs = [
            data.Pair(f"Human: question {n}\n\nAssistant: a\n\nHuman: more {m}\n\nAssistant:", "x", "y", "here")
            for n in range(200)
            for m in range(3)
        ]

        training, validation = data.split_by_first_prompt(pairs, 0.2)

        first = [{data.first_question(p.prompt) for p in side} for side in (training, validation)]
        self.assertFalse(first[0] & first[1])
        self.assertTrue(0.1 < len(validation) / len(pairs) < 0.3, len(validation))

    def test_takes_role_marks_away_and_leaves_the_words(self) -> None:
        self.assertEqual(
            "Who is the Human: you?\n\nMe.\n\nOk",
            data.without_role_marks("Human: Who is the Human: you?\n\nAssistant: Me.\n\nHuman: Ok\n\nAssistant:"),
        )


if __name__ == "__main__":
    unittest.main()
