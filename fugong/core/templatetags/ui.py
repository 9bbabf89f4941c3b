"""The pieces every page is built from: icons, status words, figures, refusing buttons, tables, maps.

Usage with examples: docs/reference/ui.md, and live on the style page (`ui/style_guide.html`).
Everything given by a caller is escaped. All sentences of these pieces live in the templates under `ui/`.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, ModelChoiceField, RadioSelect
from django.template import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.core.masking import masked_name
from fugong.core.merging import seen as values_seen

register = template.Library()

COLOURS = ("red", "amber", "green", "blue", "grey")
NOTE_ICONS = {"red": "alert-circle", "amber": "alert-triangle", "green": "circle-check"}
SPARK_WIDTH, SPARK_HEIGHT = 72, 20


def _colour(name: str) -> str:
    """One of COLOURS; an unknown name is grey rather than an error on somebody's page."""
    return name if name in COLOURS else "grey"


# Words and numbers


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A symbol of vendor/icons.svg; with a label it is read aloud, without one it is decoration."""
    return _drawn(str(name), str(label))


@lru_cache(maxsize=2_000, typed=True)  # a page has some hundred, of few kinds
def _drawn(name: str, label: str) -> SafeString:
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="fg-icon" {}><use href="{}#{}"></use></svg>', spoken, static("vendor/icons.svg"), name
    )


@register.simple_tag
def pill(word: object, colour: str = "grey", title: str = "") -> SafeString:
    """A status: its word, a colour and a shape (red ◆, amber ▲, green ●, blue ○, grey ■)."""
    tip = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="fg-pill fg-{}"{}>{}</span>', _colour(colour), tip, word)


@register.filter
def share(n: float, of: float | None) -> str:
    """n of N in per cent, one decimal, rounded down (1,059 of 1,060 is 99.9, never 100); "—" without N."""
    if not of:
        return "—"
    tenths = int(n * 1000 // of)
    return f"{tenths // 10}" if tenths in (0, 1000) else f"{tenths / 10:.1f}"


@register.filter
def count(value: object) -> str:
    """A number with thousands separated; "—" for None."""
    if value is None or value == "":
        return "—"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.1f}"
    return f"{int(value):,}" if isinstance(value, (int, float)) else str(value)


@register.simple_tag
def bar(n: float, of: float, colour: str = "", mark: float | str | None = None) -> SafeString:
    """A thin bar filled n/of; `mark` draws the target, in per cent. Decoration: put the numbers beside it."""
    filled = max(0.0, min(100.0, 100 * n / of)) if of else 0.0
    goal = (
        format_html('<rect class="fg-bar-mark" x="{}" width="1" height="6"/>', mark)
        if mark not in (None, "")
        else ""
    )
    return format_html(
        '<svg class="fg-bar {}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="6"/>{}</svg>',
        f"fg-bar-{_colour(colour)}" if colour else "",
        f"{filled:.1f}",
        goal,
    )


@register.simple_tag
def meter(n: float, of: float, colour: str = "") -> SafeString:
    """For a table cell: a short bar, then "n/N" and the share."""
    return format_html(
        '<span class="fg-meter">{}<span>{}/{}</span><span class="fg-quiet">{}%</span></span>',
        bar(n, of, colour),
        count(n),
        count(of),
        share(n, of),
    )


@register.simple_tag
def spark(values: Sequence[float]) -> SafeString:
    """A small line of the last values, scaled to its own range. Decoration."""
    if len(values) < 2:
        return mark_safe("")
    low, high = min(values), max(values)
    step, height = SPARK_WIDTH / (len(values) - 1), SPARK_HEIGHT - 4
    points = [
        (round(i * step, 1), round(2 + height - (v - low) / ((high - low) or 1) * height, 1))
        for i, v in enumerate(values)
    ]
    line = " ".join(f"{x},{y}" for x, y in points)
    return format_html(
        '<svg class="fg-spark" viewBox="0 0 {} {}" aria-hidden="true"><polyline points="{}"/>'
        '<circle cx="{}" cy="{}" r="2.2"/></svg>',
        SPARK_WIDTH,
        SPARK_HEIGHT,
        line,
        *points[-1],
    )


# Days, moments, people


def _local(value: date | datetime) -> date | datetime:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


def _day_text(value: date, year: bool) -> str:
    if (get_language() or "zh-hans").startswith("zh"):
        return f"{value.year}年{value.month}月{value.day}日" if year else f"{value.month}月{value.day}日"
    return f"{value.day} {value:%b} {value.year}" if year else f"{value.day} {value:%b}"


@register.simple_tag
def day(value: date | datetime | None, year: bool = False) -> SafeString:
    """3月9日 / 9 Mar, with the year on request and always as tooltip; "—" for None."""
    if not value:
        return mark_safe('<span class="fg-quiet">—</span>')
    here = _local(value)
    shown, full = _day_text(here, year), _day_text(here, True)
    return format_html(
        '<time class="fg-nowrap" datetime="{}" title="{}">{}</time>', f"{here:%Y-%m-%d}", full, shown
    )


@register.simple_tag
def moment(value: datetime | None, year: bool = False) -> SafeString:
    """3月9日 14:05 / 9 Mar 14:05 in the zone of the site, 24 hours; "—" for None."""
    if not value:
        return mark_safe('<span class="fg-quiet">—</span>')
    here = _local(value)
    text = f"{_day_text(here, year)} {here:%H:%M}"
    return format_html(
        '<time class="fg-nowrap" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        f"{_day_text(here, True)} {here:%H:%M:%S}",
        text,
    )


@register.simple_tag
def person(name: object) -> SafeString:
    """A masked name; an object may bring its own `masked_name`."""
    own = getattr(name, "masked_name", None)
    shown = own if isinstance(own, str) else masked_name(str(name or ""))
    return format_html('<span class="fg-nowrap">{}</span>', shown or "—")


# Figures and progress


@register.inclusion_tag("ui/figure.html")
def figure(
    n: float | None,
    of: float | None = None,
    label: object = "",
    trend: Sequence[float] = (),
    url: str = "",
    **more: Any,
) -> dict[str, Any]:
    """n/N with its share, bar, trend and time, as one link to exactly its rows.

    `more`: `as_of` (datetime or day), `colour`, `target` (per cent), `unit`, `note`. Without `of` it shows
    n alone; n None means "not known" and is never shown as 0.
    """
    return {"n": n, "of": of, "label": label, "trend": trend, "url": url, **more}


@register.inclusion_tag("ui/progress.html")
def progress(n: float, of: float, label: object = "", colour: str = "") -> dict[str, Any]:
    """A labelled bar that is read aloud as a progress bar."""
    return {"n": n, "of": of, "label": label, "colour": colour}


# Sentences


@register.inclusion_tag("ui/empty.html")
def empty(
    title: object, text: object = "", action_url: str = "", action_label: object = "", icon: str = "inbox"
) -> dict[str, Any]:
    """What a list without rows says: what is missing, and what to do first."""
    return {
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "icon_name": icon,
    }


@register.simple_tag
def note(text: object, colour: str = "blue") -> SafeString:
    """A sentence with a sign that stands on the page (a toast passes, a note stays)."""
    sign = icon(NOTE_ICONS.get(colour, "info-circle"))
    role = "alert" if colour == "red" else "note"
    return format_html(
        '<div class="fg-note fg-{}" role="{}">{}<div>{}</div></div>', _colour(colour), role, sign, text
    )


# Acting


@register.simple_tag(takes_context=True)
def command_field(context: Context, still_works: bool = False) -> SafeString:
    """The hidden key of one command: sending the same form twice does it once.

    While nothing may be written (`request.why_not_write`), the buttons of its form stand grey with the sentence,
    unless the view `still_works` (fugong.core.guards).
    """
    why_not = "" if still_works else _why_not_write(context)
    return format_html(
        '<input type="hidden" name="command" value="{}"{}>',
        uuid.uuid4(),
        format_html(' data-refused="{}"', why_not) if why_not else "",
    )


def _why_not_write(context: Context) -> str:
    return str(getattr(context.get("request"), "why_not_write", ""))


@register.simple_tag(takes_context=True)
def seen(context: Any, form: Any, *about: Any) -> SafeString:
    """The hidden values that a form of the row `about` was filled with, so that no later save overwrites silently."""
    signed = values_seen(form, context["request"], *about)
    return format_html('<input type="hidden" name="seen" value="{}">', signed)


@register.inclusion_tag("ui/refusal_button.html", takes_context=True)
def refusal_button(
    context: Context, label: object, url: str, reason: object = "", **more: Any
) -> dict[str, Any]:
    """A button that acts, or, while `reason` is a sentence, stands grey and says why.

    `more`: `method` ("post" makes its own form with the command key; "get" is a link), `target` and `swap`
    (then htmx sends it; target "#dialog" opens the answer as a dialog), `style` (primary, danger, ghost),
    `size` (sm, lg), `icon`, `wide`, `fields` (hidden values), `ask` (a question in the browser first: only
    for what cannot be undone), `still_works` (also while nothing may be written to the campaign in hand).
    """
    fields = more.pop("fields", None) or {}
    if not more.pop("still_works", False) and more.get("method", "post") == "post":
        reason = reason or _why_not_write(context)
    return {
        "label": label,
        "url": url,
        "reason": str(reason),
        "reason_id": f"why-{uuid.uuid4().hex[:8]}",
        "method": "post",
        "fields": fields.items() if isinstance(fields, Mapping) else fields,
        "icon_name": more.pop("icon", ""),
        "csrf_token": context.get("csrf_token"),
        **more,
    }


# Forms


# What Django shows where nothing is chosen yet.
DASHES = "---------"


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, label: object = "", help: object = "") -> dict[str, Any]:
    """A form row: label, input, help, and every error as a sentence under its input."""
    widget = bound.field.widget
    if isinstance(bound.field, ModelChoiceField) and bound.field.empty_label == DASHES:
        bound.field.empty_label = _("please choose") if bound.field.required else "—"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        kind = "choices"
    else:
        kind = "check" if isinstance(widget, CheckboxInput) else "input"
    return {"field": bound, "kind": kind, "label": label or bound.label, "help": help or bound.help_text}


@register.inclusion_tag("ui/form_rows.html")
def form_rows(form: Any) -> dict[str, Any]:
    """All rows of a form, hidden inputs and the errors of the whole form included."""
    return {"form": form}


# Lists


@register.inclusion_tag("ui/timeline.html")
def timeline(entries: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, newest first: dictionaries with `title` and any of `at` `by` `text` `colour` `url`."""
    return {"entries": [{**entry, "colour": _colour(entry.get("colour", "grey"))} for entry in entries]}


@register.inclusion_tag("ui/tabs.html")
def tabs(entries: Iterable[Mapping[str, Any]], label: object = "") -> dict[str, Any]:
    """Links between parts of one page: dictionaries with `label`, `url`, `active`, `count`."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("ui/facts.html")
def facts(pairs: Iterable[tuple[object, object]] | Mapping[object, object]) -> dict[str, Any]:
    """A definition list; an empty value shows "—"."""
    return {"pairs": pairs.items() if isinstance(pairs, Mapping) else pairs}


@register.inclusion_tag("ui/steps.html")
def steps(labels: Sequence[object], current: int) -> dict[str, Any]:
    """Where one is in a wizard; `current` counts from 1."""
    return {"steps": [(i, label, i < current, i == current) for i, label in enumerate(labels, 1)]}


def _with_query(context: Context, **changes: object) -> str:
    """The address of this page with other query values; None removes one."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None
    if query is None:
        return "?" + "&".join(f"{name}={value}" for name, value in changes.items() if value is not None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def _sort_state(context: Context, key: str) -> tuple[str, str]:
    """("ascending" | "descending" | "", the address that sorts by this column next)."""
    request = context.get("request")
    now = request.GET.get("sort", "") if request is not None else ""
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    following = f"-{key}" if state == "ascending" else key
    return state, _with_query(context, sort=following, page=None)


@register.simple_tag(takes_context=True)
def sort_header(context: Context, label: object, key: str, numeric: bool = False) -> SafeString:
    """A `<th>` that sorts: `?sort=key`, then `?sort=-key`; says its state to a screen reader."""
    state, url = _sort_state(context, key)
    sign = {"ascending": "sort-ascending", "descending": "sort-descending"}.get(state, "arrows-sort")
    return format_html(
        '<th scope="col"{}{}><a href="{}">{}{}</a></th>',
        mark_safe(' class="fg-num"') if numeric else "",
        format_html(' aria-sort="{}"', state) if state else "",
        url,
        label,
        icon(sign),
    )


@register.inclusion_tag("ui/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], target: str = "") -> dict[str, Any]:
    """Pages of a list with "101-150 of 5,600"; keeps the query; with `target` htmx swaps that element."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(n, _with_query(context, page=n) if isinstance(n, int) else "") for n in numbers]
    around = {
        "before": _with_query(context, page=page.previous_page_number()) if page.has_previous() else "",
        "after": _with_query(context, page=page.next_page_number()) if page.has_next() else "",
    }
    return {"page": page, "links": links, "target": target, **around}


@register.inclusion_tag("ui/table.html", takes_context=True)
def table(
    context: Context, columns: Sequence[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]], **more: Any
) -> dict[str, Any]:
    """Rows as a table on a desk and as cards on a phone.

    columns: dictionaries with `label` and any of `numeric`, `lead` (the title of the card), `sort` (its key).
    rows: dictionaries with `cells` (one per column) and any of `url` (opens from the lead cell), `pk`.
    `more`: `caption`, `selectable` (a checkbox per row, named "ids"), `cards` (False: a table on phones too).
    """
    heads = [
        (column, *(_sort_state(context, column["sort"]) if column.get("sort") else ("", "")))
        for column in columns
    ]
    lines = [(row, list(zip_longest(columns, row["cells"], fillvalue=""))) for row in rows]
    return {"heads": heads, "lines": lines, "cards": True, **more}


# Pictures


@register.inclusion_tag("ui/map.html")
def map(id: str, geojson: Any, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A map of own shapes, without any tile server; see docs/reference/ui.md for features and options.

    `geojson`: a FeatureCollection, an address of one, or {"areas", "points", "routes"} of either.
    """
    chosen = dict(options or {})
    parts = {"all": geojson} if isinstance(geojson, str) or "type" in geojson else geojson
    return {
        "id": id,
        "options": chosen,
        "data": json_script(parts, f"{id}-data"),
        "settings": json_script({**chosen, **_map_files()}, f"{id}-options"),
        "twin": _map_twin(parts, chosen),
    }


def _map_files() -> dict[str, dict[str, str]]:
    files = {
        "maplibre": "maplibre-gl.mjs",
        "worker": "maplibre-gl-worker.mjs",
        "css": "maplibre-gl.css",
        "echarts": "echarts.mjs",
    }
    return {"files": {name: static(f"vendor/{path}") for name, path in files.items()}}


def _map_twin(parts: Mapping[str, Any], options: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """The shapes of the map as rows (name, word, label, address), for those who cannot see it."""
    words = {entry["level"]: entry["word"] for entry in options.get("legend", [])}
    found = []
    for part in parts.values():
        for feature in [] if isinstance(part, str) else part.get("features", []):
            shown = feature.get("properties") or {}
            if (feature.get("geometry") or {}).get("type", "").endswith("Polygon"):
                word = words.get(shown.get("level"), "")
                found.append((shown.get("name", ""), word, shown.get("label", ""), shown.get("url", "")))
    return found


@register.inclusion_tag("ui/chart.html")
def chart(id: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """A chart with its table; `spec` has `kind`, `labels`, `series` and more (docs/reference/ui.md)."""
    series = spec.get("series", [])
    rows = zip_longest(spec.get("labels", []), *[line["values"] for line in series], fillvalue=None)
    return {
        "id": id,
        "spec": spec,
        "heads": [line.get("name", "") for line in series],
        "rows": [(row[0], row[1:]) for row in rows],
        "settings": json_script({**spec, "files": _map_files()["files"]}, f"{id}-spec"),
    }


@register.simple_tag
def short_menu(
    navigation: Iterable[Mapping[str, Any]], own: Sequence[Any] | None = None, size: int = 4
) -> list[Any]:
    """The entries of the bottom bar: those the page names, else the first of the main menu."""
    return list(own or [entry for group in navigation or () for entry in group["entries"]][:size])


@register.simple_tag
def rest_of_menu(
    navigation: Iterable[Mapping[str, Any]], shown: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The groups of the main menu without the entries that the bottom bar shows already."""
    urls = {entry["url"] for entry in shown}
    rest = [
        {"label": group["label"], "entries": [one for one in group["entries"] if one["url"] not in urls]}
        for group in navigation or ()
    ]
    return [group for group in rest if group["entries"]]


@register.simple_tag
def hidden_fields(fields: Iterable[tuple[str, object]]) -> SafeString:
    """Hidden inputs of name and value pairs."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', fields)
