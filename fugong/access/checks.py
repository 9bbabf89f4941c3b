"""Every address says who may open it; one that does not stops the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.core import checks
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.translation import gettext as _

from fugong.access.roles import Permission
from fugong.core.guards import PUBLIC, SIGNED_IN

POLICIES = frozenset({PUBLIC, SIGNED_IN, *Permission})
TAG = "fugong_addresses"


def addresses(
    patterns: list[Any] | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Every address of the product as (route, name with its namespace, view)."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield route, f"{space}{pattern.name or ''}", pattern.callback


def policy_of(view: Callable[..., Any]) -> str | None:
    """The permission a view asks for, `signed_in` or `public`; None where nobody has decided."""
    found = getattr(view, "_fugong_permission", None)
    return found if found in POLICIES else None


@checks.register(TAG)
def every_address_has_a_policy(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """One sentence for each address of which nobody has decided who may open it."""
    sentence = _("Nobody has decided who may open %(address)s: decorate its view with permitted(...).")
    return [
        checks.Critical(sentence % {"address": f"/{route}"}, id="fugong.E010")
        for route, _name, view in addresses()
        if policy_of(view) is None
    ]
