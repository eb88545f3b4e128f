"""Forms of projects for places and of who answers for areas."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.web.accounts.models import Organisation
from convive.web.staff.audit import all_areas_now, standings_now
from convive.web.staff.fields import MoneyField, NumberField
from convive.web.staff.forms import CodeField, DayField
from convive.web.workspace.actions.places import Seen
from convive.web.workspace.forms.diary import FIRST_DAY, KeyedForm
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import PlaceProject, PlaceRecord, Strategy


class PlaceForm(WrittenForm):
    """A project for a place."""

    texts = "places_work.field"

    name = forms.CharField(max_length=160)
    area = forms.ChoiceField()
    problem = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    started_on = DayField(required=False)
    ended_on = DayField(required=False)
    actions = forms.ModelMultipleChoiceField(
        PlaceProject.actions.through.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, strategy: Strategy, **options: Any) -> None:
        super().__init__(*args, **options)
        areas: Any = self.fields["area"]
        areas.choices = [(f"{level}/{code}", name) for level, code, name in all_areas_now()]
        thing: Any = self.thing
        kept = f"{thing.level}/{thing.area_id}" if thing else ""
        if kept and kept not in dict(areas.choices):
            areas.choices.insert(0, (kept, thing.area_id))
        self.fields["actions"].queryset = self._offered(strategy)  # type: ignore[attr-defined]

    def _offered(self, strategy: Strategy) -> Any:
        """Return the actions at work in the area, and those chosen: a plan may have thousands."""
        area = self.data.get("area") or self.initial.get("area") or ""
        level, _, area_id = str(area).partition("/")
        here = strategy.actions.filter(areas__level=level, areas__area_id=area_id)
        chosen = strategy.actions.filter(places=self.thing.pk) if self.thing else here.none()
        numbers = {*here.values_list("pk", flat=True), *chosen.values_list("pk", flat=True)}
        return strategy.actions.filter(pk__in=numbers)

    def _shown(self, thing: Any, name: str) -> Any:
        return f"{thing.level}/{thing.area_id}" if name == "area" else super()._shown(thing, name)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = found.get("started_on"), found.get("ended_on")
        if first and last and last < first:
            self.add_error("ended_on", ValidationError("", code="before_start"))
        return found

    def values(self) -> dict[str, Any]:
        found = super().values()
        level, _, area_id = found.pop("area").partition("/")
        return found | {"level": level, "area_id": area_id}


class SeenForm(KeyedForm):
    """What was seen or measured at a place."""

    texts = "places_work.seen"

    when = CodeField(PlaceRecord.When.values, words="places_work.when")
    on = DayField()
    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    measure = forms.CharField(
        max_length=120, required=False, widget=forms.TextInput(attrs={"list": "measures"})
    )
    value = NumberField(required=False)
    n = forms.IntegerField(min_value=1, max_value=10_000_000, required=False)
    source = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, **options)
        self.fields["value"].language = self.page_language  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not FIRST_DAY <= day <= self.today:
            raise ValidationError("", code="future" if day > self.today else "long_ago")
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("value") is not None and not found.get("measure"):
            self.add_error("measure", ValidationError("", code="name_it"))
        return found

    def seen(self) -> Seen:
        """Return what was said."""
        names = ("when", "on", "text", "measure", "value", "n", "source")
        return Seen(**{name: self.cleaned_data[name] for name in names})


class LeadForm(WrittenForm):
    """Who answers for an area in a year."""

    texts = "areas_lead.field"

    organisation = forms.ModelChoiceField(Organisation.objects.none(), empty_label=None)
    contact = forms.CharField(max_length=200, required=False)
    year = forms.IntegerField(min_value=1990, max_value=2100)
    amount = MoneyField()
    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = Organisation.objects.filter(is_active=True)
        if self.thing is not None:
            offered = offered | Organisation.objects.filter(pk=self.thing.organisation_id)  # type: ignore[attr-defined]
            del self.fields["year"]  # another year is another row
        self.fields["organisation"].queryset = offered  # type: ignore[attr-defined]


class NewLeadForm(LeadForm):
    """Gives an area of the level of analysis somebody who answers for it."""

    area = forms.ChoiceField()
    field_order = ("area", "organisation", "contact", "year", "amount", "reason")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        level, _ = standings_now()
        areas = [one for one in all_areas_now() if one[0] == level] or all_areas_now()
        self.areas = {f"{level}/{code}": (level, code, name) for level, code, name in areas}
        choices = [(key, name) for key, (_, _, name) in self.areas.items()]
        self.fields["area"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name != "area"}

    def chosen(self) -> tuple[str, str, str]:
        """Return level, code and name of the area."""
        return self.areas[self.cleaned_data["area"]]
