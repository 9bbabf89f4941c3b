"""The people who run the campaign in a made-up town, all invented, with their posts and logins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .dice import apportion, stream
from .layout import Layout
from .names import OFFICER_PHONES, Names
from .seeds import EnterpriseSeed

INSTRUCTORS, KEY_FIRMS_PER_LIAISON, TASK_GROUPS, GROUP_MEMBERS = 65, 5, 11, 2


@dataclass(frozen=True, slots=True)
class Officer:
    """One invented person with one post.

    `villages` are the keys of the areas served (none for the whole town); `group` numbers the task group from
    1, 0 for none; `charges` are the keys of the enterprises a liaison officer answers for.
    """

    key: str
    name: str
    login: str
    role: str
    phone: str
    villages: tuple[str, ...] = ()
    group: int = 0
    charges: tuple[str, ...] = ()


def people(
    layout: Layout,
    enterprises: Sequence[EnterpriseSeed],
    seed: int,
    *,
    instructors: int = INSTRUCTORS,
    groups: int = TASK_GROUPS,
) -> list[Officer]:
    """Everybody with a post: commander, deputy, clerk, `groups` task groups of a leader and two members each,
    a grid lead per village, `instructors` shared out by enterprises, a liaison per five key enterprises.
    """
    posts: list[tuple[str, str, tuple[str, ...], int, tuple[str, ...]]] = [
        ("commander", "commander", (), 0, ()),
        ("executive-deputy", "deputy", (), 0, ()),
        ("statistics-clerk", "clerk", (), 0, ()),
    ]
    for group in range(1, groups + 1):
        posts.append(("task-group-leader", f"group{group:02d}", (), group, ()))
        posts += [
            ("task-group-member", f"group{group:02d}-{n}", (), group, ()) for n in range(1, GROUP_MEMBERS + 1)
        ]
    posts += [("grid-lead", f"lead-{v.key}", (v.key,), 0, ()) for v in layout.villages]
    posts += [
        ("instructor", f"instructor{n:02d}", (village,), 0, ())
        for n, village in enumerate(_shared_out(layout, enterprises, instructors), start=1)
    ]
    posts += [
        (
            "liaison",
            f"liaison{n:02d}",
            tuple(dict.fromkeys(e.place.village for e in firms)),
            0,
            tuple(e.key for e in firms),
        )
        for n, firms in enumerate(_fives(enterprises), start=1)
    ]
    names = Names(stream(seed, "people"), OFFICER_PHONES)
    return [
        Officer(f"P{n:04d}", names.person(), login, role, names.phone(), villages, group, charges)
        for n, (role, login, villages, group, charges) in enumerate(posts, start=1)
    ]


def _shared_out(layout: Layout, enterprises: Sequence[EnterpriseSeed], instructors: int) -> list[str]:
    """A village key per instructor, in proportion to enterprises; one at least while they last."""
    count = {village.key: 1 for village in layout.villages}
    for enterprise in enterprises:
        count[enterprise.place.village] += 1
    at_least = 1 if instructors >= len(count) else 0
    seats = apportion(list(count.values()), instructors, at_least)
    return [key for key, number in zip(count, seats, strict=True) for _ in range(number)]


def _fives(enterprises: Sequence[EnterpriseSeed]) -> list[list[EnterpriseSeed]]:
    """The key enterprises in fives, neighbours together."""
    keys = sorted(
        (e for e in enterprises if e.is_key), key=lambda e: (e.place.village, e.place.true_position)
    )
    return [keys[n : n + KEY_FIRMS_PER_LIAISON] for n in range(0, len(keys), KEY_FIRMS_PER_LIAISON)]
