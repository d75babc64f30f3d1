import unittest

from prefstream_training import phrases


class PhrasesTest(unittest.TestCase):
    def test_is_balanced_in_every_language(self) -> None:
        training = phrases.generate(seed=7, per_class_and_language=20).training

        for language in {ticket.language for ticket in training}:
            labels = [ticket.urgent for ticket in training if ticket.language == language]
            self.assertEqual((20, 40), (sum(labels), len(labels)), language)

    def test_gives_the_same_tickets_for_the_same_seed(self) -> None:
        self.assertEqual(phrases.generate(7, 20), phrases.generate(7, 20))

    def test_never_makes_an_empty_ticket_or_leaves_a_slot_open(self) -> None:
        for ticket in phrases.generate(7, 100).training:
            self.assertTrue(ticket.text.strip())
            self.assertNotIn("{p}", ticket.text)

    def test_keeps_held_out_phrases_out_of_training(self) -> None:
        made = phrases.generate(7, 100)

        seen = "\n".join(ticket.text for ticket in made.training)
        self.assertNotIn("emergency line", seen)
        self.assertTrue(any("emergency line" in ticket.text for ticket in made.held_out))

    def test_shares_no_phrase_between_folds(self) -> None:
        made = phrases.generate(7, 100)

        folds = {fold for fold, ticket in zip(made.folds, made.training) if "is completely down in production" in ticket.text}
        self.assertEqual(1, len(folds))


if __name__ == "__main__":
    unittest.main()
