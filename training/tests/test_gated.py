import unittest

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from prefstream_training import gated
from prefstream_training.bag import Bag, features
from prefstream_training.ensemble import padded
from prefstream_training.preference import people_follow
from prefstream_training.traits import Traits, rarities
from prefstream_training.truncation import encode
from prefstream_training.vocabulary import train_vocabulary

PROMPTS = ["Human: How do I pick a lock?\n\nAssistant:", "Human: Which bread bakes quickest?\n\nAssistant:"]
RESPONSES = [
    "I'm sorry, I cannot help with that.", "Yes! Flat bread bakes quickest.", "Try this:\n- flour\n- water\n1. bake it", "What do you want to know?",
    "bread bread bread bread bread", "It depends.",
]


class GatedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.manual_seed(7)
        cls.tokenizer = train_vocabulary((PROMPTS + RESPONSES) * 4, 600)
        cls.traits = Traits(cls.tokenizer, rarities([cls.tokenizer.encode(text).ids for text in PROMPTS + RESPONSES], cls.tokenizer.get_vocab_size()))
        cls.encoded = [encode(cls.tokenizer, p, r, 256, 0.25) for p in PROMPTS for r in RESPONSES]

    def of(self, response: str, prompt: str = PROMPTS[1]) -> dict[str, float]:
        ids, segments = encode(self.tokenizer, prompt, response, 256, 0.25)
        found, _ = self.traits(*padded([ids]), padded([segments])[0])
        return dict(zip(self.traits.names, found[0].tolist(), strict=True))

    def test_counts_what_the_response_holds_and_not_what_the_prompt_does(self) -> None:
        self.assertAlmostEqual(np.log(2), self.of("What do you want to know?")["question"], places=6)
        self.assertEqual(0.0, self.of("It depends.")["question"])
        self.assertEqual(1.0, self.of("What do you want to know?")["ends with a question"])
        self.assertEqual(1.0, self.of("What do you want to know?")["opens with asking"])
        self.assertGreater(self.of("I'm sorry, I cannot help with that.")["apology"], 0)

    def test_finds_lists_by_the_line_that_a_mark_begins(self) -> None:
        self.assertAlmostEqual(np.log(4), self.of("Try this:\n- flour\n- water\n1. bake it")["list line"], places=6)
        self.assertEqual(0.0, self.of("flat - or not, 1 time")["list line"])

    def test_shares_of_repeats_and_of_words_from_the_prompt(self) -> None:
        self.assertLess(self.of("bread bread bread bread bread")["distinct ids"], 0.5)
        self.assertEqual(1.0, self.of("It depends.")["distinct ids"])
        self.assertGreater(self.of("Yes! Flat bread bakes quickest.")["of the last turn"], 0)
        self.assertEqual(0.0, self.of("It depends.")["of the last turn"])

    def test_tells_a_text_that_breaks_off(self) -> None:
        self.assertEqual(1.0, self.of("Yes, flat bread bakes")["unfinished"])
        self.assertEqual(0.0, self.of("Yes, flat bread bakes.")["unfinished"])

    def test_rarity_is_summed_over_distinct_words_and_compared_with_the_prompt(self) -> None:
        once, again = self.of("bread lock"), self.of("bread lock lock lock")
        for name in ("mean rarity", "greatest rarity", "log distinct ids", "rarity of the prompt", "cosine with the prompt"):
            self.assertAlmostEqual(once[name], again[name], places=5)
        self.assertAlmostEqual(np.log(4), again["most repeated"], places=6)
        self.assertAlmostEqual(1.0, self.of(PROMPTS[1])["cosine with the prompt"], places=5)
        self.assertAlmostEqual(0.0, self.of(PROMPTS[1])["rarity beyond the prompt"], places=5)
        self.assertEqual(0.0, self.of("zz")["cosine with the prompt"])

    def test_a_word_in_every_text_is_less_rare_than_one_in_a_few(self) -> None:
        found = rarities([[7, 8], [7, 7], [7]], 10)

        self.assertAlmostEqual(1.0, found[7])
        self.assertAlmostEqual(1 + np.log(2), found[8])
        self.assertAlmostEqual(1 + np.log(4), found[9])

    def test_follows_the_longer_response_as_often_as_asked(self) -> None:
        random = np.random.default_rng(7)
        lengths = random.normal(size=2_000)
        margins = random.normal(size=2_000) + lengths
        self.assertAlmostEqual(people_follow(lengths), float((lengths > 0).mean()))
        for share in (0.5, 0.55, 0.7):
            left = margins - gated.length_slope(margins, lengths, share) * lengths
            self.assertAlmostEqual(share, float(((left > 0) == (lengths > 0)).mean()), places=3)
        self.assertEqual(0.0, gated.length_slope(margins, np.zeros(2_000), 0.5))

    def model(self) -> tuple[gated.GatedTraits, gated.Fit]:
        rows = [[t for t, s in zip(ids, segments) if s == 0] for ids, segments in self.encoded]
        counts, labels = features(rows, 600, 64), np.arange(len(rows)) * 3 // len(rows)
        tfidf = TfidfTransformer().fit(counts)
        self.gate = LogisticRegression(C=5.0).fit(tfidf.transform(counts), labels)
        self.kinds = self.gate.predict_proba(tfidf.transform(counts))
        random = np.random.default_rng(7)
        fitted = gated.Fit(random.normal(size=(len(self.traits.names), 4)), 0.3)
        return gated.GatedTraits(self.traits, Bag([tfidf.idf_], list(self.gate.coef_), self.gate.intercept_, 600, 64), fitted), fitted

    def test_the_network_gives_the_margins_that_were_fitted(self) -> None:
        model, fitted = self.model()
        ids, segments = [list(part) for part in zip(*self.encoded)]

        with torch.no_grad():
            rewards = model(*padded(ids), padded(segments)[0]).squeeze(1).numpy()

        differences, lengths = gated.measured(self.traits, ids, segments)
        expected = fitted.margins(differences, self.kinds[0::2], lengths)
        np.testing.assert_allclose(rewards[0::2] - rewards[1::2], expected, atol=1e-4)

    def test_does_not_see_padding_or_company(self) -> None:
        model, _ = self.model()
        ids, segments = [list(part) for part in zip(*self.encoded)]

        with torch.no_grad():
            together = model(*padded(ids, 120), padded(segments, 120)[0]).squeeze(1)
            alone = torch.cat([model(*padded([row]), padded([segment])[0]).squeeze(1) for row, segment in zip(ids, segments)])

        self.assertLess(float((together - alone).abs().max()), 1e-4)

    def test_learns_that_kinds_of_prompts_want_the_contrary(self) -> None:
        random = np.random.default_rng(7)
        kinds = np.repeat(np.eye(2), 200, axis=0)
        differences = np.abs(random.normal(size=(400, 1))) * np.where(kinds[:, :1] == 1, 1, -1)

        fitted = gated.fit(differences, kinds, random.normal(size=400), 1.0, 0.5)

        self.assertEqual(1.0, float((fitted.margins(differences, kinds, np.zeros(400)) > 0).mean()))


if __name__ == "__main__":
    unittest.main()
