"""The pack of the cast's campaign: small, fictional, complete enough for every module's rules."""

from __future__ import annotations

from typing import Any


def dated(value: Any) -> list[dict[str, Any]]:
    return [{"value": value, "from": "2020-02-01", "source": "test"}]


def both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def indicator(
    key: str,
    name: str,
    numerator: str = "",
    denominator: str | None = None,
    *,
    register: str = "enterprises",
    sum_numerator: str = "",
    sum_denominator: str = "",
    target: float | None = None,
) -> dict[str, Any]:
    """An indicator of a share, a plain count or two sums, with bands at 0 (red) and 70 (green)."""
    bands = [
        {"from": 0, "word": both("较慢", "slow"), "colour": "red"},
        {"from": 70, "word": both("较好", "good"), "colour": "green"},
    ]
    return {
        "key": key,
        "name": both(name, key),
        "register": register,
        "numerator": numerator,
        "denominator": denominator,
        "sum_numerator": sum_numerator,
        "sum_denominator": sum_denominator,
        "unit": None,
        "target": [] if target is None else dated(target),
        "bands": bands,
        "scope": both("全部", "all"),
        "late_rule": both("迟报计入当日", "late reports count for their day"),
        "source": "test",
    }


PACK: dict[str, Any] = {
    "pack": {"slug": "test", "version": "1", "name": both("测试方案", "Test pack")},
    "enterprises": {
        "coordinates": "wgs84",
        "street_suffixes": ["路", "街", "工业区"],
        "industry_edition": dated("2017"),
        "size": [{"key": "small", "text": both("规下", "small"), "source": "test"}],
        "required": [{"field": "credit_code", "source": ""}, {"field": "headcount", "source": ""}],
        "area_alias": [{"name": "柳树头", "area": "柳村"}],
        "risk_list": [
            {
                "key": "labour-intensive",
                "name": both("劳动密集型", "labour-intensive"),
                "condition": dated("headcount >= 300"),
                "cadence_days": 3,
                "weight": 1.5,
                "evidence_needed": False,
                "source": "test",
            },
            {
                "key": "crowded-dormitories",
                "name": both("宿舍拥挤", "crowded dormitories"),
                "condition": dated("dormitory_people > dormitory_places or dormitory_people_per_room > 6"),
                "cadence_days": 2,
                "weight": 2.5,
                "evidence_needed": True,
                "source": "test",
            },
            {
                "key": "many-earlier-problems",
                "name": both("前期问题较多", "many earlier problems"),
                "condition": dated("open_issues >= 3"),
                "cadence_days": 1,
                "weight": 2.5,
                "evidence_needed": False,
                "source": "test",
            },
        ],
    },
    "teams": {
        "charge": [
            {"kind": "liaison", "each": dated(5), "condition": ""},
            {"kind": "instructor", "each": dated(30), "condition": "headcount >= 50"},
        ],
        "grid_team": {
            "professionals_min": dated(1),
            "professionals_max": dated(2),
            "stationed_per_professional": dated(3),
        },
        "command": [
            {"key": "commander", "title": both("总指挥", "Commander"), "duties": None},
            {"key": "deputy", "title": both("副总指挥", "Deputy commander"), "duties": None},
        ],
        "task_group": [
            {
                "key": "health",
                "name": both("医疗防控组", "Health"),
                "duties": both("指导企业防控", "Guides prevention"),
                "source": "test",
                "stands_from": "2020-02-10",
                "post": [{"key": "head", "title": both("组长", "Head"), "duties": None}],
            },
        ],
        "role": [
            {
                "key": "inspector",
                "title": both("督查员", "Inspector"),
                "duties": [both("到期回头看", "Looks back when due")],
                "source": "test",
            },
        ],
        "service_team": {"each": dated(3), "condition": "is_key = True"},
        "station": {"condition": "headcount >= 400"},
        "joint_team": {"condition": "headcount >= 400"},
        "key_group": [
            {
                "key": "bases",
                "name": both("重点企业专班", "Key-enterprise group"),
                "condition": "headcount >= 400",
                "source": "test",
                "organisation": [
                    {"name": both("市卫健局", "City health bureau"), "level": "city"},
                    {"name": both("镇指挥部", "Town command"), "level": "town"},
                ],
            }
        ],
        "volunteers": {
            "rest_hours": dated(8),
            "skill": [{"key": "driving", "name": both("驾驶", "driving")}],
            "shift": [
                {"key": "checkpoint", "name": both("卡口值守", "checkpoint"), "skill": ""},
                {"key": "delivery", "name": both("物资配送", "delivery"), "skill": "driving"},
            ],
        },
        "households": {"contact_days": dated(7), "watched_contact_days": dated(1)},
        "key_point": [{"text": both("戴口罩", "wear a mask"), "from": "2020-02-10", "source": "test"}],
    },
    "issues": {
        "level": [
            {
                "key": "on-the-spot",
                "name": both("现场解决", "on the spot"),
                "hours": {"minor": dated(24), "serious": dated(8)},
            },
            {
                "key": "department",
                "name": both("卫健部门", "health department"),
                "hours": {"minor": dated(48), "serious": dated(24)},
            },
            {
                "key": "cross-department",
                "name": both("跨部门", "cross-department"),
                "hours": {"minor": dated(72), "serious": dated(48)},
            },
            {
                "key": "city",
                "name": both("市级", "city"),
                "hours": {"minor": dated(120), "serious": dated(72)},
            },
        ],
        "department": [
            {"key": "health", "name": both("卫生健康科", "Health")},
            {"key": "fire", "name": both("消防", "Fire safety")},
        ],
        "kind": [
            {"key": "problem", "name": both("问题", "problem"), "department": ""},
            {
                "key": "supplies",
                "name": both("防护物资", "supplies"),
                "about": both("口罩等", "masks and the like"),
                "department": "health",
                "by": ["enterprise_contact", "liaison", "instructor", "grid_lead"],
                "hours": {"minor": dated(36), "serious": dated(12)},
                "ask_back_days": dated(3),
                "public": False,
                "exact_place": False,
                "field": [
                    {
                        "key": "item",
                        "name": both("物资", "item"),
                        "type": "choice",
                        "required": True,
                        "choice": [
                            {"key": "masks", "name": both("口罩", "masks")},
                            {"key": "gloves", "name": both("手套", "gloves")},
                        ],
                    },
                    {
                        "key": "quantity",
                        "name": both("数量", "quantity"),
                        "type": "number",
                        "required": False,
                    },
                ],
            },
            {
                "key": "medicine",
                "name": both("就医用药", "medicine"),
                "department": "health",
                "by": ["liaison", "public"],
                "hours": dated(10),
                "ask_back_days": dated(2),
                "public": True,
                "field": [
                    {"key": "urgent", "name": both("当天急需", "needed today"), "type": "yes-no"},
                    {"key": "on", "name": both("日期", "day"), "type": "date"},
                ],
            },
        ],
        "look_back_days": {"minor": dated(3), "serious": dated(1)},
    },
    "visits": {
        "card": {
            "office": both("东桥镇指挥部", "East Bridge headquarters"),
            "motto": both("有事请打电话", "Call us"),
            "call_for": {
                "liaison": both("复工手续", "resuming work"),
                "instructor": both("防控措施", "prevention"),
            },
            "valid_days": dated(30),
            "phone": [
                {
                    "name": both("镇值班室", "Duty room"),
                    "number": "0000-100",
                    "call_for": both("紧急情况", "emergencies"),
                    "areas": [],
                    "condition": "",
                    "source": "test",
                },
                {
                    "name": both("松村值班室", "Duty room of Pine"),
                    "number": "0000-200",
                    "call_for": both("出入", "access"),
                    "areas": ["松村"],
                    "condition": "",
                    "source": "test",
                },
                {
                    "name": both("经发办", "Economy office"),
                    "number": "0000-300",
                    "call_for": both("政策", "policies"),
                    "areas": [],
                    "condition": 'size = "above-scale"',
                    "source": "test",
                },
            ],
        },
        "letter": {
            "office": both("东桥镇指挥部", "East Bridge headquarters"),
            "title": both("专业意见书", "Letter of advice"),
            "number": "东指意〔{year}〕{number}号",
            "opening": both(
                "{day}，{officer}到{enterprise}指导。", "On {day} {officer} visited {enterprise}."
            ),
            "closing": both("请签收。", "Please acknowledge."),
            "acknowledge_days": dated(2),
            "valid_days": dated(30),
        },
        "guidance": {
            "office": both("东桥镇指挥部", "East Bridge headquarters"),
            "title": both("指导表", "Guidance form"),
            "closing": both("一式两份。", "In two copies."),
        },
        "manual": [
            {
                "key": "resumption-rate",
                "language": "zh",
                "title": "测温与通风",
                "from": "2020-02-01",
                "source": "test",
                "body": "引言。\n\n## 测体温 {10}\n\n每天**两次**测体温。\n\n## 通风 {20}\n\n- 每天开窗\n- <b>不</b>用空调",
            },
        ],
        "procedure": [],
        "visiting_roles": ["instructor"],
        "first_contact_days": dated(1),
        "look_back_weight": dated(60),
        "risk_weight": dated(25),
        "too_often_days": dated(2),
        "speed_kmh": dated(30),
        "detour": dated(1.35),
        "hours": {
            "shift": "08:30-17:30",
            "breaks": ["12:00-13:30"],
            "open": ["09:00-12:00", "13:30-17:30"],
        },
        "pool": {"scope": "home", "reason": both("熟悉企业", "they know the enterprises")},
        "cadence": [
            {
                "key": "key",
                "name": both("重点企业", "key enterprises"),
                "condition": "is_key = True",
                "every_days": dated(2),
                "once": False,
                "weight": dated(30),
            },
            {
                "key": "above-scale",
                "name": both("规上企业", "above-scale enterprises"),
                "condition": 'size = "above-scale"',
                "every_days": dated(7),
                "once": False,
                "weight": dated(20),
            },
            {
                "key": "small",
                "name": both("小微企业", "small enterprises"),
                "condition": "",
                "every_days": [],
                "once": True,
                "weight": dated(2),
            },
        ],
        "weight": [],
        "checklist": [
            {"key": "full", "file": "full.xlsx", "condition": "headcount >= 50", "minutes": dated(45)},
            {"key": "short", "file": "short.xlsx", "condition": "", "minutes": dated(20)},
        ],
        "phone": {
            "attempts": dated(3),
            "retry_minutes": dated(60),
            "claim_minutes": dated(15),
            "numbers_a_day": dated(150),
            "counts_as_visit": True,
            "outcome": [
                {"key": key, "name": both(name, key), "ends": ends}
                for key, name, ends in (
                    ("reached", "接通", "reached"),
                    ("no-answer", "无人接听", "retry"),
                    ("wrong-number", "号码有误", "wrong"),
                    ("call-back", "约时再打", "call-back"),
                    ("refused", "拒绝", "refused"),
                    ("closed-down", "已歇业", "closed"),
                )
            ],
            "question": [
                {"name": "difficulty", "label": both("有何困难", "difficulty"), "kind": "text", "choices": []}
            ],
        },
        "repeat_days": dated(14),
        "converted": {},
    },
    "indicators": {
        "board": ["resumption", "on-duty", "open-issues", "overdue-issues", "visited-once"],
        "map": ["resumption", "open-issues"],
        "trend": ["resumption", "on-duty"],
        "by_class": "resumption",
        "brief": ["resumption", "on-duty", "open-issues"],
        "indicator": [
            indicator("resumption", "复工率", "is_resumed = True", "", target=80),
            indicator("resumption-above-scale", "规上复工率", "is_resumed = True", 'size = "above-scale"'),
            indicator(
                "on-duty",
                "到岗率",
                denominator="has_reported = True",
                sum_numerator="staff_on_duty",
                sum_denominator="staff_reported",
            ),
            indicator("visited-once", "走访覆盖率", "visits_made >= 1", ""),
            indicator("risk-listed-in-time", "清单企业", "days_since_visit <= 2", "risk_list is not empty"),
            indicator("screening", "排查覆盖率", "staff_from_affected_areas >= 0", ""),
            indicator("placed", "落位率", 'position_source != "none"', ""),
            indicator("open-issues", "未销号问题", "was_open = True", register="issues"),
            indicator("overdue-issues", "逾期问题", "was_overdue = True", register="issues"),
            indicator(
                "verified-share", "销号率", 'status_then = "verified"', "found_at <= today", register="issues"
            ),
        ],
    },
}
