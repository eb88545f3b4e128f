"""Forms about agreements."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from convive.app.evidence_room.protection import floors_from
from convive.app.evidence_room.terms import Field, LegalBasis, Purpose, Weeding
from convive.catalogue.texts import localised, say
from convive.core.errors import RequestError
from convive.web.accounts.models import Organisation
from convive.web.rights.site import levels_now, sources_now
from convive.web.staff.city import disclosure_now
from convive.web.staff.forms import CodeField, CodesField, DayField, StaffForm

MOST_BYTES = 200_000


class AgreementForm(StaffForm):
    """What an agreement says; everything but its title may come later."""

    texts = "rights.agreement"

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    title = forms.CharField(max_length=160)
    gives = forms.ModelChoiceField(Organisation.objects.all(), required=False)
    uses = forms.ModelMultipleChoiceField(
        Organisation.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    sources = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    legal_basis = CodeField([one.value for one in LegalBasis], words="rights.basis", required=False)
    legal_reference = forms.CharField(max_length=200, required=False)
    purposes = CodesField([one.value for one in Purpose], words="rights.purpose", required=False)
    fields_seen = CodesField([one.value for one in Field], words="rights.field", required=False)
    levels = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    floor = forms.TypedChoiceField(coerce=int)
    retention_months = forms.IntegerField(required=False, min_value=1, max_value=600)
    weeding = CodeField([one.value for one in Weeding], words="rights.weeding", required=False)
    contact = forms.CharField(max_length=200, required=False)
    valid_from = DayField(required=False)
    valid_until = DayField(required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = self.page_language
        parties = Organisation.objects.filter(is_active=True)
        self.fields["gives"].queryset = parties  # type: ignore[attr-defined]
        self.fields["gives"].empty_label = say("form.no_choice", language)  # type: ignore[attr-defined]
        self.fields["uses"].queryset = parties  # type: ignore[attr-defined]
        kept = list(self.initial.get("sources") or ()) if isinstance(self.initial, dict) else []
        shown = {one.source_id: localised(one.title, language) for one in sources_now()}
        choices = [*shown.items(), *((one, one) for one in kept if one not in shown)]
        self.fields["sources"].choices = choices  # type: ignore[attr-defined]
        self.fields["levels"].choices = list(levels_now(language).items())  # type: ignore[attr-defined]
        floors = floors_from(disclosure_now().min_count)
        self.fields["floor"].choices = [(one, str(one)) for one in floors]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return the fields as the actions take them."""
        found = dict(self.cleaned_data)
        found.pop("revision", None)
        found.pop("code", None)
        return found | {"fields": found.pop("fields_seen"), "uses": list(found["uses"])}


class NewAgreementForm(AgreementForm):
    """An agreement with its number, which stays."""

    code = forms.SlugField(max_length=40)
    field_order = ("code", "title")


class ImportForm(StaffForm):
    """The file of an agreement."""

    texts = "rights.import"

    file = forms.FileField()

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError("", code="too_large")
        try:
            return json.loads(given.read())
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError("", code="not_json") from error

    def refuse(self, error: RequestError) -> None:
        """Show why the file was not taken."""
        self.add_error(
            "file", forms.ValidationError("", code=error.code.lower(), params=dict(error.data))
        )
