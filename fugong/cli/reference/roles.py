"""The page of roles: what each is for, and who may do what."""

from __future__ import annotations

from typing import Any

from django.utils.translation import override

from fugong.access.roles import ROLES, Permission

HEAD = """# Roles (角色与权限)

Generated from `fugong/access/roles.py`; do not edit. A role holds within the area of its posting.

| Role | 中文 | What it is for |
|---|---|---|
"""


def roles() -> str:
    """The page, the same at every run."""
    rows = "".join(
        f"| {_in('en', role.name)} | {_in('zh-hans', role.name)} | {_in('en', role.description)} |\n"
        for role in ROLES.values()
    )
    return HEAD + rows + "\n## Who may do what\n\n" + _matrix()


def _matrix() -> str:
    head = "| Permission | " + " | ".join(_in("en", role.name) for role in ROLES.values()) + " |\n"
    rule = "|---|" + ":-:|" * len(ROLES) + "\n"
    return head + rule + "".join(_row(permission) for permission in Permission)


def _row(permission: Permission) -> str:
    marks = ("●" if permission in role.permissions else "" for role in ROLES.values())
    return f"| `{permission.value}` | " + " | ".join(marks) + " |\n"


def _in(language: str, text: Any) -> str:
    with override(language):
        return str(text)
