"""Taking rows out: what for, which columns, which kind of file; and the files one has taken out."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from fugong.core.commands import methods
from fugong.core.exports import actions, writers
from fugong.core.guards import still_works
from fugong.core.models import Export
from fugong.core.refusals import refuse_if
from fugong.core.registers.asked import Asked
from fugong.core.registers.selection import moment_of, select, told, with_columns


@methods("GET", "POST")
@still_works("a file for the archive, recorded")
def export(request: HttpRequest, register: Any) -> HttpResponse:
    """Ask what the file is for, then write it with exactly the rows of the list."""
    if request.method == "POST":
        return _taken_out(request, register)
    asked = Asked.of(register, request.GET)
    selection = select(register, request, asked)
    refuse_if(selection.error)
    context = {
        "register": register,
        "heading": _("Export"),
        "breadcrumbs": [
            {"label": register.label, "url": register.url("list") + asked.query()},
            {"label": _("Export")},
        ],
        "total": selection.rows.count(),
        "condition": told(register, asked, request.user),
        "columns": columns_of(register),
        "forms": writers.forms_of(register),
        "state": asked.query()[1:],
        "back": register.url("list") + asked.query(),
        "days": actions.KEPT_FOR.days,
    }
    return render(request, "core/registers/export.html", context)


def columns_of(register: Any) -> list[Any]:
    """The columns one may choose from: those of the list, then those of the detail page."""
    names = {column.name: column for column in (*register.shown(), *register.facts())}
    return list(names.values())


def _taken_out(request: HttpRequest, register: Any) -> HttpResponse:
    asked = Asked.of(register, QueryDict(request.POST.get("state", "")))
    selection = select(register, request, asked)
    refuse_if(selection.error)
    wanted = set(request.POST.getlist("columns"))
    chosen = [column for column in columns_of(register) if column.name in wanted]
    columns = register.spoken(chosen, request.campaign, request.now)  # type: ignore[attr-defined]
    taking = actions.TakingOut(
        rows=with_columns(register, selection.rows, moment_of(request, asked.on), columns)
        if columns
        else selection.rows,
        columns=columns,
        form=request.POST.get("form", ""),
        purpose=request.POST.get("purpose", ""),
        condition=told(register, asked, request.user),
        campaign=request.campaign,  # type: ignore[attr-defined]
    )
    made = actions.take_out(register, taking, by=request.user, at=timezone.now())
    sentence = _("The file with %(rows)s rows is ready.") % {"rows": f"{made.rows:,}"}
    messages.success(request, sentence)
    return redirect(register.url("exports") + f"#export-{made.pk}")


@methods("GET")
def exports(request: HttpRequest, register: Any) -> HttpResponse:
    """The files this person has taken out of the register, the newest first."""
    own = Export.objects.filter(register=register.key, owner_id=request.user.pk or 0).order_by("-at", "-pk")[
        :50
    ]
    now = timezone.now()
    labels = {column.name: str(column.label) for column in columns_of(register)}
    files = [
        {
            "export": one,
            "columns": "、".join(labels.get(name, name) for name in one.columns),
            "url": register.url("fetch-export", one.pk) if one.expires_at > now else "",
        }
        for one in own
    ]
    context = {
        "register": register,
        "heading": _("My exports"),
        "breadcrumbs": [{"label": register.label, "url": register.url("list")}, {"label": _("My exports")}],
        "files": files,
        "export_url": register.url("export"),
    }
    return render(request, "core/registers/exports.html", context)


@methods("GET")
def fetch(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """The file, for its owner and until its time is over; for anybody else it is missing."""
    own = Export.objects.filter(
        register=register.key, owner_id=request.user.pk or 0, pk=pk, expires_at__gt=timezone.now()
    ).first()
    if own is None or not writers.path_of(own).exists():
        raise Http404
    name = f"{register.label}-{timezone.localtime(own.at):%Y%m%d-%H%M}.{own.form}"
    kind = writers.CONTENT_TYPES[own.form]
    response = HttpResponse(writers.path_of(own).read_bytes(), content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
