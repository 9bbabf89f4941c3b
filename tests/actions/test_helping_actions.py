"""One test per refusal and one per effect: service teams, stations, volunteers and shifts, households, meetings."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from fugong.core.models import Event
from fugong.core.refusals import Refused
from fugong.issues.models import Issue
from fugong.teams import actions as teams
from fugong.teams.actions import HouseholdFacts, MemberFacts, ShiftFacts, VolunteerFacts
from fugong.teams.models import Duty, HouseholdCharge, Member, Shift, Station, Team, Turn, Volunteer
from fugong.teams.queries import link_of, propose, service_states, shifts_of_week, volunteer_of_link
from fugong.teams.rules import Part, TeamKind
from fugong.visits import actions as visits
from fugong.visits.models import HouseholdContact, Meeting
from tests.town import firm

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def act(town, **values):
    return {"by": town.wang, "at": town.now, **values}


def moment(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


@pytest.fixture
def team(town):
    return teams.form(**act(town, campaign=town.campaign, area=town.town, kind=TeamKind.SERVICE, name="一队"))


# Service teams


def test_a_leader_hands_over_and_stays_in_the_history(town, team):
    first = teams.add_member(
        **act(town, team=team, member=MemberFacts(Part.LEADER, town.zhou), on=town.today)
    )
    teams.add_member(**act(town, team=team, member=MemberFacts(Part.LEADER, town.wang), on=town.today + DAY))
    first.refresh_from_db()
    assert first.to_on == town.today + DAY
    assert Member.objects.get(team=team, to_on__isnull=True).user == town.wang


def test_the_same_member_again_changes_nothing(town, team):
    facts = MemberFacts(Part.MEMBER, town.he)
    rows = [teams.add_member(**act(town, team=team, member=facts, on=town.today)) for _ in range(2)]
    assert rows[0] == rows[1]


def test_a_service_team_has_no_sides(town, team):
    with pytest.raises(Refused):
        teams.add_member(**act(town, team=team, member=MemberFacts(Part.VILLAGE, town.he), on=town.today))


def test_handing_an_enterprise_over_needs_a_reason_and_keeps_history(town, team):
    other = teams.form(
        **act(town, campaign=town.campaign, area=town.town, kind=TeamKind.SERVICE, name="二队")
    )
    first = teams.give_duty(**act(town, team=team, thing=town.large_firm, on=town.today))
    with pytest.raises(Refused):
        teams.give_duty(**act(town, team=other, thing=town.large_firm, on=town.today + DAY))
    teams.give_duty(**act(town, team=other, thing=town.large_firm, on=town.today + DAY, reason="就近"))
    first.refresh_from_db()
    assert first.to_on == town.today + DAY
    assert Duty.objects.system().in_force().get(enterprise=town.large_firm).team == other
    assert Event.objects.filter(name="teams.duty.handed_over").exists()


def test_a_team_answers_for_a_thing_once(town, team):
    teams.give_duty(**act(town, team=team, thing=town.willow, on=town.today))
    with pytest.raises(Refused):
        teams.give_duty(**act(town, team=team, thing=town.willow, on=town.today))


def test_a_joint_team_is_for_one_enterprise_and_no_area(town):
    joint = teams.form(**act(town, campaign=town.campaign, area=town.town, kind=TeamKind.JOINT, name="联合"))
    with pytest.raises(Refused):
        teams.give_duty(**act(town, team=joint, thing=town.willow, on=town.today))
    teams.give_duty(**act(town, team=joint, thing=town.large_firm, on=town.today))
    with pytest.raises(Refused):
        teams.give_duty(**act(town, team=joint, thing=town.small_firm, on=town.today))


def test_a_key_group_is_only_for_what_the_pack_calls_a_base(town):
    group = Team.objects.system().create(
        campaign=town.campaign, area=town.town, kind=TeamKind.KEY, key="bases", name="专班"
    )
    with pytest.raises(Refused):
        teams.give_duty(**act(town, team=group, thing=town.small_firm, on=town.today))
    town.small_firm.headcount = 400
    town.small_firm.save()
    assert teams.give_duty(**act(town, team=group, thing=town.small_firm, on=town.today)).pk


def test_what_ended_meanwhile_does_not_end_again(town, team):
    """Two people look at the same page: the second one's answer is refused, and the first day stands."""
    duty = teams.give_duty(**act(town, team=team, thing=town.willow, on=town.today))
    seen = Duty.objects.system().get(pk=duty.pk)
    teams.end_duty(**act(town, duty=duty, on=town.today, reason="换队"))
    with pytest.raises(Refused):
        teams.end_duty(**act(town, duty=seen, on=town.today + DAY, reason="换队"))
    assert Duty.objects.system().get(pk=duty.pk).to_on == town.today


def test_what_a_team_lacks_ends_when_it_has_it(town, team):
    rows = Team.objects.system().filter(pk=team.pk)
    assert len(service_states(town.campaign, rows, town.today)[0].lacks) == 2
    teams.add_member(**act(town, team=team, member=MemberFacts(Part.LEADER, town.zhou), on=town.today))
    teams.give_duty(**act(town, team=team, thing=town.willow, on=town.today))
    (state,) = service_states(town.campaign, rows, town.today)
    assert (state.lacks, state.enterprises) == ([], 2)  # the large and the small firm of Willow
    for number in range(2):
        firm(town, f"柳村{number}厂", "willow")
    assert (
        len(service_states(town.campaign, rows, town.today)[0].lacks) == 1
    )  # four for one; the pack says three


def test_ending_a_duty_needs_a_reason_and_happens_once(town, team):
    duty = teams.give_duty(**act(town, team=team, thing=town.willow, on=town.today))
    with pytest.raises(Refused):
        teams.end_duty(**act(town, duty=duty, on=town.today, reason=" "))
    teams.end_duty(**act(town, duty=duty, on=town.today, reason="并入"))
    with pytest.raises(Refused):
        teams.end_duty(**act(town, duty=duty, on=town.today, reason="并入"))


# Stations


def test_an_officer_is_stationed_at_one_place_at_a_time(town):
    row = teams.station(**act(town, enterprise=town.large_firm, officer=town.he, on=town.today))
    for place in (town.small_firm, town.large_firm):
        with pytest.raises(Refused):
            teams.station(**act(town, enterprise=place, officer=town.he, on=town.today + DAY))
    teams.end_station(**act(town, station=row, on=town.today + 2 * DAY))
    with pytest.raises(Refused):
        teams.end_station(**act(town, station=row, on=town.today + 2 * DAY))
    with pytest.raises(Refused):  # still there until the day after
        teams.station(**act(town, enterprise=town.small_firm, officer=town.he, on=town.today + DAY))
    teams.station(**act(town, enterprise=town.small_firm, officer=town.he, on=town.today + 2 * DAY))


def test_the_database_refuses_two_open_stations(town):
    Station.objects.create(enterprise=town.large_firm, officer=town.he, from_on=town.today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Station.objects.create(enterprise=town.small_firm, officer=town.he, from_on=town.today)


# Volunteers and the rota


@pytest.fixture
def volunteer(town):
    facts = VolunteerFacts(name="高志愿", area=town.willow, phone="15100001234", skills=["driving"])
    return teams.register_volunteer(**act(town, campaign=town.campaign, facts=facts))


def shift(town, hour, *, day=1, hours=4, kind="checkpoint", needed=1, skill=""):
    begin = moment(town.today + day * DAY, hour)
    facts = ShiftFacts(town.willow, kind, "东卡口", begin, begin + timedelta(hours=hours), needed, skill)
    return teams.plan_shift(**act(town, campaign=town.campaign, facts=facts))


def take(town, row, volunteer):
    return teams.take_shift(**act(town, shift=row, volunteer=volunteer))


def test_a_phone_is_sealed_and_kept_when_the_form_leaves_it_empty(town, volunteer):
    facts = VolunteerFacts(name="高志愿", area=town.pine, may_be_called=True)
    teams.correct_volunteer(**act(town, volunteer=volunteer, facts=facts))
    row = Volunteer.objects.system().get()
    assert (row.area, row.phone.clear(), str(row.phone)) == (town.pine, "15100001234", "151****1234")


def test_clashes_are_refused(town, volunteer):
    take(town, shift(town, 8), volunteer)
    for row in (
        shift(town, 10),
        shift(town, 16),
    ):  # at the same time; four hours of rest, the pack says eight
        with pytest.raises(Refused):
            take(town, row, volunteer)
    take(town, shift(town, 8, day=2), volunteer)
    assert Turn.objects.filter(volunteer=volunteer).count() == 2


def test_a_skill_a_day_away_and_a_full_shift_are_refused(town, volunteer):
    other = teams.register_volunteer(
        **act(town, campaign=town.campaign, facts=VolunteerFacts(name="江志愿", area=town.willow))
    )
    row = shift(town, 8, kind="delivery", skill="driving")
    with pytest.raises(Refused):
        take(town, row, other)
    take(town, row, volunteer)
    full = shift(town, 8, day=3)
    take(town, full, other)
    with pytest.raises(Refused):
        take(town, full, volunteer)
    day = town.today + 4 * DAY
    teams.note_away(**act(town, volunteer=volunteer, from_on=day, to_on=day))
    with pytest.raises(Refused):
        take(town, shift(town, 8, day=4), volunteer)


def test_a_cancelled_shift_frees_its_people_and_takes_nobody(town, volunteer):
    row = shift(town, 8)
    take(town, row, volunteer)
    teams.cancel_shift(**act(town, shift=row))
    with pytest.raises(Refused):
        take(town, row, volunteer)
    with pytest.raises(Refused):
        teams.cancel_shift(**act(town, shift=row))
    take(town, shift(town, 9), volunteer)


def test_released_volunteers_are_free_again(town, volunteer):
    turn = take(town, shift(town, 8), volunteer)
    teams.release(**act(town, turn=turn))
    take(town, shift(town, 10), volunteer)


def test_hours_count_once_the_shift_has_begun_and_then_nobody_is_taken_off(town, volunteer):
    row = shift(town, 8, day=0)
    turn = take(town, row, volunteer)
    with pytest.raises(Refused):
        teams.note_attendance(**act(town, shift=shift(town, 9, day=2), came=[]))
    assert teams.note_attendance(**act(town, shift=row, came=[turn.pk])) == 1
    turn.refresh_from_db()
    assert (turn.has_come, turn.hours) == (True, 4.0)
    with pytest.raises(Refused):
        teams.release(**act(town, turn=turn))
    assert teams.note_attendance(**act(town, shift=row, came=[])) == 0
    turn.refresh_from_db()
    assert (turn.has_come, turn.hours) == (False, 0.0)


def test_the_proposal_is_fair_and_only_a_person_makes_it_true(town, volunteer):
    """Four shifts of one place for two people: two each; what was taken meanwhile is left out."""
    other = teams.register_volunteer(
        **act(town, campaign=town.campaign, facts=VolunteerFacts(name="江志愿", area=town.willow))
    )
    monday = town.today + 5 * DAY
    for day in range(5, 9):
        shift(town, 9, day=day)
    shifts = shifts_of_week(Shift.objects.system(), monday)
    found = propose(town.campaign, shifts, Volunteer.objects.system(), town.now)
    assert sorted(one.volunteer.pk for one in found) == sorted([volunteer.pk, other.pk] * 2)
    assert all(one.reason for one in found) and Turn.objects.count() == 0
    first = found[0]
    take(town, first.shift, other if first.volunteer == volunteer else volunteer)
    turns = [(one.shift, one.volunteer) for one in found]
    assert teams.confirm_turns(**act(town, turns=turns)) == 3


def test_a_link_is_good_until_there_is_a_new_one_or_the_volunteer_stops(town, volunteer):
    token = link_of(volunteer)
    assert volunteer_of_link(token) == volunteer
    assert volunteer_of_link(token[:-2]) is None
    teams.new_link(**act(town, volunteer=volunteer))
    assert volunteer_of_link(token) is None
    token = link_of(volunteer)
    teams.end_volunteer(**act(town, volunteer=volunteer, on=town.today))
    assert volunteer_of_link(token) is None
    with pytest.raises(Refused):
        teams.end_volunteer(**act(town, volunteer=volunteer, on=town.today))


# Households


@pytest.fixture
def household(town):
    facts = HouseholdFacts(
        area=town.willow, code="H1", address="柳路1号", people=3, label="王家户", phone="15100005678"
    )
    return teams.register_household(**act(town, campaign=town.campaign, facts=facts))


def test_a_number_stands_for_one_household(town, household):
    facts = HouseholdFacts(area=town.willow, code="H1", address="柳路2号")
    with pytest.raises(Refused):
        teams.register_household(**act(town, campaign=town.campaign, facts=facts))
    teams.correct_household(**act(town, household=household, facts=replace(facts, address="柳路3号")))
    household.refresh_from_db()
    assert (household.address, str(household.label), household.phone.clear()) == (
        "柳路3号",
        "王*户",
        "15100005678",
    )


def test_giving_households_hands_over_and_keeps_history(town, household):
    given = {"households": [household.pk], "on": town.today}
    assert teams.give_households(**act(town, officer=town.he, **given)) == 1
    assert teams.give_households(**act(town, officer=town.he, **given)) == 0
    assert teams.give_households(**act(town, officer=town.li, reason="休假", **given)) == 1
    rows = HouseholdCharge.objects.system().order_by("pk")
    assert [(row.officer, row.to_on) for row in rows] == [(town.he, town.today), (town.li, None)]


def test_ending_a_charge_needs_a_reason_and_closing_ends_it_too(town, household):
    teams.give_households(**act(town, officer=town.he, households=[household.pk], on=town.today))
    charge = HouseholdCharge.objects.system().get()
    with pytest.raises(Refused):
        teams.end_household_charge(**act(town, charge=charge, on=town.today, reason=""))
    teams.close_household(**act(town, household=household, on=town.today))
    charge.refresh_from_db()
    assert charge.to_on == town.today
    with pytest.raises(Refused):
        teams.close_household(**act(town, household=household, on=town.today))


def test_only_its_officer_notes_a_call_and_a_need_becomes_an_issue(town, household):
    called = visits.Called(outcome="needs", note="需要口罩", kind="supplies")
    values = {"household": household, "at": town.now}
    with pytest.raises(Refused):
        visits.call_at_household(called=called, by=town.he, **values)
    teams.give_households(**act(town, officer=town.he, households=[household.pk], on=town.today))
    with pytest.raises(Refused):
        visits.call_at_household(called=replace(called, note=" "), by=town.he, **values)
    row = visits.call_at_household(called=called, by=town.he, **values)
    issue = Issue.objects.system().get()
    assert (row.issue, issue.kind, issue.area, issue.title) == (issue, "supplies", town.willow, "需要口罩")
    visits.call_at_household(called=visits.Called(outcome="done"), by=town.he, **values)
    assert HouseholdContact.objects.system().count() == 2 and Issue.objects.system().count() == 1


# Meetings


def test_a_meeting_is_noted_when_it_has_been_and_with_whom(town):
    met = visits.Met(kind="grid", on=town.today, people="网格长")
    for wrong in (replace(met, on=town.today + DAY), replace(met, people=" ")):
        with pytest.raises(Refused):
            visits.meet(campaign=town.campaign, area=town.willow, met=wrong, by=town.li, at=town.now)
    visits.meet(campaign=town.campaign, area=town.willow, met=met, by=town.li, at=town.now)
    assert Meeting.objects.system().get().area == town.willow


def test_a_wednesday_is_what_the_fixture_says(town):
    assert town.today == date(2020, 2, 19) and town.today.weekday() == 2
