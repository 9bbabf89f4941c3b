"""The addresses of a register's import."""

from typing import Any

from django.urls import URLPattern, path

from fugong.core.guards import View, bound
from fugong.core.imports import views


def import_patterns(register: Any) -> list[URLPattern]:
    """Upload, the import's own page (columns, check, progress, result), and what one does there."""

    def page(route: str, view: View, name: str) -> URLPattern:
        return path(route, bound(view, register, register.bring_in), name=name)

    return [
        page("import/", views.upload, "import"),
        page("import/<int:pk>/", views.step, "import-step"),
        page("import/<int:pk>/columns/", views.columns, "import-columns"),
        page("import/<int:pk>/start/", views.start, "import-start"),
        page("import/<int:pk>/progress/", views.progress, "import-progress"),
        page("import/<int:pk>/stop/", views.stop, "import-stop"),
        page("import/<int:pk>/undo/", views.undo, "import-undo"),
        page("import/<int:pk>/faulty.xlsx", views.faulty, "import-faulty"),
    ]
