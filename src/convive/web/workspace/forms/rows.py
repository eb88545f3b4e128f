"""Forms with rows that one adds and takes away, without JavaScript.

The rows are plain fields of the form, ``budget-0-year``; how many there are is sent along. The
button *add a row* (``add_row``), one beside each row (``remove_row``) and *look* (``look``) send
the form without saving it: it comes back as it was typed. Rows that are blank are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from convive.catalogue.texts import has_text, say
from convive.web.staff.forms import CodeField, Worded, worded_choices
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import Written

MOST_ROWS = 60
RESHAPE = ("add_row", "remove_row", "look")


class RowsForm(WrittenForm):
    """A form over one field that holds rows; `row_fields` makes the fields of a row."""

    rows_name: ClassVar[str] = ""
    row_fields: ClassVar[Mapping[str, Callable[[], forms.Field]]] = {}
    row_required: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any = None, *, thing: Written | None = None, **options: Any) -> None:
        self.said: list[Any] = []  # what a page tells of each row
        self.is_reshaping = data is not None and any(name in data for name in RESHAPE)
        data = self._reshaped(data) if data is not None else None
        kept = self.rows_of(thing) if thing is not None else []
        super().__init__(data, thing=thing, **options)
        self.n_rows = self._count(data) if data is not None else len(kept) + 1
        for number in range(self.n_rows):
            self._add_row(number, kept[number] if number < len(kept) else {})
        self._speak()
        if self.is_reshaping:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}

    def rows_of(self, thing: Written) -> list[dict[str, Any]]:
        """Return the rows of a thing as the form shows them."""
        rows = getattr(thing, self.rows_name).all()
        return [{name: getattr(row, name) for name in self.row_fields} for row in rows]

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
        return not any(
            self.data.get(self._name(number, name), "").strip() for name in self.row_fields
        )

    def _add_row(self, number: int, row: Mapping[str, Any]) -> None:
        for name, make in self.row_fields.items():
            field, key = make(), f"{self.texts}.{name}"
            field.required = False
            field.label, field.label_suffix = say(key, self.page_language), ""
            if number == 0 and has_text(f"{key}.hint"):
                field.help_text = say(f"{key}.hint", self.page_language)
            if isinstance(field, CodeField):
                field.choices = worded_choices(field, self.page_language)
            field.initial = row.get(name)
            self.fields[self._name(number, name)] = field

    def _name(self, number: int, name: str) -> str:
        return f"{self.rows_name}-{number}-{name}"

    def _count(self, data: Any) -> int:
        text = str(data.get(f"{self.rows_name}-n", "0"))
        n = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
        return min(n + ("add_row" in data), MOST_ROWS)

    def _reshaped(self, data: Any) -> Any:
        """Return what was sent without the row that is to be taken away."""
        text = str(data.get("remove_row", ""))
        n = self._count(data)
        if not (text.isascii() and text.isdigit()) or int(text) >= n:
            return data
        gone, found = int(text), data.copy()
        for number in range(gone, n):
            for name in self.row_fields:
                found[self._name(number, name)] = data.get(self._name(number + 1, name), "")
        found[f"{self.rows_name}-n"] = str(n - 1)
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
