"""Turns a tokenizer's chat template into the template of a bundle, in which the scorer fills the ticket and the response."""

import json
import re

from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from . import Refused

TICKET, RESPONSE = "{subject}\n\n{body}", "{response}"
MARKS = ("QXTICKETXQ", "QXRESPONSEXQ")
"""Stand for the ticket and the response while the chat template is rendered: plain letters, which no template alters."""


def template(tokenizer: PreTrainedTokenizerBase) -> str:
    """The conversation of one ticket and one response as the chat template writes it, with the fields of the bundle in it."""
    rendered = render(tokenizer, *MARKS)
    for mark in MARKS:
        if rendered.count(mark) != 1:
            raise Refused(f"the chat template writes a message {rendered.count(mark)} times, expected once: give --text and --pair instead")
    if found := re.search(r"\{[a-z_]+\}", rendered):
        raise Refused(f"the chat template writes {found.group()}, which the scorer would take for a field: give --text and --pair instead")
    return rendered.replace(MARKS[0], TICKET).replace(MARKS[1], RESPONSE)


def render(tokenizer: PreTrainedTokenizerBase, ticket: str, response: str) -> str:
    turns = [{"role": "user", "content": ticket}, {"role": "assistant", "content": response}]
    return tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=False)


def plain(tokenizer: PreTrainedTokenizerBase, adds_special_tokens: bool) -> Tokenizer:
    """The tokenizer that goes into the bundle, without truncation and padding.

    A rendered conversation holds all its special tokens as text already, so that for it the tokenizer must not add any: its
    post-processor is left out.
    """
    description = json.loads(tokenizer.backend_tokenizer.to_str())
    description["truncation"] = description["padding"] = None
    if not adds_special_tokens:
        description["post_processor"] = None
    return Tokenizer.from_str(json.dumps(description, ensure_ascii=False))


def check(tokenizer: PreTrainedTokenizerBase, bundled: Tokenizer, text: str, cases: list[tuple[str, str]]) -> None:
    """Fails where the bundle's template and tokenizer give other ids than the chat template in Python."""
    for ticket, response in cases:
        expected = tokenizer(render(tokenizer, ticket, response), add_special_tokens=False)["input_ids"]
        found = bundled.encode(fill(text, ticket, response)).ids
        if found != expected:
            raise Refused(
                f"the bundle's template gives {len(found)} ids where the chat template gives {len(expected)}, for a ticket of {len(ticket)} characters: "
                "the template does more than put the messages between fixed words; give --text and --pair instead"
            )


def fill(template_text: str, ticket: str, response: str) -> str:
    """The text after the template, as the scorer fills it: what a field holds is never read as a template again. Before its first empty line a
    ticket is subject, after it body; without one it is body."""
    subject, body = ticket.split("\n\n", 1) if "\n\n" in ticket else ("", ticket)
    values = {TICKET: ticket, "{subject}": subject, "{body}": body, RESPONSE: response}
    return re.sub("|".join(map(re.escape, values)), lambda field: values[field.group()], template_text)
