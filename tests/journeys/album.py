"""The pictures of docs/pictures: which pages, how they are packed, and the gallery page that shows them by role."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.journeys.visitors import DESK, PHONE, WALL

ROOT = Path(__file__).resolve().parents[2]
PICTURES, GALLERY = ROOT / "docs" / "pictures", ROOT / "docs" / "pictures.md"
SIZES = (PHONE, DESK, WALL)
MOST_BYTES, MOST_IN_ALL = 300_000, 12_000_000
# Widths of the pictures on the gallery page, in proportion to the screens.
SHOWN = {PHONE[0]: 120, DESK[0]: 330, WALL[0]: 400}
ROLES = {
    "": ("Everybody", "所有人"),
    "commander": ("Commander", "指挥长"),
    "clerk": ("Statistics clerk", "统计员"),
    "grid_lead": ("Grid lead", "网格长"),
    "instructor": ("Health instructor", "健康指导员"),
    "liaison": ("Liaison officer", "联络员"),
    "department_officer": ("Department officer", "部门专员"),
    "enterprise_contact": ("Enterprise contact", "企业联系人"),
    "administrator": ("Administrator", "管理员"),
    "privacy_officer": ("Privacy officer", "隐私专员"),
}


@dataclass(frozen=True)
class Picture:
    """A page in the album. `address` is empty where a walk leads to it; `links` are followed from the address."""

    name: str
    role: str
    english: str
    chinese: str
    address: str = ""
    links: tuple[str, ...] = ()


ISSUE = "main a[href^='/issues/']"
VISIT = "main a.btn-primary[href*='/visits/at/']"
ALBUM = (
    Picture("logins", "", "Log-ins of the demo", "演示登录", "/demo/"),
    Picture("login", "", "Log-in", "登录", "/access/login/"),
    Picture("ask", "", "Asking without an account", "扫码提诉求"),
    Picture("status", "", "What became of a request", "诉求办理进度"),
    Picture("my-shifts", "", "A volunteer's shifts", "志愿者的班次"),
    Picture("opened-letter", "", "A letter over its link", "扫码看意见书"),
    Picture("opened-card", "", "A contact card over its link", "扫码看联系卡"),
    Picture("board", "commander", "Situation board", "指挥看板", "/board/"),
    Picture("wall", "commander", "Situation screen", "大屏", "/board/?wall=1"),
    Picture("coverage", "commander", "Where visits went", "走访覆盖", "/visits/coverage/"),
    Picture("log", "commander", "Visit log", "走访日志", "/visits/log/"),
    Picture("structure", "commander", "Command structure", "指挥体系", "/teams/structure/"),
    Picture("grid-teams", "commander", "Grid teams", "网格组团", "/teams/grid-teams/"),
    Picture("charges", "commander", "Who answers for whom", "挂钩", "/teams/charges/"),
    Picture("proposals", "commander", "Proposed charges", "挂钩建议", "/teams/proposals/"),
    Picture(
        "officer",
        "commander",
        "An officer's load",
        "人员负荷",
        "/teams/charges/",
        ("main a[href*='/officers/']",),
    ),
    Picture("campaign", "commander", "Campaign and pack", "行动与方案包", "/campaigns/"),
    Picture("plan", "commander", "Plans", "走访计划", "/visits/plan/"),
    Picture("plan-day", "commander", "A day's plan", "当日计划"),
    Picture("plan-stops", "commander", "Its visits with reasons", "走访及理由"),
    Picture("plan-print", "commander", "Its print", "计划打印页"),
    Picture("absences", "commander", "Absences", "人员请假", "/visits/plan/absences/"),
    Picture("what-if", "commander", "What if", "推演", "/visits/plan/what-if/"),
    Picture("robots", "commander", "Group robots", "群机器人", "/outreach/robots/"),
    Picture("service-teams", "commander", "Service teams", "服务专班", "/teams/service/"),
    Picture(
        "service-team",
        "commander",
        "A service team",
        "一个服务专班",
        "/teams/service/",
        ("main h2 a[href^='/teams/service/']",),
    ),
    Picture("stations", "commander", "Stationed officers", "驻企人员", "/teams/stations/"),
    Picture(
        "key-group",
        "commander",
        "A group and its bases",
        "集团与基地",
        "/teams/service/?kind=key",
        ("main h2 a[href^='/visits/groups/']",),
    ),
    Picture("rota", "commander", "Rota of the volunteers", "志愿者排班", "/volunteers/rota/"),
    Picture("shift", "commander", "A shift", "一个班次", "/volunteers/rota/", ("main a.fg-shift",)),
    Picture(
        "rota-proposal", "commander", "Who fills the open places", "补位建议", "/volunteers/rota/proposal/"
    ),
    Picture("volunteers", "commander", "Volunteers", "志愿者", "/volunteers/"),
    Picture("volunteer", "commander", "A volunteer", "一名志愿者", "/volunteers/", ("main tbody a",)),
    Picture("households", "commander", "Households", "住户台账", "/households/"),
    Picture("nobody-missed", "commander", "Nobody missed", "不漏一户", "/visits/households/"),
    Picture("give-households", "commander", "Give households", "分派住户", "/households/give/"),
    Picture("first-contacts", "commander", "First contacts", "首次联系", "/visits/first-contacts/"),
    Picture("look-backs", "commander", "Look-backs", "回头看", "/visits/look-backs/"),
    Picture("phone-rounds", "commander", "Phone rounds", "电话轮访", "/visits/calls/"),
    Picture(
        "phone-round",
        "commander",
        "A phone round",
        "一轮电话走访",
        "/visits/calls/",
        ("main tbody a[href^='/visits/calls/']",),
    ),
    Picture("new-round", "commander", "Begin a round", "发起电话轮访", "/visits/calls/new/"),
    Picture("calls", "commander", "All calls", "电话台账", "/visits/calls/all/"),
    Picture("meetings", "commander", "Consult meetings", "会商会", "/insight/meetings/"),
    Picture(
        "meeting",
        "commander",
        "A consult meeting",
        "一次会商",
        "/insight/meetings/",
        ("main tbody a[href^='/insight/meetings/']",),
    ),
    Picture("late", "commander", "Who is late", "谁超期", "/issues/late/"),
    Picture("filed-twice", "commander", "Filed twice?", "疑似重复诉求", "/issues/duplicates/"),
    Picture("intake", "commander", "Links for asking", "诉求码", "/issues/intake/"),
    Picture(
        "poster", "commander", "Its poster", "诉求码张贴页", "/issues/intake/", ("main a[href$='/poster/']",)
    ),
    Picture("letters", "commander", "Letters of advice", "专业意见书", "/visits/letters/"),
    Picture("area-risks", "commander", "Risk of areas", "区域风险等级", "/campaigns/risks/"),
    Picture("not-taken", "commander", "Forms not taken in", "未收进的表单", "/visits/collect/not-taken/"),
    Picture(
        "received",
        "commander",
        "A form not taken in",
        "一份未收进的表单",
        "/visits/collect/not-taken/",
        ("main tbody a[href*='/not-taken/']",),
    ),
    Picture("completeness", "clerk", "Completeness", "数据完整性", "/completeness/"),
    Picture("ledger", "clerk", "Ledger", "企业台账", "/enterprises/"),
    Picture(
        "ledger-condition", "clerk", "A condition", "条件筛选", "/enterprises/?q=人数 ≥ 100 且 从未走访 = 是"
    ),
    Picture("ledger-empty", "clerk", "No row fits", "没有符合的企业", "/enterprises/?q=人数 ≥ 99999"),
    Picture("import", "clerk", "Import: the file", "导入：选择文件", "/enterprises/import/"),
    Picture("import-columns", "clerk", "Import: the columns", "导入：对应列"),
    Picture("import-check", "clerk", "Import: the check", "导入：检查"),
    Picture("place", "clerk", "Place an enterprise", "定位企业", "/enterprises/place/"),
    Picture("duplicates", "clerk", "Duplicates", "疑似重复", "/enterprises/duplicates/"),
    Picture("risk-lists", "clerk", "Risk lists", "负面清单", "/enterprises/risk-lists/"),
    Picture("indicators", "clerk", "Indicators", "指标", "/insight/indicators/"),
    Picture("indicator", "clerk", "One indicator", "单项指标", "/insight/indicators/resumption/"),
    Picture("reports", "clerk", "Daily reports", "每日上报", "/resumption/"),
    Picture("briefs", "clerk", "Briefs", "日报", "/insight/briefs/"),
    Picture("brief", "clerk", "A brief", "一期日报"),
    Picture("cards", "clerk", "Contact cards", "联系卡批量打印", "/visits/cards/"),
    Picture("wrong-numbers", "clerk", "Wrong numbers", "错号处理", "/visits/calls/numbers/"),
    Picture("visits", "clerk", "All visits", "走访台账", "/visits/all/"),
    Picture("my-villages", "grid_lead", "My villages", "我的村居", "/my-grid/"),
    Picture("issues", "grid_lead", "Issues", "问题台账", "/issues/"),
    Picture("issue", "grid_lead", "One issue", "一个问题", "/my-grid/", (ISSUE,)),
    Picture("dossier", "grid_lead", "Dossier", "企业档案", "/my-grid/", ("main a[href^='/dossier/']",)),
    Picture(
        "register",
        "grid_lead",
        "Its register of visits",
        "企业走访登记册",
        "/visits/all/",
        ("main tbody a[href^='/visits/']", "main a[href$='/register/']"),
    ),
    Picture(
        "sheet",
        "grid_lead",
        "Three lists on one sheet",
        "三张清单",
        "/my-grid/",
        (ISSUE, "main a[href*='/sheet/']"),
    ),
    Picture("my-day", "instructor", "My day", "我的一天", "/visits/my-day/"),
    Picture("my-route", "instructor", "My route", "我的路线", "/visits/my-day/map/"),
    Picture("visit", "instructor", "A visit", "一次走访", "/visits/my-day/", (VISIT,)),
    Picture("visit-plain", "instructor", "Its simple form", "简易表单"),
    Picture(
        "record",
        "instructor",
        "The record of a visit",
        "走访记录",
        "/visits/my-day/",
        ("main a.fg-item[href^='/visits/']:not([href*='/at/'])",),
    ),
    Picture("compose-letter", "instructor", "Write a letter", "写意见书"),
    Picture("letter", "instructor", "A letter of advice", "一份意见书"),
    Picture("on-phone", "instructor", "On this phone", "本机待发", "/visits/my-day/phone/"),
    Picture("my-log", "instructor", "My work log", "我的工作日志", "/visits/log/mine/"),
    Picture("manual", "instructor", "Technical manual", "技术手册", "/visits/manual/"),
    Picture(
        "manual-chapter",
        "instructor",
        "A chapter",
        "手册的一章",
        "/visits/manual/",
        ("main a.fg-item[href^='/visits/manual/']",),
    ),
    Picture("collect", "instructor", "Connect ODK Collect", "连接ODK Collect", "/visits/collect/"),
    Picture("calendar", "instructor", "My visits in a calendar", "日历订阅", "/visits/calendar/"),
    Picture("my-number", "instructor", "My number on cards", "联系卡上的号码", "/visits/my-number/"),
    Picture("my-enterprises", "liaison", "My enterprises", "我的企业", "/my-enterprises/"),
    Picture(
        "report", "liaison", "A day's report", "代企业上报", "/my-enterprises/", ("main a[href*='/report/']",)
    ),
    Picture("call", "liaison", "A call", "一通电话"),
    Picture("my-households", "liaison", "My households", "我的住户", "/visits/my-households/"),
    Picture("my-issues", "department_officer", "Handed to me", "交办给我的问题", "/issues/mine/"),
    Picture("my-enterprise", "enterprise_contact", "My enterprise", "我的企业", "/my-enterprise/"),
    Picture(
        "request",
        "enterprise_contact",
        "A request",
        "提诉求",
        "/my-enterprise/",
        ("main a[href$='/ask/']", "main a[href^='?kind=']"),
    ),
    Picture(
        "own-request",
        "enterprise_contact",
        "What became of it",
        "诉求进展",
        "/my-enterprise/",
        ("main a[href^='/issues/']",),
    ),
    Picture(
        "contact-card",
        "enterprise_contact",
        "Contact card",
        "联系卡",
        "/my-enterprise/",
        ("main a[href$='/card/']",),
    ),
    Picture("postings", "administrator", "Postings", "任职", "/access/postings/"),
    Picture("new-posting", "administrator", "A new posting", "新任职", "/access/postings/new/"),
    Picture("view-as", "administrator", "View as somebody else", "以他人身份查看", "/access/view-as/"),
    Picture("roles", "administrator", "Roles", "角色权限", "/access/roles/"),
    Picture("clients", "administrator", "Programs (Open311)", "接入程序", "/issues/clients/"),
    Picture("areas", "administrator", "Areas", "区域", "/territory/areas/"),
    Picture(
        "area",
        "administrator",
        "One area",
        "单个区域",
        "/territory/areas/",
        ("main tbody a[href*='/areas/']",),
    ),
    Picture("reveals", "privacy_officer", "Who looked at what", "查看记录", "/access/reveals/"),
)


def small(content: bytes) -> bytes:
    """The same picture in as many colours as fit into the limit; without loss but for the colours."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    packed = io.BytesIO()
    for colours in (192, 96, 48):
        packed = io.BytesIO()
        fewer = picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        fewer.convert("RGB").save(packed, "WEBP", lossless=True, quality=60, method=4)
        if packed.tell() <= MOST_BYTES:
            break
    return packed.getvalue()


def place_of(folder: Path, width: int, name: str) -> Path:
    """Where the picture of a page at this width stands."""
    return folder / str(width) / f"{name}.webp"


def gallery() -> str:
    """The page of all pictures by role, as docs/pictures.md has it."""
    lines = [
        "# Pictures of every page 各页面截图",
        "",
        "Written by `make pictures`: the demo town on phones (390 px), desks (1440 px) and wall screens (1920 px).",
        "Press a picture for its full size.",
    ]
    for role, (english, chinese) in ROLES.items():
        lines += ["", f"## {english} {chinese}"]
        for one in ALBUM:
            if one.role == role:
                lines += [
                    "",
                    f"**{one.english}** {one.chinese}",
                    "",
                    "".join(_shown(one, size[0]) for size in SIZES),
                ]
    return "\n".join(lines) + "\n"


def _shown(one: Picture, width: int) -> str:
    """One picture, small, as a link to itself."""
    path = f"pictures/{width}/{one.name}.webp"
    alt = f"{one.english}, {width} px"
    return f'<a href="{path}"><img src="{path}" width="{SHOWN[width]}" alt="{alt}" align="top"></a> '
