"""The steps of the procedure of a visit (规程): what shows that one was taken, and why a visit does not follow them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Evidence(models.TextChoices):
    """What shows that a step of the procedure was taken."""

    NONE = "none", _("none")
    PHOTO = "photo", _("photo")
    POSITION = "position", _("position of the phone")
    SIGNATURE = "signature", _("signature")
    PERSON = "person", _("name of the person")


# Evidence that is a name, which is asked for beside the tick.
NAMED = frozenset({Evidence.SIGNATURE, Evidence.PERSON})


@dataclass(frozen=True)
class ProcedureStep:
    """One step of the pack's procedure (规程) that this visit goes by; `when`: before, during or after it."""

    key: str
    text: str
    when: str
    is_required: bool
    evidence: str = Evidence.NONE


@dataclass(frozen=True)
class Tick:
    """A step that the officer ticked: when, and the name that its evidence asks for."""

    at: datetime
    name: str = ""


def why_not_steps(
    steps: Iterable[ProcedureStep], ticks: Mapping[str, Tick], *, photos: int = 0, has_position: bool = False
) -> str:
    """Why a visit does not follow the procedure, naming the steps, or "". No step: nothing is asked for.

    A step that is not required may be left out; ticked, it needs its evidence all the same.
    """
    missing, unproven = [], []
    for step in steps:
        tick = ticks.get(step.key)
        if tick is None:
            missing += [step.text] if step.is_required else []
        elif not _is_proven(step, tick, photos, has_position):
            unproven.append(f"{step.text} ({Evidence(step.evidence).label})")
    sentences = []
    if missing:
        sentences.append(
            gettext("Steps of the procedure are missing: %(steps)s.") % {"steps": "; ".join(missing)}
        )
    if unproven:
        sentences.append(
            gettext("These steps lack their evidence: %(steps)s.") % {"steps": "; ".join(unproven)}
        )
    return " ".join(sentences)


def _is_proven(step: ProcedureStep, tick: Tick, photos: int, has_position: bool) -> bool:
    if step.evidence == Evidence.PHOTO:
        return photos > 0
    if step.evidence == Evidence.POSITION:
        return has_position
    return bool(tick.name.strip()) if step.evidence in NAMED else True
