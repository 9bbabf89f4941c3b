"""The named cast: two towns of one city, their people and their firms.

East Bridge (东桥镇) has two villages, Willow (柳村) and Pine (松村), and a development park. Its sister town West Bridge
(西桥镇) has a path that begins with the same characters: whoever compares paths carelessly shows one town to the other.

* Zhou 周 commands East Bridge; Chen 陈 is its statistics clerk; Sun 孙 works in its health department.
* Wang 王 leads Willow's grid; Li 李 is the health instructor posted there; He 何 is a liaison officer of Willow.
* Feng 冯 is the instructor posted to Pine, Li's colleague.
* Zhao 赵 is an instructor of West Bridge: a stranger to East Bridge's rows.
* Gao 高 commands the whole city. Shen 沈 is the administrator, Mo 莫 the privacy officer. Bai 白 has no posting.
* Qian 钱 speaks for the large firm.

The large firm (above-scale, 412 people, Willow), the small firm (12 people, Willow), the crowded firm (dormitory of 40
places with 60 people, Pine), the unplaced firm (vague address, Pine), the far firm (West Bridge).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from fugong.access.models import Posting, User
from fugong.campaigns.models import Campaign, PackRelease
from fugong.enterprises.models import Contact, Enterprise
from fugong.territory.models import Area

FIRST_DAY = date(2020, 2, 10)
TODAY = date(2020, 2, 19)
NOW = datetime(2020, 2, 19, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai

PASSWORD = "willow-and-pine-2020"

AREAS = [  # key, parent, kind, name, path, (longitude, latitude)
    ("city", None, "city", "临川示例市", "9/", (113.0, 23.0)),
    ("county", "city", "county", "桥南区", "9/1/", (113.0, 23.0)),
    ("town", "county", "town", "东桥镇", "9/1/4/", (113.0, 23.0)),
    ("west_town", "county", "town", "西桥镇", "9/1/41/", (113.2, 23.0)),
    ("willow", "town", "village", "柳村", "9/1/4/1/", (113.01, 23.01)),
    ("pine", "town", "village", "松村", "9/1/4/2/", (112.99, 23.01)),
    ("park", "town", "park", "科创园", "9/1/4/3/", (113.0, 22.99)),
    ("willow_grid", "willow", "grid", "柳村一格", "9/1/4/1/1/", (113.01, 23.015)),
    ("far_village", "west_town", "village", "渡口村", "9/1/41/1/", (113.21, 23.0)),
]

PEOPLE = [  # key, name, role, area key, department
    ("zhou", "周总", "commander", "town", ""),
    ("chen", "陈统计", "clerk", "town", ""),
    ("sun", "孙科长", "department_officer", "town", "health"),
    ("wang", "王网格", "grid_lead", "willow", ""),
    ("li", "李指导", "instructor", "willow", ""),
    ("he", "何联络", "liaison", "willow", ""),
    ("feng", "冯指导", "instructor", "pine", ""),
    ("zhao", "赵指导", "instructor", "west_town", ""),
    ("gao", "高总", "commander", "city", ""),
    ("shen", "沈管理", "administrator", "city", ""),
    ("mo", "莫隐私", "privacy_officer", "town", ""),
    ("qian", "钱厂长", "enterprise_contact", "town", ""),
    ("bai", "白某", None, None, ""),
]


@dataclass
class Town:
    """The cast by name: `town.li`, `town.willow`, `town.large_firm`; `town.campaign` is the campaign they are in."""

    campaign: Campaign
    areas: dict[str, Area] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    firms: dict[str, Enterprise] = field(default_factory=dict)
    now: datetime = NOW
    today: date = TODAY

    def __getattr__(self, name: str) -> Any:
        for group in ("areas", "people", "firms"):
            members = self.__dict__.get(group, {})
            if name in members:
                return members[name]
        raise AttributeError(name)


def build(pack: dict[str, Any]) -> Town:
    """Put the whole cast into the database; `pack` is the content of the campaign's pack.

    The release gets a copy: a test that changes its pack changes no other test's.
    """
    areas = build_areas()
    release = PackRelease.objects.create(
        slug="test", version="1", digest="test", content=deepcopy(pack), loaded_at=NOW
    )
    campaign = Campaign.objects.create(
        name="东桥镇复工",
        release=release,
        area=areas["town"],
        starts_on=FIRST_DAY,
        status="running",
        frozen_on=TODAY,
        frozen_at=timezone.now(),
    )
    town = Town(campaign=campaign, areas=areas, people=build_people(areas))
    town.firms = build_firms(town)
    Contact.objects.create(
        enterprise=town.large_firm,
        campaign_id=campaign.pk,
        user=town.qian,
        name="钱厂长",
        duty="厂长",
        phone="10000001234",
        from_on=FIRST_DAY,
    )
    return town


def build_areas() -> dict[str, Area]:
    areas: dict[str, Area] = {}
    for key, parent, kind, name, path, (longitude, latitude) in AREAS:
        areas[key] = Area.objects.create(
            kind=kind,
            name=name,
            path=path,
            depth=path.count("/"),
            parent=areas.get(parent or ""),
            longitude=longitude,
            latitude=latitude,
        )
    return areas


def build_people(areas: dict[str, Area]) -> dict[str, User]:
    people: dict[str, User] = {}
    for key, name, role, area, department in PEOPLE:
        user = User(login=key, name=name, department=department, is_administrator=role == "administrator")
        user.set_password(PASSWORD) if key == "li" else user.set_unusable_password()
        user.save()
        if role:
            Posting.objects.create(user=user, role=role, area=areas[area], from_on=FIRST_DAY)
        people[key] = user
    return people


def build_firms(town: Town) -> dict[str, Enterprise]:
    large = firm(town, "东桥大同五金厂有限公司", "willow", size="above-scale", headcount=412, is_key=True)
    crowded = firm(town, "松村顺达制衣厂", "pine", headcount=85, dormitory_people=60, dormitory_places=40)
    return {
        "large_firm": large,
        "small_firm": firm(town, "柳村便民小吃店", "willow", headcount=12),
        "crowded_firm": crowded,
        "unplaced_firm": firm(town, "松村永兴木器店", "pine", headcount=7, place=False, address="东桥镇"),
        "far_firm": firm(town, "西桥渡口船厂", "far_village", headcount=120),
    }


def firm(town: Town, name: str, area: str, *, place: bool = True, **values: Any) -> Enterprise:
    """One enterprise of the cast; `values` overrides any field."""
    where = town.areas[area]
    position = (
        {"longitude": where.longitude, "latitude": where.latitude, "position_source": "imported"}
        if place
        else {}
    )
    return Enterprise.objects.create(
        campaign=town.campaign,
        area=where,
        name=name,
        normalised_name=name,
        created_at=NOW,
        **(position | values),
    )
