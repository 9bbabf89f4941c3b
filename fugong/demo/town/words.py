"""Short word lists of the generator: trades, suffixes, invented syllables. No place and no person is real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade word as it stands in names, with its section and division of GB/T 4754-2017 and its weight."""

    word: str
    section: str
    division: str
    weight: float


@dataclass(frozen=True, slots=True)
class Line:
    """A group of sections with its share of the town's firms and the suffixes its names carry."""

    name: str
    share: float
    trades: tuple[Trade, ...]
    suffixes: tuple[tuple[str, float], ...]


def _trades(text: str) -> tuple[Trade, ...]:
    rows = (row.split() for row in text.strip().splitlines())
    return tuple(Trade(word, code[0], code[1:], float(weight)) for word, code, weight in rows)


_FIRM = (
    ("有限公司", 86.0),
    ("公司", 4.0),
    ("分公司", 4.0),
    ("有限责任公司", 3.0),
    ("股份有限公司", 1.0),
    ("服务部", 2.0),
)
_MAKER = (("有限公司", 71.0), ("厂", 25.0), ("公司", 2.0), ("股份有限公司", 1.5), ("分公司", 0.5))
_SHOP = (("有限公司", 62.0), ("经营部", 13.0), ("店", 14.0), ("公司", 4.0), ("商行", 7.0))

# Shares after a manufacturing town: two thirds make things, a tenth trades, a twentieth is banks.
LINES: tuple[Line, ...] = (
    Line(
        "manufacturing",
        0.67,
        _trades("""
五金 C33 16
金属制品 C33 9
铝业 C32 4
不锈钢 C33 4
塑料 C29 9
塑胶 C29 3
电器 C38 8
电缆 C38 2
机械 C34 7
机电 C34 3
模具 C35 4
家具 C21 5
木业 C20 2
陶瓷 C30 3
玻璃 C30 2
化工 C26 3
涂料 C26 1
纺织 C17 3
针织 C17 2
服装 C18 4
鞋业 C19 2
箱包 C19 1
包装 C22 4
印刷 C23 2
食品 C14 2
饮料 C15 0.5
电子 C39 4
仪表 C40 0.7
汽配 C36 2
玩具 C24 1
药业 C27 0.5
再生资源 C42 0.7
"""),
        _MAKER,
    ),
    Line(
        "trade",
        0.10,
        _trades("贸易 F51 5\n商贸 F51 3\n建材 F51 1.5\n百货 F52 1\n超市 F52 1\n药房 F52 0.6"),
        _SHOP,
    ),
    Line(
        "finance",
        0.05,
        _trades("农商银行 J66 5\n村镇银行 J66 2\n保险 J68 1\n小额贷款 J66 0.4"),
        (("支行", 72.0), ("营业部", 16.0), ("分理处", 12.0)),
    ),
    Line("technology", 0.037, _trades("科技 M75 5\n软件 I65 1\n网络 I64 1.5\n检测 M74 0.8"), _FIRM),
    Line("services", 0.033, _trades("咨询 L72 3\n广告 L72 3\n物业 K70 2.5\n劳务 L72 1.5\n投资 L72 2"), _FIRM),
    Line("construction", 0.028, _trades("建筑 E47 3\n装饰 E50 4\n安装 E49 1"), _FIRM),
    Line("real estate", 0.018, _trades("房地产 K70 4\n置业 K70 1"), _FIRM),
    Line("transport", 0.02, _trades("运输 G54 3\n物流 G58 3\n仓储 G59 1"), _FIRM),
    Line("food and lodging", 0.018, _trades("餐饮 H62 4\n酒店 H61 1\n饭店 H62 2"), _SHOP),
    Line(
        "farming",
        0.016,
        _trades("农业 A01 4\n养殖 A03 2\n水产 A04 2\n园林 A02 1"),
        (("有限公司", 55.0), ("专业合作社", 38.0), ("农场", 7.0)),
    ),
    Line("other", 0.01, _trades("汽修 O81 3\n医疗 Q84 1\n教育 P83 1\n文化 R88 1"), _SHOP),
)

INDUSTRIAL_SECTIONS = frozenset("BCD")
COMMERCIAL_SECTIONS = frozenset("FHGILMKOPQRJ")
LABOUR_INTENSIVE_DIVISIONS = frozenset({"17", "18", "19", "21", "24", "39"})
CONSTANT_TEMPERATURE_DIVISIONS = frozenset({"14", "15", "17", "23", "27", "39", "40"})

# Two of these make the invented part of a firm's name. Chance can still hit a real pair, which is one more
# reason why every credit code is impossible.
FIRM_SYLLABLES = tuple(
    "煜沐霁衡屹澜昶岑骁缙翊铄翎朔昱晟曦琰珩瑾璟璞磊稷穗筠箐纬绮翰耘苒茗荟菡葳蓁蔚蕴薇谦迦逸遒郁郅钧钰铎"
)
STREET_SYLLABLES = tuple("稻穗谷粟耕耘垄畦蓑笠犁耙杵臼筐篓")
STREET_KINDS = ("路", "街", "大道")

# Surnames are crops and fruit that serve as no surname, so nobody takes these people for real ones.
SURNAMES = tuple("稻粟黍藕菱柚橙棉荞荠椰榛梾柠枇芋")
GIVEN_FIRST = tuple("一二三四五六七八九十百千万初再阿小大")
GIVEN_SECOND = tuple("苗芽叶花果穗根枝藤秧垛筐篮斗升畦")

POSTS = ("法定代表人", "总经理", "厂长", "行政主管", "安全主管", "办公室主任")
VAGUE_ADDRESSES = (
    "工业区内{n}栋",
    "厂房{n}号",
    "老供销社对面",
    "国道旁",
    "市场内{n}档",
    "大桥脚下{n}号",
    "原中学旧址",
    "桥头第{n}间",
    "加油站后面",
    "自编{n}号",
)
MEASURES: tuple[tuple[str, str, float], ...] = (
    ("masks", "全员佩戴口罩", 0.93),
    ("temperature", "进门测温", 0.90),
    ("disinfection", "每日消毒", 0.82),
    ("ventilation", "开窗通风", 0.74),
    ("registration", "人员登记", 0.70),
    ("staggered-dining", "错峰就餐", 0.38),
    ("isolation-room", "设隔离观察室", 0.31),
    ("staggered-shifts", "错峰上下班", 0.24),
)
# Ten kinds of weakness, in the order in which negative lists are usually numbered.
TRAITS = (
    "weak-responsibility",
    "labour-intensive",
    "enclosed-premises",
    "constant-temperature",
    "staff-with-symptoms",
    "complex-origins",
    "short-of-supplies",
    "many-earlier-problems",
    "crude-emergency-plan",
    "crowded-dormitories",
)
