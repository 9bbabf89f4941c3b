"""Why each visit is planned, why each other task is not, and the sentences for both."""

from __future__ import annotations

import numpy as np

from .day import NEVER, Day, Floats, Ints, Tour, Tours, planned, why_not_able
from .insertion import insertion_costs
from .problem import ReasonCode, Task

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
    # tasks left out
    "no_skill": ("今天没有具备所需技能的人员：{skills}", "nobody on duty has the skills: {skills}"),
    "outside_area": ("没有人员可到该区域：{area}", "nobody on duty may work in the area: {area}"),
    "no_officer": ("没有可安排的人员", "nobody on duty may do it"),
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


def visit_reasons(day: Day, tour: Tour, position: int) -> tuple[ReasonCode, ...]:
    """The caller's reasons, then what the data of the task and the plan itself add; each code once."""
    task, officer = day.problem.tasks[tour.order[position]], day.problem.officers[tour.officer]
    found = [each if isinstance(each, ReasonCode) else ReasonCode("note", text=each) for each in task.reasons]
    found += _facts(task)
    if task.enterprise in officer.knows:
        found.append(ReasonCode("usual_officer", officer=officer.name or officer.id))
    longer = detour(day, tour, position)
    if longer <= day.params.on_the_way_minutes and _is_light(day, tour, position):
        found.append(ReasonCode("on_the_way", minutes=longer))
    given = {each.code for each in found[: len(task.reasons)]}
    return tuple(each for at, each in enumerate(found) if at < len(task.reasons) or each.code not in given)


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
    """Minutes of way the tour would save without this visit."""
    nodes = [day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)]
    before, here, after = nodes[position : position + 3]
    return max(0, day.ways[before][here] + day.ways[here][after] - day.ways[before][after])


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
    if lock is None or day.allowed[:, number].any():
        return None
    if lock.at is not None and not any(
        w.holds(lock.at, lock.at + task.service_minutes) for w in task.windows
    ):
        return ReasonCode("lock_closed", at=clock(lock.at))
    if lock.officer is None:
        return ReasonCode("lock_outside_shift") if day.able[:, number].any() else _nobody(day, task)
    officer = next((each for each in day.problem.officers if each.id == lock.officer), None)
    if officer is None:
        return ReasonCode("lock_unknown_officer", officer=lock.officer)
    name = officer.name or officer.id
    match why_not_able(officer, task):
        case "no_skill":
            return ReasonCode("lock_no_skill", officer=name, skills=_listed(task.skills - officer.skills))
        case "outside_area":
            return ReasonCode("lock_outside_area", officer=name, area=task.area)
        case "no_officer":
            return ReasonCode("lock_forbidden", officer=name)
    return ReasonCode("lock_outside_shift")


def _is_open(task: Task, at: int) -> bool:
    return any(window.holds(at, at + task.service_minutes) for window in task.windows)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _nobody(day: Day, task: Task) -> ReasonCode:
    """Why nobody is able: the rule that the officer who comes farthest through the rules fails."""
    codes = {why_not_able(officer, task) for officer in day.problem.officers}
    if "no_officer" in codes or not codes:
        return ReasonCode("no_officer")
    if "outside_area" in codes:
        return ReasonCode("outside_area", area=task.area)
    return ReasonCode("no_skill", skills=_listed(task.skills))


def left_out(day: Day, tours: Tours, refused: dict[int, ReasonCode]) -> dict[int, ReasonCode]:
    """Why each task without a visit has none, by task number."""
    done = planned(tours)
    found = {t: refused[t] for t in range(day.size) if t not in done and t in refused}
    open_tasks = [t for t in range(day.size) if t not in done and t not in refused]
    for task in open_tasks:
        if not day.able[:, task].any():
            found[task] = _nobody(day, day.problem.tasks[task])
        elif not _meets(day, task):
            found[task] = ReasonCode("closed_today")
    rest = np.array([task for task in open_tasks if task not in found], dtype=np.int64)
    return found | _no_room(day, tours, rest) if rest.size else found


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
    for column, task in enumerate(tasks.tolist()):
        tour, minutes = tours[int(rows[column])], int(need[rows[column], column])
        if minutes == 0:
            found[task] = ReasonCode("not_worth_the_way", minutes=_price(day, tours, task))
        elif tour.order and all(day.weight[other] >= day.weight[task] for other in tour.order):
            officer = day.problem.officers[tour.officer]
            found[task] = ReasonCode(
                "less_urgent_than_planned", minutes=minutes, officer=officer.name or officer.id
            )
        else:
            found[task] = ReasonCode("no_time", minutes=minutes)
    return found


def _price(day: Day, tours: Tours, task: int) -> int:
    one = np.array([task], dtype=np.int64)
    return round(min(float(insertion_costs(day, tour, one)[0][0]) for tour in tours))


def _missing(day: Day, tour: Tour, tasks: Ints) -> Floats:
    """Least minutes that opening hours and the rest of the tour lack for each task; NEVER for the unable."""
    nodes = np.array([day.start_node(tour.officer), *tour.order, day.end_node(tour.officer)], dtype=np.int64)
    arrive = np.array(tour.free_at, dtype=np.int64)[:, None] + day.travel[nodes[:-1][:, None], tasks]
    begin = day.begins(tour.officer, arrive, tasks)
    closed = day.opens[day.clock_of[tour.officer]][1].max(axis=0)[tasks]
    late = np.where(begin < NEVER, 0, arrive - closed)
    back = (
        np.where(begin < NEVER, begin, arrive) + day.service[tasks] + day.travel[tasks[:, None], nodes[1:]].T
    )
    over = np.maximum(0, back - np.array(tour.latest)[:, None])
    need = np.maximum(late, over).min(axis=0).astype(np.float64)
    possible = day.able[tour.officer, tasks] & (closed >= 0)
    return np.where(possible, need, NEVER)
