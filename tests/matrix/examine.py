"""What is asked of every address; each answer that is not as it should be becomes one sentence."""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from fugong.access.checks import policy_of
from fugong.access.models import User
from fugong.core.guards import PUBLIC, SIGNED_IN
from tests.matrix.world import OTHER, Side, World, digest, grow

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
    "issues": "issue",
    "issues:sheet": "enterprise",
    "issues:find": "enterprise",
    "issues:accept": "hand_over",
    "issues:refuse": "hand_over",
    "resumption": "enterprise",
    "visits": "visit",
    "visits:visit": "enterprise",
    "visits:give_up": "enterprise",
    "insight": "brief",
    "desk": "enterprise",
    "demo": "user",
}
REGISTERS = {"delete-view": "saved_view", "fetch-export": "export"}
# Addresses that ask for more in the address than a number: a question that would show what should not be shown.
ASKED = {
    "list": ("?q=canary", '?condition=name+~+"canary"', "?tab=map"),
    "completion": ("?text=name+%3D+%22canary&at=14", "?text=area+%3D+%22"),
    "charges": ("?kind=instructor&show=free",),
    "proposals": ("?kind=instructor",),
    "proposals_map": ("?kind=instructor",),
    "sheet": ("?form=xlsx",),
    "officer": ("?show=",),
}


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
        return "import"
    found = REGISTERS.get(short) or OBJECTS.get(name) or OBJECTS.get(name.partition(":")[0])
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
            values[part] = "no-such-token" if missing else side.rows["token"]
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
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body = b"\n".join(packed.read(name) for name in packed.namelist())
    return body + repr(sorted(response.headers.items())).encode()


def plain(response: Any, address: str = "") -> bytes:
    """The answer without what differs from one answer to the next: form keys, tokens, its own address and length."""
    text = re.sub(rb"[A-Za-z0-9]{64}", b"", content_of(response))
    text = re.sub(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", b"", text)
    text = re.sub(rb"u\d+-\w+|fg-\d+|'Content-Length', '\d+'", b"", text)
    return text.replace(address.encode(), b"") if address else text


def examine(world: World, route: str, name: str, view: Callable[..., Any]) -> list[str]:
    """Every visitor at one address: what is wrong, as sentences; empty when all is well."""
    policy = policy_of(view)
    if policy is None:
        return [f"{route}: no policy"]
    found: list[str] = []
    for who, user, mark in world.visitors():
        with transaction.atomic():
            found += [
                f"{route}: {who}: {sentence}" for sentence in _visit(world, route, name, policy, user, mark)
            ]
            transaction.set_rollback(True)
    return found + [f"{route}: {sentence}" for sentence in _noticed(world, route, name, policy)]


def _holds(user: User | None, policy: str) -> bool:
    return user is not None and (policy == SIGNED_IN or fresh(user).has_permission(policy))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def _visit(  # noqa: PLR0917 (one visitor at one address)
    world: World, route: str, name: str, policy: str, user: User | None, mark: str
) -> Iterator[str]:
    client, own = world.client(user), world.side(mark or world.east.mark)
    if policy != PUBLIC and not _holds(user, policy):
        if mark == world.west.mark:
            return  # the same roles without the right are asked in the east
        yield from _kept_out(client, url_of(route, name, own), payload(own), user)
        return
    url = url_of(route, name, own)
    canary = OTHER.get(mark, "").encode()
    for query in ("", *ASKED.get(name.rpartition(":")[2], ())):
        yield from _looked(client.get(url + query), f"GET {query}", canary)
    other = world.side(OTHER[mark]) if mark else None
    if other and parts(route) and policy != PUBLIC and "key" not in parts(route):
        yield from _strange(
            client, url_of(route, name, other), url_of(route, name, own, missing=True), payload(own), canary
        )
    if policy != PUBLIC:
        yield from _acted(client, url, payload(other or own), other, canary)


def _looked(response: Any, what: str, canary: bytes) -> Iterator[str]:
    if response.status_code >= 500:
        yield f"{what} answers {response.status_code}"
    if response.headers.get("Cache-Control") != "private, no-store":
        yield f"{what} may be kept by a cache"
    if canary and canary in content_of(response).lower():
        yield f"{what} shows the other town"


def _kept_out(client: Any, url: str, form: dict[str, Any], user: User | None) -> Iterator[str]:
    """Nobody is sent to the login, a colleague without the right gets 403; neither changes a row."""
    for method in ("get", "post"):
        with CaptureQueriesContext(connection) as asked:
            response = getattr(client, method)(url, form if method == "post" else None)
        if response.status_code == 405:
            continue
        if user is None and not (
            response.status_code == 302 and "/access/login/" in response.headers["Location"]
        ):
            yield f"{method} is not sent to the login but gets {response.status_code}"
        if user is not None and response.status_code != 403:
            yield f"{method} without the permission gets {response.status_code}"
        yield from (f"{method} without the right wrote {table}" for table in written(asked))
        yield from _looked(response, method, b"")


def written(asked: CaptureQueriesContext) -> list[str]:
    """The tables that were written to."""
    statements = (re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", one["sql"]) for one in asked)
    return [found[1] for found in statements if found and found[1] not in NOT_ROWS]


def _strange(client: Any, foreign: str, missing: str, form: dict[str, Any], canary: bytes) -> Iterator[str]:
    """The other town's row is as missing as one that never was, and stays as it is."""
    for method in ("get", "post"):
        with transaction.atomic():
            with CaptureQueriesContext(connection) as asked:
                one = getattr(client, method)(foreign, {**form, "command": str(uuid.uuid4())})
            two = getattr(client, method)(missing, {**form, "command": str(uuid.uuid4())})
            transaction.set_rollback(True)
        if one.status_code == 405:
            continue
        if one.status_code != 404:
            yield f"{method} of a foreign row gets {one.status_code}"
        elif plain(one, foreign) != plain(two, missing):
            yield f"{method} of a foreign row differs from a missing one"
        yield from (f"{method} of a foreign row wrote {table}" for table in written(asked))
        yield from _looked(one, f"{method} of a foreign row", canary)


def _acted(client: Any, url: str, form: dict[str, Any], other: Side | None, canary: bytes) -> Iterator[str]:
    """A form that names the other town's rows changes none of them."""
    before = digest(other) if other else []
    with transaction.atomic():
        response = client.post(url, form)
        after = digest(other) if other else []
        transaction.set_rollback(True)
    yield from _looked(response, "POST", canary)
    changed = [name for (name, was), (_name, now) in zip(before, after, strict=True) if was != now]
    if changed:
        yield f"POST changed the other town's {', '.join(changed)}"


def _noticed(world: World, route: str, name: str, policy: str) -> Iterator[str]:
    """Rows that appear in the other town change nothing that anybody sees here, not even a count."""
    side = world.east
    people = [user for user in side.people.values() if policy != PUBLIC and _holds(user, policy)]
    if not people:
        return
    url = url_of(route, name, side)
    before = {user.login: plain(world.client(user).get(url)) for user in people}
    with transaction.atomic():
        grow(world.west)
        after = {user.login: plain(world.client(user).get(url)) for user in people}
        transaction.set_rollback(True)
    yield from (
        f"{login} notices rows of the other town" for login in before if before[login] != after[login]
    )
