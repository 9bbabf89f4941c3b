"""Two people who change the same thing: what each changed since the form was opened, field by field.

A form of a standing row carries, signed, the values that it was filled with (`{% seen form row %}`), what they are
about and who saw them: it is of no use at another row, nor in another hand. When it comes back, a field that only one
of the two changed keeps that change; a field that both changed, differently, stops the save with a page that shows
both, who and when. What is chosen there is sent with the newer values as seen, so it holds unless a third person has
been there meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseForm, Field
from django.http import HttpRequest
from django.utils.translation import gettext as _

from fugong.core.audit import history_of, plain
from fugong.core.models import Event
from fugong.core.refusals import Refused, refuse_if

SEEN, TAKE, THEIRS = "seen", "take-", "theirs"
SIGNER = signing.Signer(salt="fugong.merging")
NOT_CARRIED = frozenset({"csrfmiddlewaretoken", "command", SEEN})


@dataclass(frozen=True)
class Clash:
    """One field that both changed: what this person wrote and what stands now, in words; who and when."""

    name: str
    label: str
    mine: str
    theirs: str
    by: str
    at: datetime | None


class Differs(Refused):
    """A save that would overwrite what somebody else wrote meanwhile."""

    def __init__(self, clashes: list[Clash], seen: str, kept: list[str]) -> None:
        who = _(", ").join(dict.fromkeys(clash.by for clash in clashes)) or _("The system")
        what = _(", ").join(clash.label for clash in clashes)
        sentence = _("%(who)s has changed %(what)s in the meantime. Look at it again before you save.")
        super().__init__(sentence % {"who": who, "what": what})
        self.clashes, self.seen, self.kept = clashes, seen, kept

    def page(self, request: HttpRequest) -> dict[str, Any]:
        """What the page of both sides needs; all that was sent goes along."""
        sent = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in NOT_CARRIED and not name.startswith(TAKE)
        ]
        # What the other person alone changed stays theirs, whatever the older form says of it.
        theirs = [(TAKE + name, THEIRS) for name in self.kept]
        return {
            "sentence": str(self),
            "clashes": self.clashes,
            "fields": [*sent, *theirs, (SEEN, self.seen)],
            "address": request.get_full_path(),
            "replaces": request.POST.get("command", ""),
        }


def seen(form: BaseForm, request: HttpRequest, *about: Any) -> str:
    """The values that a form was filled with, signed: what its reader saw, also when it comes back with errors.

    `about`: the row that the form corrects; where it may not be there yet, what names it (an enterprise and a day).
    """
    sent = form.data.get(SEEN, "") if form.is_bound else ""
    return sent or _signed(form, _whose(request, about))


def _signed(form: BaseForm, whose: list[str]) -> str:
    return SIGNER.sign_object([whose, _standing(form)], compress=True)


def _whose(request: HttpRequest, about: Iterable[Any]) -> list[str]:
    """Who saw what: this person, and each row by its model and number."""
    return [str(request.user.pk), *(_named(one) for one in about)]


def _named(one: Any) -> str:
    return f"{one._meta.label_lower}:{one.pk}" if isinstance(one, models.Model) else str(one)


def merge(form: BaseForm, request: HttpRequest, row: models.Model | None, *about: Any) -> None:
    """Put what somebody else changed meanwhile into a valid form; raises `Differs` where both changed a field.

    `form` is filled from the row as it stands now, `row` is None for one that is not there yet, `about` as for `seen`
    (the row itself unless told). A form without `seen` is left as it is; refused with what was seen of another row.
    """
    data, whose = request.POST, _whose(request, about or (row,))
    before = _seen_in(data, whose)
    if before is None:
        return
    _hold(row)
    now = _standing(form)
    clashes: list[Clash] = []
    kept: list[str] = []
    for name, was in before.items():
        wrote = _told(form.fields[name], _sent(form, name)) if name in now else was
        if wrote == was or data.get(TAKE + name) == THEIRS:
            kept += [name] if name in now and now[name] != wrote else []
        elif now[name] not in (was, wrote):
            clashes.append(_clash(form, name, row))
    if clashes:
        raise Differs(clashes, _signed(form, whose), kept)
    form.cleaned_data |= {name: _value(form.fields[name], now[name]) for name in kept}
    if "version" in form.fields:
        form.cleaned_data["version"] = form.fields["version"].initial


def _value(field: Field, stands: Any) -> Any:
    """What stands, as the form's value; refused where this person could not have entered it (an area not theirs)."""
    try:
        return field.clean(stands)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _seen_in(data: Mapping[str, Any], whose: list[str]) -> dict[str, Any] | None:
    """What the form's reader saw; None where the form carries nothing. Refused where it is of another row or reader."""
    if not data.get(SEEN):
        return None
    try:
        saw, found = SIGNER.unsign_object(data[SEEN])
    except (signing.BadSignature, ValueError):
        saw, found = [], {}
    refuse_if(
        ""
        if saw == whose
        else _("This form belongs to another entry or person. Open the entry again and correct it there.")
    )
    return dict(found)


def _hold(row: models.Model | None) -> None:
    """Nobody else writes this row until the end of the transaction; refused if somebody did since it was read."""
    if row is None:
        return
    held = type(row)._base_manager.select_for_update().filter(pk=row.pk).first()
    names = [
        field.attname for field in row._meta.concrete_fields if field.attname not in row.get_deferred_fields()
    ]
    moved = held is None or any(getattr(held, name) != getattr(row, name) for name in names)
    refuse_if(_("This was changed a moment ago. Send it once more.") if moved else "")


def _standing(form: BaseForm) -> dict[str, Any]:
    """The values of the row as the form shows them, comparable and fit for JSON."""
    visible = [field.name for field in form.visible_fields()]
    return {
        name: _told(form.fields[name], form.get_initial_for_field(form.fields[name], name))
        for name in visible
    }


def _told(field: Field, value: Any) -> Any:
    """One value in one shape, whether it was typed or stands in a row; "" for none."""
    try:
        value = field.to_python(field.prepare_value(value))
    except ValidationError:
        value = str(value)
    value = field.prepare_value(value)
    return "" if value is None else plain(value)


def _sent(form: BaseForm, name: str) -> Any:
    widget = form.fields[name].widget
    return widget.value_from_datadict(form.data, form.files, form.add_prefix(name))


def _clash(form: BaseForm, name: str, row: models.Model | None) -> Clash:
    field = form.fields[name]
    event = _last_change(row, name)
    return Clash(
        name=name,
        label=str(form[name].label),
        mine=_words(field, _told(field, _sent(form, name))),
        theirs=_words(field, _standing(form)[name]),
        by=event.by_label if event else "",
        at=event.at if event else None,
    )


def _last_change(row: models.Model | None, name: str) -> Event | None:
    """Who changed the field last, as far as the events tell; else who touched the row last."""
    events = list(history_of(row).reverse()[:50]) if row is not None else []
    return next((event for event in events if name in event.changes), events[0] if events else None)


def _words(field: Field, value: Any) -> str:
    """A value as the form would show it."""
    choices = dict(_flat(getattr(field, "choices", None) or getattr(field.widget, "choices", ())))
    return choices.get(str(value), str(value)) or "—"


def _flat(choices: Any) -> list[tuple[str, str]]:
    return [(str(value), str(label).strip()) for value, label in choices]
