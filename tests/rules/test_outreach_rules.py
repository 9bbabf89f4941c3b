"""When a notice goes out, again or not at all; what a digest says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fugong.outreach import rules
from fugong.outreach.rules import Kind, Status

NOON = datetime(2020, 2, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "address", "is_right"),
    [
        (Kind.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=x", True),
        (Kind.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", True),
        (Kind.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/x", True),
        (Kind.WECOM, "https://oapi.dingtalk.com/robot/send?access_token=x", False),
        (Kind.DINGTALK, "http://oapi.dingtalk.com/robot/send?access_token=x", False),
        (Kind.DINGTALK, "https://oapi.dingtalk.com.example.org/robot/send", False),
        (Kind.DINGTALK, "https://oapi.dingtalk.com@example.org/robot/send", False),
        (Kind.FEISHU, "https://open.feishu.cn/other", False),
    ],
)
def test_only_the_services_own_addresses_are_spoken_to(kind: str, address: str, is_right: bool) -> None:
    assert (rules.why_not_address(kind, address) == "") is is_right


@pytest.mark.parametrize(
    ("waiting", "free", "sizes"),
    [(0, 19, []), (1, 19, [1]), (3, 19, [1, 1, 1]), (4, 19, [4]), (2, 1, [2]), (1, 0, []), (200, 5, [200])],
)
def test_few_notices_go_one_by_one_and_many_as_one_digest(waiting: int, free: int, sizes: list[int]) -> None:
    assert [len(bundle) for bundle in rules.bundles(list(range(waiting)), free)] == sizes


@given(st.integers(0, 300), st.integers(0, 30))
def test_no_notice_is_dropped_or_told_twice(waiting: int, free: int) -> None:
    bundles = rules.bundles(list(range(waiting)), free)
    told = [number for bundle in bundles for number in bundle]
    assert told == (list(range(waiting)) if free else [])
    assert len(bundles) <= free


@given(
    st.lists(
        st.text(min_size=1, max_size=300).filter(lambda text: text.strip() and text.splitlines()[0]),
        min_size=1,
        max_size=80,
    )
)
def test_a_digest_fits_every_service_and_counts_what_it_holds(texts: list[str]) -> None:
    words = rules.digest(texts)
    assert len(words.encode()) <= 2_048
    if len(texts) > 1:
        assert str(len(texts)) in words.splitlines()[0]


def test_the_pause_grows_and_the_last_try_gives_up() -> None:
    pauses = [rules.wait_before(attempt).total_seconds() for attempt in (1, 2, 3, 12)]
    assert pauses == [30, 60, 120, 3600]
    far = NOON + timedelta(days=1)
    assert rules.after_failure(1, NOON, far) == (Status.WAITING, NOON + timedelta(seconds=30))
    assert rules.after_failure(rules.ATTEMPTS, NOON, far)[0] == Status.FAILED
    assert rules.after_failure(1, NOON, NOON + timedelta(seconds=10))[0] == Status.FAILED


def test_every_status_has_its_moves() -> None:
    assert set(rules.MOVES) == set(Status.values)
    assert not rules.MOVES[Status.SENT] and not rules.MOVES[Status.EXPIRED]
