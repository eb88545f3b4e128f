"""Forms about places."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.app.fieldwork.place_list import CODE, LONGEST_NAME, MOST_BYTES, read_position
from convive.web.fieldwork.selectors.places import known_codes
from convive.web.staff.forms import CodeField, StaffForm

MOST_DRAWN = 2_000


class PlaceForm(StaffForm):
    """Name and position of a place."""

    texts = "places.place"

    name = forms.CharField(max_length=LONGEST_NAME)
    latitude = forms.CharField(
        max_length=24, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    longitude = forms.CharField(
        max_length=24, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        longitude, latitude, problem = read_position(
            str(found.get("longitude", "")).strip(), str(found.get("latitude", "")).strip()
        )
        if problem:
            self.add_error("latitude", forms.ValidationError("", code=problem.lower()))
        return found | {"longitude": longitude, "latitude": latitude}


class NewPlaceForm(PlaceForm):
    """A place with its code, which stays."""

    code = forms.CharField(max_length=40)
    field_order = ("code", "name", "latitude", "longitude")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not CODE.fullmatch(code):
            raise forms.ValidationError("", code="code")
        if known_codes([code]):
            raise forms.ValidationError("", code="code_taken")
        return code


class EditPlaceForm(PlaceForm):
    """A place that is there; it may be switched off."""

    is_active = forms.BooleanField(required=False)


class PlaceListForm(StaffForm):
    """A list of places, pasted or as a file."""

    texts = "places.list"

    pasted = forms.CharField(
        required=False, max_length=MOST_BYTES, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )  # fmt: skip
    file = forms.FileField(
        required=False, widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError("", code="list_too_large")
        return file

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not found.get("pasted", "").strip() and not found.get("file"):
            self.add_error("pasted", forms.ValidationError("", code="nothing"))
        return found

    def content(self) -> bytes | str:
        """Return what was given; the file if both were."""
        file = self.cleaned_data.get("file")
        content: bytes | str = file.read(MOST_BYTES + 1) if file else self.cleaned_data["pasted"]
        return content


class DrawForm(StaffForm):
    """Points drawn in the areas of the city."""

    texts = "places.draw"

    how = CodeField(("random", "grid"), words="places.draw.how")
    n_per_area = forms.IntegerField(min_value=1, max_value=50, required=False)
    spacing = forms.IntegerField(min_value=50, max_value=5_000, required=False)
    stem = forms.CharField(max_length=8)
    seed = forms.IntegerField(min_value=0, max_value=999_999_999)
    areas = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["areas"].choices = choices  # type: ignore[attr-defined]

    def clean_stem(self) -> str:
        stem: str = self.cleaned_data["stem"].strip()
        if not CODE.fullmatch(stem):
            raise forms.ValidationError("", code="code")
        return stem

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        needed = {"random": "n_per_area", "grid": "spacing"}.get(found.get("how", ""), "how")
        if needed not in self.errors and found.get(needed) is None:
            self.add_error(needed, forms.ValidationError("", code="required"))
        return found
