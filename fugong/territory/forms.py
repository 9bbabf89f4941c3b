"""From strings to values, for areas: outlines drawn, pasted or uploaded, and division lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fugong.core.inputs import DayField
from fugong.core.refusals import Refused
from fugong.territory.reading import divisions_of, geojson_of, outline_of


class OutlineForm(forms.Form):
    """An outline, from the drawing, a pasted text or a file."""

    outline = forms.CharField(
        label=_("Outline (GeoJSON)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-outline": ""}),
    )
    file = forms.FileField(label=_("or a GeoJSON file"), required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        file = values.pop("file", None)
        text = values.pop("outline", "")
        if not file and not text:
            self.add_error("outline", _("Draw an outline, paste one or choose a file."))
            return values
        try:
            values["boundary"] = outline_of(file.read() if file else text.encode())
        except Refused as refusal:
            self.add_error("file" if file else "outline", str(refusal))
        return values


class GridForm(OutlineForm):
    name = forms.CharField(label=_("Name of the grid"), max_length=80)
    field_order = ("name", "outline", "file")


class SucceedForm(forms.Form):
    code = forms.CharField(label=_("Official code or number of the area that takes over"), max_length=17)
    on = DayField(label=_("From"))


class DivisionsForm(forms.Form):
    """An official division list as CSV: code, name, level, parent_code."""

    file = forms.FileField(label=_("Division list (CSV: code, name, level, parent_code)"))
    edition = forms.CharField(label=_("Edition"), max_length=20, help_text=_("For example 2019-10-31."))
    on = DayField(label=_("In force from"))

    def clean_file(self) -> Any:
        try:
            return divisions_of(self.cleaned_data["file"].read())
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None


class BoundariesForm(forms.Form):
    """Outlines of many areas as a GeoJSON FeatureCollection with `code` or `name`."""

    file = forms.FileField(label=_("Outlines (GeoJSON FeatureCollection with code or name)"))

    def clean_file(self) -> Any:
        try:
            return geojson_of(self.cleaned_data["file"].read())
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
