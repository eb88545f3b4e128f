"""Forms about paper sheets."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.app.fieldwork.paper_forms import LARGEST_NUMBER, MOST_SHEETS
from convive.catalogue.texts import languages
from convive.web.staff.forms import CodeField, StaffForm


class PrintForm(StaffForm):
    """Which sheets to print."""

    texts = "paper.print"

    language = CodeField(languages(), words="language")
    first = forms.IntegerField(min_value=1, max_value=LARGEST_NUMBER - MOST_SHEETS)
    sheets = forms.IntegerField(min_value=1, max_value=MOST_SHEETS)
    is_large = forms.BooleanField(required=False)

    def __init__(self, *args: Any, codes: tuple[str, ...] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["language"]
        if codes:
            field.choices = [choice for choice in field.choices if choice[0] in codes]


class NumberForm(StaffForm):
    """The number on a sheet."""

    texts = "paper.enter"

    number = forms.IntegerField(
        min_value=1, max_value=LARGEST_NUMBER,
        widget=forms.NumberInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )  # fmt: skip

    @staticmethod
    def refusal(code: str) -> forms.ValidationError:
        """Return why a sheet cannot be typed in, as an error of the number."""
        return forms.ValidationError("", code=code)


class DoubleForm(StaffForm):
    """How many sheets are typed twice."""

    texts = "paper.double"

    share = forms.IntegerField(min_value=0, max_value=100)
