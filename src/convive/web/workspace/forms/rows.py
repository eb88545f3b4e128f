"""Forms with rows that one adds and takes away, without JavaScript.

The rows are plain fields of the form, ``budget-0-year``; how many there are is sent along. The
button *add a row* (``add_row``), one beside each row (``remove_row``) and *look* (``look``) send
the form without saving it: it comes back as it was typed. Rows that are blank are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from convive.catalogue.texts import has_text, say
from convive.web.staff.forms import CodeField, Worded, worded_choices
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import KeptFinding, Written
from convive.web.workspace.selectors.findings import kept_sentence

MOST_ROWS = 60
RESHAPE = ("add_row", "remove_row", "look")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 4


class RowsForm(WrittenForm):
    """A form over one field that holds rows; `row_fields` makes the fields of a row."""

    rows_name: ClassVar[str] = ""
    row_fields: ClassVar[Mapping[str, Callable[[], forms.Field]]] = {}
    row_required: ClassVar[tuple[str, ...]] = ()
    cells_alone: ClassVar[frozenset[str]] = frozenset()
    """Cells that are proposed in the last row: with nothing but these it is blank."""

    def __init__(self, data: Any = None, *, thing: Written | None = None, **options: Any) -> None:
        self.said: list[Any] = []  # what a page tells of each row
        self.proposed_by: list[KeptFinding] = []  # what was not typed but taken over from these
        self.is_reshaping = data is not None and any(name in data for name in RESHAPE)
        data = self._reshaped(data, thing) if data is not None else None
        super().__init__(data, thing=thing, **options)
        rows = self._rows_at_first(thing) if data is None else [{}] * self._count(data)
        self.n_rows = len(rows)
        for number, row in enumerate(rows):
            self._add_row(number, row)
        self._speak()
        if self.is_reshaping:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}

    def _rows_at_first(self, thing: Written | None) -> list[Mapping[str, Any]]:
        kept = self.rows_of(thing) if thing is not None else []
        return [*kept, self.next_row(thing, kept)]

    def rows_of(self, thing: Written) -> list[dict[str, Any]]:
        """Return the rows of a thing as the form shows them."""
        rows = getattr(thing, self.rows_name).all()
        return [{name: getattr(row, name) for name in self.row_fields} for row in rows]

    def next_row(
        self,
        thing: Written | None,  # noqa: ARG002
        rows: Sequence[Mapping[str, Any]],  # noqa: ARG002
    ) -> Mapping[str, Any]:
        """Return what a row after some others begins with."""
        return {}

    def is_ready(self) -> bool:
        """Tell whether the form was sent to be saved, and nothing is wrong with it."""
        return not self.is_reshaping and super().is_ready()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as templates draw them."""
        return [
            {
                "number": number,
                "number_shown": number + 1,
                "cells": [self[self._name(number, one)] for one in self.row_fields],
                "said": self.said[number] if number < len(self.said) else None,
            }
            for number in range(self.n_rows)
        ]

    @property
    def proposed_from(self) -> list[str]:
        """The findings from which something was taken over, in words."""
        known = {one.finding_id: one for one in self.proposed_by}.values()
        return [kept_sentence(one, self.page_language) for one in known]

    @property
    def plain_fields(self) -> list[Any]:
        """The visible fields that belong to no row."""
        prefix = f"{self.rows_name}-"
        return [one for one in self.visible_fields() if not one.name.startswith(prefix)]

    def typed(self, number: int, name: str) -> Any:
        """Return what stands in a cell, as it was typed."""
        bound = self[self._name(number, name)]
        return bound.value()

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not _is_number(str(self.data.get(self._n_name, ""))):
            # Half a form must not take rows away that it did not show.
            self.add_error(None, ValidationError("", code="invalid"))
        rows = []
        for number in range(self.n_rows):
            row = {name: found.pop(self._name(number, name), None) for name in self.row_fields}
            if not self._is_blank(number):
                self._ask_for(number, row)
                rows.append(self.clean_row(number, row))
        return found | {self.rows_name: rows}

    def clean_row(self, number: int, row: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Return a row as it is kept; raise nothing, but add errors to its fields."""
        return row

    def _ask_for(self, number: int, row: Mapping[str, Any]) -> None:
        for name in self.row_required:
            field = self._name(number, name)
            if row[name] in (None, "") and field not in self.errors:
                self.add_error(field, ValidationError("", code="required"))

    def _is_blank(self, number: int) -> bool:
        alone = self.cells_alone if number == self.n_rows - 1 else frozenset()
        names = [name for name in self.row_fields if name not in alone]
        return not any(self.data.get(self._name(number, name), "").strip() for name in names)

    def _add_row(self, number: int, row: Mapping[str, Any]) -> None:
        for name, make in self.row_fields.items():
            field, key = make(), f"{self.texts}.{name}"
            field.required = False
            field.label, field.label_suffix = say(key, self.page_language), ""
            if number:  # so that the summary of what is wrong tells rows apart
                field.label = f"{field.label} {number + 1}"
            if number == 0 and has_text(f"{key}.hint"):
                field.help_text = say(f"{key}.hint", self.page_language)
            if isinstance(field, CodeField):
                field.choices = worded_choices(field, self.page_language)
            field.initial = row.get(name)
            self.fields[self._name(number, name)] = field

    def _name(self, number: int, name: str) -> str:
        return f"{self.rows_name}-{number}-{name}"

    def _count(self, data: Any) -> int:
        return min(self._told(data), MOST_ROWS)

    def _told(self, data: Any) -> int:
        """Return how many rows were sent, whatever was told of their number."""
        numbers = [name.split("-")[1] for name in data if name.startswith(f"{self.rows_name}-")]
        sent = [int(one) + 1 for one in numbers if _is_number(one)]
        told = str(data.get(self._n_name, ""))
        return max([*sent, int(told) if _is_number(told) else 0])

    @property
    def _n_name(self) -> str:
        return f"{self.rows_name}-n"

    def _reshaped(self, data: Any, thing: Written | None) -> Any:
        """Return what was sent with a row more, or without the row that is to be taken away."""
        if "add_row" in data:
            return self._with_row(data, thing)
        text = str(data.get("remove_row", ""))
        n = self._count(data)
        if not _is_number(text) or int(text) >= n:
            return data
        gone, found = int(text), data.copy()
        for number in range(gone, n):
            for name in self.row_fields:
                found[self._name(number, name)] = data.get(self._name(number + 1, name), "")
        for name in self.row_fields:
            found.pop(self._name(n - 1, name), None)
        found[self._n_name] = str(n - 1)
        return found

    def _with_row(self, data: Any, thing: Written | None) -> Any:
        number = self._count(data)
        rows = [
            {name: data.get(self._name(one, name), "") for name in self.row_fields}
            for one in range(number)
        ]
        found = data.copy()
        for name, value in self.next_row(thing, rows).items():
            found[self._name(number, name)] = str(value)
        found[self._n_name] = str(number + 1)
        return found

    def _sentence(self, name: str | None, error: ValidationError) -> str:
        """Return an error in words; those of a row are told by the name of the column."""
        is_cell = name is not None and name.startswith(f"{self.rows_name}-")
        return super()._sentence(name.rpartition("-")[2] if is_cell and name else name, error)

    def sentences(self, name: str | None = None) -> list[str]:
        """Return what is wrong with a field, in words."""
        return [] if self.is_reshaping else Worded.sentences(self, name)

    def _label(self, name: str) -> str:
        if name == self.rows_name:
            return say(f"{self.texts}.{name}", self.page_language)
        return super()._label(name)
