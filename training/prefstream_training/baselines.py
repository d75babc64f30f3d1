"""What ticket-urgency is held to: logistic regressions on TF-IDF of words and pairs of words, fitted on the same rows."""

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from .data import Ticket

WORDS = {"words": {}, "words_sublinear": {"sublinear_tf": True}}
"""Settings of TfidfVectorizer beside words 1-2: its defaults, as the data's own description has it, and counts as logarithms."""


def urgency(train: list[Ticket], dev: list[Ticket]) -> dict[str, np.ndarray]:
    """Logits of the dev tickets by the name of each baseline. Classes weigh the same, strength 1."""
    labels, logits = [ticket.urgent for ticket in train], {}
    for name, settings in WORDS.items():
        tfidf = TfidfVectorizer(ngram_range=(1, 2), **settings)
        model = LogisticRegression(class_weight="balanced", max_iter=1_000).fit(tfidf.fit_transform([ticket.text for ticket in train]), labels)
        logits[name] = model.decision_function(tfidf.transform([ticket.text for ticket in dev]))
    return logits
