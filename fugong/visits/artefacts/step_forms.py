"""The procedure as it is ticked on the page of a visit: a tick each, the name or the photo that is its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fugong.enterprises.models import Enterprise
from fugong.visits.artefacts import procedures
from fugong.visits.artefacts.steps import NAMED, Evidence, ProcedureStep, Tick, why_not_steps
from fugong.visits.photos import NotAPhoto, Photo, photo_from

LABELS = {
    Evidence.PERSON: _("Name of whoever was met"),
    Evidence.SIGNATURE: _("Name of whoever signed"),
    Evidence.PHOTO: _("Photo"),
}
GRACE = timedelta(minutes=10)


@dataclass(frozen=True)
class StepRow:
    """One step on the page with its fields."""

    step: ProcedureStep
    tick: BoundField
    name: BoundField | None
    photo: BoundField | None


class StepsForm(forms.Form):
    """Both procedures of an enterprise, that of a visit on site and that of a call; the one that was made counts."""

    # When each step was ticked, by the phone's script: {"key": "2020-02-19T09:30:00Z"}.
    steps_at = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        enterprise: Enterprise,
        at: datetime,
        ways: tuple[str, ...] = ("visit", "phone"),
        person: str = "",
    ) -> None:
        """`person`: whose name stands there already, to be changed where somebody else was met."""
        super().__init__(data, files, auto_id="step_%s")
        self.at = at
        rows = procedures.met_rows(enterprise, at)
        self.ways = {way: procedures.as_steps(procedures.of_way(rows, way)) for way in ways}
        for step in {step.key: step for steps in self.ways.values() for step in steps}.values():
            name = f"step-{step.key}"
            self.fields[name] = forms.BooleanField(required=False, label=step.text)
            if step.evidence in NAMED:
                self.fields[f"{name}-name"] = forms.CharField(
                    required=False, max_length=40, label=LABELS[Evidence(step.evidence)], initial=person
                )
            elif step.evidence == Evidence.PHOTO:
                self.fields[f"{name}-photo"] = forms.FileField(required=False, label=LABELS[Evidence.PHOTO])

    @property
    def missing(self) -> str:
        """The sentence of `why_not_steps`, for the page's script to name the steps in."""
        return gettext("Steps of the procedure are missing: %(steps)s.")

    def __bool__(self) -> bool:
        return any(self.ways.values())

    def lists(self) -> Iterator[tuple[str, list[tuple[str, list[StepRow]]]]]:
        """(way, [(before, during or after, rows)]) for the page."""
        for way, steps in self.ways.items():
            if steps:
                yield way, procedures.by_when((step.when, self._row(step)) for step in steps)

    def _row(self, step: ProcedureStep) -> StepRow:
        name = f"step-{step.key}"
        more = {part: self[f"{name}-{part}"] for part in ("name", "photo") if f"{name}-{part}" in self.fields}
        return StepRow(step, self[name], more.get("name"), more.get("photo"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.photos: dict[str, Photo] = {}
        for name in [name for name in self.fields if name.endswith("-photo") and cleaned.get(name)]:
            try:
                self.photos[name] = photo_from(cleaned[name].read(), name.removesuffix("-photo")[:60])
            except NotAPhoto as error:
                self.add_error(name, str(error))
        return cleaned

    def ticks(self, *, by_phone: bool, behind: timedelta = timedelta()) -> dict[str, Tick]:
        """The ticked steps of the way that the visit was made. `behind`: by how much the phone's clock is slow."""
        moments = self._moments(behind)
        values = self.cleaned_data
        return {
            step.key: Tick(moments.get(step.key, self.at), values.get(f"step-{step.key}-name", "").strip())
            for step in self.ways["phone" if by_phone else "visit"]
            if values.get(f"step-{step.key}")
        }

    def _moments(self, behind: timedelta) -> dict[str, datetime]:
        """What the phone says of the moments; one that lies far ahead or cannot be read is the server's."""
        try:
            told = json.loads(self.cleaned_data.get("steps_at") or "{}").items()
        except (ValueError, AttributeError):
            return {}
        found = {}
        for key, said in told:
            try:
                moment = datetime.fromisoformat(str(said))
            except ValueError:
                continue
            if timezone.is_aware(moment) and moment + behind <= self.at + GRACE:
                found[str(key)] = moment + behind
        return found

    def why_not(self, *, by_phone: bool, photos: int, has_position: bool) -> str:
        """Why the visit cannot be sent as it stands, naming the steps, or ""."""
        steps = self.ways["phone" if by_phone else "visit"]
        ticks = self.ticks(by_phone=by_phone)
        return why_not_steps(steps, ticks, photos=photos + len(self.photos), has_position=has_position)
