"""Forms of the diary: an entry, and what the list is narrowed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.core.strategy.ledger import UNKNOWN
from convive.core.strategy.vocabulary import Delivery, Obstacle, TargetGroup
from convive.web.accounts.models import Organisation
from convive.web.staff.fields import NumberField
from convive.web.staff.forms import CodeField, DayField, StaffForm
from convive.web.workspace.actions.diary import Told
from convive.web.workspace.actions.keyed import is_key
from convive.web.workspace.models import Action, DiaryEntry
from convive.web.workspace.selectors.diary import AskedEntries

USUAL_GROUPS = (TargetGroup.WOMEN, TargetGroup.MEN, TargetGroup.YOUNG_PEOPLE)
LONGEST_NOTE = 400
MOST_PEOPLE = 1_000_000
FIRST_DAY = date(2000, 1, 1)


def groups_for(action: Action, kept: Mapping[str, int] | None = None) -> list[str]:
    """Return the groups that an entry of an action may count, "unknown" last."""
    named = [one for one in action.groups if one != TargetGroup.EVERYBODY]
    codes = [*named, *(one.value for one in USUAL_GROUPS), *(kept or {})]
    return [*dict.fromkeys(code for code in codes if code != UNKNOWN), UNKNOWN]


class KeyedForm(StaffForm):
    """A form whose sheet has a key, so that what is sent twice is kept once."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["key"] = forms.CharField(max_length=36, widget=forms.HiddenInput, label="")

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not is_key(key):
            raise ValidationError("", code="key")
        return key


class DiaryForm(KeyedForm):
    """What was done; the first tap chooses `delivery`, the rest may stay empty."""

    texts = "diary.field"

    delivery = CodeField(
        [one.value for one in Delivery], words="diary.tap", widget=forms.RadioSelect
    )
    on = DayField()
    organisation = forms.ChoiceField()
    amount = NumberField(least=0, required=False)
    obstacle = CodeField([one.value for one in Obstacle], words="plan.obstacle", required=False)
    note = forms.CharField(
        required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, action: Action, organisations: Sequence[Organisation], today: date,
        **options: Any,
    ) -> None:  # fmt: skip
        self.action, self.today = action, today
        super().__init__(*args, **options)
        self.fields["amount"].language = self.page_language  # type: ignore[attr-defined]
        self._say_unit()
        self._offer(organisations)
        kept = (self.initial or {}).get("reached")
        self.groups = groups_for(action, kept)
        for code in self.groups:
            self.fields[f"reached_{code}"] = self._count_field(code, kept or {})

    @property
    def group_fields(self) -> list[Any]:
        """The fields that count people, as templates draw them."""
        return [self[f"reached_{code}"] for code in self.groups]

    def _say_unit(self) -> None:
        unit = self.action.dose_unit
        if unit:
            self.fields["amount"].label = say("diary.amount_of", self.page_language, unit=unit)

    def _offer(self, organisations: Sequence[Organisation]) -> None:
        self.organisations = {one.code: one for one in organisations}
        if len(organisations) == 1:
            del self.fields["organisation"]
            return
        field: Any = self.fields["organisation"]
        field.choices = [(one.code, one.name) for one in organisations]

    def _count_field(self, code: str, kept: Mapping[str, int]) -> forms.Field:
        words = "diary.unknown_group" if code == UNKNOWN else f"plan.group.{code}"
        return forms.IntegerField(
            required=False, min_value=0, max_value=MOST_PEOPLE, initial=kept.get(code),
            label=say(words, self.page_language), label_suffix="",
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )  # fmt: skip

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > self.today:
            raise ValidationError("", code="future")
        if day < FIRST_DAY:
            raise ValidationError("", code="long_ago")
        return day

    def told(self) -> Told:
        """Return what was said."""
        found = self.cleaned_data
        counts = {code: found.get(f"reached_{code}") for code in self.groups}
        code = found.get("organisation") or next(iter(self.organisations))
        return Told(
            organisation=self.organisations[code],
            on=found["on"],
            delivery=Delivery(found["delivery"]),
            amount=found["amount"],
            reached={code: n for code, n in counts.items() if n is not None},
            obstacle=Obstacle(found["obstacle"]) if found["obstacle"] else None,
            note=found["note"],
        )


def values_of(entry: DiaryEntry) -> dict[str, Any]:
    """Return what a form that puts an entry right begins with."""
    names = ("delivery", "on", "amount", "obstacle", "note", "reached")
    found = {name: getattr(entry, name) for name in names}
    return found | {"organisation": entry.organisation.code}


class EntryFilterForm(StaffForm):
    """Narrows the list of entries; what is not understood narrows nothing."""

    texts = "diary.filter"

    text = forms.CharField(max_length=100, required=False)
    organisation = forms.ChoiceField(required=False)
    since = DayField(required=False)
    until = DayField(required=False)
    delivery = CodeField([one.value for one in Delivery], words="plan.delivery", required=False)
    obstacle = CodeField([one.value for one in Obstacle], words="plan.obstacle", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        any_one = ("", say("plan.any", self.page_language))
        rows = Organisation.objects.values_list("code", "name")
        self.fields["organisation"].choices = [any_one, *rows]  # type: ignore[attr-defined]
        for name in ("delivery", "obstacle"):
            field: Any = self.fields[name]
            field.choices = [any_one, *list(field.choices)[1:]]

    def asked(self) -> AskedEntries:
        """Return what is asked for."""
        self.is_valid()
        return AskedEntries(**{name: value for name, value in self.cleaned_data.items() if value})
