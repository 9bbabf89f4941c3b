"""Questions about the ledger, with the number of queries each may ask."""

from datetime import timedelta

import pytest

from fugong.core.conditions import Moment, apply
from fugong.enterprises import actions as enterprises
from fugong.enterprises import queries
from fugong.enterprises.models import Enterprise, Street
from fugong.enterprises.rules import PremisesKind
from fugong.territory.models import Outline
from tests.town import firm

pytestmark = pytest.mark.django_db
CODE, OTHER_CODE = "91350100M000100Y43", "92350200M000100Y4T"


@pytest.fixture
def gazetteer(town):
    return queries.gazetteer_of(town.campaign)


def standing(town):
    return Enterprise.objects.system().of(town.campaign)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("柳村", "willow"),
        ("柳村村委会", "willow"),
        ("柳社区", "willow"),
        ("东桥镇柳村", "willow"),
        ("柳树头", "willow"),
        ("科创园", "park"),
        ("东桥镇", "town"),
        ("渡口村", None),
        ("杨村", None),
    ],
)
def test_the_area_that_a_cell_means(town, gazetteer, written, found):
    assert gazetteer.named(written) == (town.areas[found] if found else None)


def test_a_mistyped_village_names_the_near_ones(gazetteer):
    assert gazetteer.near("柳存")[0] == "柳村"


def test_villages_inside_an_address(town, gazetteer):
    assert gazetteer.inside("东桥镇科创园柳村路口3号") == [town.park, town.willow]
    assert gazetteer.inside("老供销社对面") == []


def test_the_smallest_area_that_holds_a_position(town):
    for key, half in (("town", 0.05), ("willow", 0.02), ("willow_grid", 0.01)):
        x, y = 113.0, 23.0
        ring = [
            [x - half, y - half],
            [x + half, y - half],
            [x + half, y + half],
            [x - half, y + half],
            [x - half, y - half],
        ]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        Outline.objects.create(area=town.areas[key], geometry=geometry)
    gazetteer = queries.gazetteer_of(town.campaign)
    assert [
        gazetteer.at(spot) for spot in ((113.0, 23.0), (113.015, 23.0), (113.04, 23.0), (114.0, 23.0))
    ] == [
        town.willow_grid,
        town.willow,
        town.town,
        None,
    ]


# Duplicates


def pairs(town, gazetteer):
    found = queries.duplicates(standing(town), gazetteer)
    names = standing(town).in_bulk()
    return {(names[pair.first].name, names[pair.second].name): pair.why for pair in found}


def test_one_organisation_with_an_old_and_a_new_code(town, gazetteer):
    for name, code in (("甲", CODE), ("乙", OTHER_CODE)):
        firm(town, name, "willow", credit_code=code)
    assert pairs(town, gazetteer) == {("甲", "乙"): "code"}


def test_one_name_in_one_place(town, gazetteer):
    for name, area in (
        ("谷粟塑料厂", "willow"),
        ("谷粟塑料（分）厂", "willow_grid"),
        ("谷粟塑料  厂", "pine"),
    ):
        row = firm(town, name, area)
        standing(town).filter(pk=row.pk).update(normalised_name="谷粟塑料")
    assert pairs(town, gazetteer) == {("谷粟塑料厂", "谷粟塑料（分）厂"): "name"}


def test_a_short_and_a_full_name_unless_both_have_a_code(town, gazetteer):
    firm(town, "谷粟塑料", "willow")
    firm(town, "谷粟塑料制品", "willow", credit_code=CODE)
    firm(town, "垄畦五金", "pine", credit_code="913501000000000013")
    firm(town, "垄畦五金制品", "pine", credit_code="913501001111111124")
    assert pairs(town, gazetteer) == {("谷粟塑料", "谷粟塑料制品"): "part"}


def test_a_pair_that_a_person_found_to_be_two_is_not_proposed(town, gazetteer):
    one = firm(town, "谷粟塑料", "willow")
    other = firm(town, "谷粟塑料制品", "willow")
    enterprises.mark_not_duplicate(first=one, second=other, by=town.chen, at=town.now)
    assert pairs(town, gazetteer) == {}


def test_duplicates_take_two_queries(town, gazetteer, django_assert_num_queries):
    for number in range(20):
        firm(town, f"谷粟塑料{number}厂", "willow")
    with django_assert_num_queries(2):
        queries.duplicates(standing(town), gazetteer)


# Placing


def test_the_queue_counts_and_goes_on_after_a_skipped_one(town):
    other = firm(town, "垄畦五金", "pine", place=False)
    waiting = queries.waiting(standing(town))
    assert (waiting.placed, waiting.total, waiting.left, waiting.enterprise) == (4, 6, 2, town.unplaced_firm)
    assert queries.waiting(standing(town), after=town.unplaced_firm.pk).enterprise == other
    assert queries.waiting(standing(town), after=other.pk).enterprise is None


def test_suggestions_come_from_the_street_memory_then_the_village_then_the_address(town, gazetteer):
    target = firm(town, "垄畦五金", "pine", place=False, address="柳村谷粟路8号")
    Street.objects.create(
        campaign=town.campaign, name="谷粟路", area=town.park, longitude=113.0, latitude=22.99, times=3
    )
    found = queries.suggestions(target, gazetteer)
    assert [one.area for one in found] == [town.park, town.pine, town.willow]
    assert found[0].position == (113.0, 22.99)
    assert "3" in found[0].why


# Lists


def test_lists_move_day_by_day(town):
    now, day = town.now, timedelta(days=1)
    enterprises.refresh_listings(campaign=town.campaign, at=now - 2 * day)
    enterprises.correct(enterprise=town.large_firm, version=1, values={"headcount": 9}, by=town.chen, at=now)
    enterprises.refresh_listings(campaign=town.campaign, at=now)
    labour = queries.movements(town.campaign, standing(town), town.today, days=4)[0]
    assert (labour.now, labour.entered, labour.left, labour.trend) == (0, 0, 1, (0, 1, 1, 0))


def test_movements_take_one_query(town, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.movements(town.campaign, standing(town), town.today)


def test_a_list_has_the_condition_of_the_day(town):
    listed = queries.risk_lists(town.campaign, town.today)[0]
    assert (listed.condition, listed.threshold_source) == ("headcount >= 300", "test")
    assert queries.risk_lists(town.campaign, town.today - timedelta(days=60))[0].condition == ""


def test_conditions_know_who_entered_and_left_today(town):
    moment = Moment(town.campaign.pk, town.today, town.now)
    enterprises.refresh_listings(campaign=town.campaign, at=town.now)

    def rows(text, at=moment):
        return list(apply(standing(town), text, at).values_list("name", flat=True))

    assert rows('entered_list = "labour-intensive"') == [town.large_firm.name]
    assert rows('left_list = "labour-intensive"') == []
    later = Moment(town.campaign.pk, town.today + timedelta(days=1), town.now)
    assert rows('entered_list = "labour-intensive"', later) == []


def test_conditions_know_how_full_dormitories_are(town):
    for name, people, rooms, floor in (("一号", 12, 3, 60.0), ("二号", 21, 3, 40.0), ("三号", None, 3, None)):
        facts = enterprises.PremisesFacts(
            PremisesKind.DORMITORY, name, people=people, rooms=rooms, floor_area=floor
        )
        enterprises.add_premises(enterprise=town.small_firm, facts=facts, by=town.chen, at=town.now)
    moment = Moment(town.campaign.pk, town.today, town.now)
    for text in ("dormitory_people_per_room = 7", "dormitory_area_per_person < 2", "宿舍每间人数 > 6"):
        assert list(apply(standing(town), text, moment)) == [town.small_firm], text
