"""Sections of an action (and targets of objectives) that hold rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.core.strategy.model import Figure
from convive.core.strategy.vocabulary import Sector
from convive.web.staff.audit import all_areas_now, area_name, indicators_now
from convive.web.staff.fields import MoneyField, NumberField
from convive.web.staff.forms import CodeField, DayField
from convive.web.workspace.forms.rows import RowsForm
from convive.web.workspace.models import Action, Written
from convive.web.workspace.selectors.figures import (
    NO_FIGURE,
    figure_as_json,
    figure_now,
    figure_of_json,
)

Fields = Mapping[str, Callable[[], forms.Field]]
_ONE_TO_THREE = ("1", "2", "3")


class BudgetForm(RowsForm):
    """Planned money, year by year, and who pays."""

    texts = "plan.field"
    rows_name = "budget"
    row_fields: ClassVar[Fields] = {
        "year": lambda: forms.IntegerField(min_value=1990, max_value=2100),
        "amount": MoneyField,
        "payer": lambda: CodeField([one.value for one in Sector], words="plan.sector"),
        "note": lambda: forms.CharField(max_length=200),
    }
    row_required = ("year", "amount", "payer")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if isinstance(self.thing, Action):
            for number in range(self.n_rows):
                field = self.fields[self._name(number, "amount")]
                field.label = f"{field.label} ({self.thing.strategy.currency})"


class MilestonesForm(RowsForm):
    """Dates by which something is to be done."""

    texts = "plan.field"
    rows_name = "milestones"
    row_fields: ClassVar[Fields] = {
        "title": lambda: forms.CharField(max_length=200),
        "due": DayField,
        "done_on": DayField,
    }
    row_required = ("title", "due")


class RisksForm(RowsForm):
    """What could go wrong."""

    texts = "plan.field"
    rows_name = "risks"
    row_fields: ClassVar[Fields] = {
        "text": lambda: forms.CharField(max_length=400),
        "likelihood": lambda: CodeField(_ONE_TO_THREE, words="plan.degree"),
        "impact": lambda: CodeField(_ONE_TO_THREE, words="plan.degree"),
        "answer": lambda: forms.CharField(max_length=400),
    }
    row_required = ("text", "likelihood", "impact")

    def clean_row(self, number: int, row: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        numbers = {name: int(row[name] or 0) for name in ("likelihood", "impact")}
        return row | numbers


def _key(level: str, area_id: str) -> str:
    return f"{level}/{area_id}"


class AreasForm(RowsForm):
    """Where: areas of the city, to tick, and spots with a name of their own."""

    texts = "plan.field"
    rows_name = "areas"
    row_fields: ClassVar[Fields] = {"name": lambda: forms.CharField(max_length=160)}

    ticked = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = {_key(level, area): name for level, area, name in all_areas_now()}
        kept = self._kept_areas()
        choices = {**{key: name for key, name in kept.items() if key not in known}, **known}
        self.fields["ticked"].choices = list(choices.items())  # type: ignore[attr-defined]
        self._names = choices

    def initial_of(self, thing: Written) -> dict[str, Any]:
        return {"ticked": [_key(one.level, one.area_id) for one in self._areas(thing)]}

    def rows_of(self, thing: Written) -> list[dict[str, Any]]:
        rows = getattr(thing, self.rows_name).all()
        return [{"name": one.name} for one in rows if not one.area_id]

    def _areas(self, thing: Written | None) -> list[Any]:
        rows = getattr(thing, self.rows_name).all() if thing is not None else ()
        return [one for one in rows if one.area_id]

    def _kept_areas(self) -> dict[str, str]:
        return {_key(one.level, one.area_id): one.name for one in self._areas(self.thing)}

    def values(self) -> dict[str, Any]:
        found = super().values()
        kept = self._kept_areas()
        ticked = [
            dict(zip(("level", "area_id"), key.split("/", 1), strict=True))
            | {"name": kept.get(key) or self._names[key]}
            for key in found["ticked"]
        ]
        spots = [{"level": "", "area_id": "", "name": row["name"]} for row in found["areas"]]
        return {"areas": ticked + spots}


class TargetsForm(RowsForm):
    """What is to change, measured by indicators of the audit."""

    texts = "plan.field"
    rows_name = "targets"
    row_fields: ClassVar[Fields] = {
        "indicator_id": forms.ChoiceField,
        "area": forms.ChoiceField,
        "direction": lambda: CodeField(("down", "up", "hold"), words="plan.direction"),
        "value": NumberField,
        "due": DayField,
    }
    row_required = ("indicator_id", "area", "direction")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language, blank = self.page_language, ("", say("form.no_choice", self.page_language))
        indicators = [(one, say(f"indicator.{one}", language)) for one in self._indicators()]
        for number in range(self.n_rows):
            self._offer(number, "indicator_id", [blank, *indicators])
            self._offer(number, "area", [blank, *self._area_choices()])

    def _offer(self, number: int, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[self._name(number, name)].choices = choices  # type: ignore[attr-defined]

    def _indicators(self) -> list[str]:
        """Return the indicators of the audit, and those that a target names already."""
        known = list(indicators_now())
        return known + sorted({one.indicator_id for one in self._kept()} - set(known))

    def _area_choices(self) -> list[tuple[str, str]]:
        known = {_key(level, area): name for level, area, name in all_areas_now()}
        kept = {
            _key(one.level, one.area_id): area_name(one.level, one.area_id) for one in self._kept()
        }
        return list((known | {key: name for key, name in kept.items() if key not in known}).items())

    def _kept(self) -> list[Any]:
        return list(getattr(self.thing, self.rows_name).all()) if self.thing is not None else []

    def rows_of(self, thing: Written) -> list[dict[str, Any]]:
        return [
            {"indicator_id": one.indicator_id, "area": _key(one.level, one.area_id),
             "direction": one.direction, "value": one.value, "due": one.due}
            for one in getattr(thing, self.rows_name).all()
        ]  # fmt: skip

    def clean_row(self, number: int, row: dict[str, Any]) -> dict[str, Any]:
        """Freeze the baseline of a new target; one that is there keeps its own."""
        level, _, area_id = str(row.pop("area") or "").partition("/")
        row |= {"level": level, "area_id": area_id}
        if not (area_id and row["indicator_id"]):
            return row
        kept = self.baseline_of(row["indicator_id"], level, area_id)
        figure = kept or figure_now(row["indicator_id"], level, area_id)
        if figure == NO_FIGURE:
            self.add_error(self._name(number, "area"), ValidationError("", code="no_figure"))
        return row | {"baseline": figure_as_json(figure)}

    def baseline_of(self, indicator_id: str, level: str, area_id: str) -> Figure | None:
        """Return the baseline that a target of the thing has kept; None for a new target."""
        for one in self._kept():
            if (one.indicator_id, one.level, one.area_id) == (indicator_id, level, area_id):
                return figure_of_json(one.baseline)
        return None
