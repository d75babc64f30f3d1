"""The subword vocabulary: byte-level BPE, so that no script, emoji or code is ever unknown."""

import json
from typing import Iterable

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
PAD, UNK, CLS, SEP, MASK = range(5)


def train_vocabulary(texts: Iterable[str], size: int) -> Tokenizer:
    """Deterministic for the same texts in the same order."""
    tokenizer = Tokenizer(models.BPE())
    # Strip makes an empty subject or body leave no trace; lower case shares evidence between "Crash" and "crash".
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase(), normalizers.Strip()])
    # Digits one by one: dates, ports and ticket numbers would otherwise fill the vocabulary.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", CLS), ("[SEP]", SEP)],
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=3,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return without_added_tokens(tokenizer)


def without_added_tokens(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer, whose special tokens only the template can add.

    As added tokens they would also be found in the text: a ticket that quotes "[SEP]" could end its own text. The flag
    that prevents this (`encode_special_tokens`) is not part of tokenizer.json, so the list itself is emptied; their ids stay
    in the vocabulary, where no merge leads to them.
    """
    description = json.loads(tokenizer.to_str())
    description["added_tokens"] = []
    return Tokenizer.from_str(json.dumps(description, ensure_ascii=False))
