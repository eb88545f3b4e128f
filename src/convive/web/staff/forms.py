"""Forms of the staff side: every label, hint and error comes from the catalogue.

A form names the prefix of its texts and holds no sentence itself::

    class InviteForm(StaffForm):
        texts = "accounts.invite"
        email = forms.EmailField(max_length=254)

Its field ``email`` has the label ``accounts.invite.email`` and, where that text exists, the hint
``accounts.invite.email.hint``. An error of the code ``taken`` says ``accounts.invite.email.error.taken``
or, where there is no such text, ``form.error.taken``; so ``ValidationError("", code="taken")``
needs no words. Show a form with ``{% staff_form form %}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import ModelChoiceIterator

from convive.catalogue.texts import has_text, say
from convive.core.collation import collation_key


class CodeField(forms.ChoiceField):
    """One of a few codes, shown by the texts ``<words>.<code>``."""

    def __init__(self, codes: Iterable[str], *, words: str, **options: Any) -> None:
        self.words, self.codes = words, tuple(codes)
        super().__init__(choices=[(code, code) for code in self.codes], **options)


class CodesField(forms.MultipleChoiceField):
    """Some of a few codes, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, codes: Iterable[str], *, words: str, **options: Any) -> None:
        self.words, self.codes = words, tuple(codes)
        super().__init__(choices=[(code, code) for code in self.codes], **options)


class NamesInOrder(ModelChoiceIterator[Any]):
    """The rows to choose from, by name as people sort it, where the table is sorted by name."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        rows = list(super().__iter__())
        order = self.queryset.query.order_by or self.queryset.model._meta.ordering
        if not order or order[0] != "name":
            return iter(rows)
        none = rows[:1] if self.field.empty_label is not None else []
        return iter(none + sorted(rows[len(none) :], key=lambda row: collation_key(str(row[1]))))


class DayField(forms.DateField):
    """A day, by the calendar of the browser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d"],
            **options,
        )


def worded_choices(field: CodeField | CodesField, language: str) -> list[tuple[str, str]]:
    """Return codes with their words; a list that may stay empty begins with "no choice"."""
    found = [(code, say(f"{field.words}.{code}", language)) for code in field.codes]
    if isinstance(field, CodeField) and not field.required:
        return [("", say("form.no_choice", language)), *found]
    return found


class Worded:
    """Gives a form its words; `StaffForm` and `StaffModelForm` are what apps use."""

    texts = ""
    page_language: str
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.page_language = language
        self.use_required_attribute = False  # the page's own errors speak the reader's language
        for name, field in self.fields.items():
            key = f"{self.texts}.{name}"
            field.label = say(key, language)
            field.label_suffix = ""
            if has_text(f"{key}.hint"):
                field.help_text = say(f"{key}.hint", language)
            if isinstance(field, CodeField | CodesField):
                field.choices = worded_choices(field, language)
            elif isinstance(field, forms.ModelChoiceField):
                field.iterator = NamesInOrder
                if field.empty_label:
                    field.empty_label = say("form.no_choice", language)
                field.widget.choices = field.choices

    def sentences(self, name: str | None = None) -> list[str]:
        """Return what is wrong with a field (None: with the form as a whole), in words."""
        found: dict[str, list[ValidationError]] = self.errors.as_data()  # type: ignore[attr-defined]
        return [self._sentence(name, error) for error in found.get(name or NON_FIELD_ERRORS, ())]

    def _sentence(self, name: str | None, error: ValidationError) -> str:
        code = error.code or "invalid"
        own = f"{self.texts}.{name}.error.{code}" if name else f"{self.texts}.error.{code}"
        key = own if has_text(own) else f"form.error.{code}"
        if not has_text(key):
            key = "form.error.invalid"
        return say(key, self.page_language, **(error.params or {}))


class StaffForm(Worded, forms.Form):
    """A form that belongs to no table."""


class StaffModelForm(Worded, forms.ModelForm[Any] if TYPE_CHECKING else forms.ModelForm):  # type: ignore[misc]
    """A form for a row of a table; it is still an action that writes it."""
