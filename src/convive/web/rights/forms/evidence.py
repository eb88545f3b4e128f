"""Forms of the evidence room."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.app.evidence_room.case_numbers import is_case_number
from convive.app.evidence_room.protection import Protected
from convive.app.evidence_room.tables import Opened, code_of, values_of, years_of
from convive.app.evidence_room.terms import Reason
from convive.catalogue.texts import say
from convive.web.rights.presenters.words import dimension_words, label_words
from convive.web.staff.forms import CodeField, StaffForm


class ReasonForm(StaffForm):
    """Why somebody wants to look."""

    texts = "rights.why"

    reason = CodeField([one.value for one in Reason], words="rights.reason")
    reference = forms.CharField(max_length=40)

    def clean_reference(self) -> str:
        given: str = self.cleaned_data["reference"].strip()
        if not is_case_number(given):
            raise forms.ValidationError("", code="not_a_number")
        return given


class TableForm(StaffForm):
    """Which table of a source; every list holds only what the agreement opens."""

    texts = "rights.table"

    agreement = forms.TypedChoiceField(coerce=int, required=False)
    rows = forms.ChoiceField(required=False)
    columns = forms.ChoiceField(required=False)
    first_year = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    last_year = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)

    def __init__(
        self, *args: Any, protected: Protected, opened: Opened, agreements: list[Any],
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **options)
        language = self.page_language
        dimensions = [(one, dimension_words(one, language)) for one in opened.dimensions()]
        none = ("", say("form.no_choice", language))
        self._choose("rows", dimensions)
        self._choose("columns", [none, *dimensions])
        self._choose("agreement", [(one.pk, f"{one.title} ({one.code})") for one in agreements])
        if len(agreements) == 1:
            self.fields["agreement"].widget = forms.HiddenInput()
        years = years_of(protected)
        listed = [(y, str(y)) for y in range(years[0], years[1] + 1)] if years else []
        for name in ("first_year", "last_year"):
            self._choose(name, [none, *listed])
        for name, words in dimensions:
            self.fields[f"only_{name}"] = forms.ChoiceField(required=False, label=words)
            values = [one for one in values_of(protected, name) if len(one) > 1 and code_of(one)]
            shown = [(code_of(one), label_words(one, language)) for one in values]
            self._choose(f"only_{name}", [("", say("rights.table.whole", language)), *shown])

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
