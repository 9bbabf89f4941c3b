"""What a caller wants to read out of a table: its fields, and the choices a field may take."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "text", "name", "address", "count", "number", "date", "yes_no", "phone", "choice", "credit_code"
]
KINDS = get_args(Kind)


@dataclass(frozen=True)
class Choice:
    """One value of a choice field: its code and what people write for it."""

    code: str
    label_zh: str
    label_en: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        return tuple(text for text in (self.code, self.label_zh, self.label_en, *self.aliases) if text)


@dataclass(frozen=True)
class Field:
    """One field of a register as an import sees it. `aliases` are other headers it is known by."""

    name: str
    label_zh: str
    label_en: str
    aliases: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label_zh, self.label_en, self.name, *self.aliases)


def labels_of(fields: tuple[Field, ...] | list[Field]) -> list[str]:
    """All headers the fields go by: what `headers.find_table` wants to know."""
    return [label for field in fields for label in field.labels if label]
