"""A refusal is a sentence that a person can read; the same sentence greys a button and stops an action."""


class Refused(Exception):
    """Something may not be done now; `sentence` says why, in the user's language."""

    def __init__(self, sentence: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


def refuse_if(sentence: object) -> None:
    """Stop with the sentence; an empty one means that nothing stands against it."""
    if str(sentence):
        raise Refused(sentence)
