"""A number of a row as somebody sent it, whatever they sent."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from fugong.core.row_numbers import row_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("", 0),
        ("²", 0),
        ("१२", 0),
        ("-1", 0),
        ("1" * 18, 0),
        ("1" * 17, int("1" * 17)),
        (" 3", 0),
    ],
)
def test_what_is_no_number_is_the_number_of_no_row(text: str, number: int) -> None:
    assert row_number(text) == number


@pytest.mark.parametrize("text", ["²", "9" * 30])
@pytest.mark.parametrize(
    ("name", "field", "answer"), [("households:give", "area", 404), ("teams:form_team", "area", 404)]
)
def test_pages_answer_what_is_no_number(
    town: Any, as_user: Any, name: str, field: str, answer: int, text: str
) -> None:
    client, address = as_user(town.wang), reverse(name)
    assert client.post(address, {"command": uuid4(), field: text}).status_code == answer
