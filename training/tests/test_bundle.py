"""Bundles of a tiny network: what the checks let through and what they refuse."""

import json
import logging
import tempfile
import unittest
from pathlib import Path

import torch
from torch import Tensor, nn

from prefstream_training import bundle
from prefstream_training.vocabulary import train_vocabulary

for chatty in ("onnxscript", "onnx_ir", "torch.onnx"):
    logging.getLogger(chatty).setLevel(logging.ERROR)

IDENTITY = bundle.Identity("tiny", "1.0.0", {"text": "{body}"}, ["input_ids", "attention_mask"], max_length=16, head_share=0.5)
GOLDEN = [("nobody can log in", None), ("picture", None), ("nobody can change my picture since six " * 5, None)]


class Mean(nn.Module):
    """The mean of a number for each token; `masked` leaves padding out of it, as it must be."""

    def __init__(self, masked: bool = True):
        super().__init__()
        torch.manual_seed(7)
        self.numbers, self.masked = nn.Embedding(300, 1), masked

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        shown = mask.unsqueeze(2).to(torch.float32) if self.masked else torch.ones_like(mask).unsqueeze(2).to(torch.float32)
        return (self.numbers(ids) * shown).sum(dim=1) / shown.sum(dim=1)


class BundleTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "tiny"
        self.folder.mkdir()

    def exported(self, model: nn.Module) -> bundle.Session:
        bundle.export(model, IDENTITY.inputs, self.folder / "model.onnx")
        return bundle.Session(self.folder / "model.onnx", IDENTITY.inputs)

    def test_an_export_is_held_to_pytorch_and_to_itself_in_batches(self) -> None:
        rows = [[2, 7, 8, 3], [2, 9, 3], [2, 11, 12, 13, 14, 3]]
        segments = [[0] * len(row) for row in rows]
        model = Mean()
        session = self.exported(model)

        bundle.check_export(model, session, rows, segments, 1.0)
        with torch.no_grad():
            model.numbers.weight[9] += 0.1
        with self.assertRaisesRegex(ValueError, "the export is wrong"):
            bundle.check_export(model, session, rows, segments, 1.0)
        leaking = Mean(masked=False)
        with self.assertRaisesRegex(ValueError, "look for an unmasked operation"):
            bundle.check_export(leaking, self.exported(leaking), rows, segments, 1.0)

    def test_a_card_made_anew_leaves_network_tokenizer_and_golden_cases_alone(self) -> None:
        tokenizer = train_vocabulary(["nobody can log in since six", "how do i change my picture"] * 4, 300)
        session = self.exported(Mean())
        bundle.write(self.folder, IDENTITY, Mean(), tokenizer, GOLDEN, (2.0, 0.5), [], "old", "<svg/>")
        kept = {name: (self.folder / name).read_bytes() for name in ("model.onnx", "tokenizer.json", "golden.json")}

        bundle.check_golden(self.folder, IDENTITY, session)
        bundle.describe(self.folder, IDENTITY, (2.0, 0.5), [{"name": "auc", "value": 0.7}], "new", "<svg/>")

        self.assertEqual(kept, {name: (self.folder / name).read_bytes() for name in kept})
        described = json.loads((self.folder / "bundle.json").read_text())
        self.assertEqual(("new", 0.7), ((self.folder / "CARD.md").read_text(), described["metrics"][0]["value"]))
        for name, expected in described["files"].items():
            self.assertEqual(expected, bundle.sha256(self.folder / name))
        cases = json.loads((self.folder / "golden.json").read_text())
        cases[1]["logit"] += 0.001
        (self.folder / "golden.json").write_text(json.dumps(cases))
        with self.assertRaisesRegex(ValueError, "not the files of one bundle"):
            bundle.check_golden(self.folder, IDENTITY, session)


if __name__ == "__main__":
    unittest.main()
