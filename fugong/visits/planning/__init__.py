"""The visit planner: a day's data in, a plan with a reason for every visit out. Plain Python, no Django.

    plan = solve(Problem(officers, tasks), Params(), Stop(seconds=20), seed=1)

The plan can always be carried out (`check.violations` is empty), and every task is planned or explained.
"""

from .check import violations
from .explain import sentence
from .geo import Point
from .params import Params
from .plan import Plan, PlannedVisit, Refused, Route, Unplanned
from .problem import Crossing, Lock, Officer, Problem, ReasonCode, Task, Travel, Window
from .replan import from_now
from .search import InfeasiblePlan, Progress, solve, solve_many, warm
from .stop import Stop

__all__ = [
    "Crossing",
    "InfeasiblePlan",
    "Lock",
    "Officer",
    "Params",
    "Plan",
    "PlannedVisit",
    "Point",
    "Problem",
    "Progress",
    "ReasonCode",
    "Refused",
    "Route",
    "Stop",
    "Task",
    "Travel",
    "Unplanned",
    "Window",
    "from_now",
    "sentence",
    "solve",
    "solve_many",
    "violations",
    "warm",
]
