"""B1: a new town's programme, of another hazard, is a folder of data: it is checked, loaded and runs without code."""

from __future__ import annotations

import pytest

from fugong.campaigns.models import Campaign
from tests.acceptance.packs import added, copy_of, replaced
from tests.acceptance.place import firms, fugong, town_of
from tests.acceptance.reading import figures, page, sent, total

pytestmark = pytest.mark.django_db
AREAS = [
    ("city", "", "city", "海试市"),
    ("county", "city", "county", "海试区"),
    ("town", "county", "town", "海试镇"),
    ("v1", "town", "village", "东滩村"),
    ("v2", "town", "village", "西滩村"),
]
FLOODED = """
[[risk_list]]
key = "flooded-workshop"
name = { zh = "厂房进水", en = "flooded workshop" }
cadence_days = 1
weight = 3.0
evidence_needed = true
source = "test"
[[risk_list.condition]]
value = 'mask_days < 1 and is_enclosed = True'
from = 2020-02-10
source = "test"
"""
DRY = """
[[indicator]]
key = "dry"
name = { zh = "未进水率", en = "Dry" }
register = "enterprises"
numerator = "is_enclosed = False"
denominator = ""
unit = { zh = "家", en = "firms" }
scope = { zh = "全部企业", en = "All" }
late_rule = { zh = "按现在的台账计算", en = "As it stands" }
source = "test"
"""


@pytest.fixture
def folder(tmp_path):
    """Another town after a typhoon: its own areas, a list, an indicator, a task group and one officer for three firms."""
    made = copy_of(tmp_path, "typhoon", AREAS)
    added(made / "enterprises.toml", FLOODED)
    added(made / "indicators.toml", DRY)
    replaced(made / "teams.toml", "value = 5,", "value = 3,")
    replaced(
        made / "teams.toml",
        '{ zh = "隔离观察组", en = "Isolation" }',
        '{ zh = "排涝抢险组", en = "Pumping" }',
    )
    for example in (made / "examples").glob("*.toml"):
        example.unlink()
    return made


def test_the_folder_is_checked_loaded_and_its_rules_hold_on_the_pages(db, folder, as_user):
    town = town_of(folder)
    assert (town.campaign.release.slug, town.campaign.area.name) == ("typhoon", "海试镇")
    wet = firms(town, town.willow, 2, "湿", is_enclosed=True, mask_days=0)
    firms(town, town.pine, 3, "干", is_enclosed=False)
    clerk = as_user(town.chen)
    sent(clerk, "enterprises:refresh_lists")
    assert "厂房进水" in page(clerk, "enterprises:risk_lists")
    assert total(clerk, '/enterprises/?q=risk_list = "flooded-workshop"') == len(wet)
    dry = figures(clerk)["dry"]
    assert (dry.n, dry.of) == (3, 5)
    assert total(clerk, dry.url_n) == 3
    assert "排涝抢险组" in page(as_user(town.zhou), "teams:structure")
    sent(as_user(town.zhou), "teams:propose", kind="liaison")
    sent(as_user(town.zhou), "teams:confirm", kind="liaison", all="1")
    assert page(as_user(town.zhou), "teams:charges").count("3/3") == 1, "one officer, three firms"


def test_a_mistake_is_told_with_file_and_line_and_loads_nothing(db, folder):
    path = folder / "enterprises.toml"
    replaced(path, "mask_days < 1 and is_enclosed = True", "mask_dayz < 1")
    said = fugong("pack", "load", folder, ok=1).output
    lines = path.read_text().splitlines()
    wrong = next(number for number, text in enumerate(lines) if "mask_dayz" in text)
    assert lines[wrong - 1] == "[[risk_list.condition]]", (
        "the value's own table, which is the key that is told"
    )
    assert f"enterprises.toml:{wrong} [risk_list.10.condition.0]" in said and "mask_dayz" in said
    assert "mask_days" in said, "what would be allowed"
    assert not Campaign.objects.exists()


def test_two_programmes_run_beside_each_other(db, folder, as_user):
    """A second pack's campaign has its own ledger: no row of the one counts in the other."""
    first = town_of("danzao")
    firms(first, first.willow, 4, "丹")
    fugong("pack", "load", folder, "--start")
    assert Campaign.objects.count() == 2
    assert figures(as_user(first.chen))["resumption"].of == 4
