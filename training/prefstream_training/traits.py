"""Countable traits of a response, from token ids: questions back, refusals, lists, hedges, rare words, words shared with the prompt.

Words are told by the strings of the vocabulary, so that the counts run inside the ONNX graph. A word that the vocabulary splits
is counted by its pieces or not at all. How rare an id is says its inverse document frequency (Spärck Jones 1972), learnt from texts without labels.
"""

import numpy as np
import torch
from tokenizers import Tokenizer, decoders
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
    "certainty": "know understand sure",
    "address": "http https www com ://",
    "role": "human assistant",
}
"""Classes of words. They were written for this project, after reading what tells refusals, questions and answers apart."""

PUNCTUATION = {"question": "?", "exclamation": "!", "comma": ",", "quotation": "\"'“”‘’", "bracket": "()[]", "colon": ":;"}
MARKUP = "`{}<>=\\|#_*"
"""Characters of code, tables and emphasis."""
BULLETS = {"-", "*", "•", "+"}
CLOSING = ".?!:\"”)]*"
"""What a finished text ends with."""
RARE_FROM, COMMON_BELOW = 6.0, 3.0
"""Inverse document frequencies from which an id counts as rare, and below which it counts as common."""
OPENINGS = ("self", "apology", "assent", "negation", "asking", "you", "article", "digit", "newline")
"""Classes that are also looked at in the first word alone."""
PAIR_BUCKETS = 16_384
NEAR = 48
"""Ids at the end of the prompt that count as its last turn."""


def pieces(tokenizer: Tokenizer) -> list[str]:
    """The text of each id, its bytes turned back; what is part of a character is U+FFFD."""
    table, bytes_back = [""] * tokenizer.get_vocab_size(), decoders.ByteLevel()
    for piece, token in tokenizer.get_vocab().items():
        table[token] = bytes_back.decode([piece])
    return table


def rarities(rows: list[list[int]], vocabulary: int) -> np.ndarray:
    """[vocabulary]: 1 + log((1 + rows) / (1 + rows that hold the id)), at least 1."""
    frequencies = np.zeros(vocabulary)
    for row in rows:
        frequencies[list(set(row))] += 1
    return 1 + np.log((1 + len(rows)) / (1 + frequencies))


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
        "blank": lambda text: text != "" and text.strip() == "" and "\n" not in text,
        "ellipsis": lambda text: "..." in text or "…" in text,
        "closing": lambda text: text.strip() != "" and text.strip()[-1] in CLOSING,
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
    """Logarithms of counts (log 1 + n) of the response, segment 1 of a pair; shares, in [0, 1]; and how rare its ids are.

    Everything is a sum over masked positions: neither padding nor company changes it.
    """

    def __init__(self, tokenizer: Tokenizer, rarity: np.ndarray):
        """`rarity` of each id: see `rarities`."""
        super().__init__()
        names, table = classes(tokenizer)
        self.place = {name: i for i, name in enumerate(names)}
        self.register_buffer("table", torch.cat([table, content(tokenizer), torch.tensor(rarity, dtype=torch.float32).unsqueeze(1)], dim=1))
        self.names = (
            names
            + [f"opens with {name}" for name in OPENINGS]
            + ["list line", "ends with a question", "unfinished", "not certain", "words a sentence"]
            + ["distinct ids", "log distinct ids", "most repeated", "of the last turn", "of the prompt", "share of the last turn", "copied pairs"]
            + ["mean rarity", "greatest rarity", "rare", "share rare", "share common", "rarity beyond the prompt"]
            + [f"{what} {part}" for part in ("the last turn", "the prompt") for what in ("rarity of", "share of rarity of", "cosine with")]
            + ["share of the last turn answered"]
        )

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """([rows, traits], [rows, 1]): the traits and the logarithm of the response's length in ids."""
        real = ((mask > 0) & (ids >= len(SPECIAL))).to(torch.float32)
        own, prompt = real * segments, real * (1 - segments)
        looked_up = self.table[ids]
        kinds, topical, rarity = looked_up[:, :, :-2] * own.unsqueeze(2), looked_up[:, :, -2], looked_up[:, :, -1]
        counts, length = kinds.sum(dim=1), own.sum(dim=1, keepdim=True)
        # Where a position and none before it is of the response; likewise from the other end.
        seen, ahead = torch.cumsum(own, dim=1), torch.cumsum(own.flip(1), dim=1).flip(1)
        first = (kinds * ((seen == 1).to(torch.float32) * own).unsqueeze(2)).sum(dim=1)
        last, last_two = ((kinds * ((ahead <= n).to(torch.float32) * own).unsqueeze(2)).sum(dim=1) for n in (1, 2))
        near = prompt * (torch.cumsum(prompt.flip(1), dim=1).flip(1) <= NEAR).to(torch.float32)
        traits = [
            torch.log1p(counts),
            first[:, [self.place[name] for name in OPENINGS]],
            torch.log1p(self._adjacent(kinds, "newline", "bullet")),
            last_two[:, self.place["question"]].clamp(max=1).unsqueeze(1),
            1 - last[:, self.place["closing"]].unsqueeze(1),
            torch.log1p(self._adjacent(kinds, "negation", "certainty")),
            torch.log1p(length / (counts[:, self.place["sentence end"]].unsqueeze(1) + 1)),
            self._found(ids, topical, rarity, near, prompt, own),
        ]
        return torch.cat(traits, dim=1), torch.log(length.clamp(min=1))

    def _adjacent(self, kinds: Tensor, first: str, second: str) -> Tensor:
        """[rows, 1]: how often an id of the first class stands right before one of the second."""
        return (kinds[:, :-1, self.place[first]] * kinds[:, 1:, self.place[second]]).sum(dim=1, keepdim=True)

    def _found(self, ids: Tensor, topical: Tensor, rarity: Tensor, near: Tensor, prompt: Tensor, own: Tensor) -> Tensor:
        """[rows, 20]: repeats; topical ids that the last turn has and that the prompt has; adjacent pairs that stand in the prompt too (by hash); and
        rarities, summed over distinct ids: of the response, of what it shares with the prompt, and cosines of both."""
        vocabulary = len(self.table)
        length = own.sum(dim=1, keepdim=True).clamp(min=1)
        repeats, of_near, of_prompt = (_counted(ids, part, vocabulary) for part in (own, near, prompt))
        once, near_once, prompt_once = (part / amount.clamp(min=1) for part, amount in ((own, repeats), (near, of_near), (prompt, of_prompt)))
        in_near, in_prompt = of_near.clamp(max=1), of_prompt.clamp(max=1)

        def total(amounts: Tensor) -> Tensor:
            return amounts.sum(dim=1, keepdim=True)

        distinct = total(once)
        topical_near, topical_prompt = total(own * topical * in_near), total(own * topical * in_prompt)
        pairs = (FACTOR * ids[:, :-1] + ids[:, 1:]) % PAIR_BUCKETS
        copied = _counted(pairs, prompt[:, :-1] * prompt[:, 1:], PAIR_BUCKETS).clamp(max=1) * own[:, :-1] * own[:, 1:]
        rare, common = (rarity >= RARE_FROM).to(torch.float32), (rarity < COMMON_BELOW).to(torch.float32)
        mass, squares = total(once * rarity), total(once * rarity**2)
        shared = []
        for part, held in ((near_once, in_near), (prompt_once, in_prompt)):
            both = total(once * held * rarity)
            product = total(once * held * rarity**2) * torch.rsqrt(squares * total(part * rarity**2) + 1e-9)
            shared += [torch.log1p(both), both / mass.clamp(min=1), product]
        answered = total(once * in_near * rarity) / total(near_once * rarity).clamp(min=1)
        beyond = torch.log1p(total(once * (1 - in_prompt) * rarity))
        found = [
            distinct / length, torch.log(distinct.clamp(min=1)), torch.log1p((own * repeats).amax(dim=1, keepdim=True)),
            torch.log1p(topical_near), torch.log1p(topical_prompt), topical_near / total(own * topical).clamp(min=1), torch.log1p(total(copied)),
            mass / distinct.clamp(min=1), (own * rarity).amax(dim=1, keepdim=True), torch.log1p(total(once * rare)), total(once * rare) / distinct.clamp(min=1),
            total(own * common) / length, beyond, *shared, answered,
        ]
        return torch.cat(found, dim=1)


def _counted(ids: Tensor, amounts: Tensor, size: int) -> Tensor:
    """For each place the sum of `amounts` over the places of its row that hold the same id: linear in the length, where comparing all
    places with all is not."""
    sums = torch.zeros(ids.shape[0], size, dtype=amounts.dtype).scatter_add(1, ids, amounts)
    return sums.gather(1, ids)
