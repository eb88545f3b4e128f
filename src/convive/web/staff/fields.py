"""Fields for numbers and money as readers write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from convive.web.staff.reader_numbers import read, written


class NumberField(forms.CharField):
    """A number in the reader's notation; the form tells the field the `language`."""

    language = "en"

    def __init__(self, *, least: float | None = None, most: float = 1e12, **options: Any) -> None:
        self.least, self.most = least, most
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(max_length=40, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal | float | int):
            return written(float(value), self.language)
        return value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        number = read(text, self.language)
        if number is None:
            raise ValidationError("", code="number")
        if self.least is not None and number < self.least:
            raise ValidationError("", code="min_value", params={"limit_value": self.least})
        if abs(number) > self.most:
            raise ValidationError("", code="max_value", params={"limit_value": self.most})
        return self.made(number)

    def made(self, number: float) -> Any:
        """Return the number as it is kept."""
        return float(number)


class MoneyField(NumberField):
    """An amount of money with at most two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**({"least": 0, "most": 99_999_999_999} | options))

    def made(self, number: float) -> Decimal:
        amount = Decimal(repr(number))
        if amount != round(amount, 2):
            raise ValidationError("", code="cents")
        return amount
