"""Who is counted as one sender of public pages, and that every public page with work behind it is counted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from fugong.core.limiting import sender_of
from fugong.core.models import Taken


def sender(address: str, passed: str = "") -> str:
    headers = {"X-Forwarded-For": passed} if passed else {}
    return sender_of(RequestFactory().get("/", REMOTE_ADDR=address, headers=headers))


def test_one_line_of_ipv6_is_one_sender() -> None:
    assert sender("2001:db8:1:2::1") == sender("2001:db8:1:2:ffff::9")
    assert sender("2001:db8:1:2::1") != sender("2001:db8:1:3::1")
    assert sender("::ffff:192.0.2.1") == sender("192.0.2.1") != sender("192.0.2.2")


def test_without_a_trusted_proxy_nobody_chooses_whom_they_are_counted_as(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert sender("192.0.2.1", "198.51.100.7") == sender("192.0.2.1")


def test_behind_a_proxy_what_the_sender_wrote_before_it_does_not_count(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    assert sender("127.0.0.1", "203.0.113.9, 198.51.100.7") == sender("127.0.0.1", "198.51.100.7")
    assert sender("127.0.0.1", "198.51.100.7") != sender("127.0.0.1", "198.51.100.8")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["visits:opened", "visits:opened_pdf", "issues:status", "issues:slip", "volunteers:my_shifts"]
)
def test_whoever_guesses_addresses_is_stopped(name: str) -> None:
    address, nobody = reverse(name, args=["1.made-up"]), Client()
    assert nobody.get(address).status_code == 404
    Taken.objects.update(times=600)
    assert nobody.get(address).status_code == 429
