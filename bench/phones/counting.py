"""What stands in the database and on the disk afterwards, against what the phones sent and were told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from bench.phones.people import Kept, Phone

Pair = tuple[int, str]  # an enterprise and an article


class Count:
    """Takes what is there before; `wrong` says afterwards, in sentences, what is not as it must be."""

    def __init__(self) -> None:
        self.marks = {model: _last(model) for model in _models()}
        self.open = _open()
        self.photos = len(_stored())

    def new(self, model: Any) -> Any:
        """The rows that came since."""
        return model._base_manager.filter(pk__gt=self.marks[model]).order_by("pk")

    def wrong(self, phones: list[Phone], acknowledged: list[dict[str, Any]]) -> list[str]:
        sent = {visit.key: visit for phone in phones for visit in phone.visits}
        return [
            *_visits(self, phones, sent, acknowledged),
            *_findings(self, sent),
            *_issues(self, sent),
            *_photos(self, sent),
            *_events(self, sent),
        ]


def _models() -> list[Any]:
    from fugong.core.models import Event
    from fugong.issues.models import Issue
    from fugong.visits.models import Finding, Visit, VisitPhoto

    return [Visit, Finding, Issue, VisitPhoto, Event]


def _last(model: Any) -> int:
    from django.db.models import Max

    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0


def _open() -> Counter[Pair]:
    from fugong.issues.models import Issue

    rows = Issue.objects.system().open().filter(enterprise__isnull=False).exclude(article="")
    return Counter(rows.values_list("enterprise", "article"))


def _stored() -> list[Path]:
    from django.conf import settings

    return list((Path(settings.UPLOADS_DIR) / "visits").glob("*/*.jpg"))


def _visits(
    count: Count, phones: list[Phone], sent: dict[str, Kept], acknowledged: list[dict[str, Any]]
) -> list[str]:
    """Each visit once, under the number that its phone was told, in the order in which its phone made them."""
    from fugong.visits.models import Visit

    rows = [
        (str(key), *rest) for key, *rest in count.new(Visit).values_list("key", "pk", "enterprise", "officer")
    ]
    there = {key: (pk, enterprise) for key, pk, enterprise, _officer in rows}
    told = {row["key"]: row["location"] for row in acknowledged}
    found = []
    if len(rows) != len(sent) or set(there) != set(sent):
        found.append(f"{len(sent)} visits were sent and {len(rows)} are there")
    if len(acknowledged) != len(sent) or set(told) != set(sent):
        found.append(f"{len(sent)} visits were sent and {len(acknowledged)} acknowledged")
    astray = [key for key, place in told.items() if key not in there or f"/{there[key][0]}/" not in place]
    if astray:
        found.append(f"{len(astray)} phones were told of another visit than theirs")
    if any(there[key][1] != visit.enterprise for key, visit in sent.items() if key in there):
        found.append("a visit stands at another enterprise")
    for phone in phones:
        numbers = [there[visit.key][0] for visit in phone.visits if visit.key in there]
        if numbers != sorted(numbers):
            found.append(f"the visits of officer {phone.officer} are out of order")
    return found


def _findings(count: Count, sent: dict[str, Kept]) -> list[str]:
    """What was not met is found, each at its visit, and belongs to an issue of its enterprise and article."""
    from fugong.visits.models import Finding

    rows = count.new(Finding).values_list(
        "visit__key", "article", "visit__enterprise", "issue__enterprise", "issue__article"
    )
    got = Counter((str(key), article) for key, article, *_rest in rows)
    wanted = Counter((key, article) for key, visit in sent.items() for article in visit.faults)
    found = [] if got == wanted else [f"{wanted.total()} findings were sent and {got.total()} are there"]
    if any((at, article) != (issue_at, of) for _key, article, at, issue_at, of in rows):
        found.append("a finding belongs to the issue of another enterprise or article")
    return found


def _issues(count: Count, sent: dict[str, Kept]) -> list[str]:
    """One open issue for each article of an enterprise: new where none was open before."""
    from fugong.issues.models import Issue

    wanted = {(visit.enterprise, article) for visit in sent.values() for article in visit.faults}
    made = Counter(count.new(Issue).values_list("enterprise", "article"))
    now = _open()
    found = []
    if set(made) != wanted - set(count.open) or any(number != 1 for number in made.values()):
        found.append(f"{len(wanted - set(count.open))} issues should be new and {made.total()} are")
    if any(now[pair] != max(1, count.open[pair]) for pair in wanted):
        found.append("an article of an enterprise is open twice, or not at all")
    return found


def _photos(count: Count, sent: dict[str, Kept]) -> list[str]:
    """As many rows as photos were sent, and every row has its file; a killed server may leave a file without a row."""
    from fugong.visits.models import VisitPhoto
    from fugong.visits.photos import place_of

    names = list(count.new(VisitPhoto).values_list("stored_as", flat=True))
    wanted = sum(visit.picture is not None for visit in sent.values())
    found = [] if len(names) == wanted else [f"{wanted} photos were sent and {len(names)} are there"]
    if missing := sum(not place_of(name).exists() for name in names):
        found.append(f"{missing} photos have no file")
    return found


def _events(count: Count, sent: dict[str, Kept]) -> list[str]:
    """Every visit and every new issue is in the audit once."""
    from fugong.core.models import Event
    from fugong.issues.models import Issue
    from fugong.visits.models import Visit

    found = []
    for name, model in (("visits.visit.recorded", Visit), ("issues.issue.found", Issue)):
        told = Counter(count.new(Event).filter(name=name).values_list("target_id", flat=True))
        if told != Counter(count.new(model).values_list("pk", flat=True)):
            found.append(f"the audit does not speak once of each row: {name}")
    return found


def files_without_a_row(count: Count) -> int:
    """What visits that were rolled back left behind; the night's sweeping takes them away."""
    from fugong.visits.models import VisitPhoto

    return len(_stored()) - count.photos - count.new(VisitPhoto).count()
