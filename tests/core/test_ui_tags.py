"""The pieces of a page: what they show, that they escape, and that a refused button cannot be pressed."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.contrib.messages import constants
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation

import fugong
from fugong.core.style_guide import style_guide
from fugong.core.templatetags import ui

EVIL = "<script>alert(1)</script>"
PACKAGE = Path(fugong.__file__).parent
TEMPLATES = sorted(PACKAGE.glob("templates/**/*.html"))


def shown(source: str, request: HttpRequest | None = None, /, **context: Any) -> str:
    """The template rendered without the site's context processors, in English."""
    from django.template import Template

    engine = engines["django"].engine
    with translation.override("en"):
        return Template(source, engine=engine).render(Context({"request": request, **context}))


@pytest.mark.parametrize(
    "source",
    [
        "{% pill x x x %}",
        "{% note x 'red' %}",
        "{% figure 3 of=9 label=x url=x note=x unit=x %}",
        "{% progress 3 9 x %}",
        "{% empty x x x x %}",
        "{% refusal_button x x %}",
        "{% refusal_button x x x %}",
        "{% refusal_button x x method='get' target=x %}",
        "{% timeline entries %}",
        "{% tabs entries %}",
        "{% facts pairs %}",
        "{% steps words 1 %}",
        "{% table entries rows caption=x %}",
        "{% sort_header x 'name' %}",
        "{% person x %}",
        "{% icon x x %}",
        "{% chart 'c' spec %}",
        "{% map 'm' shapes options %}",
        "{% include 'ui/refused_fragment.html' with sentence=x %}",
        "{% include 'ui/filter_bar.html' with action=x value=x error=x completion_url=x %}",
        "{% include 'ui/toast.html' with text=x %}",
    ],
)
def test_nothing_given_becomes_html(source: str) -> None:
    spec = {"kind": "line", "title": EVIL, "labels": [EVIL], "series": [{"name": EVIL, "values": [1]}]}
    ring = [[[113.0, 23.0], [113.1, 23.0], [113.1, 23.1], [113.0, 23.0]]]
    feature = {
        "type": "Feature",
        "properties": {"name": EVIL, "label": EVIL, "url": EVIL, "level": "a"},
        "geometry": {"type": "Polygon", "coordinates": ring},
    }
    html = shown(
        source,
        x=EVIL,
        entries=[{"title": EVIL, "text": EVIL, "by": EVIL, "label": EVIL, "url": EVIL, "lead": True}],
        pairs=[(EVIL, EVIL)],
        words=[EVIL],
        rows=[{"cells": [EVIL], "url": EVIL, "pk": EVIL}],
        spec=spec,
        shapes={"type": "FeatureCollection", "features": [feature]},
        options={"legend": [{"level": "a", "word": EVIL, "colour": "red"}], "label": EVIL},
    )
    assert "<script>alert" not in html
    assert "alert" in html or "person" in source


def test_a_refused_button_is_disabled_and_says_why() -> None:
    html = shown("{% refusal_button 'Verify' '/verify/' why %}", why="You fixed it yourself.")
    assert "disabled" in html and 'title="You fixed it yourself."' in html
    assert html.count("You fixed it yourself.") == 2  # the tooltip and the visible sentence
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described and f'id="{described[1]}"' in html
    assert "<form" not in html and "/verify/" not in html


def test_an_allowed_button_posts_once_with_its_key() -> None:
    html = shown(
        "{% refusal_button 'Verify' '/verify/' '' fields=f target='#row' ask='Sure?' %}", f={"to": "x"}
    )
    assert 'method="post"' in html and 'action="/verify/"' in html and 'hx-post="/verify/"' in html
    assert '<input type="hidden" name="to" value="x">' in html and 'data-ask="Sure?"' in html
    assert "disabled" not in html
    key = re.search(r'name="command" value="([^"]+)"', html)
    assert key and UUID(key[1]).version == 4


def test_every_key_is_new() -> None:
    assert ui.command_field(Context()) != ui.command_field(Context())


def test_a_figure_shows_share_counts_time_and_links_to_its_rows() -> None:
    at = datetime(2020, 2, 19, 1, 30, tzinfo=UTC)
    html = shown("{% figure 1059 1060 'Visited' trend '/rows/' as_of=at %}", at=at, trend=[1, 2, 3])
    assert html.startswith('<a href="/rows/"') and "1,059/1,060" in html
    assert "99.9" in html and "100" not in re.sub(r"<svg.*?</svg>", "", html, flags=re.S)
    assert "19 Feb 09:30" in html and "<polyline" in html


def test_an_unknown_figure_is_not_zero() -> None:
    html = shown("{% figure None 1060 'Tested' %}")
    assert "not known yet" in html and ">0<" not in html and html.startswith("<div")


@pytest.mark.parametrize(
    ("n", "of", "expected"),
    [
        (0, 9, "0"),
        (9, 9, "100"),
        (1, 3, "33.3"),
        (2, 3, "66.6"),
        (5599, 5600, "99.9"),
        (3, 0, "—"),
        (0, None, "—"),
    ],
)
def test_a_share_is_rounded_down(n: int, of: int | None, expected: str) -> None:
    assert ui.share(n, of) == expected


@pytest.mark.parametrize("trend", [None, [], [4]])
def test_a_trend_needs_two_points(trend: list[float] | None) -> None:
    assert "<polyline" not in shown("{% figure 1 2 'x' trend %}", trend=trend)


def test_a_bar_stays_inside_its_frame() -> None:
    assert 'width="100.0"' in ui.bar(12, 9) and 'width="0.0"' in ui.bar(3, 0)


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "3月9日"), ("en", "9 Mar")])
def test_a_day_speaks_the_language(language: str, text: str) -> None:
    with translation.override(language):
        assert f">{text}</time>" in ui.day(date(2020, 3, 9))
        assert f">{text} 14:05</time>" in ui.moment(datetime(2020, 3, 9, 6, 5, tzinfo=UTC))
        assert "2020" in ui.day(date(2020, 3, 9), True)


def test_a_status_has_its_word_and_an_unknown_colour_is_grey() -> None:
    assert 'class="fg-pill fg-red"' in ui.pill("停工", "red") and "停工" in ui.pill("停工", "red")
    assert "fg-grey" in ui.pill("x", '"><b>')


def test_a_person_is_masked() -> None:
    assert "示例员" not in ui.person("示例员") and "示" in ui.person("示例员")
    assert "甲*" in ui.person(SimpleNamespace(masked_name="甲*"))


class OneForm(forms.Form):
    headcount = forms.IntegerField(min_value=0, help_text="Today.")
    note = forms.CharField(required=False)


def test_a_field_says_its_errors_and_what_is_optional() -> None:
    html = shown("{% form_rows form %}", form=OneForm({"headcount": "-3"}))
    assert "greater than or equal to 0" in html and "Today." in html
    assert html.count("optional</span>") == 1 and 'aria-invalid="true"' in html
    for name in re.findall(r'aria-describedby="([^"]+)"', html):
        assert all(f'id="{part}"' in html for part in name.split())


def test_pages_keep_the_query() -> None:
    request = RequestFactory().get("/", {"q": "size = 1", "page": "3"})
    html = shown("{% pager page %}", request, page=Paginator(range(5600), 50).page(3))
    assert "101–150 of 5,600" in html and "?q=size+%3D+1&amp;page=4" in html
    assert '<span aria-current="page">3</span>' in html


def test_a_column_sorts_up_then_down() -> None:
    request = RequestFactory().get("/", {"sort": "name", "page": "3"})
    html = shown("{% sort_header 'Name' 'name' %}", request)
    assert 'aria-sort="ascending"' in html and "sort=-name" in html and "page" not in html


def test_a_table_labels_its_cells_for_phones() -> None:
    columns = [{"label": "Name", "lead": True}, {"label": "Heads", "numeric": True}]
    html = shown("{% table c r selectable=True %}", c=columns, r=[{"cells": ["A", 3], "url": "/1/", "pk": 1}])
    assert 'data-label="Heads"' in html and '<a href="/1/">A</a>' in html and 'name="ids" value="1"' in html


def test_map_and_chart_have_their_table() -> None:
    ring = [[[113.0, 23.0], [113.1, 23.0], [113.1, 23.1], [113.0, 23.0]]]
    properties = {"name": "East", "label": "3/9", "level": "low"}
    geometry = {"type": "Polygon", "coordinates": ring}
    shapes = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": properties, "geometry": geometry}],
    }
    options = {"legend": [{"level": "low", "word": "Behind", "colour": "red"}]}
    html = shown("{% map 'm' shapes options %}", shapes=shapes, options=options)
    assert "<td>East</td><td>Behind</td><td>3/9</td>" in html and 'id="m-data"' in html
    spec = {"kind": "bars", "labels": ["East", "West"], "series": [{"name": "Rate", "values": [1234, 5.5]}]}
    assert "1,234" in shown("{% chart 'c' spec %}", spec=spec) and "5.5" in shown(
        "{% chart 'c' spec %}", spec=spec
    )


def test_a_message_can_bring_its_undo() -> None:
    html = shown("{% include 'ui/toast.html' with text='Done' colour='success' tags='undo:/undo/7/' %}")
    assert 'action="/undo/7/"' in html and 'name="command"' in html
    assert constants.DEFAULT_TAGS[constants.SUCCESS] == "success"  # the colour the toast asks for


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_script_and_nothing_remote(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text) and not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", text)


def test_icons_in_templates_and_scripts_exist() -> None:
    known = set((PACKAGE.parent / "tools/frontend/icons.txt").read_text().split("\n"))
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    assert used and used <= known, used - known


def test_field_pages_stay_small() -> None:
    """Style sheets and scripts of a field page, without its own words: under 15 KB compressed."""
    import gzip

    text = (PACKAGE / "templates/base_phone.html").read_text()
    files = re.findall(r'{% static "((?:css|js)/[^"]+)" %}', text)
    assert "vendor/tabler.css" not in text and len(files) >= 4
    assert sum(len(gzip.compress((PACKAGE / "static" / name).read_bytes())) for name in files) < 15_000


def test_the_style_page_renders_in_all_shells() -> None:
    for query in ({}, {"shell": "phone"}, {"shell": "wall"}):
        request = RequestFactory().get("/style/", query)
        request.user = None  # type: ignore[assignment]
        assert style_guide(request).status_code == 200


def test_while_nothing_may_be_written_forms_and_buttons_say_why() -> None:
    request = RequestFactory().get("/")
    request.why_not_write = "已结束"  # type: ignore[attr-defined]
    assert 'data-refused="已结束"' in shown("{% command_field %}", request=request)
    assert "data-refused" not in shown("{% command_field still_works=True %}", request=request)
    button = shown("{% refusal_button 'Go' '/go/' %}", request=request)
    assert "disabled" in button and "已结束" in button and "<form" not in button
    assert "<form" in shown("{% refusal_button 'Go' '/go/' still_works=True %}", request=request)
    assert "<a " in shown("{% refusal_button 'Go' '/go/' method='get' %}", request=request)
