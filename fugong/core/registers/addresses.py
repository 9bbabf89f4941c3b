"""The addresses of one register, each bound to its permission."""

from typing import Any

from django.urls import URLPattern, path

from fugong.core.guards import View, bound
from fugong.core.imports.addresses import import_patterns
from fugong.core.registers import export_views, view_views, views


def patterns(register: Any) -> list[URLPattern]:
    """The pages a register has: always the list, the rest where it declares the permission."""

    def page(route: str, view: View, permission: Any, name: str) -> URLPattern:
        return path(route, bound(view, register, permission), name=name)

    found = [
        page("", views.listing, register.see, "list"),
        page("completion/", views.completion, register.see, "completion"),
        page("map.geojson", views.map_points, register.see, "map"),
        page("views/", view_views.save, register.see, "save-view"),
        page("views/<int:pk>/delete/", view_views.delete, register.see, "delete-view"),
    ]
    if register.can_create():
        found.append(page("new/", views.new, register.edit, "new"))
    if register.can_correct():
        found.append(page("<int:pk>/edit/", views.edit, register.edit, "edit"))
    if register.take_out:
        found += [
            page("export/", export_views.export, register.take_out, "export"),
            page("exports/", export_views.exports, register.take_out, "exports"),
            page("exports/<int:pk>/", export_views.fetch, register.take_out, "fetch-export"),
        ]
    if register.importer:
        found += import_patterns(register)
    return [*found, page("<int:pk>/", views.detail, register.see, "detail")]
