"""300 contact cards with QR codes as one file, through the product, against the same text set by bare typst."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from django.utils import timezone

from bench import town
from bench.measuring import Comparison, Side, compare

CARDS, ROUNDS, LIMIT = 300, 3, 10.0
# Three lines of text each, ten on a page, no code, no rights, no record: what nobody sets 300 cards faster than.
BARE = """#set page(paper: "a4")
#for (n, line) in json(bytes(sys.inputs.lines)).enumerate() [
  #if n > 0 and calc.rem(n, 10) == 0 { pagebreak() }
  #box(height: 20mm)[#line.name \\ #line.people \\ #line.lines]
]
"""


def run() -> list[Comparison]:
    from fugong.enterprises.models import Enterprise

    campaign = town.full_town()
    clerk = town.clerk_of(campaign)
    rows = Enterprise.objects.system().of(campaign).filter(size="above-scale").order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:CARDS])
    assert len(ids) == CARDS, "the town has too few enterprises"
    lines = _lines(campaign, ids)
    with TemporaryDirectory() as folder:
        template = Path(folder) / "bare.typ"
        template.write_text(BARE)
        ours = Side("cards of the product", lambda: _printed(campaign, ids, clerk), _checked)
        peer = Side(
            "bare typst", lambda: typst.compile(str(template), sys_inputs={"lines": json.dumps(lines)})
        )
        found = compare(f"{CARDS} contact cards in one file", ours, peer, rounds=ROUNDS, limit=LIMIT)
    return [found]


def _lines(campaign: Any, ids: list[int]) -> list[dict[str, str]]:
    """The same words as on the cards, one text each."""
    from fugong.enterprises.models import Enterprise
    from fugong.visits.artefacts.cards import cards_of

    rows = list(Enterprise.objects.system().filter(pk__in=ids).select_related("area"))
    made = cards_of(campaign, rows, timezone.now()).values()
    return [
        {
            "name": card.enterprise,
            "people": "; ".join(f"{one.role} {one.name} {one.call_for}" for one in card.helpers),
            "lines": "; ".join(f"{one.name} {one.number} {one.call_for}" for one in card.lines[:4]),
        }
        for card in made
    ]


def _printed(campaign: Any, ids: list[int], clerk: Any) -> Any:
    """As a clerk orders them and the worker makes them."""
    from fugong.visits import actions

    asked = actions.CardsAsked(ids, "", "bench", "https://town.example", "zh-hans")
    run = actions.ask_cards(campaign=campaign, asked=asked, by=clerk, at=timezone.now())
    return actions.print_cards(run_id=run.pk, at=timezone.now())


def _checked(run: Any) -> None:
    from fugong.core.exports.writers import path_of

    content = path_of(run.export).read_bytes()
    assert run.export.rows == CARDS and content.startswith(b"%PDF"), "no cards came"
