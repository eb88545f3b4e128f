"""Where an action that is adopted from the shelf will stand, and from when."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.catalogue.texts import say
from convive.web.accounts.models import Organisation
from convive.web.shelf.selectors.partners import Partners
from convive.web.shelf.selectors.subjects import open_objectives
from convive.web.staff.forms import DayField, StaffForm
from convive.web.workspace.models import Objective


class AdoptForm(StaffForm):
    """The objective that it is to serve."""

    texts = "shelf.adopt_page"

    objective = forms.ModelChoiceField(Objective.objects.none(), required=False)
    starts_on = DayField(required=False)
    partners = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    can_choose = forms.BooleanField(required=False, widget=forms.HiddenInput)
    """Sent where the partners could be ticked: then none ticked means none."""
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)
    strategy = forms.SlugField(required=False, widget=forms.HiddenInput)
    finding = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, account: Any, partners: Partners, can_be_new: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._choose_from(partners)
        field: Any = self.fields["objective"]
        field.queryset = open_objectives(account)
        field.label_from_instance = _label
        field.required = not can_be_new
        key = "shelf.adopt_page.new_objective" if can_be_new else "form.no_choice"
        field.empty_label = say(key, self.page_language)
        self.refused: list[str] = []

    def _choose_from(self, partners: Partners) -> None:
        known = {one.pk: one for one in partners.everybody}
        self.initial["partners"] = [one.pk for one in partners.proposed]
        self.initial["can_choose"] = True
        if not known:
            del self.fields["partners"]
            return
        field: Any = self.fields["partners"]
        field.queryset = Organisation.objects.filter(pk__in=known).order_by("name")
        field.label_from_instance = self._with_sector

    def _with_sector(self, one: Organisation) -> str:
        return f"{one.name} · {say(f'plan.sector.{one.sector}', self.page_language)}"

    @property
    def is_chosen(self) -> bool:
        """Whether the partners were there to be ticked; else it was one click."""
        return bool(self.cleaned_data.get("can_choose"))

    def refuse(self, sentence: str) -> None:
        """Add what came of trying."""
        self.refused.append(sentence)

    def ask_again(self, sentence: str) -> None:
        """Tell that it is there already, and let it be said that another one is meant."""
        self.refuse(sentence)
        self.fields["again"].widget = forms.CheckboxInput()

    def sentences(self, name: str | None = None) -> list[str]:
        """Return what is wrong with a field, or with the form as a whole."""
        return super().sentences(name) + (self.refused if name is None else [])


def _label(one: Objective) -> str:
    return f"{one.challenge.strategy.title} · {one.challenge.title} · {one.title}"
