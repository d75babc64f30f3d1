"""`python export.py --model FOLDER --out FOLDER --id ID --task TASK --licence LICENCE`: see docs/bring-your-own-model.md."""

import argparse
import logging
import sys
import warnings
from pathlib import Path

import torch

from prefstream_export import Refused
from prefstream_export.writing import TASKS, Order, make


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 with a bundle, 1 where the folder was refused (the reason on standard error), 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="export.py", description="Makes a model bundle from a local Hugging Face model folder.")
    parser.add_argument("--model", type=Path, required=True, help="folder with config.json, weights and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    parser.add_argument("--id", required=True, help="name of the bundle")
    parser.add_argument("--version", default="1.0.0", help="version of the bundle (default 1.0.0)")
    parser.add_argument("--task", choices=TASKS, required=True)
    parser.add_argument("--licence", required=True, help="licence of the model, such as Apache-2.0: its own card says")
    parser.add_argument("--precision", choices=("fp32", "fp16", "int8"), default="fp32", help="int8: weights only, in blocks of 32")
    parser.add_argument("--max-length", type=int, help="tokens a text is cut to (default 512, or the positions of the model)")
    parser.add_argument("--head-share", type=float, help="share of the kept tokens that comes from the beginning")
    parser.add_argument("--text", help="template in place of the chat template; fields {subject}, {body}, {response}")
    parser.add_argument("--pair", help="template of the second text, for models that read two")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the calibration")
    parser.add_argument("--bias", type=float, default=0.0, help="of the calibration")
    parser.add_argument("--embedding", action="store_true", help="also give out the state that the head scores, for drift to watch (scorer.embeddings=true)")
    parser.add_argument("--external-data", action="store_true", default=None, help="weights beside the graph also where they are small")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads for PyTorch")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # The exporter tells of every constant that it shares.
    warnings.filterwarnings("ignore", module="torch|copyreg")
    for chatty in ("onnxscript", "onnx_ir", "onnxruntime", "torch.onnx", "transformers"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    torch.set_num_threads(options.threads)
    order = Order(
        options.model, options.out, options.id, options.version, options.task, options.licence, options.precision, options.max_length,
        options.head_share, options.text, options.pair, options.temperature, options.bias, options.external_data,
        options.embedding,
    )
    try:
        findings = make(order)
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return 1
    print(f"{order.out / 'bundle.json'}: {len(findings.logits)} golden cases, at most {findings.from_torch:.1e} from PyTorch, {findings.by_batching:.1e} by batching")
    return 0


if __name__ == "__main__":
    sys.exit(main())
