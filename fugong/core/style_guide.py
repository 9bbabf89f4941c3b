"""The living style page: every component with invented data, in the three shells. Mounted in the demo only.

The samples are data and stay Chinese; the page's own words are translated.
"""

import random
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core.commands import methods
from fugong.core.guards import public
from fugong.core.templatetags.ui import meter, moment, pill

SHELLS = {"phone": "ui/style_guide_phone.html", "wall": "ui/style_guide_wall.html"}
LEVELS = [("low", "滞后", "red"), ("mid", "推进中", "amber"), ("high", "达标", "green")]
ISSUE_LEVELS = [(0, "无问题", "s1"), (1, "1–3 个", "s3"), (2, "4 个以上", "s5")]
VILLAGES = (
    "柳湾 石桥 东塘 西塘 榕岗 清溪 白沙 横岭 南渡 北洲 梅林 竹园 鹤坪 青云 "
    "望江 新圩 长堤 沙涌 莲塘 龙岩 凤台 平安 大成 永乐 仁和 同心 广惠 双桥"
).split()
COLUMNS, ROWS, STEP = 7, 4, 0.02
WEST, SOUTH = 112.92, 22.98


class SampleForm(forms.Form):
    name = forms.CharField(label="企业名称", max_length=40)
    headcount = forms.IntegerField(label="在岗人数", help_text="今天实际到岗的人数，不含请假。", min_value=0)
    size = forms.ChoiceField(label="规模", choices=[("", "请选择"), ("a", "规上"), ("b", "规下")])
    ways = forms.ChoiceField(
        label="返岗方式", choices=[("bus", "专车"), ("own", "自驾")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="已向企业当面说明", required=False)


@public
@methods("GET", "POST")
def style_guide(request: HttpRequest) -> HttpResponse:
    """The page; `?shell=phone|wall` for the others, `?points=1` the map's dots, `?text=&at=` completions."""
    if request.method == "POST":
        messages.success(request, _("This is how a success looks."), extra_tags=f"undo:{request.path}")
        return redirect(request.path)
    if "points" in request.GET:
        return JsonResponse(_points(5600), content_type="application/geo+json")
    if "text" in request.GET and "at" in request.GET:
        return JsonResponse(_completion(request.GET["text"]))
    template = SHELLS.get(request.GET.get("shell", ""), "ui/style_guide.html")
    return render(request, template, _samples(timezone.now(), request.path))


def _samples(now: datetime, here: str) -> dict[str, Any]:
    return _shell(now, here) | _lists(now) | _forms() | _maps(f"{here}?points=1") | _charts(now)


def _shell(now: datetime, here: str) -> dict[str, Any]:
    """What every page gets from the site."""
    return {
        "navigation": _navigation(),
        "phone_navigation": _navigation()[0]["entries"][:4] + _navigation()[1]["entries"][:1],
        "campaign": SimpleNamespace(name="柳湾镇复工服务行动"),
        "campaign_day": 10,
        "today": now.date(),
        "scope_area": "柳湾镇 · 28 个村居",
        "here": here,
        "search_url": here,
        "user_name": "示例用户",
        "user_role": "镇统计员",
        "viewing_as": "网格长",
        "as_of": now,
        "breadcrumbs": [{"label": "总览", "url": "#"}, {"label": _("Style page")}],
    }


def _lists(now: datetime) -> dict[str, Any]:
    """Figures, a register and one record."""
    return {
        "figures": _figures(now),
        "condition": 'headcount >= 300 and size = "a"',
        "columns": [
            {"label": "企业", "lead": True, "sort": "name"},
            {"label": "状态"},
            {"label": "村居"},
            {"label": "到岗", "sort": "rate"},
            {"label": "在岗人数", "numeric": True, "sort": "headcount"},
            {"label": "最近走访"},
        ],
        "rows": _rows(now),
        "page": Paginator(range(5600), 50).page(3),
        "timeline": _timeline(now),
        "facts": [
            ("统一社会信用代码", "9144 **** **** 8XXQ"),
            ("行业", "金属制品业"),
            ("挂钩联络员", "示例员"),
            ("备注", ""),
        ],
        "tabs": [
            {"label": "概况", "url": "#", "active": True},
            {"label": "走访", "url": "#", "count": 12},
            {"label": "问题", "url": "#", "count": 3},
            {"label": "员工", "url": "#"},
        ],
        "views": [
            {"label": "全部", "url": "#", "active": True, "count": 5600},
            {"label": "疫区返岗", "url": "#", "count": 1060},
            {"label": "七日未走访", "url": "#", "count": 214},
        ],
        "selects": [
            {"name": "size", "label": "规模", "value": "", "choices": [("a", "规上"), ("b", "规下")]}
        ],
        "batch": [{"label": "安排走访", "url": "#", "icon": "calendar-plus"}],
        "overdue": _overdue(now),
    }


def _forms() -> dict[str, Any]:
    """A form as it comes and with errors."""
    return {
        "steps": ["选择文件", "对应列", "预览", "导入"],
        "form": SampleForm(),
        "wrong_form": SampleForm({"name": "", "headcount": "-3", "size": "a", "ways": "bus"}),
    }


def _maps(points: str) -> dict[str, Any]:
    """A town with its dots, and one day's route."""
    return {
        "areas": _areas(),
        "map_data": {"areas": _areas(), "points": points},
        "map_options": {
            "modes": [
                {"key": "rate", "label": "复工图", "property": "level", "legend": _legend(LEVELS)},
                {
                    "key": "issues",
                    "label": "问题图",
                    "property": "issues",
                    "label_property": "issues_label",
                    "legend": _legend(ISSUE_LEVELS),
                },
            ],
            "size": "l",
        },
        "wall_map_options": {"legend": _legend(LEVELS), "theme": "dark", "cluster": False, "size": "fill"},
        "route_data": {"areas": _areas(), "routes": _route()},
        "route_options": {"legend": _legend(LEVELS), "size": "s"},
    }


def _charts(now: datetime) -> dict[str, Any]:
    """One of each kind."""
    return {
        "line": _line_chart(now),
        "bars": {
            "kind": "bars",
            "title": "各村居复工率",
            "labels": VILLAGES[:8],
            "series": [{"name": "复工率", "values": [97.1, 94.0, 91.8, 88.5, 82.2, 77.0, 64.4, 52.9]}],
            "unit": "%",
            "urls": ["#"] * 8,
        },
        "stacked": {
            "kind": "stacked",
            "title": "每天走访",
            "labels": [f"2月{d}日" for d in range(10, 20)],
            "series": [
                {"name": "首访", "values": [88, 96, 120, 110, 75, 62, 58, 40, 31, 22], "colour": "blue"},
                {"name": "回头看", "values": [0, 4, 12, 25, 38, 41, 52, 60, 58, 66], "colour": "amber"},
            ],
        },
        "donut": {
            "kind": "donut",
            "title": "问题状态",
            "labels": ["已验证", "已整改", "整改中", "逾期"],
            "series": [
                {"name": "问题", "values": [212, 64, 98, 17], "colours": ["green", "blue", "amber", "red"]}
            ],
            "size": "s",
        },
    }


def _navigation() -> list[dict[str, Any]]:
    groups = [
        ("总览", [("工作台", "home", ""), ("指挥看板", "layout-dashboard", ""), ("待办", "checklist", "12")]),
        (
            "企业",
            [
                ("企业台账", "building-factory-2", ""),
                ("待归位", "map-pin-question", "38"),
                ("负面清单", "alert-triangle", ""),
            ],
        ),
        ("走访", [("走访计划", "route", ""), ("走访日志", "clipboard-list", ""), ("回头看", "repeat", "7")]),
        ("问题", [("问题闭环", "flag", "")]),
        (
            "数据",
            [("报送进度", "report-analytics", ""), ("每日简报", "file-text", ""), ("设置", "settings", "")],
        ),
    ]
    return [
        {
            "label": group,
            "entries": [
                {
                    "label": label,
                    "url": "#",
                    "icon": icon,
                    "badge": badge,
                    "urgent": badge == "7",
                    "active": label == "企业台账",
                }
                for label, icon, badge in entries
            ],
        }
        for group, entries in groups
    ]


def _figures(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "n": 4812,
            "of": 5600,
            "label": "已复工企业",
            "url": "#",
            "target": 80,
            "trend": [40, 48, 55, 61, 66, 72, 79, 82, 84, 85.9],
            "as_of": now,
        },
        {
            "n": 83211,
            "of": 121904,
            "label": "到岗员工",
            "url": "#",
            "trend": [31, 36, 44, 49, 55, 58, 62, 65, 67, 68.2],
            "as_of": now,
        },
        {"n": 1059, "of": 1060, "label": "疫区返岗企业已走访", "url": "#", "colour": "green", "as_of": now},
        {
            "n": 17,
            "of": 391,
            "label": "逾期未改问题",
            "url": "#",
            "colour": "red",
            "trend": [5, 6, 9, 8, 11, 12, 14, 17],
            "as_of": now,
        },
        {"n": 42, "of": None, "label": "今日计划走访", "url": "#", "unit": "家", "as_of": now},
        {"n": None, "of": 5600, "label": "今日核酸覆盖", "url": "", "note": "今日 10:00 截止"},
    ]


def _rows(now: datetime) -> list[dict[str, Any]]:
    states = [
        ("已复工", "green"),
        ("部分复工", "amber"),
        ("停工", "red"),
        ("审核中", "blue"),
        ("未申请", "grey"),
    ]
    kinds = ["精密制造有限公司", "铝业有限公司", "家具厂", "五金制品有限公司", "食品有限公司"]
    rows = []
    for i in range(12):
        word, colour = states[i % 5]
        total = 40 + 61 * i
        came = total * (11 - i) // 12
        tone = "red" if i > 8 else "amber" if i > 5 else "green"
        cells = [
            f"{VILLAGES[i]}{kinds[i % 5]}",
            pill(word, colour),
            VILLAGES[i] + "村",
            meter(came, total, tone),
            f"{total:,}",
            moment(now - timedelta(hours=7 * i + 1)),
        ]
        rows.append({"pk": i, "url": "#", "cells": cells})
    return rows


def _timeline(now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "title": "验证通过",
            "at": now,
            "by": "示例员丙",
            "colour": "green",
            "text": "现场复核，间距已调整为 1 米以上。",
        },
        {
            "title": "企业已整改",
            "at": now - timedelta(hours=5),
            "by": "企业联系人",
            "colour": "blue",
            "url": "#",
        },
        {
            "title": "逾期提醒",
            "at": now - timedelta(days=1),
            "by": "系统",
            "colour": "amber",
            "text": "距时限还有 4 小时。",
        },
        {
            "title": "发现问题",
            "at": now - timedelta(days=2),
            "by": "示例员甲",
            "colour": "red",
            "text": "食堂未设隔板，就餐未错峰。",
        },
    ]


def _overdue(now: datetime) -> list[dict[str, Any]]:
    names = [
        "食堂未设隔板",
        "宿舍超员",
        "测温记录缺失",
        "防护物资不足三日",
        "通风不良",
        "来源地未登记",
        "消毒台账不全",
    ]
    return [
        {"title": name, "place": VILLAGES[i] + "村", "owner": "安全生产组", "hours": 31 - 4 * i, "at": now}
        for i, name in enumerate(names)
    ]


def _line_chart(now: datetime) -> dict[str, Any]:
    days = [now - timedelta(days=9 - i) for i in range(10)]
    return {
        "kind": "line",
        "title": "复工率与到岗率",
        "axis": "日期",
        "labels": [f"{d.month}月{d.day}日" for d in days],
        "series": [
            {"name": "复工率", "values": [40.2, 48, 55.1, 61.4, 66, 72.3, 79, 82.2, 84, 85.9]},
            {"name": "到岗率", "values": [31, 36.5, 44, 49.9, 55, 58, 62.1, 65, 67, 68.2], "colour": "green"},
        ],
        "unit": "%",
        "max": 100,
        "target": 80,
        "target_label": "目标",
    }


def _legend(levels: list[Any]) -> list[dict[str, Any]]:
    return [{"level": level, "word": word, "colour": colour} for level, word, colour in levels]


def _corner(column: int, row: int) -> list[float]:
    """A corner of the invented grid of villages, moved a little so that it looks grown."""
    drawn = random.Random(column * 31 + row)
    return [
        round(WEST + column * STEP * 1.1 + drawn.uniform(-0.006, 0.006), 5),
        round(SOUTH + row * STEP + drawn.uniform(-0.006, 0.006), 5),
    ]


def _areas() -> dict[str, Any]:
    features = []
    for i, name in enumerate(VILLAGES):
        x, y = i % COLUMNS, i // COLUMNS
        ring = [_corner(x, y), _corner(x + 1, y), _corner(x + 1, y + 1), _corner(x, y + 1), _corner(x, y)]
        n, of = 60 + (i * 37) % 140, 200
        rate = n / of
        issues = (i * 5) % 7
        properties = {
            "name": name + "村",
            "label": f"{n}/{of}",
            "level": "high" if rate >= 0.8 else "mid" if rate >= 0.45 else "low",
            "issues": 0 if issues == 0 else 1 if issues <= 3 else 2,
            "issues_label": str(issues),
            "url": "#",
            "lines": [["网格长", "示例员"], ["未走访", f"{(i * 7) % 40} 家"]],
        }
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _points(number: int) -> dict[str, Any]:
    drawn = random.Random(7)
    features = []
    for i in range(number):
        at = [
            round(WEST + drawn.betavariate(2, 2) * STEP * 7.6, 5),
            round(SOUTH + drawn.betavariate(2, 2) * STEP * 4, 5),
        ]
        level = drawn.choices(["high", "mid", "low"], [86, 12, 2])[0]
        properties = {"name": f"示例企业 {i}", "level": level, "url": "#"}
        features.append(
            {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": at}}
        )
    return {"type": "FeatureCollection", "features": features}


def _route() -> dict[str, Any]:
    stops = [[112.95, 23.0], [112.972, 23.012], [112.99, 23.006], [113.01, 23.03], [113.03, 23.02]]
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": stops}}
    points = [
        {
            "type": "Feature",
            "properties": {
                "name": f"{VILLAGES[i]}铝业",
                "order": i + 1,
                "done": i < 2,
                "url": "#",
                "lines": [["原因", "负面清单"]],
            },
            "geometry": {"type": "Point", "coordinates": at},
        }
        for i, at in enumerate(stops)
    ]
    return {"type": "FeatureCollection", "features": [line, *points]}


def _completion(text: str) -> dict[str, Any]:
    word = text.rsplit(" ", maxsplit=1)[-1]
    fields = [
        ("headcount", "人数", "数字"),
        ("size", "规模", "选项"),
        ("days_since_visit", "距上次走访天数", "测度"),
        ("village", "村居", "区域"),
    ]
    choices = [
        {"text": name, "label": label, "kind": kind}
        for name, label, kind in fields
        if word in name or word in label
    ]
    return {"from": len(text) - len(word), "to": len(text), "error": "", "choices": choices}
