"""What a module adds to the navigation: entries in its own `navigation.py`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One page in the navigation: where it stands, what it is called, who sees it.

    `short` is its name in the bar at the foot of a phone, where the whole one does not fit on one line.
    """

    group: str
    label: Any
    url_name: str
    icon: str
    permission: str
    order: int = 50
    short: Any = ""


# The groups in their order; an entry names one of these keys.
GROUPS = (
    "overview",
    "enterprises",
    "visits",
    "planning",
    "papers",
    "issues",
    "teams",
    "helpers",
    "figures",
    "setup",
)
