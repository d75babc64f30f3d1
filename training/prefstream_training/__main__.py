"""`python -m prefstream_training --data DIR --out DIR [step ...]`: runs the recipe; see training/README.md."""

import argparse
import dataclasses
import logging
import os
import warnings
from pathlib import Path

import torch
from tokenizers import Tokenizer

from . import baselines, bundle, cards, device, evaluation, golden, preference, preparation, tracking, urgency
from .data import PAIR_COLUMNS, TICKET_COLUMNS, Unusable, pairs_of, read_rows, support_prompts, tickets_of, unlabelled_bug_reports, unlabelled_support_messages, unlabelled_texts, write_rows
from .network import Encoder, Shape
from .phases import Progress
from .phrases import generate
from .pretraining import pretrain
from .vocabulary import train_vocabulary

log = logging.getLogger("prefstream_training")

SEED = 7
URGENCY_VERSION = "0.3.1"
PREFERENCE_VERSION = "0.5.0"
VOCABULARY = 8_192
PHRASES_PER_CLASS_AND_LANGUAGE = 100
STEPS = ("preparation", "pretraining", "ticket-urgency", "response-preference")

URGENCY = bundle.Identity(
    "ticket-urgency", URGENCY_VERSION, {"text": "{subject}\n\n{body}"}, ["input_ids", "attention_mask"],
    urgency.UrgencyRecipe.max_length, urgency.UrgencyRecipe.head_share,
)
PREFERENCE = bundle.Identity(
    "response-preference", PREFERENCE_VERSION, {"text": "{subject}\n\n{body}", "pair": "{response}"},
    ["input_ids", "attention_mask", "token_type_ids"], preference.PreferenceRecipe.max_length, preference.PreferenceRecipe.head_share,
)


def main() -> None:
    options = parse()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # The exporter tells of every constant that it shares.
    warnings.filterwarnings("ignore", module="torch|copyreg")
    for chatty in ("onnxscript", "onnx_ir", "torch.onnx"):
        logging.getLogger(chatty).setLevel(logging.ERROR)
    try:
        options.trains_on = device.choose(options.device)
    except device.Unavailable as missing:
        raise SystemExit(f"prefstream_training: {missing}") from None
    torch.set_num_threads(options.threads)
    torch.use_deterministic_algorithms(True)
    options.work.mkdir(parents=True, exist_ok=True)
    try:
        for step in options.steps or [step for step in STEPS if not (options.keep_networks and step == "pretraining")]:
            log.info("== %s", step)
            {
                "preparation": run_preparation, "pretraining": run_pretraining, "ticket-urgency": run_urgency, "response-preference": run_preference,
            }[step](options)
    except Unusable as problem:
        raise SystemExit(f"prefstream_training: {problem}") from None


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="prefstream_training", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="step", help=f"which of {', '.join(STEPS)}; all of them when none is named")
    parser.add_argument("--data", type=Path, required=True, help="folder with tickets/, preferences/ and routing/")
    parser.add_argument("--out", type=Path, required=True, help="folder that receives one folder per bundle")
    parser.add_argument("--work", type=Path, default=Path("build"), help="folder for what is passed from step to step")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads; the figures hold for the number they were made with")
    parser.add_argument(
        "--device", choices=device.CHOICES, default="auto", help="where a transformer trains; auto takes a GPU where there is one, with DeepSpeed where it is installed"
    )
    parser.add_argument("--vocabulary", type=Path, help="tokenizer.json to keep, such as that of a bundle; otherwise one is made from the texts")
    parser.add_argument("--pretraining-epochs", type=int, default=0, help="passes over the unlabelled text; 0 starts from random weights")
    parser.add_argument("--keep-networks", action="store_true", help="train nothing: measure the networks in --out and make cards and bundle.json of them anew")
    options = parser.parse_args()
    unknown = [step for step in options.steps if step not in STEPS]
    if unknown:
        parser.error(f"no step is named {', '.join(unknown)}; there are {', '.join(STEPS)}")
    if options.keep_networks:
        needed = [options.out / identity.id / file for identity in (URGENCY, PREFERENCE) for file in ("model.onnx", "tokenizer.json", "golden.json")]
        if missing := [str(file) for file in needed if not file.is_file()]:
            parser.error(f"--keep-networks: found no {', '.join(missing)}; --out must hold both bundles")
    return options


def run_preparation(options: argparse.Namespace) -> None:
    """Leaves prepared rows and a report of what was dropped in the work folder."""
    for task, key, rule, columns in (
        ("tickets", "subject", preparation.tickets, TICKET_COLUMNS), ("preferences", "prompt", preparation.pairs, PAIR_COLUMNS),
    ):
        dev, report = read_rows(options.data / task / "dev.jsonl.gz", columns), preparation.Report()
        kept = rule(read_rows(options.data / task / "train.jsonl.gz", columns), report, preparation.keys(dev, key))
        # Of dev only what cannot be scored goes: its repeats count as often as they stand there.
        usual, held = {"shares": None, "keep_repeats": True} if task == "preferences" else {}, preparation.Report()
        measured = rule(dev, held, **usual)
        for part, rows, told in (("train", kept, report), ("dev", measured, held)):
            if not rows:
                raise Unusable(f"{task}/{part}: no row of {told.read} stays ({told.reasons})")
            if task == "tickets" and len(classes := {row["urgent"] for row in rows}) < 2:
                raise Unusable(f"tickets/{part}: all {len(rows)} are {'urgent' if classes.pop() else 'not urgent'}, expected both: one class alone tells nothing")
        write_rows(prepared(options, task, "train"), kept)
        write_rows(prepared(options, task, "dev"), measured)
        (options.work / "prepared" / f"{task}-report.json").write_text(report.as_json() + "\n", encoding="utf-8")
        log.info("%s: %d rows read, %d kept; dropped: %s; %s", task, report.read, report.kept, report.reasons or "none", "; ".join(report.notes) or "no notes")


def prepared(options: argparse.Namespace, task: str, part: str) -> Path:
    return options.work / "prepared" / task / f"{part}.jsonl.gz"


def run_pretraining(options: argparse.Namespace) -> None:
    phrases = generate(SEED, PHRASES_PER_CLASS_AND_LANGUAGE)
    texts = unlabelled_texts(options.data) + [ticket.text for ticket in phrases.training]
    tokenizer = Tokenizer.from_file(str(options.vocabulary)) if options.vocabulary else train_vocabulary(texts, VOCABULARY)
    tokenizer.save(str(options.work / "tokenizer.json"))
    progress = Progress()
    encoder = pretrain(tokenizer, texts, Shape(tokenizer.get_vocab_size()), options.pretraining_epochs, SEED, progress, options.trains_on)
    record(options, "pretraining", progress)
    torch.save(encoder.state_dict(), options.work / "encoder.pt")


def record(options: argparse.Namespace, step: str, progress: Progress) -> None:
    """Steps as CSV in the work folder, and a sentence on them; nothing where no transformer was trained."""
    if progress.steps:
        progress.write(options.work / f"{step}-steps.csv")
        log.info("%s", progress.summary())


def tokenizer_of(options: argparse.Namespace, identity: bundle.Identity) -> Tokenizer:
    """What pretraining left in the work folder, or that of the bundle whose network is kept."""
    return Tokenizer.from_file(str((options.out / identity.id if options.keep_networks else options.work) / "tokenizer.json"))


def encoder_of(options: argparse.Namespace, tokenizer: Tokenizer) -> Encoder:
    """What pretraining left in the work folder."""
    encoder = Encoder(Shape(tokenizer.get_vocab_size()))
    encoder.load_state_dict(torch.load(options.work / "encoder.pt"))
    return encoder


def run_urgency(options: argparse.Namespace) -> None:
    tokenizer = tokenizer_of(options, URGENCY)
    tickets, dev = (tickets_of(read_rows(prepared(options, "tickets", part), TICKET_COLUMNS)) for part in ("train", "dev"))
    material = urgency.Material(
        tickets, generate(SEED, PHRASES_PER_CLASS_AND_LANGUAGE), unlabelled_bug_reports(options.data), unlabelled_support_messages(options.data)
    )
    recipe = urgency.UrgencyRecipe()
    model = None if options.keep_networks else urgency.train(tokenizer, material, recipe)
    session = exported(model, URGENCY, options.out)
    result = evaluation.urgency(session, tokenizer, dev, material.phrases.held_out, recipe, baselines.urgency(tickets, dev))
    finish(options.out, URGENCY, model, tokenizer, golden.urgency_texts(), result, cards.urgency(result, material, recipe))
    publish(options, URGENCY, recipe, result, Progress())


def run_preference(options: argparse.Namespace) -> None:
    tokenizer = tokenizer_of(options, PREFERENCE)
    pairs, dev = (pairs_of(read_rows(prepared(options, "preferences", part), PAIR_COLUMNS)) for part in ("train", "dev"))
    recipe = preference.PreferenceRecipe()
    progress = Progress()
    support = support_prompts(options.data)
    model = None if options.keep_networks else preference.train(tokenizer, encoder_of(options, tokenizer), pairs, support, recipe, progress, options.trains_on)
    record(options, "response-preference", progress)
    session = exported(model, PREFERENCE, options.out)
    result = evaluation.preference(session, tokenizer, dev, recipe)
    finish(options.out, PREFERENCE, model, tokenizer, golden.preference_texts(), result, cards.preference(result, len(pairs), len(support)))
    publish(options, PREFERENCE, recipe, result, progress)


def publish(options: argparse.Namespace, identity: bundle.Identity, recipe: object, result: evaluation.Result, progress: Progress) -> None:
    """Logs the bundle to a tracking server, if one is named."""
    description = options.out / identity.id / "bundle.json"
    tags = {"prefstream.model.id": identity.id, "prefstream.model.version": identity.version, "prefstream.model.hash": bundle.sha256(description)}
    parameters = {key: str(value) for key, value in dataclasses.asdict(recipe).items()}
    parameters |= {"seed": str(SEED), "threads": str(options.threads), "device": options.trains_on.kind}
    parts = ("value", "low", "high")
    metrics = {f"{metric['data']}/{metric['name']}/{part}": metric[part] for metric in result.metrics for part in parts}
    tracking.publish(tracking.Run(f"train {identity.id}", tags, parameters, metrics, progress.curves()), os.environ)


def exported(model: torch.nn.Module | None, identity: bundle.Identity, out: Path) -> bundle.Session:
    """Exports into the bundle folder, unless the network there is kept: the figures are those of the network that ships, not of the one in
    PyTorch."""
    folder = out / identity.id
    if model is not None:
        folder.mkdir(parents=True, exist_ok=True)
        bundle.export(model, identity.inputs, folder / "model.onnx")
    return bundle.Session(folder / "model.onnx", identity.inputs)


def finish(
    out: Path, identity: bundle.Identity, model: torch.nn.Module | None, tokenizer: Tokenizer, texts: list[tuple[str, str | None]],
    result: evaluation.Result, card: str,
) -> None:
    for metric in result.metrics:
        log.info("%(data)s %(name)s %(value).4f [%(low).4f, %(high).4f] n=%(rows)s", metric)
    folder, told = out / identity.id, (result.calibration, result.metrics, card, result.diagram)
    if model is None:
        bundle.check_golden(folder, identity, bundle.Session(folder / "model.onnx", identity.inputs))
        bundle.describe(folder, identity, *told)
    else:
        bundle.write(folder, identity, model, tokenizer, texts, *told)


if __name__ == "__main__":
    main()
