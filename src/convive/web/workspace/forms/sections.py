"""Forms of the plan: strategy, challenge, objective, action; an action is filled in by sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    GenderLens,
    Pillar,
    PreventionLevel,
    TargetGroup,
    TimeOfDay,
    Topic,
)
from convive.web.accounts.models import Organisation
from convive.web.staff.fields import NumberField
from convive.web.staff.forms import CodeField, CodesField, DayField, StaffForm
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import Challenge, KeptFinding, Objective, Strategy, Written
from convive.web.workspace.selectors.findings import kept_sentence

LOGIC = ("problem", "inputs", "activities", "outputs", "outcomes", "impact", "assumptions")


def long_text(most: int, *, rows: int = 4) -> forms.CharField:
    """Return a field for a longer text."""
    return forms.CharField(
        required=False, max_length=most, widget=forms.Textarea(attrs={"rows": rows})
    )


class PlanForm(WrittenForm):
    """A form of a part of the plan; all share one set of labels."""

    texts = "plan.field"


class StrategyForm(PlanForm):
    """A strategy."""

    title = forms.CharField(max_length=200)
    from_year = forms.IntegerField(min_value=1990, max_value=2100)
    until_year = forms.IntegerField(min_value=1990, max_value=2100)
    currency = forms.CharField(min_length=3, max_length=3)
    about = long_text(8000)

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if not (code.isascii() and code.isalpha()):
            raise ValidationError("", code="currency")
        return code

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if (found.get("from_year") or 0) > (found.get("until_year") or 9999):
            self.add_error("until_year", ValidationError("", code="before_start"))
        return found


class StrategyStateForm(PlanForm):
    """What a strategy becomes, and why."""

    state = CodeField(Strategy.State.values, words="plan.strategy_state")
    note = forms.CharField(max_length=400)

    def values(self) -> dict[str, Any]:
        return {"state": self.cleaned_data["state"]}


class ChallengeForm(PlanForm):
    """A challenge."""

    title = forms.CharField(max_length=200)
    topic = CodeField([one.value for one in Topic], words="plan.topic")
    about = long_text(8000)
    position = forms.IntegerField(min_value=0, max_value=100_000, required=False)

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or 0


class ObjectiveForm(PlanForm):
    """An objective."""

    title = forms.CharField(max_length=200)
    about = long_text(8000)
    challenge = forms.ModelChoiceField(Challenge.objects.none(), required=False)

    def __init__(self, *args: Any, strategy: Strategy, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.thing is None:
            del self.fields["challenge"]
        else:
            self.fields["challenge"].queryset = strategy.challenges.all()  # type: ignore[attr-defined]
            self.fields["challenge"].required = True


class NewActionForm(PlanForm):
    """A short first form; the rest is filled in on the page of the action."""

    title = forms.CharField(max_length=200)
    kind = CodeField([one.value for one in ActionKind], words="plan.kind")
    pillar = CodeField([one.value for one in Pillar], words="plan.pillar")
    level = CodeField([one.value for one in PreventionLevel], words="plan.level")
    lead = forms.ModelChoiceField(Organisation.objects.none(), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in {"lead", "partners"} & set(self.fields):
            _organisations(self.fields[name], self.thing)


def _organisations(field: forms.Field, thing: Written | None) -> None:
    """Offer the organisations that are in use, and those that are named already."""
    kept = getattr(thing, "lead_id", None) or 0
    found = Organisation.objects.filter(is_active=True) | Organisation.objects.filter(pk=kept)
    if thing is not None:
        found = found | Organisation.objects.filter(actions=thing.pk)
    field.queryset = found.distinct()  # type: ignore[attr-defined]


class BasicsForm(NewActionForm):
    """What an action is."""

    lead = None  # type: ignore[assignment]
    about = long_text(8000, rows=6)
    objective = forms.ModelChoiceField(Objective.objects.none())
    field_order = ("title", "about", "kind", "pillar", "level", "objective")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        strategy = getattr(self.thing, "strategy_id", None)
        self.fields["objective"].queryset = Objective.objects.filter(  # type: ignore[attr-defined]
            challenge__strategy=strategy
        )


class WhomForm(PlanForm):
    """For whom, at which times, and how women, men and others were thought of."""

    groups = CodesField([one.value for one in TargetGroup], words="plan.group", required=False)
    times = CodesField([one.value for one in TimeOfDay], words="plan.time", required=False)
    gender_lens = CodeField(
        [one.value for one in GenderLens], words="plan.gender_question", widget=forms.RadioSelect
    )
    gender_note = long_text(2000)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        says = found.get("gender_lens") in {GenderLens.RESPONSIVE, GenderLens.TRANSFORMATIVE}
        if says and not found.get("gender_note") and "gender_note" not in self.errors:
            self.add_error("gender_note", ValidationError("", code="say_how"))
        return found


class WhoForm(PlanForm):
    """Who leads, who takes part."""

    lead = forms.ModelChoiceField(Organisation.objects.none(), required=False)
    partners = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("lead", "partners"):
            _organisations(self.fields[name], self.thing)


class WhenForm(PlanForm):
    """From when until when, and how much of it."""

    starts_on = DayField(required=False)
    ends_on = DayField(required=False)
    dose_unit = forms.CharField(max_length=60, required=False)
    dose_planned = NumberField(least=0, required=False)
    diary_days = forms.IntegerField(min_value=1, max_value=366)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        start, end = found.get("starts_on"), found.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", ValidationError("", code="before_start"))
        if found.get("dose_planned") is not None and not found.get("dose_unit"):
            self.add_error("dose_unit", ValidationError("", code="required"))
        return found


class LogicForm(PlanForm):
    """Why it should work, in six steps and what they rest on."""

    texts = "plan.logic"

    problem, inputs, activities, outputs, outcomes, impact, assumptions = (
        long_text(2000, rows=3) for _ in LOGIC
    )

    def initial_of(self, thing: Written) -> dict[str, Any]:
        return dict(getattr(thing, "logic", {}))

    def values(self) -> dict[str, Any]:
        found = super().values()
        return {"logic": {name: found[name] for name in LOGIC if found.get(name)}}


class EvidenceForm(PlanForm):
    """What speaks for it: findings, and what is known from elsewhere."""

    evidence = forms.ModelMultipleChoiceField(
        KeptFinding.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence_note = long_text(4000)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        strategy = getattr(self.thing, "strategy_id", None)
        kept = KeptFinding.objects.filter(
            challenges__strategy=strategy
        ) | KeptFinding.objects.filter(actions__strategy=strategy)
        field: Any = self.fields["evidence"]
        field.queryset = kept.distinct()
        field.label_from_instance = lambda one: kept_sentence(one, self.page_language)


class ActionStateForm(PlanForm):
    """What an action becomes, and why."""

    state = CodeField([one.value for one in ActionState], words="plan.state")
    note = forms.CharField(max_length=400)

    def values(self) -> dict[str, Any]:
        return {"state": self.cleaned_data["state"]}


class ReasonForm(StaffForm):
    """Why something is left aside."""

    texts = "plan.field"
    reason = forms.CharField(max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.problems: list[str] = []

    def problem(self, sentence: str) -> None:
        """Add what came of trying."""
        self.problems.append(sentence)

    def sentences(self, name: str | None = None) -> list[str]:
        """Return what is wrong with a field, or with the form as a whole."""
        return super().sentences(name) + (self.problems if name is None else [])
