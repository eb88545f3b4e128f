"""A correction as an editor writes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.app.corrections import WITHDRAWABLE, Correction, CorrectionKind, Subject
from convive.web.editorial.forms.editions import name_in, site_languages
from convive.web.editorial.selectors.editions import audit_key
from convive.web.staff.audit import findings_now, indicators_now
from convive.web.staff.forms import CodeField, DayField, StaffForm

TEXT = 2000


class CorrectionForm(StaffForm):
    """What was wrong, what is right, and what it is about."""

    texts = "editorial.correction"

    kind = CodeField([str(one) for one in CorrectionKind], words="editorial.kind")
    subject = CodeField([str(one) for one in Subject], words="editorial.subject")
    name = forms.CharField(max_length=200, required=False)
    on = DayField()
    since = forms.RegexField(r"^[0-9a-f]{12}$", required=False)
    until = DayField(required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, language: str, shown: str = "", **options: Any) -> None:
        super().__init__(*args, language=language, **options)
        self.spoken, self.shown = site_languages(), shown
        for code in self.spoken:
            for part in ("wrong", "right"):
                self.fields[f"{part}_{code}"] = forms.CharField(
                    max_length=TEXT, required=False, widget=forms.Textarea(attrs={"rows": 3})
                )
                name_in(self, part, code, "editorial.correction")

    def clean(self) -> dict[str, Any]:
        """Refuse what cannot be withdrawn, what names nothing, and what says nothing."""
        found: dict[str, Any] = super().clean() or {}
        kind, subject, name = (found.get(key, "") for key in ("kind", "subject", "name"))
        if subject == Subject.AUDIT and not name:
            found["name"] = name = self.shown
        if kind == CorrectionKind.WITHDRAWAL and subject and Subject(subject) not in WITHDRAWABLE:
            self.add_error("subject", ValidationError("", code="kept"))
        if subject and not name:
            self.add_error("name", ValidationError("", code="required"))
        elif kind == CorrectionKind.WITHDRAWAL and not self._is_there_already(subject, name):
            found["name"] = _known_name(subject, name)
            if not found["name"]:
                self.add_error("name", ValidationError("", code="unknown"))
        if not any(found.get(f"wrong_{code}") for code in self.spoken):
            self.add_error(f"wrong_{self.spoken[0]}", ValidationError("", code="required"))
        return found

    def _is_there_already(self, subject: str, name: str) -> bool:
        """Tell whether it is still about the same: what stands is no longer in what is shown."""
        before = self.initial.get("subject"), self.initial.get("name")
        return (subject, name) == before

    def correction(self, code: str) -> Correction:
        """Return what was written."""
        told = self.cleaned_data
        texts = {
            part: {
                one: str(told[f"{part}_{one}"]).strip()
                for one in self.spoken
                if str(told[f"{part}_{one}"]).strip()
            }
            for part in ("wrong", "right")
        }
        return Correction(
            id=code, on=told["on"], kind=CorrectionKind(told["kind"]),
            subject=Subject(told["subject"]), name=told["name"], wrong=texts["wrong"],
            right=texts["right"], since=told["since"], until=told["until"],
        )  # fmt: skip


def _known_name(subject: str, name: str) -> str:
    """Return the name of what there is to withdraw, empty where there is nothing of that name."""
    if subject == Subject.AUDIT:
        return audit_key(name)
    if subject == Subject.INDICATOR:
        return name if name in indicators_now() else ""
    if subject == Subject.FINDING:
        return name if name in {row["finding_id"] for row in findings_now()} else ""
    return name


def initial_of(one: Correction) -> dict[str, Any]:
    """Return what stands in the form of a correction that is there already."""
    texts = {
        f"{part}_{code}": text
        for part in ("wrong", "right")
        for code, text in getattr(one, part).items()
    }
    return texts | {
        "kind": one.kind.value, "subject": one.subject.value, "name": one.name, "on": one.on,
        "since": one.since, "until": one.until,
    }  # fmt: skip
