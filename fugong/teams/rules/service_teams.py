"""What a service team, a joint team or a key-enterprise group lacks, and why somebody may not be given to one."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class TeamKind(models.TextChoices):
    SERVICE = "service", gettext_lazy("service team")
    JOINT = "joint", gettext_lazy("joint team")
    KEY = "key", gettext_lazy("key-enterprise group")


class Part(models.TextChoices):
    LEADER = "leader", gettext_lazy("leads it")
    MEMBER = "member", gettext_lazy("member")
    VILLAGE = "village", gettext_lazy("for the village")
    ENTERPRISE = "enterprise", gettext_lazy("for the enterprise")
    DEPARTMENT = "department", gettext_lazy("for the department")


SIDES = (Part.VILLAGE, Part.ENTERPRISE, Part.DEPARTMENT)


def parts_of(kind: str) -> tuple[Part, ...]:
    """The parts that people have in a team of this kind."""
    return SIDES if kind == TeamKind.JOINT else (Part.LEADER, Part.MEMBER)


def lacks_of_service(*, is_led: bool, people: int, enterprises: int, each: int) -> list[str]:
    """What a service team lacks: a leader, anything to answer for, people enough for its enterprises."""
    found = []
    if not is_led:
        found.append(_("nobody leads it"))
    if people and enterprises > people * each:
        found.append(
            _("%(enterprises)d enterprises for %(people)d people; one answers for at most %(each)d")
            % {"enterprises": enterprises, "people": people, "each": each}
        )
    if not enterprises:
        found.append(_("answers for no enterprise yet"))
    return found


def lacks_of_joint(parts: Collection[str], enterprises: int) -> list[str]:
    """Which of the three sides is missing, and whether there is an enterprise."""
    words = {
        Part.VILLAGE: _("nobody for the village"),
        Part.ENTERPRISE: _("nobody for the enterprise"),
        Part.DEPARTMENT: _("nobody for the department"),
    }
    found = [words[side] for side in SIDES if side not in parts]
    return found if enterprises else [_("no enterprise"), *found]


def lacks_of_group(*, is_led: bool, missing: Collection[str], enterprises: int) -> list[str]:
    """Which of the pack's organisations nobody came from (`missing`: their names), a leader, a base."""
    found = [] if is_led else [_("nobody leads it")]
    found += [_("nobody from %(organisation)s") % {"organisation": name} for name in missing]
    return found if enterprises else [*found, _("no enterprise")]


def why_not_join(*, kind: str, part: str, is_active: bool) -> str:
    """Why this person may not have this part in the team; empty when they may."""
    if not is_active:
        return _("This officer is no longer active.")
    return "" if part in parts_of(kind) else _("A team of this kind has no such part.")


def why_not_give(*, kind: str, is_area: bool, enterprises: int, same: bool, is_base: bool = True) -> str:
    """Why a team may not answer for this enterprise or area; empty when it may.

    `is_base`: whether the enterprise meets the pack's condition for the bases of a key-enterprise group.
    """
    if same:
        return _("This team answers for it already.")
    if is_area and kind != TeamKind.SERVICE:
        return _("Only a service team answers for a whole area.")
    if kind == TeamKind.JOINT and enterprises:
        return _("A joint team is for one enterprise; form another team.")
    if kind == TeamKind.KEY and not is_base:
        return _("By the pack this enterprise is none of those that a key-enterprise group is for.")
    return ""


def why_not_station(*, is_active: bool, elsewhere: str, here: bool) -> str:
    """Why an officer may not be stationed; `elsewhere` is where they are already, "" for nowhere."""
    if not is_active:
        return _("This officer is no longer active.")
    if here:
        return _("This officer is stationed here already.")
    if elsewhere:
        return _("This officer is stationed at %(place)s; end that first.") % {"place": elsewhere}
    return ""
