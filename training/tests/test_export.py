"""Bundles made from tiny models of every architecture, with weights drawn here."""

import contextlib
import io
import json
import logging
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoTokenizer

import export
from prefstream_export import Refused, checking, network, source, writing
from prefstream_export.writing import Order, make
from prefstream_training.bundle import sha256
from prefstream_training.truncation import encode

from . import tiny_models

torch.set_num_threads(1)
for chatty in ("onnxscript", "onnx_ir", "onnxruntime", "torch.onnx", "transformers"):
    logging.getLogger(chatty).setLevel(logging.ERROR)


class ExportTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def bundle(self, family: str, task: str = "response-preference", labels: int = 1, reward_head: bool = False, **order) -> dict:
        """Makes model and bundle; returns bundle.json, after checking what every bundle must hold."""
        model = tiny_models.write(self.folder / "model", family, labels, reward_head)
        self.findings = make(Order(model, self.folder / "bundle", "tiny", "1.0.0", task, "Apache-2.0", **order))
        description = json.loads((self.folder / "bundle/bundle.json").read_text())
        self.assertEqual({f.name for f in (self.folder / "bundle").iterdir()} - {"bundle.json"}, set(description["files"]))
        for name, expected in description["files"].items():
            self.assertEqual(expected, sha256(self.folder / "bundle" / name))
        self.assertNotIn(str(self.folder).encode(), (self.folder / "bundle/model.onnx").read_bytes())
        self.check_golden(description)
        return description

    def check_golden(self, description: dict) -> None:
        """Reads the bundle as a stranger would: tokenizer and graph from the files alone."""
        told, folder = description["tokenizer"], self.folder / "bundle"
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        session = checking.Session(folder / "model.onnx", description["model"]["inputs"], told["pad_id"], "embedding" in description["model"]["output"])
        cases = json.loads((folder / "golden.json").read_text())
        self.assertGreater(len({case["logit"] for case in cases}), len(cases) // 2)
        for case in cases:
            ids, segments = encode(tokenizer, case["text"], case["pair"], told["max_length"], told["head_share"])
            self.assertEqual(case["ids"], ids)
            self.assertLessEqual(len(ids), told["max_length"])
            self.assertAlmostEqual(case["logit"], float(session.answer([ids], [segments]).logits[0]), delta=description["golden"]["tolerance"])

    def test_bert_reads_ticket_and_response_as_a_pair_with_segments(self) -> None:
        description = self.bundle("bert")

        self.assertEqual(["input_ids", "attention_mask", "token_type_ids"], description["model"]["inputs"])
        self.assertEqual({"text": "{subject}\n\n{body}", "pair": "{response}"}, description["template"])
        self.assertEqual("reward", description["model"]["output"]["kind"])
        self.assertLess(self.findings.from_torch, 1e-4)
        self.assertLess(self.findings.by_batching, 1e-3)

    def test_deberta_judges_tickets_with_two_classes(self) -> None:
        description = self.bundle("deberta-v2", "ticket-urgency", labels=2)

        self.assertEqual("two-class", description["model"]["output"]["kind"])
        self.assertEqual(["input_ids", "attention_mask"], description["model"]["inputs"])
        self.assertLess(self.findings.from_torch, 1e-4)

    def test_modernbert_keeps_its_sliding_window(self) -> None:
        self.bundle("modernbert")

        self.assertLess(self.findings.from_torch, 1e-4)
        self.assertLess(self.findings.by_batching, 1e-3)

    def test_llama_gets_its_first_token_once(self) -> None:
        description = self.bundle("llama")

        case = json.loads((self.folder / "bundle/golden.json").read_text())[0]
        self.assertEqual("[CLS][user] {subject}\n\n{body}[SEP][assistant] {response}[SEP]", description["template"]["text"])
        self.assertEqual(1, case["ids"].count(2))
        self.assertLess(self.findings.from_torch, 1e-4)

    def test_qwen_reward_head_takes_the_ids_that_its_chat_template_gives(self) -> None:
        description = self.bundle("qwen2", reward_head=True)

        read = AutoTokenizer.from_pretrained(self.folder / "model")
        turns = [{"role": "user", "content": "Down\n\nNobody can log in"}, {"role": "assistant", "content": "We are on it."}]
        expected = read.apply_chat_template(turns, tokenize=True, return_dict=False)
        text = description["template"]["text"].replace("{subject}", "Down").replace("{body}", "Nobody can log in").replace("{response}", "We are on it.")
        self.assertEqual(expected, Tokenizer.from_file(str(self.folder / "bundle/tokenizer.json")).encode(text).ids)
        self.assertLess(self.findings.from_torch, 1e-4)
        self.assertLess(self.findings.by_batching, 1e-3)

    def test_keeps_weights_beside_the_graph_when_asked_or_where_they_are_too_large_for_it(self) -> None:
        self.assertIn("model.onnx.data", self.bundle("qwen2", external=True)["files"])
        self.addCleanup(setattr, network, "EXTERNAL_BYTES", network.EXTERNAL_BYTES)
        network.EXTERNAL_BYTES = 100_000
        self.assertIn("model.onnx.data", self.bundle("bert")["files"])
        network.EXTERNAL_BYTES = 10_000_000
        self.assertNotIn("model.onnx.data", self.bundle("bert")["files"])

    def test_fp16_and_int8_stay_near_and_do_not_feel_the_batch(self) -> None:
        sizes = {}
        for precision in ("fp16", "int8"):
            self.assertEqual(precision, self.bundle("qwen2", precision=precision)["model"]["precision"])
            sizes[precision] = (self.folder / "bundle/model.onnx").stat().st_size
            self.assertLess(self.findings.by_batching, 1e-3)
        self.assertLess(max(sizes.values()), 4 * sum(p.numel() for p in source.read(self.folder / "model").model.parameters()))

    def test_half_precision_is_held_to_the_model_in_fp32(self) -> None:
        """Embeddings that differ less than half precision tells apart: in it all texts look alike, in PyTorch as in the graph."""
        model = tiny_models.write(self.folder / "model", "bert")
        weights = load_file(model / "model.safetensors")
        for name in ("position", "token_type"):
            weights[f"bert.embeddings.{name}_embeddings.weight"].zero_()
        weights["bert.embeddings.word_embeddings.weight"] += 2048
        save_file(weights, model / "model.safetensors", metadata={"format": "pt"})

        with self.assertRaisesRegex(Refused, "fp16: a logit is .* use a finer precision"):
            make(Order(model, self.folder / "bundle", "x", "1.0.0", "response-preference", "MIT", "fp16"))

    def test_golden_logits_are_the_published_models_and_the_tolerance_covers_the_graph(self) -> None:
        for precision, room in (("fp32", 1e-4), ("fp16", 5e-2), ("int8", 1e-2)):
            description = self.bundle("qwen2", precision=precision)
            cases = json.loads((self.folder / "bundle/golden.json").read_text())
            read = source.read(self.folder / "model")
            expected = checking.in_torch(read, [case["ids"] for case in cases], [[0] * len(case["ids"]) for case in cases]).logits
            with self.subTest(precision):
                np.testing.assert_allclose([case["logit"] for case in cases], expected, atol=1e-6)
                tolerance = description["golden"]["tolerance"]
                self.assertGreaterEqual(tolerance, max(room, self.findings.from_torch))
                self.assertIn(f"at most {tolerance:g}", (self.folder / "bundle/CARD.md").read_text())
        self.assertEqual([0.065, 0.01, 1e-4, 1.5e-4], [writing.tolerance(*case) for case in (("int8", 0.0593), ("int8", 0.0), ("fp32", 1e-6), ("fp32", 1e-4))])
        with self.assertRaisesRegex(Refused, "from PyTorch's, the scorer takes a tolerance of at most 1: use a finer precision"):
            writing.tolerance("fp16", 1.2)

    def test_refuses_a_folder_that_holds_a_model(self) -> None:
        model = tiny_models.write(self.folder / "model", "bert")
        (model / "model.onnx").write_bytes(b"the model's own")
        before = {file.name: file.read_bytes() for file in model.iterdir()}
        (self.folder / "link").symlink_to(model)
        other = tiny_models.write(self.folder / "other", "bert")

        for out in (model, self.folder / "link", other):
            with self.subTest(out.name), self.assertRaisesRegex(Refused, "holds a model of its own"):
                make(Order(model, out, "x", "1.0.0", "ticket-urgency", "MIT"))
        self.assertEqual(before, {file.name: file.read_bytes() for file in model.iterdir()})

    def test_refuses_what_would_not_score_and_says_why(self) -> None:
        for change, expected in (
            (lambda model: (model / "config.json").unlink(), "holds no config.json"),
            (lambda model: (model / "tokenizer.json").unlink(), "holds no tokenizer.json"),
            (lambda model: self.set(model, model_type="t5"), "model_type is t5"),
            (lambda model: self.set(model, architectures=["BertForMaskedLM"]), "without a scoring head"),
            (lambda model: (model / "config.json").write_text("[]"), "holds no object"),
            (lambda model: (model / "config.json").write_text("{"), "config.json is not JSON"),
            (lambda model: self.set(model, hidden_size="wide"), "config.json cannot be read"),
            (lambda model: (model / "tokenizer.json").write_text("{"), "tokenizer.json cannot be read"),
            (lambda model: (model / "model.safetensors").unlink(), "weights cannot be read"),
            (lambda model: (model / "model.safetensors").write_bytes(b"cut off"), "the weights cannot be read"),
            (lambda model: self.set(model, id2label={"0": "a", "1": "b", "2": "c"}), "labels"),
        ):
            model = tiny_models.write(self.folder / expected.replace(" ", "-"), "bert")
            change(model)
            told = io.StringIO()
            with contextlib.redirect_stderr(told):
                code = export.main(["--model", str(model), "--out", str(self.folder / "no"), "--id", "x", "--task", "ticket-urgency", "--licence", "MIT"])
            self.assertEqual(1, code)
            self.assertIn(expected, told.getvalue())
            self.assertFalse((self.folder / "no/bundle.json").exists())

    def test_refuses_what_the_scorer_would_refuse_of_the_bundle(self) -> None:
        model = tiny_models.write(self.folder / "model", "bert")
        for arguments, expected in (
            (["--version", "first"], "--version first: expected three numbers"),
            (["--temperature", "0"], "a temperature above 0"),
            (["--bias", "nan"], "finite numbers"),
            (["--head-share", "2"], "expected 0 to 1"),
            (["--pair", "{response}"], "--pair without --text"),
            (["--text", "{body} {answer}"], "holds {answer}"),
            (["--text", "{body} {response}"], "nowhere for ticket-urgency"),
            (["--task", "response-preference", "--text", "{body}"], "expected {response} in --text or --pair"),
            (["--max-length", "9999"], "the model has 96 positions"),
            (["--licence", " "], "--id and --licence"),
            (["--out", str(model / "config.json")], "found a file, expected a folder"),
        ):
            told = io.StringIO()
            with self.subTest(expected), contextlib.redirect_stderr(told):
                usual = ["--model", str(model), "--out", str(self.folder / "no"), "--id", "x", "--task", "ticket-urgency", "--licence", "MIT"]
                self.assertEqual(1, export.main([*usual, *arguments]))
                self.assertIn(expected, told.getvalue())
        self.assertFalse((self.folder / "no").exists())

    def test_golden_texts_fill_the_template_that_was_given(self) -> None:
        description = self.bundle("bert", text="Ticket: {subject} / {body}", pair="Answer: {response}")

        self.assertEqual("Ticket: {subject} / {body}", description["template"]["text"])
        cases = json.loads((self.folder / "bundle/golden.json").read_text())
        self.assertIn("Ticket: How do I change my picture? / No hurry, thanks.", [case["text"] for case in cases])
        self.assertIn("Answer: ok", [case["pair"] for case in cases])

    def test_refuses_a_graph_in_which_the_batch_moves_scores(self) -> None:
        class Feels:
            """As dynamic quantisation does: the logit depends on who else is in the batch."""

            def answer(self, rows, segments, length=None):
                return checking.Answer(np.array([0.0 + 0.01 * len(rows)] * len(rows)), np.zeros((len(rows), 0)))

        published = checking.Answer(np.full(9, 0.01), np.zeros((9, 0)))
        with self.assertRaisesRegex(Refused, "a batch moves"):
            checking.check(published, 96, Feels(), [[1, 2]] * 9, [[0, 0]] * 9, "int8", (1.0, 0.0))

    def test_gives_out_what_the_head_reads_and_leaves_golden_cases_as_they_are(self) -> None:
        for family, labels, reward_head in (("bert", 1, False), ("deberta-v2", 2, False), ("modernbert", 1, False), ("llama", 1, False), ("qwen2", 1, True)):
            with self.subTest(family):
                task = "response-preference" if labels == 1 else "ticket-urgency"
                self.assertNotIn("embedding", self.bundle(family, task, labels, reward_head)["model"]["output"])
                plain = json.loads((self.folder / "bundle/golden.json").read_text())
                description = self.bundle(family, task, labels, reward_head, embedding=True)

                self.assertEqual({"name": "sequence_embedding", "size": 32}, description["model"]["output"]["embedding"])
                cases = json.loads((self.folder / "bundle/golden.json").read_text())
                self.assertEqual([case["ids"] for case in plain], [case["ids"] for case in cases])
                np.testing.assert_allclose([case["logit"] for case in cases], [case["logit"] for case in plain], atol=1e-5)
                self.assertLess(self.findings.embedding_from_torch, 1e-4)
                self.assertIn("32 numbers", (self.folder / "bundle/CARD.md").read_text())
                self.check_head(description, cases)

    def check_head(self, description: dict, cases: list[dict]) -> None:
        """The model's own head makes the golden logit of the embedding that the graph gives out."""
        told = description["tokenizer"]
        session = checking.Session(self.folder / "bundle/model.onnx", description["model"]["inputs"], told["pad_id"], embedding=True)
        tokenizer = Tokenizer.from_file(str(self.folder / "bundle/tokenizer.json"))
        model = source.read(self.folder / "model").model
        head = model.score if hasattr(model, "score") else model.classifier
        for case in cases[:8]:
            answer = session.answer(*([part] for part in encode(tokenizer, case["text"], case["pair"], told["max_length"], told["head_share"])))
            self.assertEqual((1, 32), answer.embeddings.shape)
            with torch.inference_mode():
                self.assertAlmostEqual(case["logit"], float(checking.single(head(torch.tensor(answer.embeddings)).numpy())[0]), delta=1e-4)

    def test_embeddings_of_half_precision_and_8_bits_stay_near(self) -> None:
        for precision in ("fp16", "int8"):
            self.assertEqual(32, self.bundle("qwen2", precision=precision, embedding=True)["model"]["output"]["embedding"]["size"])

    def test_refuses_a_graph_whose_embedding_is_not_what_the_head_reads(self) -> None:
        class Strays:
            """Alone it says what the model says; in a batch the embedding is off."""

            def answer(self, rows, segments, length=None):
                return checking.Answer(np.zeros(len(rows)), np.full((len(rows), 2), 0.0 if len(rows) == 1 else 0.01))

        published = checking.Answer(np.zeros(9), np.zeros((9, 2)))
        with self.assertRaisesRegex(Refused, "an embedding is 1.0e-02"):
            checking.check(published, 96, Strays(), [[1, 2]] * 9, [[0, 0]] * 9, "fp32", (1.0, 0.0))

    def test_refuses_an_embedding_that_no_score_may_carry(self) -> None:
        model = tiny_models.write(self.folder / "model", "bert")
        self.addCleanup(setattr, writing, "MOST_EMBEDDING", writing.MOST_EMBEDDING)
        writing.MOST_EMBEDDING = 16

        with self.assertRaisesRegex(Refused, "the head reads 32 numbers, a bundle may give out at most 16"):
            make(Order(model, self.folder / "no", "x", "1.0.0", "ticket-urgency", "MIT", embedding=True))

    def set(self, model: Path, **values) -> None:
        description = json.loads((model / "config.json").read_text()) | values
        (model / "config.json").write_text(json.dumps(description))


if __name__ == "__main__":
    unittest.main()
