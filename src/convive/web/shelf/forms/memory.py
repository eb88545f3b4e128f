"""What a person completes of an experience: what went wrong, what came of it, how that is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.core.model import Problem
from convive.core.shelf.entry import Entry, ExperienceVerdict
from convive.core.shelf.own_practice import one_line_end
from convive.core.shelf.verdicts import STRENGTHS, WITH_FINDINGS
from convive.core.strategy.practice import ResultStrength
from convive.web.shelf.selectors.memory import OF_EXPERIENCE, OF_LISTS, OF_PRACTICE
from convive.web.staff.forms import CodeField, StaffForm

_LONG, _SHORT = 4000, 900


def _text(rows: int = 4, most: int = _LONG) -> forms.CharField:
    return forms.CharField(
        max_length=most, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


class MemoryForm(StaffForm):
    """An experience, as somebody tells it."""

    texts = "shelf.memory_form"

    verdict = CodeField([one.value for one in ExperienceVerdict], words="shelf.verdict")
    effect = _text()
    strength = CodeField([one.value for one in STRENGTHS], words="shelf.strength", required=False)
    went_wrong = _text()
    would_change = _text()
    summary = _text(3, _SHORT)
    problem = _text(3)
    mechanism = _text(3)
    activities = _text()
    resources = _text(3)
    success_factors = _text(3)
    barriers = _text(3)
    transferability = _text(3)
    sustainability = _text(3)
    number = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, open_verdicts: Iterable[ExperienceVerdict], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["verdict"]
        allowed = {one.value for one in open_verdicts}
        field.choices = [(code, words) for code, words in field.choices if code in allowed]
        self.refused: list[str] = []

    def clean(self) -> dict[str, Any]:
        """Ask for what was found where a verdict rests on it."""
        found = super().clean() or {}
        verdict = found.get("verdict")
        if verdict and ExperienceVerdict(verdict) in WITH_FINDINGS and not found.get("effect"):
            self.add_error("effect", ValidationError("", code="needed"))
        return found

    def said(self) -> dict[str, str]:
        """Return what was written, by field."""
        return {
            name: one_line_end(str(value))
            for name, value in self.cleaned_data.items()
            if name != "number"
        }

    def refuse(self, sentences: Iterable[str]) -> None:
        """Add what came of trying to keep it."""
        self.refused += sentences

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Say for which texts other towns would refuse it."""
        for one in problems:
            field = (one.place.column or "").split(".")
            label = next((self.fields[part].label for part in field if part in self.fields), "")
            params = {**one.data, "part": one.data.get("part", ""), "column": label or field[-1]}
            self.refuse([say(f"problem.{one.code}", self.page_language, **params)])

    def sentences(self, name: str | None = None) -> list[str]:
        """Return what is wrong with a field, or with the form as a whole."""
        return super().sentences(name) + (self.refused if name is None else [])


def initial_of(entry: Entry, number: int, language: str) -> dict[str, Any]:
    """Return what a form shows of a draft."""
    practice, told = entry.practice, entry.experiences[0]
    found: dict[str, Any] = {name: getattr(practice, name) for name in OF_PRACTICE}
    found |= {name: "\n".join(getattr(practice, name)) for name in OF_LISTS}
    found |= {name: getattr(told, name) for name in OF_EXPERIENCE}
    summary = practice.summary.get(told.language) or practice.summary.get(language, "")
    strength = practice.results.strength
    return found | {
        "summary": summary, "verdict": told.verdict.value, "effect": told.effect,
        "strength": strength.value if strength is not ResultStrength.NONE_REPORTED else "",
        "number": number,
    }  # fmt: skip
