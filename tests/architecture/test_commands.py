"""Every address that accepts POST runs its command once, however often it is sent."""

import inspect
from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Addresses that accept POST without being commands of the product, each with its reason.
NOT_COMMANDS = {
    "login": "nobody is signed in yet, and a second log-in changes nothing",
    "logout": "a second log-out changes nothing",
    "set_language": "Django's own; a cookie",
}
# Folders of addresses with a rule of their own: OpenRosa and the JSON API carry keys in their own way.
NOT_OURS = ("admin/", "api/", "openrosa/")


def _callbacks(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, str, Callable]]:
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _callbacks(pattern.url_patterns, address)
        else:
            yield address, pattern.name or "", pattern.callback


def _own() -> list[tuple[str, str, Callable]]:
    return [
        (address, name, callback)
        for address, name, callback in _callbacks(get_resolver().url_patterns)
        if not any(address.startswith(folder) or f"/{folder}" in address for folder in NOT_OURS)
        and name not in NOT_COMMANDS
    ]


def test_every_address_names_the_methods_it_answers() -> None:
    silent = [
        address for address, _name, callback in _own() if getattr(callback, "_fugong_methods", None) is None
    ]
    assert silent == [], "decorate the view with core.commands.methods(...)"


def test_a_view_that_reads_first_gives_what_it_writes_to_once() -> None:
    late = [
        callback for _address, _name, callback in _own() if getattr(callback, "_fugong_reads_first", False)
    ]
    assert late, "no view reads first: take the option away"
    wrong = [view for view in late if "return once(request, " not in inspect.getsource(inspect.unwrap(view))]
    assert wrong == []


def test_every_post_is_a_command() -> None:
    wrong = [
        address
        for address, _name, callback in _own()
        if "POST" in (getattr(callback, "_fugong_methods", None) or ())
        and getattr(callback, "_fugong_command", False) is not True
    ]
    assert wrong == []
