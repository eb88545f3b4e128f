"""Forms for what the diary does not hold, and for the lines of a check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import format_number, localised, say
from convive.core.evaluation.worth import UnitCost
from convive.web.evaluation.models import ProcessNote
from convive.web.evaluation.selectors.held import known_units
from convive.web.staff.fields import MoneyField
from convive.web.staff.forms import CodeField, DayField, StaffForm
from convive.web.workspace.actions.keyed import is_key


class NoteForm(StaffForm):
    """What those concerned said, as counts; or what else happened, in words without persons."""

    texts = "evaluation_page.note_form"

    kind = CodeField([one.value for one in ProcessNote.Kind], words="evaluation_page.note")
    on = DayField()
    n = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    n_good = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    n_harm = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    text = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse counts that do not fit, and a note that says nothing."""
        found = super().clean() or {}
        if not is_key(found.get("key", "")):
            raise ValidationError("", code="invalid")
        if found.get("kind") in ProcessNote.VIEWS:
            self._check_counts(found)
        elif not found.get("text"):
            self.add_error("text", ValidationError("", code="required"))
        return found

    def _check_counts(self, found: dict[str, Any]) -> None:
        n = found.get("n")
        if n is None:
            self.add_error("n", ValidationError("", code="required"))
            return
        for name in ("n_good", "n_harm"):
            if (found.get(name) or 0) > n:
                self.add_error(name, ValidationError("", code="more_than_asked"))


class UnitForm(StaffForm):
    """What one incident costs: a line of a published table, or an amount with its source."""

    texts = "evaluation_page.unit_form"

    line = forms.ChoiceField(required=False)
    amount = MoneyField(required=False)
    year = forms.IntegerField(min_value=1980, max_value=2100, required=False)
    source = forms.CharField(max_length=400, required=False)

    def __init__(self, *args: Any, kept: dict[str, Any], language: str, **options: Any) -> None:
        initial = {name: kept.get(name) for name in ("amount", "year", "source")}
        if kept.get("table"):
            initial["line"] = f"{kept['table']}/{kept['item']}"
        super().__init__(*args, language=language, initial=initial, **options)
        self.fields["amount"].language = language  # type: ignore[attr-defined]
        none = ("", say("form.no_choice", language))
        self.fields["line"].choices = [  # type: ignore[attr-defined]
            none, *((f"{one.table}/{one.item}", _line_words(one, language)) for one in known_units())
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Refuse an amount without its source."""
        found = super().clean() or {}
        if found.get("amount"):
            for name in ("year", "source"):
                if not found.get(name):
                    self.add_error(name, ValidationError("", code="required"))
        return found

    def unit(self) -> dict[str, Any]:
        """Return what is kept; empty where nothing was chosen."""
        said = self.cleaned_data
        if said["amount"]:
            return {"amount": str(said["amount"]), "year": said["year"], "source": said["source"]}
        table, _, item = said["line"].partition("/")
        return {"table": table, "item": item} if table else {}


def _line_words(one: UnitCost, language: str) -> str:
    amount = format_number(float(one.amount), language, 0)
    return f"{localised(one.label, language)}: {amount} {one.currency} ({one.year})"
