"""The wizard of an import: upload, columns, check, progress, result."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fugong.core.commands import methods
from fugong.core.imports import actions, files, jobs, machine, pages, rules
from fugong.core.models import Import
from fugong.core.refusals import Refused
from fugong.core.workbooks.limits import LIMITS

STEPS = (gettext_lazy("File"), gettext_lazy("Columns"), gettext_lazy("Check"), gettext_lazy("Result"))
STEP_OF = {"mapping": 2, "checked": 3, "running": 4, "done": 4, "failed": 4, "undone": 4}
SHOWN_ROWS = 50


class UploadForm(forms.Form):
    """One workbook."""

    file = forms.FileField(label=gettext_lazy("Workbook"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LIMITS.file:
            raise forms.ValidationError(
                _("The file is larger than %(limit)s MB.") % {"limit": LIMITS.file >> 20}
            )
        return file


@methods("GET", "POST")
def upload(request: HttpRequest, register: Any) -> HttpResponse:
    """Choose the file; below, the imports one has made before."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        batch = actions.receive(
            register,
            content=file.read(),
            filename=file.name,
            by=request.user,
            at=request.now,  # type: ignore[attr-defined]
            campaign=request.campaign,  # type: ignore[attr-defined]
        )
        return redirect(register.url("import-step", batch.pk))
    return _upload_page(request, register, form)


def _upload_page(request: HttpRequest, register: Any, form: forms.Form, refusal: str = "") -> HttpResponse:
    context = {
        "refusal": refusal,
        **_frame(register, _("Import from a workbook"), 1),
        "form": form,
        "earlier": _own(request, register).order_by("-at", "-pk")[:20],
        "fields": pages.field_list(register.importer.fields),
        "limit": LIMITS.file >> 20,
    }
    return render(request, "core/imports/upload.html", context, status=422 if form.is_bound else 200)


def _frame(register: Any, heading: str, step: int) -> dict[str, Any]:
    crumbs = [{"label": register.label, "url": register.url("list")}, {"label": heading}]
    return {"register": register, "heading": heading, "breadcrumbs": crumbs, "steps": STEPS, "step": step}


def _own(request: HttpRequest, register: Any) -> Any:
    """One's own imports of this register in the campaign; others' are as missing as ones that never were."""
    campaign_id = getattr(request.campaign, "pk", None)  # type: ignore[attr-defined]
    return Import.objects.filter(register=register.key, campaign_id=campaign_id, by_id=request.user.pk)


def _load(request: HttpRequest, register: Any, pk: int) -> Import:
    batch = _own(request, register).filter(pk=pk).first()
    if batch is None:
        raise Http404
    found: Import = batch
    return found


@methods("GET")
def step(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """The page of one import, by its state."""
    batch = _load(request, register, pk)
    if batch.status == Import.Status.MAPPING or (request.GET.get("step") == "columns" and not batch.cursor):
        return _columns_page(request, register, batch)
    if batch.status == Import.Status.CHECKED and not batch.cursor:
        return _check_page(request, register, batch)
    return _result_page(request, register, batch)


def _columns_page(
    request: HttpRequest,
    register: Any,
    batch: Import,
    *,
    refusal: str = "",
    choice: actions.Choice | None = None,
) -> HttpResponse:
    """The first rows of the sheet with a drop-down above each column, and what was left out and why."""
    batch.sheet = request.GET.get("sheet", "") or batch.sheet
    if choice:
        batch.sheet, batch.mapping = choice.sheet, {"sheet": choice.sheet, "columns": dict(choice.columns)}
        batch.options = {**batch.options, "hidden": choice.hidden, "lenient": choice.lenient}
    try:
        found = files.opened(batch, register.importer.fields)
    except Refused as unreadable:
        return _upload_page(request, register, UploadForm(), f"{batch.filename}: {unreadable}")
    context = {
        **_frame(register, batch.filename, 2),
        "batch": batch,
        "same": actions.same_file(batch).first(),
        "refusal": refusal,
        **pages.columns_page(batch, found, register.importer.fields),
    }
    return render(request, "core/imports/columns.html", context, status=422 if refusal else 200)


@methods("POST")
def columns(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """Settle the columns; every row is checked after that, outside of the transaction, which would hold up others."""
    batch = _load(request, register, pk)
    chosen = {name[7:]: value for name, value in request.POST.items() if name.startswith("column-")}
    choice = actions.Choice(
        sheet=request.POST.get("sheet", ""),
        columns={index: str(value) for index, value in chosen.items()},
        hidden=bool(request.POST.get("hidden")) or not request.POST.get("has_hidden"),
        lenient=bool(request.POST.get("lenient")),
    )
    try:
        actions.map_columns(batch, choice, by=request.user, at=request.now)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _columns_page(
            request, register, _load(request, register, pk), refusal=str(refusal), choice=choice
        )
    transaction.on_commit(lambda: actions.check_or_say_why_not(batch))
    return redirect(register.url("import-step", batch.pk))


def _check_page(request: HttpRequest, register: Any, batch: Import) -> HttpResponse:
    """What would become of the rows, with every kind of problem; rows that were not checked begin at the columns."""
    if "checked" not in batch.options:
        return _columns_page(request, register, batch, refusal=batch.problem)
    context = {
        **_frame(register, batch.filename, 3),
        "batch": batch,
        "same": actions.same_file(batch).first(),
        "checked": batch.options["checked"],
        "parts": pages.parts(batch.options["checked"], batch.options["checked"]["rows"]),
        "groups": pages.groups(batch.options["checked"]["groups"]),
        "takes": sum(batch.options["checked"][name] for name in ("created", "updated")),
    }
    return render(request, "core/imports/check.html", context)


@methods("POST")
def start(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """Take the rows in (or go on): at once when they are few, else in the background."""
    batch = _load(request, register, pk)
    again = bool(request.POST.get("again"))
    actions.start(batch, again=again, by=request.user, at=request.now)  # type: ignore[attr-defined]
    transaction.on_commit(lambda: jobs.begin(batch.pk, batch.total - batch.cursor))
    return redirect(register.url("import-step", batch.pk))


@methods("GET")
def progress(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """How far it is, for the page that asks every second; leads to the result when it is done.

    When nobody holds the import (no worker runs, or the one that did has died), it goes on beside this page.
    """
    batch = _load(request, register, pk)
    if batch.status != Import.Status.RUNNING:
        return HttpResponse(headers={"HX-Redirect": register.url("import-step", batch.pk)})
    if not rules.is_held(batch.lease_until, timezone.now()):
        jobs.go_on_here(batch)
    return render(
        request,
        "core/imports/progress.html",
        {"register": register, "batch": batch, **_watch(register, batch)},
    )


def _watch(register: Any, batch: Import) -> dict[str, Any]:
    return {
        "progress_url": register.url("import-progress", batch.pk),
        "stop_url": register.url("import-stop", batch.pk),
        "parts": pages.parts(pages.counts(batch), batch.total),
    }


def _result_page(request: HttpRequest, register: Any, batch: Import) -> HttpResponse:
    """What became of the rows; what may be done now."""
    rows = batch.rows.exclude(problems=[]).order_by("number")
    page = Paginator(rows, SHOWN_ROWS).get_page(request.GET.get("page"))
    context = {
        **_frame(register, batch.filename, 4),
        "batch": batch,
        **_watch(register, batch),
        "page": page,
        "columns": pages.ROW_COLUMNS,
        "lines": pages.row_lines(register, page),
        "groups": pages.groups(pages.kept_groups(batch, register.importer.fields)),
        "why_not_undo": rules.why_not_undo(batch.status, batch.cursor),
        "undo_url": register.url("import-undo", batch.pk),
        "start_url": register.url("import-start", batch.pk),
        "faulty_url": register.url("import-faulty", batch.pk) if batch.refused else "",
        "may_go_on": batch.status in {Import.Status.CHECKED, Import.Status.FAILED},
    }
    return render(request, "core/imports/result.html", context)


@methods("POST")
def stop(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """Stop after the batch that is being written."""
    batch = actions.stop(_load(request, register, pk), by=request.user, at=request.now)  # type: ignore[attr-defined]
    messages.info(request, _("The import was stopped. It may go on, or be undone."))
    return redirect(register.url("import-step", batch.pk))


@methods("POST")
def undo(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """Take the whole import back."""
    batch = actions.undo(_load(request, register, pk), by=request.user, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("The import was undone: everything is as it was before."))
    return redirect(register.url("import-step", batch.pk))


@methods("GET")
def faulty(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """The refused rows as a workbook, the reason beside each cell, to be corrected and sent again."""
    batch = _load(request, register, pk)
    content = pages.faulty_workbook(batch, machine.importer_of(batch))
    response = HttpResponse(
        content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = _("to correct") + " " + batch.filename.rpartition(".")[0] + ".xlsx"
    response.headers["Content-Disposition"] = pages.attachment(name)
    return response
