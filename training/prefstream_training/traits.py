"""Countable traits of a response, from token ids: questions back, refusals, lists, hedges, words shared with the prompt.

Words are told by the strings of the vocabulary, so that the counts run inside the ONNX graph. A word that the vocabulary splits
is counted by its pieces or not at all.
"""

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from .bag import FACTOR
from .vocabulary import SPECIAL

WORDS = {
    "apology": "sorry apologize apologies apology afraid unfortunately",
    "inability": "cannot unable refuse",
    "negation": "not no never none nothing don doesn didn isn aren won wouldn shouldn 't",
    "self": "i me my myself 'm",
    "you": "you your yours yourself",
    "we": "we our us ours",
    "hedge": "maybe perhaps might could may probably possibly seems seem likely guess suppose somewhat",
    "opinion": "think believe feel opinion personally",
    "advice": "should recommend suggest try consider need want",
    "assent": "yes yeah sure ok okay course definitely absolutely certainly",
    "warmth": "great good glad happy love wonderful nice help enjoy fun best",
    "harm": "illegal harm harmful dangerous wrong hurt law police kill violence crime bad steal weapon drugs",
    "courtesy": "please thanks thank welcome",
    "asking": "what how why which who where when",
    "connective": "because so but however also example first then next finally although therefore",
    "article": "the a an this that these those",
    "preposition": "of in to for with on at from by",
    "knowledge": "know information mean understand clear question questions ask tell",
    "other person": "he she they people person someone others",
}
"""Classes of words. They were written for this project, after reading what tells refusals, questions and answers apart."""

PUNCTUATION = {"question": "?", "exclamation": "!", "comma": ",", "quotation": "\"'“”‘’", "bracket": "()[]", "colon": ":;"}
MARKUP = "`{}<>=\\|#_*"
"""Characters of code, tables and emphasis."""
BULLETS = {"-", "*", "•", "+"}
OPENINGS = ("self", "apology", "assent", "negation", "asking", "you", "article", "digit", "newline")
"""Classes that are also looked at in the first word alone."""
PAIR_BUCKETS = 16_384
NEAR = 48
"""Ids at the end of the prompt that count as its last turn."""


def pieces(tokenizer: Tokenizer) -> list[str]:
    """The text of each id: byte-level marks of a blank and of line ends turned back, in lower case."""
    table = [""] * tokenizer.get_vocab_size()
    for piece, token in tokenizer.get_vocab().items():
        table[token] = piece.replace("Ġ", " ").replace("Ċ", "\n").replace("ĉ", "\t")
    return table


def classes(tokenizer: Tokenizer) -> tuple[list[str], Tensor]:
    """Names of the classes, and [ids, classes] of zeros and ones: which id is of which class."""
    members = {name: set(words.split()) for name, words in WORDS.items()}
    rules = {name: (lambda text, own=own: text.strip() in own) for name, own in members.items()}
    rules |= {name: (lambda text, own=own: any(c in own for c in text)) for name, own in PUNCTUATION.items()}
    rules |= {
        "sentence end": lambda text: text.strip() != "" and text.strip()[0] in ".?!",
        "newline": lambda text: "\n" in text,
        "digit": lambda text: text.strip().isdigit(),
        "markup": lambda text: any(c in MARKUP for c in text),
        "bullet": lambda text: text.strip() in BULLETS or text.strip().isdigit(),
        "word start": lambda text: text[:1] == " " and text[1:2].isalpha(),
        "long word": lambda text: len(text.strip()) >= 7 and text.strip().isalpha(),
    }
    texts = pieces(tokenizer)
    table = torch.tensor([[float(rule(text)) for rule in rules.values()] for text in texts])
    table[: len(SPECIAL)] = 0
    return list(rules), table


def content(tokenizer: Tokenizer) -> Tensor:
    """[ids, 1]: 1 for pieces that carry a topic: letters, four at least, of no class above."""
    small = {word for words in WORDS.values() for word in words.split()}
    rows = [float(text.strip().isalpha() and len(text.strip()) >= 4 and text.strip() not in small) for text in pieces(tokenizer)]
    rows[: len(SPECIAL)] = [0.0] * len(SPECIAL)
    return torch.tensor(rows).unsqueeze(1)


class Traits(nn.Module):
    """Logarithms of counts (log 1 + n) of the response, segment 1 of a pair; and some shares, in [0, 1].

    Everything is a sum over masked positions: neither padding nor company changes it.
    """

    def __init__(self, tokenizer: Tokenizer):
        super().__init__()
        names, table = classes(tokenizer)
        self.place = {name: i for i, name in enumerate(names)}
        self.register_buffer("table", torch.cat([table, content(tokenizer)], dim=1))
        self.names = (
            names
            + [f"opens with {name}" for name in OPENINGS]
            + ["list line", "ends with a question", "words a sentence", "distinct ids", "of the last turn", "of the prompt", "share of the last turn", "copied pairs"]
        )

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """([rows, traits], [rows, 1]): the traits and the logarithm of the response's length in ids."""
        real = ((mask > 0) & (ids >= len(SPECIAL))).to(torch.float32)
        own, prompt = real * segments, real * (1 - segments)
        all_classes = self.table[ids]
        kinds, topical = all_classes[:, :, :-1] * own.unsqueeze(2), all_classes[:, :, -1]
        counts, length = kinds.sum(dim=1), own.sum(dim=1, keepdim=True)
        # Where a position and none before it is of the response; likewise from the other end.
        seen, ahead = torch.cumsum(own, dim=1), torch.cumsum(own.flip(1), dim=1).flip(1)
        first = (kinds * ((seen == 1).to(torch.float32) * own).unsqueeze(2)).sum(dim=1)
        last = (kinds * ((ahead <= 2).to(torch.float32) * own).unsqueeze(2)).sum(dim=1)
        lists = (kinds[:, :-1, self.place["newline"]] * kinds[:, 1:, self.place["bullet"]]).sum(dim=1, keepdim=True)
        near = prompt * (torch.cumsum(prompt.flip(1), dim=1).flip(1) <= NEAR).to(torch.float32)
        shared = self._found(ids, topical * own, near, prompt, own)
        traits = [
            torch.log1p(counts),
            first[:, [self.place[name] for name in OPENINGS]],
            torch.log1p(lists),
            last[:, self.place["question"]].clamp(max=1).unsqueeze(1),
            torch.log1p(length / (counts[:, self.place["sentence end"]].unsqueeze(1) + 1)),
            shared,
        ]
        return torch.cat(traits, dim=1), torch.log(length.clamp(min=1))

    def _found(self, ids: Tensor, topical: Tensor, near: Tensor, prompt: Tensor, own: Tensor) -> Tensor:
        """[rows, 5]: distinct ids of the response as a share; its topical ids that the last turn has, that the prompt has; the share of the
        former; and adjacent pairs that stand in the prompt too (by hash)."""
        vocabulary = len(self.table)
        length = own.sum(dim=1, keepdim=True).clamp(min=1)
        distinct = (own / _counted(ids, own, vocabulary).clamp(min=1)).sum(dim=1, keepdim=True) / length
        of_near, of_prompt = (
            (topical * _counted(ids, part, vocabulary).clamp(max=1)).sum(dim=1, keepdim=True) for part in (near, prompt)
        )
        pairs = (FACTOR * ids[:, :-1] + ids[:, 1:]) % PAIR_BUCKETS
        copied = _counted(pairs, prompt[:, :-1] * prompt[:, 1:], PAIR_BUCKETS).clamp(max=1) * own[:, :-1] * own[:, 1:]
        share = of_near / topical.sum(dim=1, keepdim=True).clamp(min=1)
        return torch.cat([distinct, torch.log1p(of_near), torch.log1p(of_prompt), share, torch.log1p(copied.sum(dim=1, keepdim=True))], dim=1)


def _counted(ids: Tensor, amounts: Tensor, size: int) -> Tensor:
    """For each place the sum of `amounts` over the places of its row that hold the same id: linear in the length, where comparing all
    places with all is not."""
    sums = torch.zeros(ids.shape[0], size, dtype=amounts.dtype).scatter_add(1, ids, amounts)
    return sums.gather(1, ids)
