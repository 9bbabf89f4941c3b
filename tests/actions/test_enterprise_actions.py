"""One test per refusal and one per effect of the ledger's verbs."""

from datetime import timedelta

import pytest

from fugong.access.models import Reveal
from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Contact, Enterprise, Listing, NotDuplicate, Premises, Street
from fugong.enterprises.rules import ListingSource, PositionSource, PremisesKind
from fugong.territory.geometry import to_gcj02
from fugong.territory.models import Outline

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODE = "91350100M000100Y43"


def square(x, y, half=0.01):
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


@pytest.fixture
def outlines(town):
    """Willow and Pine side by side inside the town."""
    for key, x, y, half in (
        ("town", 113.0, 23.0, 0.05),
        ("willow", 113.01, 23.01, 0.01),
        ("pine", 112.99, 23.01, 0.01),
    ):
        Outline.objects.create(area=town.areas[key], geometry=square(x, y, half))


def fresh(row):
    return Enterprise.objects.system().get(pk=row.pk)


def names_of(row):
    return list(
        Event.objects.filter(target=row._meta.label_lower, target_id=row.pk)
        .order_by("pk")
        .values_list("name", flat=True)
    )


# Enter and correct


def test_registering_normalises_the_name_and_dates_the_industry_code(town):
    firm = enterprises.register(
        campaign=town.campaign,
        area=town.willow,
        name="桥南区东桥镇谷粟塑料有限公司",
        values={"credit_code": CODE, "industry_code": "C29", "headcount": 30},
        by=town.chen,
        at=town.now,
    )
    assert (firm.normalised_name, firm.industry_edition, firm.headcount) == ("谷粟塑料", "2017", 30)
    assert names_of(firm) == ["enterprises.enterprise.registered"]


@pytest.mark.parametrize("values", [{"credit_code": CODE}, {}])
def test_registering_the_same_code_or_name_again_is_refused(town, values):
    given = {"campaign": town.campaign, "area": town.willow, "by": town.chen, "at": town.now}
    enterprises.register(name="谷粟塑料厂", values=values, **given)
    with pytest.raises(Refused, match="谷粟塑料厂"):
        enterprises.register(name="谷粟塑料厂" if not values else "别的厂", values=values, **given)


def test_correcting_writes_only_what_differs_and_says_what_was_before(town):
    firm = town.large_firm
    enterprises.correct(
        enterprise=firm, version=1, values={"headcount": 420, "name": firm.name}, by=town.chen, at=town.now
    )
    assert (fresh(firm).headcount, fresh(firm).version) == (420, 2)
    assert Event.objects.get(name="enterprises.enterprise.corrected").changes == {"headcount": [412, 420]}


def test_correcting_an_older_version_names_who_changed_what(town):
    enterprises.correct(
        enterprise=town.large_firm, version=1, values={"headcount": 420}, by=town.wang, at=town.now
    )
    with pytest.raises(Refused) as refusal:
        enterprises.correct(
            enterprise=town.large_firm, version=1, values={"address": "x"}, by=town.chen, at=town.now
        )
    assert "王网格" in str(refusal.value)
    assert str(Enterprise._meta.get_field("headcount").verbose_name) in str(refusal.value)


def test_a_credit_code_that_another_one_has_is_refused(town):
    enterprises.correct(
        enterprise=town.large_firm, version=1, values={"credit_code": CODE}, by=town.chen, at=town.now
    )
    with pytest.raises(Refused, match=town.large_firm.name):
        enterprises.correct(
            enterprise=town.small_firm, version=1, values={"credit_code": CODE}, by=town.chen, at=town.now
        )


# Place


def test_placing_finds_the_area_and_teaches_the_street(town, outlines):
    firm = town.unplaced_firm
    Enterprise.objects.system().filter(pk=firm.pk).update(address="东桥镇谷粟路8号")
    placed = enterprises.place(enterprise=firm, position=(113.012, 23.012), by=town.chen, at=town.now)
    assert (placed.area, placed.position_source) == (town.willow, PositionSource.PLACED)
    street = Street.objects.get()
    assert (street.name, street.area, street.times) == ("谷粟路", town.willow, 1)
    enterprises.place(enterprise=firm, position=(113.014, 23.012), by=town.chen, at=town.now)
    street.refresh_from_db()
    assert (street.times, round(street.longitude, 6)) == (2, 113.013)


def test_a_shifted_position_is_kept_as_wgs84(town):
    shifted = to_gcj02((113.012, 23.012))
    placed = enterprises.place(
        enterprise=town.unplaced_firm, position=shifted, system="gcj02", by=town.chen, at=town.now
    )
    assert (placed.longitude, placed.latitude) == pytest.approx((113.012, 23.012), abs=1e-6)
    assert placed.coordinates_given == "gcj02"


def test_a_place_outside_the_town_is_refused(town, outlines):
    with pytest.raises(Refused, match="东桥镇"):
        enterprises.place(enterprise=town.unplaced_firm, position=(113.2, 23.0), by=town.chen, at=town.now)


def test_a_phone_does_not_move_what_a_person_placed(town):
    enterprises.place(enterprise=town.unplaced_firm, position=(113.0, 23.0), by=town.chen, at=town.now)
    kept = enterprises.place_from_phone(
        enterprise=town.unplaced_firm, position=(113.01, 23.01), by=town.li, at=town.now
    )
    assert (kept.longitude, kept.position_source) == (113.0, PositionSource.PLACED)
    moved = enterprises.place_from_phone(
        enterprise=town.large_firm, position=(113.02, 23.02), by=town.li, at=town.now
    )
    assert moved.position_source == PositionSource.PHONE


# Merge


@pytest.fixture
def twins(town):
    """The large firm and its second entry, with a contact, two dormitories, two listings and a code of its own."""
    twin = enterprises.register(
        campaign=town.campaign,
        area=town.willow,
        name="大同五金",
        values={"credit_code": CODE, "address": "柳村谷粟路1号", "headcount": 9},
        by=town.chen,
        at=town.now,
    )
    enterprises.add_contact(enterprise=twin, name="王五", phone="10000005678", by=town.chen, at=town.now)
    for owner, name in ((town.large_firm, "宿舍"), (twin, "宿舍"), (twin, "二号宿舍")):
        facts = enterprises.PremisesFacts(PremisesKind.DORMITORY, name, people=4)
        enterprises.add_premises(enterprise=owner, facts=facts, by=town.chen, at=town.now)
    for owner, key in (
        (town.large_firm, "labour-intensive"),
        (twin, "labour-intensive"),
        (twin, "crowded-dormitories"),
    ):
        enterprises.list_by_hand(
            enterprise=owner, risk_list=key, reason="现场查看时发现", by=town.chen, at=town.now
        )
    return town.large_firm, twin


@pytest.fixture
def merged(town, twins):
    return enterprises.merge(kept=twins[0], absorbed=twins[1], by=town.chen, at=town.now + HOUR)


def in_force(row):
    rows = Listing.objects.system().in_force().filter(enterprise=row)
    return sorted(rows.values_list("risk_list", flat=True))


def test_merging_moves_everything_and_fills_only_what_was_not_known(town, twins, merged):
    kept, twin = fresh(twins[0]), fresh(twins[1])
    assert (kept.credit_code, kept.address, kept.headcount) == (CODE, "柳村谷粟路1号", 412)
    assert twin.merged_into == kept
    assert sorted(Contact.objects.system().filter(enterprise=kept).values_list("name", flat=True)) == [
        "王五",
        "钱厂长",
    ]
    assert sorted(Premises.objects.system().filter(enterprise=kept).values_list("name", flat=True)) == [
        "二号宿舍",
        "宿舍",
    ]
    assert in_force(kept) == ["crowded-dormitories", "labour-intensive"]
    assert in_force(twin) == []
    assert twin not in Enterprise.objects.system().of(town.campaign)


def test_undoing_a_merge_gives_back_two_entries_as_they_were(town, twins, merged):
    enterprises.undo_merge(merge=merged, by=town.chen, at=town.now + 2 * HOUR)
    kept, twin = fresh(twins[0]), fresh(twins[1])
    assert (kept.credit_code, kept.address) == (None, "")
    assert (twin.merged_into, twin.credit_code) == (None, CODE)
    assert list(Contact.objects.system().filter(enterprise=twin).values_list("name", flat=True)) == ["王五"]
    assert Premises.objects.system().filter(enterprise=twin).count() == 2
    assert in_force(twin) == ["crowded-dormitories", "labour-intensive"]


def test_undoing_keeps_what_was_corrected_since(town, twins, merged):
    kept = fresh(twins[0])
    enterprises.correct(
        enterprise=kept, version=kept.version, values={"address": "柳村谷粟路2号"}, by=town.chen, at=town.now
    )
    enterprises.undo_merge(merge=merged, by=town.chen, at=town.now)
    assert fresh(kept).address == "柳村谷粟路2号"


def test_undoing_twice_or_from_the_inside_is_refused(town, twins, merged):
    outer = enterprises.merge(kept=town.small_firm, absorbed=fresh(twins[0]), by=town.chen, at=town.now)
    assert fresh(twins[1]).merged_into == town.small_firm
    with pytest.raises(Refused):
        enterprises.undo_merge(merge=merged, by=town.chen, at=town.now)
    enterprises.undo_merge(merge=outer, by=town.chen, at=town.now)
    assert fresh(twins[1]).merged_into == twins[0]
    with pytest.raises(Refused):
        enterprises.undo_merge(merge=outer, by=town.chen, at=town.now)


def test_a_merged_entry_is_not_changed_any_more(town, twins, merged):
    with pytest.raises(Refused, match="五金"):
        enterprises.correct(
            enterprise=twins[1], version=9, values={"headcount": 1}, by=town.chen, at=town.now
        )
    with pytest.raises(Refused):
        enterprises.merge(kept=town.small_firm, absorbed=twins[1], by=town.chen, at=town.now)


def test_a_pair_that_is_two_is_marked_once(town):
    for first, second in ((town.large_firm, town.small_firm), (town.small_firm, town.large_firm)):
        enterprises.mark_not_duplicate(first=first, second=second, by=town.chen, at=town.now)
    assert NotDuplicate.objects.count() == 1


# Contacts


def test_a_phone_is_shown_with_a_reason_and_leaves_a_trace_without_the_number(town):
    contact = Contact.objects.system().get()
    phone = enterprises.reveal_phone(contact=contact, reason="核实复工人数", by=town.chen, at=town.now)
    assert phone == "10000001234"
    kept = Reveal.objects.get()
    assert (kept.by, kept.target_id, kept.reason) == (town.chen, contact.pk, "核实复工人数")
    event = Event.objects.get(name="enterprises.contact.revealed")
    assert phone not in str(event.changes)


def test_no_phone_without_a_reason(town):
    with pytest.raises(Refused):
        enterprises.reveal_phone(
            contact=Contact.objects.system().get(), reason="看", by=town.chen, at=town.now
        )
    assert not Reveal.objects.exists()


def test_twenty_numbers_a_day_and_no_more(town):
    contact = Contact.objects.system().get()
    for _number in range(20):
        enterprises.reveal_phone(contact=contact, reason="核实复工人数", by=town.chen, at=town.now)
    with pytest.raises(Refused, match="20"):
        enterprises.reveal_phone(contact=contact, reason="核实复工人数", by=town.chen, at=town.now)
    assert enterprises.reveal_phone(contact=contact, reason="核实复工人数", by=town.wang, at=town.now)
    assert enterprises.reveal_phone(contact=contact, reason="核实复工人数", by=town.chen, at=town.now + DAY)


def test_correcting_a_contact_keeps_the_number_unless_another_is_typed(town):
    contact = Contact.objects.system().get()
    enterprises.correct_contact(contact=contact, name="钱大", duty="厂长", by=town.chen, at=town.now)
    assert Contact.objects.system().get().phone.clear() == "10000001234"
    enterprises.correct_contact(
        contact=contact, name="钱大", duty="厂长", phone="10000009999", by=town.chen, at=town.now
    )
    assert Contact.objects.system().get().phone.clear() == "10000009999"


def test_a_contact_ends_once(town):
    contact = Contact.objects.system().get()
    assert enterprises.end_contact(contact=contact, by=town.chen, at=town.now).to_on == town.today
    with pytest.raises(Refused):
        enterprises.end_contact(contact=contact, by=town.chen, at=town.now)


# Premises


def test_a_place_of_one_kind_and_name_stands_once(town):
    facts = enterprises.PremisesFacts(PremisesKind.DORMITORY, "宿舍", capacity=40, people=60, rooms=8)
    place = enterprises.add_premises(enterprise=town.crowded_firm, facts=facts, by=town.chen, at=town.now)
    with pytest.raises(Refused):
        enterprises.add_premises(enterprise=town.crowded_firm, facts=facts, by=town.chen, at=town.now)
    other = enterprises.PremisesFacts(PremisesKind.DORMITORY, "宿舍", capacity=40, people=30, rooms=8)
    enterprises.correct_premises(premises=place, facts=other, by=town.chen, at=town.now)
    assert Event.objects.get(name="enterprises.premises.corrected").changes == {"people": [60, 30]}
    enterprises.remove_premises(premises=place, by=town.chen, at=town.now)
    assert not Premises.objects.system().exists()


# Risk lists


def refresh(town, at=None):
    return enterprises.refresh_listings(campaign=town.campaign, at=at or town.now)


def test_the_condition_lists_with_its_reason_and_again_changes_nothing(town):
    assert refresh(town).entered == 2
    listing = Listing.objects.system().get(enterprise=town.large_firm)
    assert (listing.risk_list, listing.source) == ("labour-intensive", ListingSource.CONDITION)
    assert "412" in listing.reason
    assert "人数" in listing.reason
    again = refresh(town, town.now + HOUR)
    assert (again.entered, again.left, again.in_force) == (0, 0, 2)
    assert Event.objects.filter(name="enterprises.listing.entered").count() == 2


def test_premises_count_for_crowding(town):
    facts = enterprises.PremisesFacts(PremisesKind.DORMITORY, "宿舍", people=21, rooms=3)
    enterprises.add_premises(enterprise=town.small_firm, facts=facts, by=town.chen, at=town.now)
    refresh(town)
    assert in_force(town.small_firm) == ["crowded-dormitories"]


def test_an_enterprise_leaves_when_its_condition_no_longer_holds(town):
    refresh(town)
    enterprises.correct(
        enterprise=town.large_firm, version=1, values={"headcount": 200}, by=town.chen, at=town.now
    )
    assert refresh(town, town.now + HOUR).left == 1
    listing = Listing.objects.system().get(enterprise=town.large_firm)
    assert (listing.left_at, bool(listing.left_reason)) == (town.now + HOUR, True)


def test_a_list_that_needs_evidence_is_left_only_through_a_person(town):
    refresh(town)
    enterprises.correct(
        enterprise=town.crowded_firm, version=1, values={"dormitory_people": 30}, by=town.chen, at=town.now
    )
    assert refresh(town, town.now + HOUR).left == 0
    listing = Listing.objects.system().get(enterprise=town.crowded_firm)
    with pytest.raises(Refused):
        enterprises.unlist(listing=listing, reason="好了", by=town.chen, at=town.now + HOUR)
    enterprises.unlist(listing=listing, reason="已分流20人，见照片", by=town.chen, at=town.now + HOUR)
    assert in_force(town.crowded_firm) == []
    assert refresh(town, town.now + DAY).entered == 0


def test_what_a_person_listed_stays_until_a_person_takes_it_off(town):
    listing = enterprises.list_by_hand(
        enterprise=town.small_firm,
        risk_list="labour-intensive",
        reason="高峰期雇临时工",
        by=town.chen,
        at=town.now,
    )
    assert refresh(town, town.now + HOUR).left == 0
    enterprises.unlist(listing=listing, reason="临时工已离开", by=town.chen, at=town.now + HOUR)
    assert in_force(town.small_firm) == []


def test_the_same_facts_do_not_bring_back_what_a_person_set_aside(town):
    refresh(town)
    listing = Listing.objects.system().get(enterprise=town.large_firm)
    enterprises.unlist(listing=listing, reason="人员分散在三处车间", by=town.chen, at=town.now + HOUR)
    assert refresh(town, town.now + DAY).entered == 0
    enterprises.correct(
        enterprise=town.large_firm, version=1, values={"headcount": 500}, by=town.chen, at=town.now
    )
    assert refresh(town, town.now + 2 * DAY).entered == 1
    assert Listing.objects.system().filter(enterprise=town.large_firm).count() == 2


def test_listing_by_hand_asks_for_a_known_list_once(town):
    given = {"enterprise": town.small_firm, "reason": "高峰期雇临时工", "by": town.chen, "at": town.now}
    with pytest.raises(Refused, match="劳动密集型"):
        enterprises.list_by_hand(risk_list="nothing", **given)
    enterprises.list_by_hand(risk_list="labour-intensive", **given)
    with pytest.raises(Refused):
        enterprises.list_by_hand(risk_list="labour-intensive", **given)


def test_a_refresh_asks_the_same_number_of_questions_whatever_the_size(town, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        refresh(town)
