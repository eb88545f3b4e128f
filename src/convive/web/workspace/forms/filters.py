"""What lists of actions and findings can be narrowed to."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.catalogue.texts import say
from convive.core.model import FACES, Certainty
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Pillar,
    PreventionLevel,
    Progress,
    Sector,
    TargetGroup,
    Topic,
)
from convive.web.accounts.models import Organisation
from convive.web.staff.audit import all_areas_now
from convive.web.staff.forms import CodeField, StaffForm
from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.tree import Asked


def _codes(words: Any, prefix: str) -> CodeField:
    return CodeField([one.value for one in words], words=f"plan.{prefix}", required=False)


def area_choices() -> list[tuple[str, str]]:
    """Return the areas of the audit as choices, ``level/area``."""
    return [(f"{level}/{area_id}", name) for level, area_id, name in all_areas_now()]


def _any_one(form: StaffForm) -> tuple[str, str]:
    """Let every list begin with "any", and return that choice."""
    any_one = ("", say("plan.any", form.page_language))
    fields: Any = form.fields.values()
    for field in fields:
        if isinstance(field, CodeField):
            field.choices = [any_one, *list(field.choices)[1:]]  # type: ignore[arg-type]
    return any_one


class FilterForm(StaffForm):
    """Narrows the actions of a plan; what is not understood narrows nothing."""

    texts = "plan.field"

    text = forms.CharField(max_length=100, required=False)
    pillar = _codes(Pillar, "pillar")
    level = _codes(PreventionLevel, "level")
    kind = _codes(ActionKind, "kind")
    state = _codes(ActionState, "state")
    light = _codes(Progress, "progress")
    lead = forms.ChoiceField(required=False)
    sector = _codes(Sector, "sector")
    payer = _codes(Sector, "sector")
    area = forms.ChoiceField(required=False)
    group = _codes(TargetGroup, "group")
    challenge = forms.ChoiceField(required=False)
    objective = forms.SlugField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, strategy: Strategy, **options: Any) -> None:
        super().__init__(*args, **options)
        any_one = _any_one(self)
        leads = Organisation.objects.values_list("code", "name")
        self._offer("lead", [any_one, *leads])
        self._offer("area", [any_one, *area_choices()])
        self._offer("challenge", [any_one, *strategy.challenges.values_list("code", "title")])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def asked(self) -> Asked:
        """Return what is asked for."""
        self.is_valid()
        return Asked(**{name: value for name, value in self.cleaned_data.items() if value})


class FindingFilterForm(StaffForm):
    """Narrows the findings."""

    texts = "plan.field"

    face = CodeField([one.value for one in FACES], words="face", required=False)
    certainty = CodeField([one.value for one in Certainty], words="certainty", required=False)
    topic = _codes(Topic, "topic")
    area = forms.ChoiceField(required=False)
    standing = CodeField(("waiting", "in_plan", "set_aside"), words="plan.finding", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        any_one = _any_one(self)
        self.fields["area"].choices = [any_one, *area_choices()]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, str]:
        """Return what is asked for, all names, empty for any."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
