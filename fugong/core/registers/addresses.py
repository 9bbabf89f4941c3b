"""The addresses of one register, each bound to its permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from fugong.core.guards import to_login

View = Callable[..., HttpResponse]


def bound(view: View, register: Any, permission: Any) -> View:
    """The view for one register: a stranger signs in first, a colleague without the permission gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return to_login(request)
        if not request.user.has_permission(permission):  # type: ignore[attr-defined]
            raise PermissionDenied
        return view(request, register, *args, **kwargs)

    guarded._fugong_permission = permission  # type: ignore[attr-defined]
    guarded._fugong_register = register.key  # type: ignore[attr-defined]
    return guarded


def patterns(register: Any) -> list[URLPattern]:
    """The pages a register has: always the list, the rest where it declares the permission."""
    from fugong.core.registers import export_views, view_views, views

    def page(route: str, view: View, permission: Any, name: str) -> URLPattern:
        return path(route, bound(view, register, permission), name=name)

    found = [
        page("", views.listing, register.see, "list"),
        page("completion/", views.completion, register.see, "completion"),
        page("map.geojson", views.map_points, register.see, "map"),
        page("views/", view_views.save, register.see, "save-view"),
        page("views/<int:pk>/delete/", view_views.delete, register.see, "delete-view"),
    ]
    if register.create is not None or register.do_create.__func__ is not _base().do_create.__func__:
        found.append(page("new/", views.new, register.edit, "new"))
    if register.correct is not None or register.do_correct.__func__ is not _base().do_correct.__func__:
        found.append(page("<int:pk>/edit/", views.edit, register.edit, "edit"))
    if register.take_out:
        found += [
            page("export/", export_views.export, register.take_out, "export"),
            page("exports/", export_views.exports, register.take_out, "exports"),
            page("exports/<int:pk>/", export_views.fetch, register.take_out, "fetch-export"),
        ]
    if register.importer:
        from fugong.core.imports.addresses import import_patterns

        found += import_patterns(register)
    return [*found, page("<int:pk>/", views.detail, register.see, "detail")]


def _base() -> Any:
    from fugong.core.registers.declaration import Register

    return Register
