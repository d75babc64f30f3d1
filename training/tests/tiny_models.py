"""Model folders as Hugging Face lays them out, of every supported architecture, with random weights: 2 layers, 32 wide."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    AutoModelForSequenceClassification, BertConfig, DebertaV2Config, LlamaConfig, ModernBertConfig, PreTrainedTokenizerFast, Qwen2Config,
)

from prefstream_export.source import Qwen2ForRewardModel
from prefstream_training.golden import RESPONSES, TEXTS

VOCABULARY, POSITIONS = 600, 96
CHAT = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] | trim + '<|im_end|>\n' }}{% endfor %}"
)
BOS_CHAT = "{{ bos_token }}{% for m in messages %}{{ '[' + m['role'] + '] ' + m['content'] | trim + eos_token }}{% endfor %}"

SMALL = dict(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=POSITIONS, pad_token_id=0)
IDS = dict(bos_token_id=2, eos_token_id=3)
CONFIGURATIONS = {
    "bert": lambda **more: BertConfig(vocab_size=VOCABULARY, **SMALL, **more),
    "deberta-v2": lambda **more: DebertaV2Config(
        vocab_size=VOCABULARY, **SMALL, type_vocab_size=0, relative_attention=True, position_buckets=16, pos_att_type=["p2c", "c2p"],
        norm_rel_ebd="layer_norm", share_att_key=True, position_biased_input=False, **more,
    ),
    "modernbert": lambda **more: ModernBertConfig(
        vocab_size=VOCABULARY, **SMALL, global_attn_every_n_layers=2, local_attention=8, cls_token_id=2, sep_token_id=3, **IDS, **more
    ),
    "llama": lambda **more: LlamaConfig(vocab_size=VOCABULARY, **SMALL, num_key_value_heads=2, **IDS, **more),
    "qwen2": lambda **more: Qwen2Config(vocab_size=VOCABULARY, **SMALL, num_key_value_heads=2, **IDS, **more),
}


def tokenizer(family: str) -> PreTrainedTokenizerFast:
    """Byte-level BPE; with a chat template for decoders, with [CLS] and [SEP] for encoders. Llama also adds its BOS by itself."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<|im_start|>", "<|im_end|>"]
    inner = Tokenizer(models.BPE())
    inner.pre_tokenizer, inner.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    inner.train_from_iterator(
        [*TEXTS, *RESPONSES],
        trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False),
    )
    if family == "llama":
        inner.post_processor = processors.TemplateProcessing(single="[CLS] $A", pair="[CLS] $A [CLS] $B", special_tokens=[("[CLS]", 2)])
    elif family != "qwen2":
        inner.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
    made = PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="[PAD]", unk_token="[UNK]", bos_token="[CLS]", eos_token="[SEP]", model_max_length=POSITIONS)
    made.chat_template = {"llama": BOS_CHAT, "qwen2": CHAT}.get(family)
    return made


def write(folder: Path, family: str, labels: int = 1, reward_head: bool = False) -> Path:
    """Weights are drawn with seed 7 and scaled up, so that logits differ from text to text."""
    torch.manual_seed(7)
    configuration = CONFIGURATIONS[family](num_labels=labels, initializer_range=0.2)
    model = Qwen2ForRewardModel(configuration) if reward_head else AutoModelForSequenceClassification.from_config(configuration)
    model.save_pretrained(folder)
    tokenizer(family).save_pretrained(folder)
    return folder
