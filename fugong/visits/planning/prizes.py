"""What a visit today is worth, so that tomorrow is not planned blind.

The weight of a visit is what the best later day would cost more: days of delay (growing with each day overdue), plus
the price of the minutes it takes then. The prices come from a linear programme that spreads the next visits of all
enterprises over the coming days under the minutes the officers have, by pool, day and skill; its dual values are what
one minute more would save. So a weekend, a closed day or an absence ahead makes today's visits worth more. Where the
officers cannot keep all cadences, the later rounds of all come less often, and whoever finds no minute at all costs
what never being visited does: the prices say what is worth most then.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack
from scipy.spatial import cKDTree

from .book import FAR, Book, Bools, Floats, Ints, State, costs
from .cycles import Steps, is_short, soonest, steps, tails

NO_END = 1e9
"""Minutes of staff where nothing limits them: not visited any more."""
BY_TURN = 1.2
"""What a visit whose turn has come is worth, in prices of its minutes."""
FORWARD = 0.5
"""What a visit is worth that the programme brings forward, in weights: about the day of delay that it spares."""
A_MINUTE = 0.05
"""What a minute of a visit costs the programme in any case, twice on the first day: none more, or sooner, than is needed."""
WEIGHT_STEPS = 3.0
"""Classes of weight in each doubling: finer changes no price, coarser blurs the tiers."""


@dataclass(frozen=True, slots=True)
class LookAhead:
    """How far and how carefully the days ahead are looked at.

    `days`: days priced one by one, today included; those after them are priced together.
    `usable`: share of the officers' minutes that visits and the shortest ways can fill. Nobody knows it beforehand, and
    prices jump where the minutes just suffice, so the prices are the mean over several shares. Too little makes all
    days look full, and what is urgent competes with what has time; too much, and a full weekend ahead is not seen.
    `today`: share of today's usable minutes that the prices count on; less makes everybody rather be visited today.
    `early`: value of a first visit in time but early, as a share of its weight: nobody is idle while some are unseen.
    `sooner`: what a first visit in time is worth beyond the prices, as a share of its weight, falling with the days
    left, and shortly before the campaign's end as a share of what never being visited costs.
    `never`: days of delay that an enterprise never visited costs at the end of the campaign.
    `unseen`: minutes that a first visit is worth at least, due or not: so far an officer with time left goes for it.
    `pace`: how fast those owed one visit in the campaign are seen, 1 being an equal share on each day until its end:
    so many of them, those on the way first, are worth as much a minute as the officers' time, however much is overdue.
    `unfamiliar`: minutes by which a visit is worth less on a day off of all who usually make it (`Params.unfamiliar`).
    """

    days: int = 14
    usable: tuple[float, ...] = (0.78, 0.92)
    today: float = 1.0
    early: float = 0.1
    sooner: float = 0.1
    never: float = 7.0
    unseen: float = 20.0
    pace: float = 0.0
    unfamiliar: float = 0.0

    def __post_init__(self) -> None:
        if self.days < 1 or not self.usable or not all(0 < share <= 1 for share in self.usable):
            raise ValueError("a look-ahead has at least today, and a share of minutes between 0 and 1")
        if min(self.today, self.early, self.sooner, self.never, self.unseen, self.pace, self.unfamiliar) < 0:
            raise ValueError("today, early, sooner, never, unseen, pace and unfamiliar are not below zero")


@dataclass(frozen=True)
class Prices:
    """What a minute of the officers is worth on the days ahead (`days[0]` is today), after them, and not any more (0).

    `minute` has the shape (groups, 1 + skills, days + 2).
    """

    days: Ints
    minute: Floats

    def of(self, book: Book) -> Floats:
        """The price of each enterprise's visit on each of these, shape (enterprises, days + 2)."""
        found = self.minute[book.group, 0, :].copy()
        for skill in range(len(book.skills)):
            found += book.needs[:, skill, None] * self.minute[book.group, 1 + skill, :]
        return found * (book.minutes + book.way)[:, None]


def prizes(book: Book, state: State, look: LookAhead) -> Floats:
    """What a visit to each enterprise today is worth, in minutes; 0: not to be visited today."""
    days = np.arange(
        state.day, min(state.day + look.days, book.horizon.until.toordinal() + 1), dtype=np.int64
    )
    cost, possible = _options(book, state, days, look)
    is_open = _open(book, days)
    duals, today = _programme(book, state, (days, is_open), (cost, possible), look)
    price = Prices(days, duals).of(book)
    forward = _brought_forward(book, state, today)
    cost[:, : len(days)] += tails(book, price[:, : len(days)], is_open)
    later = np.where(possible, cost + price, np.inf)[:, 1:].min(axis=1)
    worth = np.maximum(
        later - cost[:, 0] + _sooner(book, state, look, (days, is_open)), _floor(book, state, look)
    )
    worth[forward] = np.maximum(worth[forward], FORWARD * book.weight[forward])
    if look.pace:
        chosen = _in_turn(book, state, np.where(possible[:, 0], worth, 0.0), look)
        worth[chosen] = np.maximum(worth[chosen], BY_TURN * price[chosen, 0])
    owner_off = look.unfamiliar * book.owner_is_off(state.day)
    # Whoever is due stays in the day's problem, so that it can say why there is no visit.
    least = np.where(state.day >= state.due, np.minimum(worth, 1.0), 0.0)
    return np.where(possible[:, 0], np.maximum(worth - owner_off, least), 0.0)


def _options(book: Book, state: State, days: Ints, look: LookAhead) -> tuple[Floats, Bools]:
    """Cost and possibility of the next visit on each of the days, after them, and not any more (the last columns)."""
    never = book.horizon.until.toordinal() + 1
    columns = np.append(days, [days[-1] + 1, never])
    cost = costs(book, state, columns)
    cost[:, -1] += np.where(state.last < 0, look.never * book.weight, 0.0)
    possible = np.stack(
        [book.is_open(int(day)) for day in days] + [np.ones(book.size, dtype=np.bool_)] * 2, axis=1
    )
    possible &= state.owed[:, None]
    possible[:, 1:-2] &= _somebody(book, days[1:])
    possible[:, :-2] &= _not_too_early(book, state, days)
    possible[:, -2] &= days[-1] + 1 < never
    return cost + _wasted(book, state, columns), possible


def _open(book: Book, days: Ints) -> Bools:
    """Who can be visited on each day by somebody, shape (enterprises, days)."""
    hours = [book.is_open(int(day)) for day in days]
    result: Bools = np.stack(hours, axis=1) & _somebody(book, days)
    return result


def _staff(book: Book, days: Ints) -> Floats:
    """Minutes on duty, shape (groups, 1 + skills, days)."""
    rows = [book.minutes_of_staff(int(day)) for day in days]
    return np.stack(rows, axis=2) if rows else np.zeros((book.groups, 1 + len(book.skills), 0))


def _somebody(book: Book, days: Ints) -> Bools:
    """Whether on each day somebody works who could visit each enterprise, shape (enterprises, days)."""
    on = _staff(book, days) > 0
    found: Bools = on[book.group, 0, :]
    for skill in range(len(book.skills)):
        found = found & (on[book.group, 1 + skill, :] | ~book.needs[:, skill, None])
    return found


def _not_too_early(book: Book, state: State, days: Ints) -> Bools:
    """A first visit is never too early; a further one is not made in the first half of its cycle."""
    first = np.where(np.isfinite(book.every), soonest(book.every), 1)
    ready = np.where(state.last < 0, 0, state.last + first)
    result: Bools = days[None, :] >= ready[:, None]
    for number, _due, _weight in state.extra:
        result[number] = days > state.last[number]
    return result


def _wasted(book: Book, state: State, days: Ints) -> Floats:
    """A further visit made early shortens its cycle: a share of the weight for the share of the cycle lost.

    Not of short cycles: their later visits are counted one by one.
    """
    early = np.maximum(0, state.due[:, None] - days[None, :]) / book.every[:, None]
    is_long = np.isfinite(book.every) & ~is_short(book.every)
    recurring = ((state.last >= 0) & is_long & (state.due < FAR))[:, None]
    result: Floats = np.where(recurring, 0.5 * book.weight[:, None] * early, 0.0)
    return result


def _floor(book: Book, state: State, look: LookAhead) -> Floats:
    """The least value of a visit: what the day of delay itself costs, and something for a first visit, even in time."""
    growth, late = book.horizon.growth, state.day - state.due
    owed = np.where(late >= 0, book.weight * (1 + growth * np.maximum(0, late)), 0.0)
    for number, due, weight in state.extra:
        owed[number] += weight * (1 + growth * (state.day - due)) if state.day >= due else 0.0
    slack = np.maximum(0, -late) / max(1, book.horizon.until.toordinal() - book.horizon.first.toordinal())
    early = look.early * book.weight * np.maximum(0.25, 1 - slack)
    worth = np.where((state.last < 0) & (late < 0), early, owed)
    result: Floats = np.where(state.last < 0, np.maximum(worth, look.unseen), worth)
    return result


def _sooner(book: Book, state: State, look: LookAhead, ahead: tuple[Ints, Bools]) -> Floats:
    """Something more for a first visit in time, most for those with the fewest days left on which they can be made.

    Where a minute costs the same on all days to come, the prices leave it open who comes first; whoever then comes as
    the ways go has those due soonest all at once on their last day. Shortly before the campaign ends, those closed on
    its last days go before those who are open then.
    """
    days, until = ahead[0], book.horizon.until.toordinal()
    span = max(1, until - book.horizon.first.toordinal())
    left = _last(ahead, state.due) - state.day
    worth = np.maximum(0.0, 1 - left / span)
    if days[-1] == until:
        chances = _last(ahead, np.full(book.size, until, dtype=np.int64)) - state.day
        worth += look.never * (2 / (1 + chances)) ** 2
    in_time = (state.last < 0) & (state.due > state.day)
    result: Floats = np.where(in_time, look.sooner * book.weight * worth, 0.0)
    return result


def _last(ahead: tuple[Ints, Bools], limit: Ints) -> Ints:
    """The last of the days ahead, up to a limit, on which each enterprise can be visited; the limit where none is."""
    days, is_open = ahead
    on: Ints = np.where(is_open & (days[None, :] <= limit[:, None]), days[None, :], -1).max(axis=1)
    beyond = (on < 0) | (limit > days[-1])
    result: Ints = np.where(beyond, limit, on)
    return result


def _in_turn(book: Book, state: State, worth: Floats, look: LookAhead) -> Ints:
    """Of those owed one visit and still unseen, today's share of their minutes: nearest to what is worth most today."""
    once = (state.last < 0) & ~np.isfinite(book.every) & book.is_open(state.day) & (state.due >= state.day)
    days = max(1, book.horizon.until.toordinal() - state.day + 1)
    minutes, points = book.minutes + book.way, _flat(book)
    found = []
    for group in np.unique(book.group[once]):
        mine = np.flatnonzero(once & (book.group == group))
        urgent = np.flatnonzero(~once & (book.group == group) & (worth > 0))
        urgent = urgent[np.argsort(-worth[urgent] / minutes[urgent], kind="stable")]
        urgent = urgent[np.cumsum(minutes[urgent]) <= book.minutes_of_staff(state.day)[group, 0]]
        away = cKDTree(points[urgent]).query(points[mine])[0] if urgent.size else np.zeros(len(mine))
        order = mine[np.argsort(away, kind="stable")]
        share = look.pace * minutes[mine].sum() / days
        found.append(order[np.cumsum(minutes[order]) - minutes[order] < share])
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def _brought_forward(book: Book, state: State, today: Floats) -> Ints:
    """Of the short cadences in time, as many as the programme would visit today already.

    Who comes on a Saturday is due on Monday instead of Sunday. Where too many would be due on one of two days, some come
    early and both days are full; the prices, alike for all of them, say neither who nor how many.
    """
    may = is_short(book.every) & (state.last >= 0) & (state.due > state.day) & (state.due < FAR)
    rows = np.flatnonzero(may & (today > 0) & book.is_open(state.day))
    rows = rows[np.argsort(-today[rows], kind="stable")]
    many = np.floor(np.cumsum(today[rows]) + 0.5)
    chosen: Ints = rows[np.diff(many, prepend=0.0) > 0]
    return chosen


def _flat(book: Book) -> Floats:
    """Positions with degrees of longitude and latitude of the same length, shape (enterprises, 2)."""
    points = np.array([each.position for each in book.horizon.enterprises], dtype=np.float64).reshape(-1, 2)
    middle = np.radians(points[:, 1].mean()) if len(points) else 0.0
    result: Floats = points * np.array([np.cos(middle), 1.0])
    return result


def _programme(
    book: Book, state: State, ahead: tuple[Ints, Bools], options: tuple[Floats, Bools], look: LookAhead
) -> tuple[Floats, Floats]:
    """Dual values of the staff's minutes, shape (groups, 1 + skills, days + 2); what part of each is visited today.

    The latter where the most of the minutes can be filled: whoever comes early then has to.

    `ahead` are the days and who is open on them. Variables: the next visit of a class on each day, then the steps from
    visit to visit of the short cadences.
    """
    from scipy.optimize import linprog  # half a second that only who plans waits for

    days, _ = ahead
    classes = _classes(book, state, ahead, options)
    shape = (book.groups, 1 + len(book.skills), len(days) + 2)
    if not classes.count:
        return np.zeros(shape), np.zeros(book.size)
    row, column = np.nonzero(classes.possible)
    after = steps(classes.every, classes.weight, classes.is_open, book.horizon.growth)
    cost = np.concatenate([classes.cost[row, column], after.cost])
    each = classes.each[np.concatenate([row, after.row])]
    use, balance = _matrices(classes, (row, column), after, shape)
    used = np.flatnonzero(np.diff(use.indptr) > 0)
    given = np.concatenate([classes.total, np.zeros(balance.shape[0] - classes.count)])
    on = np.concatenate([column, after.there])
    effort = np.where(on < len(days), A_MINUTE * (2 - on / len(days)), 0.0)
    found, visited = np.zeros(math.prod(shape)), np.zeros(classes.count)
    now = np.flatnonzero(column == 0)
    for usable in look.usable:
        limit = _supply(book, state, days, (usable, look.today)).ravel()[used]
        result = linprog(
            cost / each + effort, A_ub=use[used], b_ub=limit, A_eq=balance, b_eq=given, bounds=(0, None),
            method="highs-ds",
        )  # fmt: skip
        if result.ineqlin is not None and result.success:
            found[used] += np.maximum(0.0, -result.ineqlin.marginals) / len(look.usable)
            if usable == max(look.usable):
                visited[row[now]] = result.x[now]
    share = np.append(visited / classes.total, 0.0)
    return found.reshape(shape), share[classes.of]


def _supply(book: Book, state: State, days: Ints, shares: tuple[float, float]) -> Floats:
    """Minutes for the next visits on each day, on all days after them, and without end for those never visited.

    `shares` of all minutes that can be filled, and of these today.
    """
    usable, today = shares
    after = np.arange(days[-1] + 1, book.horizon.until.toordinal() + 1, dtype=np.int64)
    now, rest = (_staff(book, span) * usable * _filled(book, span) for span in (days, after))
    stretch = _stretch(book, state, np.concatenate([now, rest], axis=2).sum(axis=2))
    now -= _later_rounds(book, state, days, np.where(is_short(book.every), np.inf, stretch[book.group]))
    now[:, :, 0] *= today
    rest = (rest - _later_rounds(book, state, after, stretch[book.group])).sum(axis=2, keepdims=True)
    result: Floats = np.maximum(0.0, np.concatenate([now, rest, np.full_like(rest, NO_END)], axis=2))
    return result


def _filled(book: Book, days: Ints) -> Floats:
    """What part of their minutes few officers fill, those of the whole staff being 1; shape (groups, 1 + skills, days).

    Half as many visits in the same area lie farther apart, by the square root of two: so it is at weekends, and with a
    skill that few have.
    """
    staff, whole = _staff(book, days), _whole_staff(book)
    access = book.horizon.travel.access_minutes
    thin = np.sqrt(np.maximum(1.0, whole[:, None, None] / np.maximum(staff, 1.0)))
    minutes, way = _mean_minutes(book)[:, :, None], max(0.0, book.way - access)
    result: Floats = (minutes + access + way) / (minutes + access + way * thin)
    return result


def _whole_staff(book: Book) -> Floats:
    """Minutes of the fullest day of a week, by group."""
    first = book.horizon.first.toordinal()
    result: Floats = np.max([book.minutes_of_staff(first + day)[:, 0] for day in range(7)], axis=0)
    return result


def _mean_minutes(book: Book) -> Floats:
    """Mean minutes of the visits of each group, and of those that need each skill; shape (groups, 1 + skills)."""
    often = 1 / np.minimum(book.every, 14)
    needs = np.concatenate([np.ones((book.size, 1)), book.needs], axis=1) * often[:, None]
    found = np.ones((book.groups, needs.shape[1]))
    for group in range(book.groups):
        mine = book.group == group
        many = needs[mine].sum(axis=0)
        found[group] = np.where(many > 0, book.minutes[mine] @ needs[mine] / np.maximum(many, 1e-9), 1.0)
    return found


def _stretch(book: Book, state: State, minutes: Floats) -> Floats:
    """By how much the officers' minutes until the end stretch the cadences of each group, at least 1; shape (groups,).

    Visits owed once are made first: they take few minutes, and a campaign sees everybody.
    """
    recurring = np.isfinite(book.every) & (state.due < FAR)
    days = max(1, book.horizon.until.toordinal() - state.day + 1)
    each = book.minutes + book.way
    often = np.where(recurring, days * each / np.where(recurring, book.every, 1), 0.0)
    once = np.where(state.owed & ~recurring, each, 0.0)
    rounds, single = (np.bincount(book.group, rows, minlength=book.groups) for rows in (often, once))
    left = np.maximum(minutes[:, 0] - single, 0.05 * minutes[:, 0])
    result: Floats = np.maximum(1.0, rounds / np.maximum(left, 1.0))
    return result


@dataclass(frozen=True)
class _Classes:
    """Enterprises alike for the programme: mean cost and minutes of one, minutes of all.

    `of` is the class of each enterprise; for those in none, the number of classes.
    """

    count: int
    group: Ints
    needs: Bools
    cost: Floats
    possible: Bools
    each: Floats
    total: Floats
    every: Floats
    weight: Floats
    is_open: Bools
    of: Ints


def _classes(book: Book, state: State, ahead: tuple[Ints, Bools], options: tuple[Floats, Bools]) -> _Classes:
    (days, is_open), (cost, possible) = ahead, options
    minutes = book.minutes + book.way
    who = np.flatnonzero(possible[:, :-2].any(axis=1))
    step = np.rint(WEIGHT_STEPS * np.log2(np.maximum(book.weight, 1e-6) / minutes))
    due = np.clip(state.due - days[0], -len(days), len(days) + 1)
    pattern = possible[:, :-2] @ (1 << np.arange(len(days)))
    later = np.where(is_short(book.every), is_open @ (1 << np.arange(len(days))), 0)
    needs = book.needs @ (1 << np.arange(len(book.skills))) if book.skills else np.zeros(book.size)
    every = np.where(np.isfinite(book.every), book.every, 0)
    extra = np.zeros(book.size)
    for number, on, _weight in state.extra:
        extra[number] = on
    keys = np.stack([book.group, step, due, pattern, later, needs, every, state.last < 0, extra], axis=1)[who]
    _, first, member = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    count = len(first)
    size = np.bincount(member.ravel(), minlength=count).astype(np.float64)
    mean = np.zeros((count, cost.shape[1]))
    np.add.at(mean, member.ravel(), cost[who])
    total = np.bincount(member.ravel(), minutes[who], minlength=count).astype(np.float64)
    alike = who[first]
    weight = np.bincount(member.ravel(), book.weight[who], minlength=count) / size
    of = np.full(book.size, count, dtype=np.int64)
    of[who] = member.ravel()
    return _Classes(
        count,
        book.group[alike],
        book.needs[alike],
        mean / size[:, None],
        possible[alike],
        total / size,
        total,
        book.every[alike],
        weight,
        is_open[alike],
        of,
    )


def _matrices(
    classes: _Classes, at: tuple[Ints, Ints], after: Steps, shape: tuple[int, int, int]
) -> tuple[csr_matrix, csr_matrix]:
    """Minutes used by group, skill and day; that each class is visited once, and each visit followed by one step."""
    count, first = shape[2] - 2, len(at[0])
    row, column = np.concatenate([at[0], after.row]), np.concatenate([at[1], after.there])
    variables = len(row)
    takes = np.ones(variables, dtype=np.bool_)
    takes[first:] = after.there < count
    rows, columns = [], []
    for skill in range(shape[1]):
        needs = np.flatnonzero(takes if skill == 0 else takes & classes.needs[row, skill - 1])
        rows.append((classes.group[row[needs]] * shape[1] + skill) * shape[2] + column[needs])
        columns.append(needs)
    where = np.concatenate(columns)
    use = csr_matrix(
        (np.ones(len(where)), (np.concatenate(rows), where)), shape=(math.prod(shape), variables)
    )
    once = csr_matrix((np.ones(first), (at[0], np.arange(first))), shape=(classes.count, variables))
    return use, vstack([once, _followed(classes, at, after, count)], format="csr")


def _followed(classes: _Classes, at: tuple[Ints, Ints], after: Steps, count: int) -> csr_matrix:
    """Of the short cadences: as many visits lead to each day as lead on from it."""
    first, number = len(at[0]), np.arange(len(at[0]) + len(after.row))
    comes = np.flatnonzero(is_short(classes.every)[at[0]] & (at[1] < count))
    goes_on = np.flatnonzero(after.there < count)
    rows = [at[0][comes] * count + at[1][comes], after.row[goes_on] * count + after.there[goes_on]]
    rows.append(after.row * count + after.here)
    columns = np.concatenate([number[comes], number[first:][goes_on], number[first:]])
    signs = np.concatenate([np.ones(len(comes) + len(goes_on)), -np.ones(len(after.row))])
    place, where = np.unique(np.concatenate(rows), return_inverse=True)
    return csr_matrix((signs, (where.ravel(), columns)), shape=(len(place), len(number)))


def _later_rounds(book: Book, state: State, days: Ints, stretch: Floats) -> Floats:
    """Minutes a day that the visits after the next ones take on average, shape (groups, 1 + skills, days).

    `stretch` by enterprise: how many times as long as its cadence the visits really lie apart; infinite: not counted.
    """
    recurring = np.isfinite(book.every) & (state.due < FAR)
    every = np.where(recurring, book.every, 1)
    following = np.maximum(state.due, state.day) + np.where(recurring, every, 0)
    load = np.where(recurring, (book.minutes + book.way) / (every * stretch), 0.0)
    found = np.zeros((book.groups, 1 + len(book.skills), len(days)))
    needs = np.concatenate([np.ones((book.size, 1)), book.needs], axis=1)
    for column, day in enumerate(days):
        np.add.at(found[:, :, column], book.group, needs * np.where(day >= following, load, 0.0)[:, None])
    return found
