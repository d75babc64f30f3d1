"""The preparation rules, on rows made here."""

import argparse
import contextlib
import gzip
import io
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from prefstream_training import __main__ as recipe, data, preparation
from prefstream_training.preparation import Report, Shares


def pair(prompt: str = "Human: hi\n\nAssistant:", chosen: str = "good", rejected: str = "bad", **more) -> dict:
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected, "source": "here"} | more


def ticket(**more) -> dict:
    return {"subject": "s", "body": "b", "urgent": True, "product": "p", "language": "en"} | more


class PreparationTest(unittest.TestCase):
    def setUp(self) -> None:
        self.report = Report()

    def test_drops_pairs_that_teach_nothing_and_says_why(self) -> None:
        kept = preparation.pairs([pair(), pair(chosen=" "), pair(rejected="GOOD "), pair(chosen="Good")], self.report)

        self.assertEqual(1, len(kept))
        self.assertEqual((4, 1, 3), (self.report.read, self.report.kept, sum(self.report.reasons.values())))
        self.assertEqual(3, len(self.report.reasons))

    def test_counts_a_pair_with_the_contrary_verdict_as_a_repeat(self) -> None:
        self.assertEqual(1, len(preparation.pairs([pair(), pair(chosen="bad", rejected="good")], self.report)))

    def test_keeps_repeats_for_evaluation(self) -> None:
        self.assertEqual(2, len(preparation.pairs([pair(), pair()], self.report, shares=None, keep_repeats=True)))

    def test_drops_pairs_whose_first_question_is_held_out(self) -> None:
        longer = pair("Human: HI\n\nAssistant: hello\n\nHuman: more\n\nAssistant:")

        kept = preparation.pairs([longer, pair("Human: other\n\nAssistant:")], self.report, preparation.keys([pair()], "prompt"))

        self.assertEqual(["Human: other\n\nAssistant:"], [row["prompt"] for row in kept])

    def test_cuts_bodies_and_drops_tickets_without_text_repeated_or_held_out(self) -> None:
        rows = [ticket(body="b" * 9_000), ticket(subject="", body=" "), ticket(subject="S", body="B" * 9_000), ticket(subject="Known")]

        kept = preparation.tickets(rows, self.report, preparation.keys([ticket(subject="known")], "subject"))

        self.assertEqual([preparation.MAX_BODY_CHARS], [len(row["body"]) for row in kept])
        self.assertEqual(3, len(self.report.reasons))

    def test_keeps_times_and_votes(self) -> None:
        kept = preparation.pairs([pair(score_chosen="9", score_rejected="3", created_chosen="2018-08-22T15:48:07")], self.report)

        self.assertEqual("2018-08-22T15:48:07", kept[0]["created_chosen"])
        self.assertEqual((3.0, 9.0), preparation.votes(kept[0]))

    def test_thins_markdown_to_its_share_and_always_drops_the_same_rows(self) -> None:
        rows = [pair(chosen=f"plain {i}") for i in range(77)] + [pair(chosen=f"- item {i}") for i in range(100)]

        kept = preparation.pairs(rows, self.report)
        again = preparation.pairs(list(reversed(rows)), Report())

        self.assertAlmostEqual(0.23, sum(map(preparation.has_markdown, kept)) / len(kept), delta=0.005)
        self.assertEqual(77, sum(not preparation.has_markdown(row) for row in kept))
        self.assertEqual({row["chosen"] for row in kept}, {row["chosen"] for row in again})

    def test_says_where_markdown_is_scarce_and_drops_nothing(self) -> None:
        kept = preparation.pairs([pair(chosen=f"plain {i}") for i in range(9)] + [pair(chosen="**bold**")], self.report)

        self.assertEqual(10, len(kept))
        self.assertIn("there is no more", self.report.notes[0])

    def test_knows_markdown_from_plain_text(self) -> None:
        marked = ["```x```", "# Title", "* a", "1. a", "see [here](http://a.b)", "use `ls`", "> said", "| a | b |", "**b**"]
        plain = ["a - b", "3.5 is more", "2 * 3 * 4", "#hashtag", "a > b", "it's [sic]"]

        self.assertEqual(marked, [text for text in marked + plain if preparation.has_markdown(pair(chosen=text))])

    def test_thins_controversial_pairs_among_those_with_votes(self) -> None:
        clear = [pair(chosen=f"c{i}", score_chosen=10, score_rejected=2) for i in range(92)]
        close = [pair(chosen=f"d{i}", score_chosen=6, score_rejected=5) for i in range(40)]

        kept = preparation.pairs(clear + close + [pair(chosen="no votes")], self.report)

        self.assertEqual(8, sum(map(preparation.is_controversial, kept)))
        self.assertEqual(32, self.report.reasons["surplus controversial pair"])

    def test_takes_votes_for_controversial_from_six_to_five_to_three_to_two(self) -> None:
        cases = [((6, 5), True), ((3, 2), True), ((11, 10), False), ((8, 5), False), ((5, 6), True), ((5, 0), False), ((-2, -3), False), ((2, 2), False)]

        found = [(v, preparation.is_controversial(pair(score_chosen=v[0], score_rejected=v[1]))) for v, _ in cases]

        self.assertEqual(cases, found)

    def test_puts_pairs_that_start_alike_on_one_side(self) -> None:
        pairs = [
            data.Pair(f"Human: question {n}\n\nAssistant: a\n\nHuman: more {m}\n\nAssistant:", "x", "y", "here") for n in range(200) for m in range(3)
        ]

        training, validation = data.split_by_first_prompt(pairs, 0.2)

        first = [{preparation.first_question(p.prompt) for p in side} for side in (training, validation)]
        self.assertFalse(first[0] & first[1])
        self.assertTrue(0.1 < len(validation) / len(pairs) < 0.3, len(validation))

    def test_takes_role_marks_away_and_leaves_the_words(self) -> None:
        self.assertEqual(
            "Who is the Human: you?\n\nMe.\n\nOk",
            preparation.without_role_marks("Human: Who is the Human: you?\n\nAssistant: Me.\n\nHuman: Ok\n\nAssistant:"),
        )

    def test_names_broken_lines_and_missing_columns_by_their_number(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.jsonl.gz"
            for lines, expected in (
                ('{"a": "1", "b": "2"}\n\n{"a": 1\n[1]\n{"b": "2"}\n', r"3 of 4 lines are broken \(line 3 is no JSON object; line 4 is no JSON object; line 5 has no a\)"),
                ("{}\n" * 12, "line 10 has no a and no b and 2 more"),
                ("\n", "holds no rows"),
                ("[" * 100_000 + "\n", "line 1 is no JSON object"),
            ):
                file.write_bytes(gzip.compress(lines.encode()))
                with self.subTest(expected), self.assertRaisesRegex(data.Unusable, expected):
                    data.read_rows(file, {"a": data.TEXT, "b": data.TEXT})
            file.write_text("{}")
            with self.assertRaisesRegex(data.Unusable, "rows.jsonl.gz cannot be read"):
                data.read_rows(file, {})
            with self.assertRaisesRegex(data.Unusable, "cannot be read"):
                data.read_rows(Path(folder) / "none.jsonl.gz", {})

    def read(self, columns: dict, *rows: dict) -> list[dict]:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "rows.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
            return data.read_rows(Path(folder) / "rows.jsonl.gz", columns)

    def test_reads_urgent_as_the_evaluation_does(self) -> None:
        said = [True, False, "true", "false", " YES ", "no", 1, 0, "1", "0"]

        found = data.tickets_of(self.read(data.TICKET_COLUMNS, *(ticket(urgent=word) for word in said)))

        self.assertEqual([True, False] * 5, [each.urgent for each in found])
        for word in ("maybe", "", None, 2, 1.0, [True]):
            with self.subTest(word), self.assertRaisesRegex(data.Unusable, "1 of 2 lines are broken .line 2: urgent is .*, expected true or false"):
                self.read(data.TICKET_COLUMNS, ticket(), ticket(urgent=word))

    def test_names_the_lines_whose_values_are_of_another_kind(self) -> None:
        for columns, row, expected in (
            (data.TICKET_COLUMNS, ticket(subject=3), "line 2: subject is 3, expected text or null"),
            (data.TICKET_COLUMNS, ticket(product=None, body=[]), r"line 2: body is \[\], expected text or null, product is null, expected text"),
            (data.TICKET_COLUMNS, ticket(language=7), "line 2: language is 7, expected text or null"),
            (data.PAIR_COLUMNS, pair(chosen=None), "line 2: chosen is null, expected text"),
            (data.PAIR_COLUMNS, pair(source={}), "line 2: source is {}, expected text"),
            (data.PAIR_COLUMNS, pair(prompt="\ud800"), "line 2: prompt is"),
            (data.VOTED_COLUMNS, pair(score_chosen="many", score_rejected=1), "line 2: score_chosen is .*, expected a number"),
            (data.TURN_COLUMNS, {"conversation_id": None, "text": "hi"}, "line 2: conversation_id is null"),
        ):
            good = ticket() | pair(score_chosen=1, score_rejected="2", conversation_id="c", text="t") | {"source": "here"}
            with self.subTest(expected), self.assertRaisesRegex(data.Unusable, expected):
                self.read(columns, good, row)

    def test_takes_a_null_text_of_a_ticket_for_an_empty_one(self) -> None:
        found = data.tickets_of(self.read(data.TICKET_COLUMNS, ticket(subject=None, language=None)))[0]

        self.assertEqual(("", "unknown", "unknown"), (found.subject, found.language, found.source))

    def test_unlabelled_text_of_a_broken_file_is_named_too(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data.write_rows(Path(folder) / "tickets/train.jsonl.gz", [ticket(body=None)])
            data.write_rows(Path(folder) / "tickets/multilingual_train.jsonl.gz", [ticket(body=5)])

            with self.assertRaisesRegex(data.Unusable, "multilingual_train.jsonl.gz: 1 of 1 lines are broken .line 1: body is 5"):
                data.unlabelled_texts(Path(folder))

    def test_says_why_tickets_cannot_teach(self) -> None:
        both = [ticket(subject="d"), ticket(subject="e", urgent=False)]
        for train, dev, expected in (
            ([ticket(), ticket(subject="t")], both, "tickets/train: all 2 are urgent, expected both"),
            ([ticket(), ticket(subject="t", urgent=False)], [ticket(subject="d", urgent="no")], "tickets/dev: all 1 are not urgent, expected both"),
            ([{"subject": "s", "body": "b", "product": "p"}], both, "line 1 has no urgent"),
            ([ticket(subject=" ", body="")], both, "tickets/train: no row of 1 stays"),
            ([ticket(), ticket(subject="t", urgent=False)], [ticket(subject="", body=" ")], "tickets/dev: no row of 1 stays"),
        ):
            with self.subTest(expected), tempfile.TemporaryDirectory() as folder:
                data.write_rows(Path(folder) / "tickets/train.jsonl.gz", train)
                data.write_rows(Path(folder) / "tickets/dev.jsonl.gz", dev)
                with self.assertRaisesRegex(data.Unusable, expected):
                    recipe.run_preparation(argparse.Namespace(data=Path(folder), work=Path(folder) / "work"))

    def test_the_recipe_ends_with_the_reason_and_a_code(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            found = subprocess.run(
                [sys.executable, "-m", "prefstream_training", "preparation", "--data", folder, "--out", folder, "--work", folder + "/work"],
                capture_output=True, text=True, check=False,
            )

        self.assertEqual(1, found.returncode)
        self.assertIn("dev.jsonl.gz cannot be read", found.stderr)
        self.assertNotIn("Traceback", found.stderr)

    def test_says_which_networks_cannot_be_kept(self) -> None:
        told = io.StringIO()
        with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stderr(told), self.assertRaises(SystemExit) as ended:
            with mock.patch.object(sys, "argv", ["prefstream_training", "--keep-networks", "--data", folder, "--out", folder]):
                recipe.parse()

        self.assertEqual(2, ended.exception.code)
        self.assertIn("ticket-urgency/model.onnx", told.getvalue())

    def test_writes_the_same_rows_as_the_same_bytes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("a", "b"):
                data.write_rows(Path(folder) / name, [pair(chosen="é")])

            self.assertEqual((Path(folder) / "a").read_bytes(), (Path(folder) / "b").read_bytes())
            self.assertEqual([pair(chosen="é")], data.read_rows(Path(folder) / "a", data.PAIR_COLUMNS))


if __name__ == "__main__":
    unittest.main()
