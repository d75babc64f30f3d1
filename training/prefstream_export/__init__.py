"""Makes a bundle from a local Hugging Face sequence-classification or reward model: see docs/bring-your-own-model.md."""


class Refused(ValueError):
    """The folder, or what was asked of it, cannot become a bundle. The message says what was found, what was expected, what to do."""
