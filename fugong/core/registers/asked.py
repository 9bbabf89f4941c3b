"""What the address of a list asks for: condition, words, quick filters, order, page, tab."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

LONGEST = 4000


@dataclass(frozen=True)
class Asked:
    """The state of a list; `filters` holds the chosen value of each quick filter."""

    condition: str = ""
    words: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    page: str = "1"
    tab: str = ""
    on: str = ""  # the day that measures are asked for; empty: today

    @classmethod
    def of(cls, register: Any, query: QueryDict) -> "Asked":
        """Read it from the query of an address; what the register does not know is left out."""
        return cls(
            condition=query.get("q", "").strip()[:LONGEST],
            words=query.get("find", "").strip()[:100],
            filters={name: str(query[name]) for name in register.filters if query.get(name)},
            sort=query.get("sort", ""),
            page=query.get("page", "1"),
            tab="map" if query.get("tab") == "map" and register.position else "",
            on=query.get("on", "")[:10],
        )

    @property
    def limits(self) -> bool:
        """Whether anything limits the rows."""
        return bool(self.condition or self.words or self.filters)

    def query(self, **changes: str) -> str:
        """The address' query for the same state, with changes; empty parts are left out."""
        parts = {
            "q": self.condition,
            "find": self.words,
            **self.filters,
            "sort": self.sort,
            "tab": self.tab,
            "on": self.on,
        }
        kept = {name: value for name, value in {**parts, **changes}.items() if value}
        return f"?{urlencode(kept)}" if kept else "?"
