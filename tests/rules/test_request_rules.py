"""Truth tables of merging, of likeness, of the median of days."""

from types import SimpleNamespace

import pytest

from fugong.issues.duplicates import Row, alike
from fugong.issues.lateness import median_of
from fugong.issues.rules import likeness, why_not_file, why_not_merge, why_not_undo_merge


def issue(pk=1, campaign=1, status="found"):
    return SimpleNamespace(pk=pk, campaign_id=campaign, status=status)


@pytest.mark.parametrize(
    ("kept", "absorbed", "may"),
    [
        (issue(1), issue(2), True),
        (issue(1), issue(1), False),
        (issue(1), issue(2, campaign=2), False),
        (issue(1), issue(2, status="verified"), False),
        (issue(1, status="merged"), issue(2), False),
        (issue(1), issue(2, status="solved"), True),
    ],
)
def test_two_open_issues_of_one_campaign_may_be_merged(kept, absorbed, may):
    assert (why_not_merge(kept, absorbed) == "") is may


def test_a_merge_is_undone_once_and_only_while_it_stands():
    absorbed = SimpleNamespace(merged_into_id=1)
    assert why_not_undo_merge(SimpleNamespace(undone_at=None, absorbed=absorbed, kept_id=1)) == ""
    assert why_not_undo_merge(SimpleNamespace(undone_at=1, absorbed=absorbed, kept_id=1))
    assert why_not_undo_merge(SimpleNamespace(undone_at=None, absorbed=absorbed, kept_id=3))


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("口罩不足", "口罩不足", 1, 1),
        ("口罩 不足！", "口罩不足", 1, 1),
        ("口罩只够两天", "口罩只够两天了", 0.8, 1),
        ("口罩不足", "宿舍过密", 0, 0),
        ("火", "火", 1, 1),
        ("", "", 0, 0),
        ("Masks", "masks", 1, 1),
    ],
)
def test_how_alike_two_titles_are(one, other, least, most):
    assert least <= likeness(one, other) <= most
    assert likeness(one, other) == likeness(other, one)


def test_only_issues_of_one_place_and_kind_are_compared():
    here, there = ("enterprise", 1), ("enterprise", 2)
    rows = [
        Row(1, here, "supplies", "", "口罩不足"),
        Row(2, here, "supplies", "", "口罩不足了"),
        Row(3, there, "supplies", "", "口罩不足"),
        Row(4, here, "transport", "", "口罩不足"),
        Row(5, here, "problem", "13", "宿舍过密"),
        Row(6, here, "problem", "13", "住得太挤"),
        Row(7, here, "problem", "14", "宿舍过密"),
    ]
    assert [(pair.first, pair.second) for pair in alike(rows)] == [(5, 6), (1, 2)]


def test_who_may_file_a_kind():
    kind = SimpleNamespace(by=("liaison", "public"))
    assert why_not_file(kind, "public") == ""
    assert why_not_file(kind, "clerk")
    assert why_not_file(None, "public")


@pytest.mark.parametrize(
    ("counted", "middle"),
    [({}, None), ({5: 1}, 5), ({1: 1, 9: 1}, 1), ({1: 1, 2: 1, 50: 1}, 2), ({3: 10, 4: 1}, 3)],
)
def test_the_median_of_what_was_counted(counted, middle):
    assert median_of(counted) == middle
