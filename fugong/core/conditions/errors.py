"""What is wrong with a condition, as a sentence with its place and what could stand there instead."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from fugong.core.refusals import Refused


class ConditionError(Refused):
    """A condition cannot be understood.

    `sentence` is in the user's language, `position` is the offset (from 0) of the word in the text,
    `suggestions` are words that could stand there instead.
    """

    def __init__(self, sentence: str, position: int = 0, suggestions: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.position = position
        self.suggestions = tuple(suggestions)

    @property
    def column(self) -> int:
        """The place as people count it, from 1."""
        return self.position + 1

    def __str__(self) -> str:
        return _("%(sentence)s (column %(column)d)") % {"sentence": self.sentence, "column": self.column}
