"""The pack's part about notices: what may be told, and what is wrong is named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from fugong.outreach.pack import OutreachPart, check


def _notice(**values: Any) -> dict[str, Any]:
    text = values.pop("text", "{title}")
    return {"event": "issues.issue.found", "text": {"zh": text, "en": text}, "hours": 12, **values}


def _problems(*notices: dict[str, Any]) -> list[str]:
    part = OutreachPart.model_validate({"notice": list(notices)})
    return [str(problem) for problem in check(part.model_dump(mode="json"), {})]


def test_a_right_notice_has_no_problem() -> None:
    assert _problems(_notice()) == []


@pytest.mark.parametrize(
    ("notices", "word"),
    [
        ([_notice(text="{handler}")], "handler"),
        ([_notice(text="{title")], "?"),
        ([_notice(), _notice()], "two notices"),
        ([_notice(event="enterprises.contact.added")], "nothing is told"),
    ],
    ids=["a person's name", "a brace left open", "twice", "a person"],
)
def test_what_may_not_be_told_is_named(notices: list[dict[str, Any]], word: str) -> None:
    assert any(word in problem for problem in _problems(*notices))


def test_a_notice_that_is_never_worthless_is_refused() -> None:
    with pytest.raises(ValidationError):
        OutreachPart.model_validate({"notice": [_notice(hours=100)]})
