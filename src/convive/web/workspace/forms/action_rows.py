"""Sections of an action (and targets of objectives) that hold rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.core.collation import collation_key
from convive.core.model import Face
from convive.core.strategy.model import Figure
from convive.core.strategy.vocabulary import Sector
from convive.web.staff.audit import all_areas_now, area_name, faces_now, level_names_now
from convive.web.staff.fields import MoneyField, NumberField
from convive.web.staff.forms import CodeField, DayField
from convive.web.workspace.clock import today
from convive.web.workspace.forms.rows import RowsForm
from convive.web.workspace.models import Action, Objective, Strategy, Written
from convive.web.workspace.selectors.figures import (
    NO_FIGURE,
    figure_as_json,
    figure_now,
    figure_of_json,
)
from convive.web.workspace.selectors.proposals import (
    findings_behind,
    proposed_places,
    proposed_target,
)

Fields = Mapping[str, Callable[[], forms.Field]]
Choices = list[Any]
"""Pairs of value and words, or of a group and its pairs."""
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
    cells_alone = frozenset({"year"})

    def next_row(
        self, thing: Written | None, rows: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, Any]:
        """Propose the first year of the plan, from this one on, that has no money yet."""
        if not isinstance(thing, Action):
            return {}
        taken = {str(row["year"]) for row in rows}
        return {"year": _free_year(thing.strategy, taken)}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if isinstance(self.thing, Action):
            for number in range(self.n_rows):
                field = self.fields[self._name(number, "amount")]
                field.label = f"{field.label} ({self.thing.strategy.currency})"


def _free_year(strategy: Strategy, taken: set[str]) -> int:
    """Return the current year within a plan or, where that has its line, the next one without."""
    this_year = min(max(today().year, strategy.from_year), strategy.until_year)
    years = range(this_year, strategy.until_year + 1)
    return next((year for year in years if str(year) not in taken), this_year)


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


@dataclass(frozen=True, slots=True)
class TickGroup:
    """Areas to tick; without a name they are shown at once."""

    name: str
    ticks: list[Any]

    @property
    def is_open(self) -> bool:
        """Whether one of them is ticked."""
        return any(one.data["selected"] for one in self.ticks)


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
        named = self._propose()
        first = {key: kept.get(key) or known[key] for key in (*kept, *named)}
        self._first = frozenset(first)
        self._names = first | {key: name for key, name in known.items() if key not in first}
        self.fields["ticked"].choices = list(self._names.items())  # type: ignore[attr-defined]

    @property
    def tick_groups(self) -> list[TickGroup]:
        """The ticks as templates draw them: what is chosen or proposed and the city, then by level.

        A large city has many hundred areas: a level stays closed until somebody opens it.
        """
        ticks = {str(one.data["value"]): one for one in self["ticked"].subwidgets}
        near = [key for key in ticks if key in self._first or key.startswith("city/")]
        groups = [TickGroup("", [ticks.pop(key) for key in near])]
        for level, name in level_names_now(self.page_language).items():
            found = [one for key, one in ticks.items() if key.startswith(f"{level}/")]
            if found:
                groups.append(TickGroup(name, found))
        return groups

    def _propose(self) -> list[str]:
        """Tick the areas of the findings where nothing is kept yet; return them."""
        if not isinstance(self.thing, Action):
            return []
        places = proposed_places(findings_behind(self.thing))
        keys = [_key(one.level, one.area_id) for one in places]
        if not self.is_bound and not self.thing.areas.exists():
            self.initial["ticked"] = keys
            self.proposed_by = [one.finding for one in places]
        return keys

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

    def __init__(self, data: Any = None, *, thing: Written | None = None, **options: Any) -> None:
        self.behind = findings_behind(thing) if isinstance(thing, Objective | Action) else []
        super().__init__(data, thing=thing, **options)
        blank = ("", say("form.no_choice", self.page_language))
        indicators = [blank, *self._indicator_choices()]
        areas = [blank, *self._area_choices()]
        for number in range(self.n_rows):
            self._offer(number, "indicator_id", indicators)
            self._offer(number, "area", areas)

    def next_row(
        self,
        thing: Written | None,  # noqa: ARG002
        rows: Sequence[Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        """Take the first target over from the findings."""
        one = None if rows else proposed_target(self.behind)
        if one is None:
            return {}
        self.proposed_by = [one.finding]
        area = _key(one.level, one.area_id)
        return {"indicator_id": one.indicator_id, "area": area, "direction": one.direction}

    def _offer(self, number: int, name: str, choices: Choices) -> None:
        self.fields[self._name(number, name)].choices = choices  # type: ignore[attr-defined]

    def _indicator_choices(self) -> Choices:
        """Return those of the findings first, then face by face, by name."""
        faces = faces_now()
        named = dict.fromkeys(i for one in self.behind for i in one.row["indicator_ids"] or ())
        gone = sorted({one.indicator_id for one in self._kept()} - set(faces))
        parts = {"plan.indicators_of_findings": [one for one in named if one in faces]} | {
            f"face.{face}": [i for i, own in faces.items() if own == face and i not in named]
            for face in Face
        } | {"plan.indicators_gone": gone}  # fmt: skip
        return [
            (say(key, self.page_language), self._named(some)) for key, some in parts.items() if some
        ]

    def _named(self, indicators: Iterable[str]) -> list[tuple[str, str]]:
        rows = [(one, say(f"indicator.{one}", self.page_language)) for one in indicators]
        return sorted(rows, key=lambda row: collation_key(row[1]))

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
