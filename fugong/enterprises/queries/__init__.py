"""Questions about the ledger: its areas, its pack, what looks entered twice, how the lists move."""

from fugong.enterprises.queries.areas import Gazetteer, gazetteer_of
from fugong.enterprises.queries.duplicates import Pair, duplicates
from fugong.enterprises.queries.lists import (
    ListMovement,
    RiskList,
    listings_of,
    movements,
    risk_lists,
    still_true,
)
from fugong.enterprises.queries.parts import (
    contacts_of,
    edition_on,
    premises_of,
    required_fields,
    suffixes_of,
)
from fugong.enterprises.queries.placing import Suggestion, Waiting, suggestions, waiting

__all__ = [
    "Gazetteer",
    "ListMovement",
    "Pair",
    "RiskList",
    "Suggestion",
    "Waiting",
    "contacts_of",
    "duplicates",
    "edition_on",
    "gazetteer_of",
    "listings_of",
    "movements",
    "premises_of",
    "required_fields",
    "risk_lists",
    "still_true",
    "suffixes_of",
    "suggestions",
    "waiting",
]
