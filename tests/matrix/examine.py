"""What is asked of every address; each answer that is not as it should be becomes one sentence."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fugong.access.checks import policy_of
from fugong.access.models import Reveal
from fugong.core.exports.writers import path_of
from fugong.core.guards import PUBLIC
from fugong.core.models import Export
from fugong.enterprises.models import Enterprise
from tests.gates.amount import IS_NIGHT
from tests.matrix.world import COLLEAGUE, NEIGHBOUR, OTHER, SECRET, Side, Visitor, World, digest, grow

MISSING = 987_654_321
# Rows that may be written although nothing was done: the key of a form, the session, the note of a refused log-in.
NOT_ROWS = ("core_command", "django_session")
# Which row of the world an address with a number opens, by the address's name, else by the module.
OBJECTS = {
    "access": "user",
    "access:end_posting": "posting",
    "campaigns": "campaign",
    "territory": "area",
    "enterprises": "enterprise",
    "enterprises:undo_merge": "merge",
    "enterprises:unlist": "listing",
    "enterprises:edit_contact": "contact",
    "enterprises:end_contact": "contact",
    "enterprises:reveal": "contact",
    "enterprises:edit_premises": "premises",
    "enterprises:remove_premises": "premises",
    "teams:hold": "post",
    "teams:vacate": "post",
    "teams:stand_up": "group",
    "teams:join": "grid_team",
    "teams:leave": "membership",
    "teams:end_charge": "charge",
    "teams:charge": "enterprise",
    "teams:officer": "user",
    "teams:team": "team",
    "teams:add_member": "team",
    "teams:give_duty": "team",
    "teams:end_member": "member",
    "teams:end_duty": "duty",
    "teams:station": "enterprise",
    "teams:end_station": "station",
    "volunteers": "volunteer",
    "volunteers:shift": "shift",
    "volunteers:take": "shift",
    "volunteers:cancel_shift": "shift",
    "volunteers:attendance": "shift",
    "volunteers:release": "turn",
    "households": "household",
    "households:end_charge": "household_charge",
    "issues": "issue",
    "issues:sheet": "enterprise",
    "issues:find": "enterprise",
    "issues:accept": "hand_over",
    "issues:refuse": "hand_over",
    "issues:ask_for": "enterprise",
    "issues:similar": "enterprise",
    "issues:link_enterprise": "enterprise",
    "issues:reply": "ask_back",
    "issues:reveal": "request",
    "issues:renew": "request",
    "issues:undo_merge": "issue_merge",
    "issues:withdraw_link": "intake_link",
    "issues:poster": "intake_link",
    "issues:end_client": "client",
    "open311": "request",
    "resumption": "enterprise",
    "resumption:detail": "report",
    "outreach": "robot",
    "outreach:look_up": "notice",
    "outreach:detail": "notice",
    "calls": "call",
    "calls:round": "phone_round",
    "calls:change": "phone_round",
    "calls:next": "phone_round",
    "calls:settle": "number_proposal",
    "visits": "visit",
    "visits:register_of": "enterprise",
    "visits:visit": "enterprise",
    "visits:give_up": "enterprise",
    "visits:need": "enterprise",
    "visits:photo": "photo",
    "visits:checklist_file": "checklist",
    "visits:empty_form": "enterprise",
    "visits:contact_card": "enterprise",
    "visits:card_pdf": "enterprise",
    "visits:open_card": "enterprise",
    "visits:cards_again": "card_run",
    "visits:letter": "letter",
    "visits:letter_pdf": "letter",
    "visits:acknowledge": "letter",
    "visits:revoke_link": "link",
    "visits:plan_run": "plan_run",
    "visits:plan_stop": "plan_run",
    "visits:plan_lock": "planned",
    "visits:plan_unlock": "planned",
    "visits:plan_stop_card": "planned",
    "visits:plan_move": "planned",
    "visits:plan_swap": "planned",
    "visits:plan_forbid": "planned",
    "visits:plan_allow": "exclusion",
    "visits:plan_want": "left_out",
    "visits:plan_unwant": "left_out",
    "visits:absence_end": "absence",
    "visits:joint_withdraw": "joint",
    "visits:meeting": "area",
    "visits:household": "household",
    "visits:household_call": "household",
    "visits:group": "key_group",
    "visits:collect_disconnect": "device_key",
    "visits:received": "received",
    "visits:received_take_in": "received",
    "visits:received_set_aside": "received",
    "openrosa": "enterprise",
    "visits:outlook": "outlook",
    "visits:outlook_stop": "outlook",
    "insight": "brief",
    "insight:digest": "digest",
    "insight:decide": "digest",
    "insight:digest_file": "digest",
    "desk": "enterprise",
    "demo": "user",
}
# Rows of the registers, each register its own; they are their owner's, who is the clerk.
OWNED = {"delete-view": "saved_view", "fetch-export": "export"}
# Addresses that ask for more in the address than a number: a question that would show what should not be shown.
ASKED = {
    "list": ("?q=canary", '?condition=name+~+"canary"', "?tab=map"),
    "completion": ("?text=name+%3D+%22canary&at=14", "?text=area+%3D+%22"),
    "charges": ("?kind=instructor&show=free",),
    "proposals": ("?kind=instructor",),
    "proposals_map": ("?kind=instructor",),
    "sheet": ("?form=xlsx",),
    "register_of": ("?form=pdf", "?form=docx"),
    "log": ("?form=docx",),
    "my_log": ("?form=docx",),
    "look_backs": ("?tab=ahead", "?tab=done"),
    "officer": ("?show=",),
}


# Where one may type a word to search for: no sealed value is found by it.
PROBED = ("list", "charges", "contacts")


class Unnamed(LookupError):
    """An address with a part of which nobody has said what it opens."""


def addresses() -> list[tuple[str, str, Callable[..., Any]]]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Any, prefix: str, space: str) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name or ''}", pattern.callback


def row_name(name: str) -> str:
    """Which row of the world this address opens."""
    short = name.rpartition(":")[2]
    if short.startswith("import"):
        return f"import {name.partition(':')[0]}"
    if name.startswith("visits:plan_") and name not in OBJECTS:
        return "plan"
    if short in OWNED:
        return f"{OWNED[short]} {name.partition(':')[0]}"
    found = OBJECTS.get(name) or OBJECTS.get(name.partition(":")[0])
    if not found:
        raise Unnamed(f"{name}: say in tests/matrix/examine.py (OBJECTS) which row it opens")
    return found


def parts(route: str) -> list[str]:
    return re.findall(r"<(?:\w+:)?(\w+)>", route)


def url_of(route: str, name: str, side: Side, missing: bool = False) -> str:
    """The address with a row of this side in it."""
    values: dict[str, Any] = {}
    for part in parts(route):
        if part == "token":
            own = side.rows.get(f"token {name}", side.rows["token"])
            values[part] = "no-such-token" if missing else own
        elif part == "name":
            values[part] = "no-such-file.csv" if missing else "list.csv"
        elif part == "key":
            values[part] = "no-such-key" if missing else "resumption-rate"
        else:
            values[part] = MISSING if missing else side.rows[row_name(name)].pk
    return reverse(name, kwargs=values)


def payload(side: Side) -> dict[str, Any]:
    """A form that names the rows of a side in every way a form of the product does."""
    rows = side.rows
    numbers = {rows[key].pk for key in ("proposal", "enterprise", "issue", "charge", "contact")}
    team, user = rows["grid_team"].pk, side.people["liaison"].pk
    enterprise = rows["enterprise"].pk
    return {
        "command": str(uuid.uuid4()),
        "ids": [*numbers, f"{team}-{user}-liaison"],
        "all": "1",
        **{key: enterprise for key in ("enterprise", "kept", "absorbed", "first", "second", "one", "other")},
        **{key: user for key in ("officer", "user", "handler", "to_user")},
        "area": rows["area"].pk,
        "volunteer": rows["free_volunteer"].pk,
        "position_source": "none",
        "size": "small",
        "version": "1",
        "columns": ["name", "title", "text", "area", "enterprise", "on", "officer"],
        "reason": "because",
        "text": "because",
        "kind": "instructor",
        "role": "liaison",
        "on": "2020-02-19",
        "from_on": "2020-02-19",
        "name": "name",
        "title": "title",
        "severity": "minor",
        "level": "department",
        "department": "health",
        "purpose": "a test",
        "form": "csv",
        "condition": "",
    }


def content_of(response: Any) -> bytes:
    """The whole answer as text; what is packed (xlsx, docx) is unpacked."""
    if response.streaming and not hasattr(response, "read_once"):  # read to its end, a file closes itself
        response.read_once = b"".join(response.streaming_content)
    body = response.read_once if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return body + repr(sorted(response.headers.items())).encode()


def plain(response: Any, address: str = "") -> bytes:
    """The answer without what differs from one answer to the next: form keys, tokens, its own address and length."""
    text = re.sub(rb"[A-Za-z0-9]{64}", b"", content_of(response))
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"", text)
    text = re.sub(
        rb"u\d+-\w+|fg-\d+|why-[0-9a-f]{8}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|'Content-Length', '\d+'", b"", text
    )
    return text.replace(address.encode(), b"") if address else text


@dataclass
class Seen:
    """What the visitors of one address got of the own row: every status, and by visitor the page."""

    statuses: list[int] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """One address: its route, its name, the right it asks for, the methods that it answers."""

    route: str
    name: str
    policy: str
    methods: frozenset[str]

    @property
    def short(self) -> str:
        return self.name.rpartition(":")[2]

    @property
    def is_owned(self) -> bool:
        """Whether the row is its owner's alone, and no colleague's."""
        return self.has_row and (self.short in OWNED or self.short.startswith("import"))

    @property
    def has_row(self) -> bool:
        """Whether the address names a row that belongs to a town."""
        return bool(parts(self.route)) and self.policy != PUBLIC and "key" not in parts(self.route)


def examine(
    world: World, route: str, name: str, view: Callable[..., Any], *, every_visitor: bool = False
) -> list[str]:
    """The visitors at one address: what is wrong, as sentences; empty when all is well.

    Of visitors with the same reach one comes, chosen by the address (`every_visitor`: all of them, as `make night` does).
    Whoever has no right is turned away before any row is asked: that says the same on every database, so they come
    with SQLite alone, at night with both.
    """
    policy = policy_of(view)
    if policy is None:
        return [f"{route}: no policy"]
    place = Place(route, name, policy, getattr(view, "_fugong_methods", frozenset({"GET", "POST"})))
    found: list[str] = []
    seen = Seen()
    guests = list(_guests(world, place, every_visitor))
    for visitor, acts in guests:
        with transaction.atomic():
            found += [f"{route}: {visitor.who}: {said}" for said in _visit(world, place, visitor, acts, seen)]
            transaction.set_rollback(True)
    if place.has_row and seen.statuses and set(seen.statuses) == {404}:
        found.append(f"{route}: nobody reaches the own row: the matrix is blind here (OBJECTS)")
    return found + [f"{route}: {said}" for said in _noticed(world, place, seen, guests)]


def _guests(world: World, place: Place, every_visitor: bool) -> Iterator[tuple[Visitor, bool]]:
    """(visitor, whether they act too): those without the right, and of each reach one who has it."""
    reaches: set[tuple[Any, ...]] = set()
    people = list(world.visitors())
    for visitor in sorted(people, key=lambda one: _turn(place, one)):
        if visitor.who.endswith(COLLEAGUE):
            if place.is_owned and visitor.mark != world.west.mark:
                yield visitor, True
        elif every_visitor:
            yield visitor, True
        elif not visitor.may(place.policy):
            # The same roles without the right are asked in the east.
            if visitor.mark != world.west.mark and (IS_NIGHT or connection.vendor == "sqlite"):
                yield visitor, visitor.user is None or visitor.is_strongest_without(place.policy)
        elif visitor.reach not in reaches:
            reaches.add(visitor.reach)
            is_first = not any(reach[0] == visitor.mark for reach in reaches - {visitor.reach})
            if (
                is_first or visitor.mark != world.west.mark
            ):  # the path that holds the other begins in the east
                yield visitor, is_first if visitor.mark else visitor.role == "administrator"


def _turn(place: Place, visitor: Visitor) -> tuple[bool, int]:
    """The order at an address: owners first where the row is theirs alone, else by chance that stays the same."""
    return (place.is_owned and visitor.role != "clerk", crc32(f"{place.name} {visitor.who}".encode()))


def _visit(world: World, place: Place, visitor: Visitor, acts: bool, seen: Seen) -> Iterator[str]:
    client, own = world.client(visitor.user), world.side(visitor.mark or world.east.mark)
    url = url_of(place.route, place.name, own)
    if place.policy != PUBLIC and not visitor.may(place.policy):
        yield from _kept_out(client, place, url, payload(own), visitor, acts)
        return
    canaries = canaries_of(visitor)
    missing = url_of(place.route, place.name, own, missing=True)
    if place.is_owned and visitor.who.endswith(COLLEAGUE):
        yield from _strange(client, place.methods, url, missing, payload(own), canaries)
        return
    if "GET" in place.methods:
        yield from _seen(client, place, url, visitor, canaries, seen)
    other = world.side(OTHER[visitor.mark]) if visitor.mark else None
    if other and place.has_row:
        foreign = url_of(place.route, place.name, other)
        methods = place.methods if acts else {"GET"} & place.methods
        yield from _strange(client, methods, foreign, missing, payload(own), canaries)
    if acts and place.policy != PUBLIC:
        if "POST" in place.methods:
            yield from _acted(client, url, payload(other or own), other, canaries, seen)
            yield from _taken_out(client, place, url, payload(own), canaries)
        yield from _answers_no_other_method(client, url)
    if visitor.is_narrow and "POST" in place.methods and not place.has_row:
        yield from _names_a_hidden_area(client, url, own)


def _seen(
    client: Any, place: Place, url: str, visitor: Visitor, canaries: list[str], seen: Seen
) -> Iterator[str]:
    for query in ("", *ASKED.get(place.short, ())):
        response = client.get(url + query)
        seen.statuses.append(response.status_code)
        if not query and visitor.mark == "canaryeast":
            seen.pages[visitor.who] = plain(response)
        yield from _looked(response, f"GET {query}", canaries)
    if place.short in PROBED:
        hits, misses = (
            content_of(client.get(f"{url}?q={word}")).count(visitor.mark.encode() or b"canary")
            for word in (
                SECRET[:8],
                SECRET[::-1],
            )  # a part without the canary: the page shows the word itself
        )
        if hits > misses:
            yield "a search finds a sealed value"


def _answers_no_other_method(client: Any, url: str) -> Iterator[str]:
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        status = client.delete(url).status_code
        transaction.set_rollback(True)
    if status < 400 and status != 302:
        yield f"DELETE answers {status}"
    yield from (f"DELETE wrote {table}" for table in written(asked))


def _names_a_hidden_area(client: Any, url: str, own: Side) -> Iterator[str]:
    """A form that names an area beyond the posting is answered as one that names an area that never was."""
    answers = []
    for area in (own.rows["sibling"].pk, MISSING):
        form = {**payload(own), "area": area}
        with transaction.atomic():
            answers.append(client.post(url, form).status_code)
            transaction.set_rollback(True)
    if answers[0] != answers[1]:
        yield f"POST tells that a hidden area is there: {answers[0]}, a missing one gets {answers[1]}"


def _taken_out(
    client: Any, place: Place, url: str, form: dict[str, Any], canaries: list[str]
) -> Iterator[str]:
    """What an export wrote into its file."""
    if place.short != "export":
        return
    last = max(Export.objects.values_list("pk", flat=True), default=0)
    with transaction.atomic():
        client.post(url, form)
        made = Export.objects.filter(pk__gt=last).first()
        text = path_of(made).read_text(errors="replace") if made else ""
        transaction.set_rollback(True)
    if not made:
        yield "no file came out of an export: the matrix is blind here"
    yield from (f"the file shows {canary}" for canary in canaries if canary in text)


def _looked(response: Any, what: str, canaries: Iterable[str]) -> Iterator[str]:
    if response.status_code >= 500:
        yield f"{what} answers {response.status_code}"
    if response.headers.get("Cache-Control") != "private, no-store":
        yield f"{what} may be kept by a cache"
    body = content_of(response).lower()
    yield from (f"{what} shows {canary}" for canary in canaries if canary.encode() in body)


def canaries_of(visitor: Visitor) -> list[str]:
    """What must stand in no answer to this visitor: the other town, a sealed phone, the enterprise next door."""
    found = [SECRET]
    if visitor.mark:
        found.append(OTHER[visitor.mark])
    if visitor.role == "enterprise_contact":
        found.append(NEIGHBOUR)
    return found


def _kept_out(
    client: Any, place: Place, url: str, form: dict[str, Any], visitor: Visitor, acts: bool
) -> Iterator[str]:
    """Nobody is sent to the login, a colleague without the right gets 403; neither changes a row."""
    for method in sorted(place.methods)[None if acts else -1 :]:
        with CaptureQueriesContext(connection) as asked:
            response = client.post(url, form) if method == "POST" else client.get(url)
        if response.status_code == 405:
            continue
        to_login = response.status_code == 302 and "/access/login/" in response.headers["Location"]
        if visitor.user is None and not to_login:
            yield f"{method} is not sent to the login but gets {response.status_code}"
        if visitor.user is not None and response.status_code != 403:
            yield f"{method} without the permission gets {response.status_code}"
        yield from (f"{method} without the right wrote {table}" for table in written(asked))
        yield from _looked(response, method, [SECRET])


def written(asked: CaptureQueriesContext) -> list[str]:
    """The tables that were written to."""
    statements = (re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", one["sql"]) for one in asked)
    return [found[1] for found in statements if found and found[1] not in NOT_ROWS]


def _strange(
    client: Any, methods: Iterable[str], foreign: str, missing: str, form: dict[str, Any], canaries: list[str]
) -> Iterator[str]:
    """The other town's row is as missing as one that never was, and stays as it is."""
    for method in sorted(methods):
        ask = client.post if method == "POST" else client.get
        with transaction.atomic():
            with CaptureQueriesContext(connection) as asked:
                one = ask(foreign, {**form, "command": str(uuid.uuid4())} if method == "POST" else None)
            two = ask(missing, {**form, "command": str(uuid.uuid4())} if method == "POST" else None)
            transaction.set_rollback(True)
        if one.status_code == 405:
            continue
        if one.status_code != 404:
            yield f"{method} of a foreign row gets {one.status_code}"
        elif plain(one, foreign) != plain(two, missing):
            yield f"{method} of a foreign row differs from a missing one"
        yield from (f"{method} of a foreign row wrote {table}" for table in written(asked))
        yield from _looked(one, f"{method} of a foreign row", canaries)


def _acted(
    client: Any, url: str, form: dict[str, Any], other: Side | None, canaries: list[str], seen: Seen
) -> Iterator[str]:
    """A form that names the other town's rows changes none of them, and moves nothing into the other town."""
    reveals, stray = Reveal.objects.count(), strayed()
    with transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            response = client.post(url, form)
        wrote = other if written(asked) else None
        after = digest(wrote) if wrote else []
        is_noted = Reveal.objects.count() > reveals
        strays = strayed() - stray
        transaction.set_rollback(True)
    before = digest(wrote) if wrote else []  # as it was: what was written is gone again
    seen.statuses.append(response.status_code)
    allowed = {SECRET} if is_noted else set()
    yield from _looked(response, "POST", [canary for canary in canaries if canary not in allowed])
    changed = [name for (name, was), (_name, now) in zip(before, after, strict=True) if was != now]
    if changed:
        yield f"POST changed the other town's {', '.join(changed)}"
    yield from (f"POST moved {name} out of its town" for name in strays)


def strayed() -> set[str]:
    """Enterprises that do not lie in the area of their campaign."""
    rows = Enterprise.objects.system().values_list("name", "area__path", "campaign__area__path")
    return {name for name, path, town in rows if not path.startswith(town)}


def _noticed(world: World, place: Place, seen: Seen, guests: list[tuple[Visitor, bool]]) -> Iterator[str]:
    """Rows that appear in the other town change nothing that anybody sees here, not even a count."""
    people = [visitor for visitor, _acts in guests if visitor.who in seen.pages]
    if not people or place.policy == PUBLIC:
        return
    url = url_of(place.route, place.name, world.east)
    with transaction.atomic():
        grow(world.west)
        after = {one.who: plain(world.client(one.user).get(url)) for one in people}
        transaction.set_rollback(True)
    yield from (f"{who} notices rows of the other town" for who in after if seen.pages[who] != after[who])
