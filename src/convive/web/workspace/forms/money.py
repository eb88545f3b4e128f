"""Forms about money and milestones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.catalogue.texts import say
from convive.core.strategy.vocabulary import Pillar, Sector
from convive.web.staff.fields import MoneyField
from convive.web.staff.forms import CodeField, DayField, StaffForm
from convive.web.workspace.actions.spending import Spent
from convive.web.workspace.forms.diary import FIRST_DAY, KeyedForm
from convive.web.workspace.selectors.money import Asked

MOST_BYTES = 4 * 2**20


class SpendingForm(KeyedForm):
    """An amount that was spent; negative to put a mistake right."""

    texts = "spending.field"

    amount = MoneyField(least=-99_999_999_999)
    on = DayField()
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        self.today = today
        super().__init__(*args, **options)
        self.fields["amount"].language = self.page_language  # type: ignore[attr-defined]

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount == 0:
            raise ValidationError("", code="zero")
        return amount

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not FIRST_DAY <= day <= self.today:
            raise ValidationError("", code="future" if day > self.today else "long_ago")
        return day

    def spent(self) -> Spent:
        """Return what was said."""
        found = self.cleaned_data
        return Spent(found["on"], found["amount"], found["note"])


class MoneyFilterForm(StaffForm):
    """Year and narrowing of the sheet; what is not understood narrows nothing."""

    texts = "money.filter"

    year = forms.TypedChoiceField(coerce=int, required=False)
    pillar = CodeField([one.value for one in Pillar], words="plan.pillar", required=False)
    payer = CodeField([one.value for one in Sector], words="plan.sector", required=False)
    over = forms.BooleanField(required=False)

    def __init__(self, *args: Any, years: Iterable[int], current: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.years = list(years)
        self.current = min(self.years, key=lambda year: (abs(year - current), year))
        field: Any = self.fields["year"]
        field.choices = [(str(year), str(year)) for year in self.years]
        any_one = ("", say("plan.any", self.page_language))
        for name in ("pillar", "payer"):
            found: Any = self.fields[name]
            found.choices = [any_one, *list(found.choices)[1:]]

    def asked(self) -> Asked:
        """Return what is asked for; the present year where none is."""
        self.is_valid()
        found = self.cleaned_data
        return Asked(
            found.get("year") or self.current, found.get("pillar") or "",
            found.get("payer") or "", bool(found.get("over")),
        )  # fmt: skip


class SpendingFileForm(StaffForm):
    """A file of amounts that were spent."""

    texts = "spending.file"

    file = forms.FileField(
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"})
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("", code="too_large")
        content: bytes = file.read()
        return content


class PostponeForm(StaffForm):
    """Another day for a milestone, and why."""

    texts = "milestones.field"

    due = DayField()
    reason = forms.CharField(max_length=400)
