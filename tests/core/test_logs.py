"""Logs name neither the keys of devices nor what opens a page for somebody without an account."""

from __future__ import annotations

import json
import logging

import pytest

from fugong.core.logs import JsonFormatter

SECRET = "eyJ4IjoxfQ:1tQxyz-AbCdEf_0123456789"
SECRETS = (
    f"/openrosa/key/{SECRET}/formList",
    f"/issues/status/{SECRET}/slip/",
    f"/issues/ask/{SECRET[:16]}/",
    f"/api/open311/v2/tokens/{SECRET}.json",
    f"/visits/open/12.{SECRET[:22]}/letter.pdf",
    f"/volunteers/my-shifts/{SECRET}/",
    f"/visits/calendar/{SECRET}/visits.ics",
)


def written(message: str) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (message,), None)
    return JsonFormatter().format(record)


@pytest.mark.parametrize("address", SECRETS)
def test_what_opens_a_page_is_left_out(address: str) -> None:
    line = written(address)
    assert SECRET[:16] not in line and "/…" in line
    assert json.loads(line)["message"].startswith("Not Found: /")


@pytest.mark.parametrize("address", ["/issues/12/", "/visits/calendar/revoke/", "/volunteers/shifts/3/take/"])
def test_other_addresses_stand_as_they_are(address: str) -> None:
    assert json.loads(written(address))["message"] == f"Not Found: {address}"
