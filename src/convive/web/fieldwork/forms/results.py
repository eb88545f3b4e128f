"""Forms of the pages on evidence, export and follow-up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.web.fieldwork.actions.export import FORMATS, REASONS
from convive.web.fieldwork.models import Campaign
from convive.web.staff.forms import CodeField, StaffForm


class ExportForm(StaffForm):
    """Which file, and whether with personal columns."""

    texts = "fieldwork_results.export"

    format = CodeField(FORMATS, words="fieldwork_results.format", widget=forms.RadioSelect)
    with_personal = forms.BooleanField(required=False)
    reason = CodeField(REASONS, words="fieldwork_results.reason", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where personal columns are wanted."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("with_personal") and not cleaned.get("reason"):
            self.add_error("reason", ValidationError("", code="needed"))
        if not cleaned.get("with_personal"):
            cleaned["reason"] = ""
        return cleaned


class RoundForm(StaffForm):
    """Which earlier round is looked at, and whether raters are the same people."""

    texts = "fieldwork_results.round"

    before = forms.ChoiceField()
    same_raters = forms.BooleanField(required=False)

    def __init__(self, *args: Any, rounds: list[Campaign], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["before"].choices = [(one.code, one.title) for one in rounds]  # type: ignore[attr-defined]
