"""Plans a day from a JSON file, without Django: `python -m fugong.visits.planning problem.json -o plan.json`.

The format is described in docs/reference/planning-format.md. Exit codes: 0 done, 1 the checked plan breaks a
rule, 2 the call or a file is faulty. Ctrl-C ends the search with the best plan so far.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

from .check import violations
from .files import (
    FormatError,
    plan_schema,
    problem_schema,
    read_plan,
    read_problem,
    read_toptw,
    write_plan,
    write_problem,
    written_schema,
)
from .plan import Plan
from .search import solve
from .stop import Stop

Read = TypeVar("Read")
SECONDS = 20.0
TELL_EVERY = 1.0
SCHEMAS = {"problem": problem_schema, "plan": plan_schema}


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.problem is None and asked.schema is None and asked.toptw is None:
        parser.error("name a problem file, or --toptw FILE, or --schema")
    if asked.toptw is not None and asked.vehicles is None:
        parser.error("--toptw needs --vehicles M")
    try:
        return _answer(asked)
    except (FormatError, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2


def _answer(asked: argparse.Namespace) -> int:
    if asked.schema is not None:
        return _put(written_schema(SCHEMAS[asked.schema]()), asked.output)
    if asked.toptw is not None:
        problem, params = _read(asked.toptw, lambda text: read_toptw(text, asked.vehicles, asked.decimals))
        return _put(write_problem(problem, params), asked.output)
    if asked.check is not None:
        return _checked(asked)
    return _put(write_plan(_planned(asked), asked.language), asked.output)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fugong.visits.planning", description=__doc__)
    add = parser.add_argument
    add("problem", nargs="?", type=Path, help='a problem file (JSON); "-" reads standard input')
    add("-o", "--output", type=Path, help="where the answer goes; without it standard output")
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument(
        "--seconds", type=_amount(float), help=f"search that long (without a limit: {SECONDS:g})"
    )
    limit.add_argument(
        "--iterations", type=_amount(int), help="search so many rounds: the same plan every time"
    )
    add("--seed", type=int, default=0, help="of the dice (0)")
    add("--workers", type=_amount(int, least=1), default=1, help="processes that search (1)")
    add("--initial", type=Path, metavar="PLAN", help="the plan that stands: search from it, change little")
    add("--language", choices=("en", "zh-hans"), help="give every reason in words too")
    add("--check", type=Path, metavar="PLAN", help="do not search: say what in this plan breaks a rule")
    add("--schema", choices=tuple(SCHEMAS), help="print the JSON Schema of a file")
    add("--toptw", type=Path, metavar="FILE", help="turn a team-orienteering instance into a problem file")
    add("--vehicles", type=_amount(int, least=1), metavar="M", help="how many vehicles it has")
    add("--decimals", type=int, choices=range(4), default=1, help="its distances keep so many decimals (1)")
    return parser


def _amount(kind: type[int] | type[float], least: int = 0) -> Callable[[str], float]:
    def amount(text: str) -> float:
        value = kind(text)
        if not least <= value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not {least} or more")
        return value

    return amount


def _read(path: Path, reader: Callable[[str], Read]) -> Read:
    """What a file holds; a fault is told with the file's name."""
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    try:
        return reader(text)
    except FormatError as error:
        raise FormatError(str(path), str(error)) from None


def _put(text: str, path: Path | None) -> int:
    """Prints the text, or puts it in the file's place in one step: a broken-off run leaves no half file."""
    if path is None:
        sys.stdout.write(text)
        return 0
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
    return 0


def _checked(asked: argparse.Namespace) -> int:
    problem, _ = _read(asked.problem, read_problem)
    plan = _read(asked.check, read_plan)
    broken = violations(problem, plan)
    _put("".join(f"{each}\n" for each in broken) or "The plan can be carried out.\n", asked.output)
    return 1 if broken else 0


def _planned(asked: argparse.Namespace) -> Plan:
    problem, params = _read(asked.problem, read_problem)
    initial = None if asked.initial is None else _read(asked.initial, read_plan)
    seconds = SECONDS if asked.seconds is None and asked.iterations is None else asked.seconds
    began = time.monotonic()
    with _interruptible() as asked_to_stop:
        stop = Stop(seconds=seconds, iterations=asked.iterations, asked=asked_to_stop)
        plan = solve(
            problem,
            params,
            stop,
            seed=asked.seed,
            initial=initial,
            progress=_Teller(),
            workers=asked.workers,
        )
    print(_summary(plan, time.monotonic() - began), file=sys.stderr)
    return plan


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one ends the program as usual."""
    asked = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)
        print("\nstopping with the best plan so far ...", file=sys.stderr)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


class _Teller:
    """Says on standard error how far the search is, about once a second."""

    def __init__(self) -> None:
        self.told = 0.0

    def __call__(self, share: float, cost: float) -> None:
        if time.monotonic() - self.told >= TELL_EVERY:
            self.told = time.monotonic()
            print(f"{share:4.0%}  cost {cost:,.1f}", file=sys.stderr)


def _summary(plan: Plan, seconds: float) -> str:
    busy = sum(1 for route in plan.routes if route.visits)
    return (
        f"{len(plan.visits())} visits by {busy} officers, {len(plan.unplanned)} tasks left out, "
        f"{plan.travel_minutes:,} on the way, cost {plan.cost:,.1f}; "
        f"{plan.method}, {plan.rounds:,} rounds, {seconds:.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
