"""Where each role begins, and the situation board."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from fugong.access.permitted import permitted, signed_in
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.desk.navigation import HOMES
from fugong.desk.queries.board import board as board_of
from fugong.desk.queries.board import trend as trend_of
from fugong.insight.places import asking_of, place_context, place_query


@methods("GET")
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the person's first role."""
    for role in request.user.roles:  # type: ignore[union-attr]
        target = HOMES.get(role.key, role.home)
        if target != "desk:home":
            return redirect(target)
    return render(request, "desk/no_posting.html")


@methods("GET")
@permitted(P.SEE_BOARD)
def board(request: HttpRequest) -> HttpResponse:
    """The situation board of an area (`?area=`) and a day (`?on=`); `?wall=1` for the big screen."""
    asking = asking_of(request)
    is_wall = bool(request.GET.get("wall"))
    shown = board_of(asking, theme="dark" if is_wall else "")
    query = place_query(asking)
    context = {
        "board": shown,
        "wall_url": f"{request.path}?{query}&{urlencode({'wall': 1})}",
        "desk_url": f"{request.path}?{query}",
        **place_context(request, asking),
    }
    return render(request, "desk/board_wall.html" if is_wall else "desk/board.html", context)


@methods("GET")
@permitted(P.SEE_BOARD)
def trend(request: HttpRequest) -> HttpResponse:
    """The board's lines, fetched after the page: each day is a pass over the rows."""
    return render(request, "desk/trend.html", {"spec": trend_of(asking_of(request))})
