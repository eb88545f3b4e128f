"""Forms of plans as files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.web.staff.forms import StaffForm
from convive.web.workspace.models import Strategy

MOST_BYTES = 8 * 1024 * 1024
_ACCEPTED = ".json,.xlsx"


class PlanFileField(forms.FileField):
    """A plan as JSON or workbook."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": _ACCEPTED}), **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        found = super().clean(data, initial)
        if found and found.size > MOST_BYTES:
            raise ValidationError("", code="too_large", params={"most": MOST_BYTES // 1024**2})
        return found


class UploadForm(StaffForm):
    """A file, and into which strategy it goes."""

    texts = "plan.import"
    file = PlanFileField()
    into = forms.ModelChoiceField(
        queryset=Strategy.objects.all(), to_field_name="code", required=False
    )

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, language=language, **options)
        field = self.fields["into"]
        field.empty_label = say("plan.import.as_new", language)  # type: ignore[attr-defined]


class CompareFileForm(StaffForm):
    """A file to hold a plan against."""

    texts = "plan.compare"
    file = PlanFileField()
    a = forms.CharField(max_length=40, widget=forms.HiddenInput)
