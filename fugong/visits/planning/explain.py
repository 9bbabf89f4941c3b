"""Why each visit is planned, why each other task is not, and the sentences for both."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .day import NEVER, Day, Floats, Ints, Tour, Tours, why_not_able
from .problem import Officer, ReasonCode, Task
from .travel import UNREACHABLE

SENTENCES: dict[str, tuple[str, str]] = {
    # visits
    "locked": ("已由人工指定", "fixed by hand"),
    "mandatory": ("今天必须走访", "must be visited today"),
    "days_overdue": ("已逾期{days}天", "{days} days overdue"),
    "due_today": ("今天到期", "due today"),
    "due_in": ("{days}天后到期", "due in {days} days"),
    "days_since_visit": ("距上次走访{days}天", "{days} days since the last visit"),
    "never_visited": ("从未走访", "never visited"),
    "usual_officer": ("由常去的{officer}走访", "{officer} usually visits it"),
    "on_the_way": ("顺路，只多走{minutes}分钟", "on the way, {minutes} more minutes on the road"),
    "risk_list": ("列入负面清单：{name}", "on the risk list: {name}"),
    "look_back_due": ("{on}应回头看", "look-back due on {on}"),
    "open_issues": ("有{count}个问题未整改", "{count} open issues"),
    "note": ("{text}", "{text}"),
    "urgent": ("今天临时新增的紧急走访", "added today as urgent"),
    "agency_gap": (
        "其他部门已于{visited}走访，{before}前只能由{agency}前往",
        "another agency visited it on {visited}; only {agency} may come before {before}",
    ),
    "together_with": ("与{officers}联合走访", "together with {officers}"),
    # tasks left out
    "no_skill": ("今天没有具备所需技能的人员：{skills}", "nobody on duty has the skills: {skills}"),
    "outside_area": ("没有人员可到该区域：{area}", "nobody on duty may work in the area: {area}"),
    "no_officer": ("没有可安排的人员", "nobody on duty may do it"),
    "only_agencies": (
        "今天只能由{agencies}走访，没有其人员在岗",
        "only {agencies} may come today, nobody of theirs is on duty",
    ),
    "no_crossing": ("没有渡口或桥梁可到{land}", "no crossing leads to {land}"),
    "joint_no_team": (
        "联合走访缺少人员：{skills}",
        "not enough officers on duty for a joint visit by {skills}",
    ),
    "joint_not_free": (
        "没有{skills}人员能与{others}人员同时到场",
        "no {skills} officer is free at the same time as a {others} officer",
    ),
    "joint_no_time": (
        "联合走访的成员今天没有共同的空闲时间",
        "there is no time today at which all members of the joint visit are free",
    ),
    "closed_today": ("今天可走访的时间内不营业", "closed during today's hours of duty"),
    "no_time": (
        "时间不够，至少还差{minutes}分钟",
        "no time left: at least {minutes} more minutes are needed",
    ),
    "less_urgent_than_planned": (
        "时间不够（至少还差{minutes}分钟），且不如{officer}已安排的走访紧急",
        "no time left ({minutes} more minutes needed) and less urgent than every visit planned for {officer}",
    ),
    "not_worth_the_way": (
        "要多付出约{minutes}分钟，今天不值得跑这一趟",
        "it would cost about {minutes} minutes, more than the visit is worth today",
    ),
    # wishes refused
    "lock_unknown_officer": ("指定的人员{officer}今天不在岗", "the chosen officer {officer} is not on duty"),
    "lock_no_skill": ("指定的{officer}不具备所需技能：{skills}", "{officer} lacks the skills: {skills}"),
    "lock_outside_area": (
        "指定的{officer}不能到该区域：{area}",
        "{officer} may not work in the area: {area}",
    ),
    "lock_agency": (
        "{officer}所在部门今天不得走访该企业",
        "{officer} is not of an agency that may come today",
    ),
    "lock_forbidden": ("{officer}不得走访该企业", "{officer} may not visit this enterprise"),
    "lock_closed": ("指定的时间{at}该企业不营业或不够一次走访", "closed or closing too soon at {at}"),
    "lock_outside_shift": (
        "指定的走访排不进上班和营业时间",
        "the chosen visit does not fit into hours of duty and opening hours",
    ),
    "lock_no_time": ("与其他指定的走访冲突", "it collides with other visits fixed by hand"),
}
LANGUAGES = {"zh-hans": 0, "en": 1}


def sentence(reason: ReasonCode, language: str = "zh-hans") -> str:
    """The reason in words, in "zh-hans" or else in English. Unknown codes show their values."""
    texts = SENTENCES.get(reason.code)
    if texts is not None:
        try:
            return texts[LANGUAGES.get(language.lower(), 1)].format(**reason.values)
        except KeyError:
            pass  # a caller's own values under a known code are still shown below
    inside = ", ".join(f"{name} {value}" for name, value in reason.values.items())
    return f"{reason.code}: {inside}" if inside else reason.code


def clock(minute: int) -> str:
    """Minutes since midnight as 09:05."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def visit_reasons(
    day: Day, tour: Tour, position: int, others: tuple[Officer, ...] = ()
) -> tuple[ReasonCode, ...]:
    """The caller's reasons, then what the task's data and the plan add; each code once.

    `others` are the other members of a joint visit.
    """
    task, officer = day.task(tour.order[position]), day.problem.officers[tour.officer]
    found = [each if isinstance(each, ReasonCode) else ReasonCode("note", text=each) for each in task.reasons]
    found += _facts(task)
    if others:
        found.append(ReasonCode("together_with", officers=", ".join(_name(other) for other in others)))
    if task.enterprise in officer.knows:
        found.append(ReasonCode("usual_officer", officer=_name(officer)))
    longer = detour(day, tour, position)
    if longer <= day.params.on_the_way_minutes * day.problem.travel.per_minute and _is_light(
        day, tour, position
    ):
        found.append(ReasonCode("on_the_way", minutes=longer))
    given = {each.code for each in found[: len(task.reasons)]}
    return tuple(each for at, each in enumerate(found) if at < len(task.reasons) or each.code not in given)


def _name(officer: Officer) -> str:
    return officer.name or officer.id


def _facts(task: Task) -> list[ReasonCode]:
    found = [ReasonCode("locked")] if task.lock else []
    found += [ReasonCode("mandatory")] if task.mandatory else []
    if task.days_overdue > 0:
        found.append(ReasonCode("days_overdue", days=task.days_overdue))
    elif task.due_in_days == 0:
        found.append(ReasonCode("due_today"))
    elif task.due_in_days is not None and task.due_in_days > 0:
        found.append(ReasonCode("due_in", days=task.due_in_days))
    if task.days_since_visit is None:
        return [*found, ReasonCode("never_visited")]
    return [*found, ReasonCode("days_since_visit", days=task.days_since_visit)]


def _is_light(day: Day, tour: Tour, position: int) -> bool:
    """Whether the visit weighs less than the mean of its tour: its place, not its weight, brought it in."""
    weights = day.weight[list(tour.order)]
    return bool(weights[position] < weights.mean())


def detour(day: Day, tour: Tour, position: int) -> int:
    """Ticks of way the tour would save without this visit."""
    nodes = [day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)]
    before, here, after = nodes[position : position + 3]
    ways = day.ways_of(tour.officer)
    return max(0, ways[before][here] + ways[here][after] - ways[before][after])


def refusals(day: Day) -> dict[int, ReasonCode]:
    """Locks that cannot be kept even in an empty day, by task number."""
    found = {}
    for number, task in enumerate(day.problem.tasks):
        reason = _refusal(day, number, task) if task.lock else None
        if reason is not None:
            found[number] = reason
    return found


def _refusal(day: Day, number: int, task: Task) -> ReasonCode | None:
    lock = task.lock
    if lock is None or (day.allowed[:, number].any() and not task.together):
        return None
    if task.together:
        wanted = lock.officer is None or _is_member(day, number, lock.officer)
        return None if wanted else ReasonCode("lock_no_time")
    if lock.at is not None and not _is_open(task, lock.at):
        return ReasonCode("lock_closed", at=clock(lock.at))
    if lock.officer is None:
        return ReasonCode("lock_outside_shift") if day.able[:, number].any() else _nobody(day, task)
    officer = next((each for each in day.problem.officers if each.id == lock.officer), None)
    if officer is None:
        return ReasonCode("lock_unknown_officer", officer=lock.officer)
    return _unfit(officer, task)


def _unfit(officer: Officer, task: Task) -> ReasonCode:
    """Why the wanted officer cannot go."""
    match why_not_able(officer, task):
        case "no_skill":
            return ReasonCode(
                "lock_no_skill", officer=_name(officer), skills=_listed(task.skills - officer.skills)
            )
        case "outside_area":
            return ReasonCode("lock_outside_area", officer=_name(officer), area=task.area)
        case "agency_gap":
            return ReasonCode("lock_agency", officer=_name(officer))
        case "no_officer":
            return ReasonCode("lock_forbidden", officer=_name(officer))
    return ReasonCode("lock_outside_shift")


def _is_open(task: Task, at: int) -> bool:
    return any(window.holds(at, at + task.service_minutes) for window in task.windows)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _is_member(day: Day, task: int, wanted: str) -> bool:
    """Whether the wanted officer can be one of the members of the joint visit."""
    names = [officer.id for officer in day.problem.officers]
    return wanted in names and bool(day.allowed[names.index(wanted), day.seats[task]].any())


def _nobody(day: Day, task: Task, member: int = 0) -> ReasonCode:
    """Why nobody is able: the rule that the officer who comes farthest through the rules fails."""
    codes = {why_not_able(officer, task, member) for officer in day.problem.officers}
    if "no_officer" in codes or not codes:
        return ReasonCode("no_officer")
    if "agency_gap" in codes:
        given = [each for each in task.reasons if isinstance(each, ReasonCode) and each.code == "agency_gap"]
        return (
            given[0] if given else ReasonCode("only_agencies", agencies=_listed(task.agencies or frozenset()))
        )
    if "outside_area" in codes:
        return ReasonCode("outside_area", area=task.area)
    return ReasonCode("no_skill", skills=_asked(task, member))


def _asked(task: Task, member: int) -> str:
    return _listed(task.skills | task.together[member] if task.together else task.skills)


def left_out(day: Day, tours: Tours, refused: dict[int, ReasonCode]) -> dict[int, ReasonCode]:
    """Why each task without a visit has none, by task number."""
    done = {day.task_of[seat] for tour in tours for seat in tour.order}
    open_tasks = [t for t in range(len(day.problem.tasks)) if t not in done]
    found = {t: refused[t] for t in open_tasks if t in refused}
    for task in open_tasks:
        if task not in found:
            reason = _without_team(day, task) if task in day.seats else _impossible(day, task)
            if reason is not None:
                found[task] = reason
    rest = np.array([task for task in open_tasks if task not in found], dtype=np.int64)
    return found | _no_room(day, tours, rest) if rest.size else found


def _impossible(day: Day, task: int) -> ReasonCode | None:
    """Why nobody could visit the task, even with nothing else to do; None if somebody could."""
    able = np.flatnonzero(day.able[:, task]).tolist()
    if not able:
        return _nobody(day, day.problem.tasks[task])
    if all(day.travel_of(officer)[day.start_node(officer), task] >= UNREACHABLE for officer in able):
        return ReasonCode("no_crossing", land=day.problem.tasks[task].land)
    return None if _meets(day, task) else ReasonCode("closed_today")


def _without_team(day: Day, number: int) -> ReasonCode:
    """Why a joint visit has no team: somebody is missing, or they are not free together."""
    task, seats = day.problem.tasks[number], day.seats[number]
    for member, seat in enumerate(seats):
        if not day.able[:, seat].any():
            return _nobody(day, task, member)
    if len(set(np.flatnonzero(day.able[:, seats].any(axis=1)).tolist())) < len(seats):
        return ReasonCode("joint_no_team", skills=_members(task, range(len(seats))))
    if not task.windows:
        return ReasonCode("closed_today")
    scarce = min(range(len(seats)), key=lambda member: int(day.allowed[:, seats[member]].sum()))
    others = [member for member in range(len(seats)) if member != scarce]
    one, rest = _asked(task, scarce), _members(task, others)
    return (
        ReasonCode("joint_not_free", skills=one, others=rest) if one and rest else ReasonCode("joint_no_time")
    )


def _members(task: Task, members: Iterable[int]) -> str:
    asked = dict.fromkeys(_asked(task, member) for member in members)
    return " + ".join(skills for skills in asked if skills)


def _meets(day: Day, task: int) -> bool:
    """Whether some able officer is on duty at some minute at which the visit could begin."""
    service = int(day.service[task])
    for officer in np.flatnonzero(day.able[:, task]).tolist():
        begin, end = day.shift_from[officer], day.shift_to[officer] - service
        if any(low <= end and begin <= high for low, high in day.spans[day.clock_of[officer]][task]):
            return True
    return False


def _no_room(day: Day, tours: Tours, tasks: Ints) -> dict[int, ReasonCode]:
    need = np.array([_missing(day, tour, tasks) for tour in tours])
    rows, found = need.argmin(axis=0), {}
    fitting = tasks[need.min(axis=0) == 0]
    price = dict(zip(fitting.tolist(), _prices(day, tours, fitting), strict=True))
    for column, task in enumerate(tasks.tolist()):
        tour, minutes = tours[int(rows[column])], int(need[rows[column], column])
        if minutes == 0:
            found[task] = ReasonCode("not_worth_the_way", minutes=round(float(price[task])))
        elif tour.order and all(day.weight[other] >= day.weight[task] for other in tour.order):
            officer = day.problem.officers[tour.officer]
            found[task] = ReasonCode("less_urgent_than_planned", minutes=minutes, officer=_name(officer))
        else:
            found[task] = ReasonCode("no_time", minutes=minutes)
    return found


def _prices(day: Day, tours: Tours, tasks: Ints) -> Floats:
    """The least cost of one more visit to each task, over all tours that have room for it."""
    result: Floats = np.min([_cheapest(day, tour, tasks) for tour in tours], axis=0)
    return result


def _cheapest(day: Day, tour: Tour, tasks: Ints) -> Floats:
    """What one more visit on the tour costs for each task; NEVER and more where it does not fit."""
    ways = day.travel_of(tour.officer)
    before, after = _stops(day, tour)
    to = ways[before[:, None], tasks].astype(np.int64)
    off = ways[tasks[:, None], after].T.astype(np.int64)
    begin = day.begins(tour.officer, np.array(tour.free_at, dtype=np.int64)[:, None] + to, tasks)
    fits = (begin < NEVER) & (begin + day.service[tasks] + off <= np.array(tour.latest)[:, None])
    direct = ways[before, after].astype(np.int64) if tour.order else np.zeros(1, dtype=np.int64)
    longer = np.where(fits, (to + off - direct[:, None]) * day.params.travel, NEVER).min(axis=0)
    result: Floats = np.where(
        day.allowed[tour.officer, tasks], longer + day.extra[tour.officer, tasks], NEVER
    )
    return result


def _stops(day: Day, tour: Tour) -> tuple[Ints, Ints]:
    nodes = np.array([day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)], dtype=np.int64)
    return nodes[:-1], nodes[1:]


def _missing(day: Day, tour: Tour, tasks: Ints) -> Floats:
    """Least minutes that opening hours and the rest of the tour lack for each task; NEVER for the unable."""
    before, after = _stops(day, tour)
    ways = day.travel_of(tour.officer)
    arrive = np.array(tour.free_at, dtype=np.int64)[:, None] + ways[before[:, None], tasks]
    begin = day.begins(tour.officer, arrive, tasks)
    closed = day.opens[day.clock_of[tour.officer]][1].max(axis=0)[tasks]
    late = np.where(begin < NEVER, 0, arrive - closed)
    back = np.where(begin < NEVER, begin, arrive) + day.service[tasks] + ways[tasks[:, None], after].T
    over = np.maximum(0, back - np.array(tour.latest)[:, None])
    need = np.maximum(late, over).min(axis=0).astype(np.float64)
    possible = day.able[tour.officer, tasks] & (closed >= 0)
    return np.where(possible, need, NEVER)
