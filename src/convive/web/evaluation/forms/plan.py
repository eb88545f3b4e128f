"""The form in which the plan of an evaluation is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.core.evaluation.estimate import Design
from convive.core.evaluation.study import EARLIEST, LATEST, Looks, Outcome, Split, Study
from convive.web.evaluation.selectors.engine import next_door
from convive.web.evaluation.selectors.prefill import areas_at, measured_now, useful_of
from convive.web.staff.forms import CodeField, CodesField, DayField, StaffForm

CHOSEN = ("counts", "other", "unknown")
PROCESS = "process"
"""Asked for instead of a design: only delivery is looked at."""
SPLITS = (Split.DAYPART, Split.AREA, Split.GENDER, Split.AGE)
"""Counts are told apart by part of the day, answers of surveys by gender and age."""


class SeveralField(forms.MultipleChoiceField):
    """Boxes to tick; what is sent twice was ticked once."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """Return what was ticked, each once."""
        return list(dict.fromkeys(super().to_python(value)))


class PlanForm(StaffForm):
    """Where, when, what is to change, what must not get worse, how it will be looked at."""

    texts = "evaluation_page.form"

    treated = SeveralField()
    starts_on = DayField()
    months_before = forms.IntegerField(min_value=6, max_value=120)
    months_after = forms.IntegerField(min_value=3, max_value=60)
    outcome = forms.ChoiceField()
    useful = forms.IntegerField(min_value=1, max_value=90)
    more = SeveralField(required=False)
    harms = SeveralField()
    comparison = SeveralField(required=False)
    watch_next_door = forms.BooleanField(required=False)
    chosen = CodeField(CHOSEN, words="evaluation_page.chosen")
    chosen_months = forms.IntegerField(min_value=1, max_value=120, required=False)
    design = CodeField(
        [*(one.value for one in Design), PROCESS], words="evaluation.design", required=False
    )
    early_look = DayField(required=False)
    splits = CodesField(
        [one.value for one in SPLITS], words="evaluation_page.split", required=False
    )
    dose_unit = forms.CharField(max_length=60, required=False)
    note = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, study: Study, language: str, **options: Any) -> None:
        options.setdefault("initial", filled_from(study))
        super().__init__(*args, language=language, **options)
        self.study = study
        areas = areas_at(study.level)
        names = [(one, say(f"indicator.{one}", language)) for one in measured_now()]
        for name, choices in (
            ("treated", areas), ("comparison", areas), ("outcome", names), ("more", names),
            ("harms", names),
        ):  # fmt: skip
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself."""
        found = super().clean() or {}
        if set(found.get("treated", ())) & set(found.get("comparison", ())):
            self.add_error("comparison", ValidationError("", code="both"))
        if found.get("chosen") == "counts" and not found.get("chosen_months"):
            self.add_error("chosen_months", ValidationError("", code="required"))
        wanted = {found.get("outcome"), *found.get("more", ())}
        if wanted & set(found.get("harms", ())):
            self.add_error("harms", ValidationError("", code="both"))
        self._check_days(found)
        starts, early = found.get("starts_on"), found.get("early_look")
        if starts and early and not starts < early < _end(starts, found.get("months_after") or 0):
            self.add_error("early_look", ValidationError("", code="outside"))
        return found

    def _check_days(self, found: dict[str, Any]) -> None:
        for name in ("starts_on", "early_look"):
            if (day := found.get(name)) and not EARLIEST <= day < LATEST:
                self.add_error(name, ValidationError("", code="far"))

    def planned(self) -> Study:
        """Return the plan that was written; its designs are those asked for, or none."""
        found = self.cleaned_data
        study = replace(
            self.study,
            outcomes=tuple(_outcomes(found)),
            designs=_designs(found),
            treated=tuple(found["treated"]),
            comparison=tuple(found["comparison"]),
            starts_on=found["starts_on"],
            starts_later={},
            months_before=found["months_before"],
            months_after=found["months_after"],
            chosen_months=_chosen_months(found),
            looks=_looks(found),
            splits=tuple(Split(one) for one in found["splits"]),
            dose_unit=found["dose_unit"],
            note=found["note"],
            process_only=found["design"] == PROCESS,
        )
        ring = next_door(study) if found["watch_next_door"] else ()
        comparison = tuple(one for one in study.comparison if one not in ring)
        return replace(study, buffer=ring, comparison=comparison)


def _designs(found: dict[str, Any]) -> tuple[Design, ...]:
    """Return the design of the verdict; beside it the dose, where the work is to be counted."""
    if found["design"] in {"", PROCESS}:
        return ()
    main = Design(found["design"])
    return (main, Design.DOSE) if found["dose_unit"] and main is not Design.DOSE else (main,)


class ChangeForm(PlanForm):
    """The same after the plan was laid down, with the reason."""

    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


def filled_from(study: Study) -> dict[str, Any]:
    """Return what the form says of a plan."""
    primary = study.primary
    wanted = [one.indicator_id for one in study.outcomes if not one.is_harm]
    return {
        "treated": study.treated, "comparison": study.comparison, "starts_on": study.starts_on,
        "months_before": study.months_before, "months_after": study.months_after,
        "outcome": primary.indicator_id if primary else "",
        "useful": round(abs(primary.useful)) if primary else 10, "more": wanted[1:],
        "harms": [one.indicator_id for one in study.outcomes if one.is_harm],
        "watch_next_door": bool(study.buffer) or not study.designs,
        "chosen": _chosen(study), "chosen_months": study.chosen_months or None,
        "design": _design(study),
        "early_look": study.looks.on[0] if study.looks and len(study.looks.on) > 1 else None,
        "splits": list(study.splits), "dose_unit": study.dose_unit, "note": study.note,
    }  # fmt: skip


def _design(study: Study) -> str:
    if study.process_only:
        return PROCESS
    return study.designs[0].value if study.designs else ""


def _chosen(study: Study) -> str:
    if study.chosen_months is None:
        return "unknown"
    return "counts" if study.chosen_months else "other"


def _chosen_months(found: dict[str, Any]) -> int | None:
    if found["chosen"] == "unknown":
        return None
    return int(found["chosen_months"]) if found["chosen"] == "counts" else 0


def _outcomes(found: dict[str, Any]) -> Iterable[Outcome]:
    size = float(found["useful"])
    wanted = dict.fromkeys([found["outcome"], *found["more"]])
    yield from (Outcome(one, useful_of(one, size)) for one in wanted)
    yield from (Outcome(one, useful_of(one, size), is_harm=True) for one in found["harms"])


def _looks(found: dict[str, Any]) -> Looks | None:
    if not found["early_look"]:
        return None
    return Looks((found["early_look"], _end(found["starts_on"], found["months_after"])))


def _end(starts: date, months: int) -> date:
    """Return the first day after the time that is looked at."""
    month = starts.year * 12 + starts.month - 1 + months + (starts.day > 1)
    return date(month // 12, month % 12 + 1, 1)
