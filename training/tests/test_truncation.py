import unittest

from prefstream_training.truncation import encode, kept
from prefstream_training.vocabulary import CLS, SEP, train_vocabulary


class TruncationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.tokenizer = train_vocabulary(["a b c d e f"] * 5, 300)

    def ids(self, text: str, pair: str | None = None, max_length: int = 16, share: float = 0.75) -> list[int]:
        return encode(self.tokenizer, text, pair, max_length, share)[0]

    def test_rounds_the_head_up_and_keeps_the_end(self) -> None:
        self.assertEqual([0, 1, 2, 3, 9], kept(10, 5, 0.75))
        self.assertEqual([0, 1, 2], kept(10, 3, 1.0))
        self.assertEqual([7, 8, 9], kept(10, 3, 0.0))

    def test_leaves_what_fits_alone(self) -> None:
        self.assertEqual(self.tokenizer.encode("123456").ids, self.ids("123456"))

    def test_keeps_special_tokens_and_both_ends_of_a_long_text(self) -> None:
        whole = self.tokenizer.encode("0123456789" * 4).ids

        self.assertEqual([CLS, *whole[1:12], *whole[-4:-1], SEP], self.ids("0123456789" * 4))

    def test_cuts_the_pair_to_half_and_gives_the_text_the_rest(self) -> None:
        ids, segments = encode(self.tokenizer, "1" * 40, "2" * 40, 16, 0.5)

        self.assertEqual([7 + 2, 6 + 1], [segments.count(0), segments.count(1)])
        self.assertEqual([0, 8, 15], [i for i, token in enumerate(ids) if token in (CLS, SEP)])

    def test_gives_a_text_what_a_short_pair_leaves(self) -> None:
        self.assertEqual(16, len(self.ids("1" * 40, "2")))

    def test_leaves_room_unused_when_only_the_pair_is_long(self) -> None:
        self.assertEqual(1 + 1 + 1 + 6 + 1, len(self.ids("1", "2" * 40)))

    def test_reads_quoted_special_tokens_as_text(self) -> None:
        self.assertEqual([CLS, SEP], [token for token in self.ids("[SEP][CLS]") if token in (CLS, SEP)])


if __name__ == "__main__":
    unittest.main()
