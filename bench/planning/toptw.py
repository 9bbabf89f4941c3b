"""`python -m bench toptw DIR --best-known FILE.json`: public instances of team orienteering with time windows.

DIR holds instance files (`c101.txt`, `pr01.txt`, ...), FILE the best published scores by name and number of
vehicles ({"c101-1": 320, ...}). Nothing is downloaded and nothing of them is kept here. Distances are truncated
to one decimal (Solomon's) or two (names that begin with "pr", Cordeau's), as the published tables have them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from bench.measuring import cpu_seconds
from bench.planning.ours import planned, warm_up
from bench.planning.peers import OR_TOOLS, PYVRP, VROOM, Peer
from bench.planning.sheets import Orders, Sheet
from bench.reporting import Table, show_table
from fugong.visits.planning import Params, Problem
from fugong.visits.planning.files import read_toptw

HEAD = ("side", "CPU s a case", "cases", "mean gap %", "worst gap %", "at best", "above best")
SAME = 1e-9
PEERS_TRAVEL = (
    1e-3  # prize for a tick on the way: solvers that count whole numbers lose themselves in smaller ones
)


@dataclass(frozen=True, slots=True)
class Instance:
    """A case: an instance file with a number of vehicles and the best score published for it."""

    key: str
    problem: Problem
    params: Params
    best: float


def main(arguments: list[str]) -> int:
    asked = _arguments(arguments)
    known: dict[str, float] = json.loads(asked.best_known.read_text(encoding="utf-8"))
    keys = sorted(known)[:: max(1, asked.every)]
    found = list(instances(asked.folder, {key: known[key] for key in keys}))
    if not found:
        print(f"{asked.folder} holds no instance named in {asked.best_known}")
        return 2
    warm_up()
    rows = []
    for seconds in asked.seconds:
        answers = _ours(found, seconds, asked.seed)
        rows.append(_row(f"fugong, {seconds:g} s", answers, found))
        if asked.keep:
            _keep_best(asked.keep, found, answers)
    for peer in (VROOM, PYVRP, OR_TOOLS) if asked.peers else ():
        rows.append(_peer_row(peer, found, asked.seconds[-1]))
    kinds = sorted({_kind(each.key) for each in found})
    notes = [f"best known from {asked.best_known.name}; families: {', '.join(kinds)}", asked.note]
    show_table(
        Table("toptw", HEAD, rows, [note for note in notes if note]),
        "toptw DIR --best-known FILE " + _again(asked),
    )
    return 0


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench toptw", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--best-known", type=Path, required=True, metavar="FILE.json")
    parser.add_argument("--seconds", type=float, nargs="+", default=[1.0], help="CPU seconds a case (1)")
    parser.add_argument("--every", type=int, default=1, help="only every so manieth case (1: all)")
    parser.add_argument(
        "--peers", action="store_true", help="VROOM, PyVRP and OR-Tools too, with the last budget"
    )
    parser.add_argument("--seed", type=int, default=1, help="of our dice (1)")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE.json",
        help="our best scores so far by case, those of longer runs too",
    )
    parser.add_argument("--note", default="", help="said under the table, e.g. where the scores are from")
    return parser.parse_args(arguments)


def _again(asked: argparse.Namespace) -> str:
    every = f" --every {asked.every}" if asked.every > 1 else ""
    return "--seconds " + " ".join(f"{each:g}" for each in asked.seconds) + every + " --peers" * asked.peers


def instances(folder: Path, known: dict[str, float]) -> Iterator[Instance]:
    """The cases whose file is in the folder, whatever the case of its name."""
    files = {path.stem.lower(): path for path in folder.glob("*.txt")}
    for key, best in known.items():
        name, _, vehicles = key.rpartition("-")
        if name in files:
            decimals = 2 if name.startswith("pr") else 1
            text = files[name].read_text(encoding="utf-8", errors="replace")
            yield Instance(key, *read_toptw(text, int(vehicles), decimals), best)


def _ours(found: list[Instance], seconds: float, seed: int) -> list[tuple[float, float]]:
    """Score and CPU of every case."""
    answers = []
    for each in found:
        began = cpu_seconds()
        plan = planned(each.problem, seconds, seed, each.params)
        weight = {task.id: task.weight for task in each.problem.tasks}
        answers.append((sum(weight[visit.task] for visit in plan.visits()), cpu_seconds() - began))
    return answers


def _keep_best(file: Path, found: list[Instance], answers: list[tuple[float, float]]) -> None:
    """Adds the scores to the file where they are better than what it holds; to be used as a `--best-known`."""
    best: dict[str, float] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for each, (score, _) in zip(found, answers, strict=True):
        best[each.key] = max(score, best.get(each.key, score))
    file.write_text(json.dumps(best, indent=1, sort_keys=True), encoding="utf-8")


def _peer_row(peer: Peer, found: list[Instance], seconds: float) -> tuple[str, ...]:
    if not peer.is_installed:
        return (peer.name, "not installed", "", "", "", "", "")
    answers = []
    for each in found:
        sheet = Sheet(each.problem, PEERS_TRAVEL)
        assert len(sheet.ways)
        began = cpu_seconds()
        orders = peer.solve(sheet, seconds, 1)
        used = cpu_seconds() - began
        answers.append((_score(sheet, sheet.trimmed(orders)), used))
    return _row(f"{peer.name}, {seconds:g} s", answers, found)


def _score(sheet: Sheet, orders: Orders) -> float:
    return float(sum(sheet.weights[task] for order in orders for task in order))


def _row(side: str, answers: list[tuple[float, float]], found: list[Instance]) -> tuple[str, ...]:
    gaps = [100 * (1 - score / each.best) for (score, _), each in zip(answers, found, strict=True)]
    at, above = sum(abs(gap) <= SAME for gap in gaps), sum(gap < -SAME for gap in gaps)
    cpu = mean(used for _, used in answers)
    return (side, f"{cpu:.2f}", str(len(gaps)), f"{mean(gaps):.2f}", f"{max(gaps):.1f}", str(at), str(above))


def _kind(key: str) -> str:
    name = key.rpartition("-")[0]
    return name.rstrip("0123456789") + name[len(name.rstrip("0123456789")) :][:1]
