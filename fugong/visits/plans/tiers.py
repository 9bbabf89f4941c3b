"""The tiers of a campaign: how closely an enterprise is followed, with one colour each on every page of plans."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign

RISK = "risk"
# Colours by number, see plan.css (.fg-t0 ...): 0 is nothing known, 1 the risk lists, then the cadences as listed.
TONES = 6


@dataclass(frozen=True)
class Tier:
    """Risk lists together are one tier, each cadence of the pack is one."""

    key: str
    name: str
    tone: int


UNKNOWN = Tier("", "—", 0)


class Tiers:
    """The tiers of a campaign's pack, and which of them the reasons of a planned visit speak of."""

    def __init__(self, campaign: Campaign) -> None:
        self.all = [Tier(RISK, _("risk lists"), 1)]
        self.by_word: dict[str, Tier] = {}
        for number, row in enumerate(campaign.part("visits").get("cadence", []), start=2):
            tier = Tier(row["key"], text(row["name"]), min(number, TONES))
            self.all.append(tier)
            self.by_word |= dict.fromkeys((row["key"], *_words(row["name"])), tier)
        self.lists = {
            row["key"]: text(row["name"]) for row in campaign.part("enterprises").get("risk_list", [])
        }

    @property
    def by_key(self) -> dict[str, Tier]:
        return {tier.key: tier for tier in self.all}

    def of_cadence(self, key: str) -> Tier:
        """The tier of a cadence or of a risk list that brings its own cadence."""
        return self.all[0] if key in self.lists else self.by_word.get(key, UNKNOWN)

    def of_reasons(self, rows: Iterable[Mapping[str, Any]]) -> Tier:
        """The tier that the planner gave as reason: a risk list before a cadence."""
        found = UNKNOWN
        for row in rows:
            if row.get("code") == "risk_list":
                return self.all[0]
            word = row.get("tier") or row.get("text")
            found = self.by_word.get(str(word), found) if word else found
        return found


def _words(name: Mapping[str, str] | str) -> list[str]:
    """A cadence's name in every language: a plan keeps the words of whoever asked for it."""
    return [name] if isinstance(name, str) else list(name.values())
