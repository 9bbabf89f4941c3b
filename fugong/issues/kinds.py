"""The kinds of issues as the pack describes them: who serves a request, who may file it, what it must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from fugong.campaigns.dated import text, value_on
from fugong.campaigns.models import Campaign
from fugong.issues.rules import PROBLEM

PUBLIC = "public"


@dataclass(frozen=True)
class OwnField:
    """One field of a kind's own; `choices` are (key, name) of a choice."""

    key: str
    name: str
    type: str
    required: bool
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Kind:
    """One kind in the active language; `by` holds roles and "public"."""

    key: str
    name: str
    about: str
    department: str
    by: tuple[str, ...]
    is_public: bool
    exact_place: bool
    fields: tuple[OwnField, ...]
    part: Mapping[str, Any]

    @property
    def is_request(self) -> bool:
        return self.key != PROBLEM

    def hours(self, severity: str, on: date) -> float | None:
        """The kind's own hours from filing to solving; None where the level's clock holds."""
        given = self.part.get("hours") or []
        found: float | None = value_on(given.get(severity, []) if isinstance(given, Mapping) else given, on)
        return found

    def ask_back_days(self, on: date) -> int | None:
        """Days from the solution to the question whether it is really solved; None where nobody is asked."""
        value = value_on(self.part.get("ask_back_days") or [], on)
        return None if value is None else int(value)

    def shown(self, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(name, value) of the fields that were filled in, in the order of the pack."""
        return [
            (field.name, _said(field, answers[field.key]))
            for field in self.fields
            if answers.get(field.key) not in (None, "")
        ]


def _said(field: OwnField, value: Any) -> str:
    if field.type == "choice":
        return dict(field.choices).get(str(value), str(value))
    if field.type == "yes-no":
        return _("yes") if value else _("no")
    return str(value)


def kinds_of(campaign: Campaign) -> dict[str, Kind]:
    """Every kind of the campaign's pack by key."""
    return {row["key"]: read_kind(row) for row in campaign.part("issues").get("kind", [])}


def kind_of(campaign: Campaign, key: str) -> Kind | None:
    rows = campaign.part("issues").get("kind", [])
    return next((read_kind(row) for row in rows if row["key"] == key), None)


def filed_by(campaign: Campaign, who: set[str]) -> list[Kind]:
    """The kinds of request that somebody with one of these roles (or "public") may file."""
    return [kind for kind in kinds_of(campaign).values() if kind.is_request and who & set(kind.by)]


def read_kind(row: Mapping[str, Any]) -> Kind:
    """A kind of the pack in the active language."""
    return Kind(
        key=row["key"],
        name=text(row["name"]),
        about=text(row["about"]) if row.get("about") else "",
        department=row.get("department", ""),
        by=tuple(row.get("by", [])),
        is_public=bool(row.get("public")),
        exact_place=bool(row.get("exact_place")),
        fields=tuple(_field(field) for field in row.get("field", [])),
        part=row,
    )


def _field(row: Mapping[str, Any]) -> OwnField:
    return OwnField(
        key=row["key"],
        name=text(row["name"]),
        type=row.get("type", "text"),
        required=bool(row.get("required")),
        choices=tuple((choice["key"], text(choice["name"])) for choice in row.get("choice", [])),
    )
