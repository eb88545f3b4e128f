"""Forms of stakeholders and bodies."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.catalogue.texts import say
from convive.core.strategy.vocabulary import Sector
from convive.web.staff.city import areas_now
from convive.web.staff.forms import CodeField, StaffForm
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import Body, Member, Stakeholder, Written


def _long(**options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False, **options)


class StakeholderForm(WrittenForm):
    """What an organisation does in the partnership and brings to it."""

    texts = "partners.stakeholder"

    part = CodeField(Stakeholder.Part.values, words="partners.part")
    mandate = _long(max_length=2000)
    prerogatives = _long(max_length=2000)
    brings = _long(max_length=2000)
    contact = forms.CharField(max_length=200, required=False)
    checklist = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        if choices:
            self.fields["checklist"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["checklist"]


class OrganisationForm(StaffForm):
    """A new organisation: who it is."""

    texts = "partners.organisation"

    name = forms.CharField(max_length=160)
    sector = CodeField([one.value for one in Sector], words="plan.sector")
    part = CodeField(Stakeholder.Part.values, words="partners.part")


class BodyForm(WrittenForm):
    """A body: what it is called, what it is for, how often it meets."""

    texts = "bodies.body"

    name = forms.CharField(max_length=160)
    kind = CodeField(Body.Kind.values, words="bodies.kind")
    about = _long(max_length=4000)
    area = forms.ChoiceField(required=False)
    every_months = forms.IntegerField(min_value=1, max_value=24)
    is_active = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, language=language, **options)
        areas = areas_now()
        known = list(zip((f"{areas.level}/{one}" for one in areas.ids), areas.names, strict=True))
        here = self._area_of(self.thing)
        if here and here not in dict(known):
            known.append((here, here.partition("/")[2]))
        blank = ("", say("form.no_choice", language))
        self.fields["area"].choices = [blank, *sorted(known, key=lambda one: one[1])]  # type: ignore[attr-defined]

    def initial_of(self, thing: Written) -> dict[str, Any]:
        return super().initial_of(thing) | {"area": self._area_of(thing)}

    def values(self) -> dict[str, Any]:
        fields = super().values()
        level, _, area_id = fields.pop("area").partition("/")
        return fields | {"level": level, "area_id": area_id}

    @staticmethod
    def _area_of(thing: Any) -> str:
        return f"{thing.level}/{thing.area_id}" if thing is not None and thing.area_id else ""


NO_SEAT = "none"


class SeatsForm(StaffForm):
    """Which organisations have a seat: one choice a row."""

    texts = "bodies.seats"

    def __init__(self, *args: Any, organisations: Any, held: dict[int, str], **options: Any) -> None:  # fmt: skip
        super().__init__(*args, **options)
        for one in organisations:
            field = CodeField([NO_SEAT, *Member.Seat.values], words="bodies.seat")
            field.label, field.label_suffix = one.name, ""
            field.initial = held.get(one.pk, NO_SEAT)
            field.choices = [
                (code, say(f"bodies.seat.{code}", self.page_language)) for code in field.codes
            ]
            self.fields[f"seat_{one.pk}"] = field

    def seats(self) -> dict[int, str]:
        """Return organisation → seat."""
        found = {int(name.removeprefix("seat_")): code for name, code in self.cleaned_data.items()}
        return {pk: code for pk, code in found.items() if code != NO_SEAT}
