"""A condition in Chinese words means what it meant; what cannot be said exactly stays as it was written."""

import pytest
from django.utils.translation import override

from fugong.core.conditions import said
from fugong.core.conditions.binding import bind
from fugong.core.registers import registry
from fugong.enterprises.models import Enterprise


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("headcount >= 100 and never_visited = True", "人数 ≥ 100 且 从未走访 = 是"),
        ("mask_days is empty or headcount > 5", "口罩可用天数 为空 或 人数 > 5"),
        ('size = "small"', None),
        ("", ""),
        ("no_such_word = 1", "no_such_word = 1"),
    ],
)
def test_said_in_chinese(text: str, chinese: str | None) -> None:
    with override("zh-hans"):
        found = said(text, Enterprise)
    if chinese is None:
        assert "size" not in found and bind(found, Enterprise) == bind(text, Enterprise)
    else:
        assert found == chinese


def test_english_stays_as_it_is() -> None:
    with override("en"):
        assert said("headcount >= 100", Enterprise) == "headcount >= 100"


def test_every_example_of_a_register_is_said() -> None:
    """No placeholder of a Chinese page has an English word of the vocabulary left."""
    with override("zh-hans"):
        for register in registry:
            if register.example:
                assert said(register.example, register.model) != register.example, register.key
