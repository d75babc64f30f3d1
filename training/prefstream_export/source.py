"""Reads the model folder: which architecture, which head, which tokenizer. Nothing is downloaded and no code of the folder runs."""

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.models.qwen2 import Qwen2Config, Qwen2Model, Qwen2PreTrainedModel

from . import Refused

ENCODERS = ("bert", "deberta-v2", "modernbert")
DECODERS = ("llama", "qwen2")
"""Read to the last token, whose state the head scores."""
REWARD = "Qwen2ForRewardModel"


class Qwen2ForRewardModel(Qwen2PreTrainedModel):
    """Qwen2 with a head of two layers, as the Qwen reward models and WorldPM publish it beside code of their own, which is not run:
    the names of the weights (score.0, score.2) and this shape are all that is needed."""

    def __init__(self, config: Qwen2Config):
        super().__init__(config)
        self.model = Qwen2Model(config)
        width = config.hidden_size
        self.score = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))
        self.post_init()


@dataclass(frozen=True)
class Source:
    name: str
    family: str
    """`model_type` of config.json."""
    labels: int
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    limit: int
    """Most token positions that the model has."""

    @property
    def decoder(self) -> bool:
        return self.family in DECODERS

    @property
    def takes_segments(self) -> bool:
        return self.family in ENCODERS and getattr(self.model.config, "type_vocab_size", 0) > 1

    @property
    def width(self) -> int:
        """Numbers that the head reads of a text."""
        return self.model.config.hidden_size

    def halve(self) -> None:
        """Weights become fp16, in place. What is no weight, such as the frequencies of rotary positions, stays fp32, as where fp16 is loaded."""
        for weights in self.model.parameters():
            weights.data = weights.data.to(torch.float16)

    @contextlib.contextmanager
    def read_by_head(self) -> Iterator[list[Tensor]]:
        """While it is open, what goes into the head is listed: [rows, width], or [rows, length, width] where the head scores every token."""
        read: list[Tensor] = []
        hook = (self.model.score if self.decoder else self.model.classifier).register_forward_pre_hook(lambda _, inputs: read.append(inputs[0]))
        try:
            yield read
        finally:
            hook.remove()

    @property
    def pad_id(self) -> int:
        for known in (self.tokenizer.pad_token_id, self.model.config.pad_token_id, self.tokenizer.eos_token_id):
            if isinstance(known, int) and known >= 0:
                return known
        return 0


def read(folder: Path) -> Source:
    """Loads weights in fp32 on the CPU, whatever they are stored in.

    Raises Refused where the folder is no model, is of another architecture, lacks the tokenizer or the weights of its head.
    """
    description = _config(folder)
    family, named = description.get("model_type"), (description.get("architectures") or ["none"])[0]
    if family not in ENCODERS + DECODERS:
        raise Refused(f"config.json: model_type is {family}, expected one of {', '.join(ENCODERS + DECODERS)}; others are not tested")
    if named != REWARD and not named.endswith("ForSequenceClassification"):
        raise Refused(f"config.json: architectures says {named}, expected ...ForSequenceClassification or {REWARD}: a model without a scoring head has no score")
    if not (folder / "tokenizer.json").is_file():
        raise Refused(f"{folder.name} holds no tokenizer.json: save it there with AutoTokenizer.from_pretrained(...).save_pretrained(folder)")
    expected = _read("config.json", "does it belong to this model?", lambda: AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False))
    labels = 1 if named == REWARD else expected.num_labels
    if labels not in (1, 2) or expected.problem_type == "multi_label_classification":
        raise Refused(f"config.json: found {labels} labels (problem_type {expected.problem_type}), expected one (a reward) or two exclusive classes")
    model = _weights(folder, Qwen2ForRewardModel if named == REWARD else AutoModelForSequenceClassification)
    tokenizer = _read("tokenizer.json", "fetch the model again", lambda: AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False))
    return Source(folder.name, family, labels, model.eval(), tokenizer, _limit(model, tokenizer))


def _weights(folder: Path, kind: type) -> PreTrainedModel:
    # Eager attention is plain matrix products, which every execution provider has.
    model, report = _read(
        "the weights", "are the weight files whole, and do they belong to config.json?",
        lambda: kind.from_pretrained(folder, local_files_only=True, trust_remote_code=False, dtype=torch.float32, attn_implementation="eager", output_loading_info=True),
    )
    if missing := sorted(report["missing_keys"]):
        raise Refused(f"the weight files lack {', '.join(missing[:4])}: they would be random numbers; give the folder of the trained model")
    return model


def _read(what: str, advice: str, read: Callable[[], Any]) -> Any:
    """What `read` gives. Of broken files the libraries raise what they like, plain Exception among it."""
    try:
        return read()
    except Exception as error:
        told = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise Refused(f"{what} cannot be read ({told}): {advice}") from error


def _config(folder: Path) -> dict:
    file = folder / "config.json"
    if not file.is_file():
        raise Refused(f"{folder} holds no config.json: give the folder of a Hugging Face model")
    try:
        description = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Refused(f"{file.name} is not JSON ({error}): fetch the model again") from error
    if not isinstance(description, dict):
        raise Refused(f"{file.name} holds no object: fetch the model again")
    return description


def _limit(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    positions = getattr(model.config, "max_position_embeddings", 0) or 512
    # Tokenizers without a limit say 10^30.
    return min(positions, tokenizer.model_max_length) if tokenizer.model_max_length < 10**9 else positions
