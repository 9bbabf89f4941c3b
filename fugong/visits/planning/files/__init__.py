"""Planning problems and plans as JSON files: a strict format that a researcher can write by hand.

    problem, params = read_problem(text)
    text = write_plan(solve(problem, params, Stop(seconds=20)))

Reading a faulty file raises FormatError with one sentence: where (a JSON path) and what is allowed there.
The format is the planner's own dataclasses, field by field; docs/reference/planning-format.md describes it.
"""

from .documents import (
    PLAN_FORMAT,
    PROBLEM_FORMAT,
    plan_schema,
    problem_schema,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
    written_schema,
)
from .kinds import FormatError
from .toptw import read_toptw

__all__ = [
    "PLAN_FORMAT",
    "PROBLEM_FORMAT",
    "FormatError",
    "plan_schema",
    "problem_schema",
    "read_plan",
    "read_problem",
    "read_toptw",
    "write_plan",
    "write_problem",
    "written_schema",
]
