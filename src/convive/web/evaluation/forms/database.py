"""What the lists of evaluations are narrowed to, and the questions of the guide to designs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from convive.core.evaluation.chooser import StudyFacts
from convive.core.model import Verdict
from convive.core.strategy.practice import ResultStrength
from convive.core.strategy.vocabulary import Topic
from convive.web.evaluation.selectors.database import OPEN, RUNNING, Asked
from convive.web.staff.forms import CodeField, StaffForm
from convive.web.workspace.secrecy import strategies_of

STATES = (OPEN, RUNNING, Verdict.WORKED, Verdict.DID_NOT_WORK, Verdict.HARMFUL, Verdict.CANNOT_TELL)
CHOSEN = ("counts", "other", "unknown")


class DatabaseForm(StaffForm):
    """Narrows the lists; what is not understood narrows nothing."""

    texts = "evaluation_page.filter"

    text = forms.CharField(max_length=100, required=False)
    state = CodeField([str(one) for one in STATES], words="evaluation_page.state", required=False)
    strategy = forms.ChoiceField(required=False)
    topic = CodeField([one.value for one in Topic], words="plan.topic", required=False)
    strength = CodeField(
        [one.value for one in ResultStrength], words="shelf.strength", required=False
    )

    def __init__(self, *args: Any, account: Any, language: str, **options: Any) -> None:
        super().__init__(*args, language=language, **options)
        first = self.fields["state"].choices[0]  # type: ignore[attr-defined]
        self.fields["strategy"].choices = [  # type: ignore[attr-defined]
            first, *strategies_of(account).values_list("code", "title")
        ]  # fmt: skip

    def asked(self) -> Asked:
        """Return what was asked for."""
        self.is_valid()
        names = ("text", "state", "strategy", "topic", "strength")
        return Asked(**{name: self.cleaned_data.get(name) or "" for name in names})


def _count(most: int = 1000, start: int = 0) -> forms.IntegerField:
    return forms.IntegerField(min_value=0, max_value=most, initial=start)


class GuideForm(StaffForm):
    """Eleven short questions about what a town has."""

    texts = "evaluation_page.guide_form"

    outcome = CodeField(("counts", "survey"), words="evaluation_page.guide_outcome")
    months_before = _count(240, 24)
    months_after = _count(120, 12)
    n_areas = _count(20_000, 20)
    n_treated = _count(20_000, 2)
    n_comparison = _count(20_000, 8)
    n_buffer = _count(20_000)
    n_before = _count(10_000_000, 100)
    n_comparison_before = _count(10_000_000, 400)
    chosen = CodeField(CHOSEN, words="evaluation_page.chosen")
    same_start = forms.BooleanField(required=False, initial=True)
    breaks = forms.BooleanField(required=False)
    waves_before = _count(50)
    waves_after = _count(50)
    dose = forms.BooleanField(required=False)

    @classmethod
    def asked(cls, said: QueryDict, language: str) -> GuideForm:
        """Return the questions with what an address says; what it leaves out is taken as usual."""
        if not set(said) & set(cls.base_fields):
            return cls(None, language=language)
        usual = {
            name: field.initial
            for name, field in cls.base_fields.items()
            if not isinstance(field, forms.BooleanField)
        }
        given = usual | {"outcome": "counts", "chosen": "unknown"}
        return cls(given | dict(said.items()), language=language)

    def facts(self) -> StudyFacts:
        """Return the answers as what the chooser needs to know."""
        said = self.cleaned_data
        numbers = (
            "months_before", "months_after", "n_areas", "n_treated", "n_comparison", "n_buffer",
            "n_before", "n_comparison_before", "waves_before", "waves_after",
        )  # fmt: skip
        is_survey = said["outcome"] == "survey"
        return StudyFacts(
            has_counts=not is_survey, is_survey=is_survey,
            n_starts=1 if said["same_start"] else 2, breaks=int(said["breaks"]),
            doses=3 if said["dose"] else 0,
            chosen_months={"counts": 12, "other": 0, "unknown": None}[said["chosen"]],
            **{name: said[name] for name in numbers},
        )  # fmt: skip
