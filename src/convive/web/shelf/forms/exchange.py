"""Forms of the exchange: whom to listen to, what to publish, what to ask, how to judge."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.catalogue.texts import localised
from convive.core.shelf.grading import Grading, GradingScheme
from convive.core.shelf.own_practice import one_line_end
from convive.core.shelf.scheme import Scheme
from convive.web.accounts.models import Organisation
from convive.web.shelf.models import OwnEntry
from convive.web.staff.forms import DayField, StaffForm
from convive.wiring.shelf_parts import entry_of_json, is_safe_text

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}")
_LETTER = 4000


def _plain_text(text: str) -> None:
    """Refuse what looks like markup or cannot be seen: no bundle with it could go out."""
    if not is_safe_text(text):
        raise ValidationError("", code="markup")


class LinesField(forms.CharField):
    """A text of several lines, which browsers end otherwise than bundles do."""

    def to_python(self, value: Any) -> str:
        """Return the text with one kind of line end."""
        return one_line_end(super().to_python(value) or "")


class TownForm(StaffForm):
    """A town to listen to: its key is compared by a person, by a way that is known."""

    texts = "shelf.town_form"

    name = forms.CharField(max_length=160)
    feed = forms.CharField(max_length=400, required=False)
    fingerprint = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    is_compared = forms.BooleanField()

    def clean_fingerprint(self) -> str:
        """Return the 64 hex digits, however they were grouped."""
        digits = re.sub(r"[\s:.-]", "", self.cleaned_data["fingerprint"]).lower()
        if not _FINGERPRINT.fullmatch(digits):
            raise ValidationError("", code="invalid")
        return digits

    def clean_feed(self) -> str:
        """Return an address that may be asked."""
        feed = str(self.cleaned_data["feed"]).strip()
        if not feed:
            return ""
        try:
            found = urlsplit(feed)
            is_local = found.hostname in {"localhost", "127.0.0.1"}
        except ValueError as error:
            raise ValidationError("", code="invalid") from error
        is_safe = found.scheme == "https" or (found.scheme == "http" and is_local)
        if not is_safe or not found.hostname or found.username is not None:
            raise ValidationError("", code="invalid")
        return feed


class BundleForm(StaffForm):
    """A bundle as a file."""

    texts = "shelf.bundle_form"

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".json,application/json"}))

    def clean_file(self) -> Any:
        """Refuse what is too large before anything reads it."""
        found = self.cleaned_data["file"]
        if found.size > MOST_BUNDLE_BYTES:
            raise ValidationError("", code="large", params={"n": MOST_BUNDLE_BYTES // 1024**2})
        return found


class PublishForm(StaffForm):
    """Which entries other towns may read, and which office answers them."""

    texts = "shelf.publish_form"

    entries = forms.ModelMultipleChoiceField(
        OwnEntry.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    contact = forms.CharField(max_length=254, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["entries"]
        field.queryset = OwnEntry.objects.filter(content__isnull=False, is_withdrawn=False)
        language = self.page_language
        field.label_from_instance = lambda one: localised(
            entry_of_json(one.content).title, language
        )

    def clean_contact(self) -> str:
        """Return a mailbox, or nothing."""
        found = str(self.cleaned_data["contact"]).strip()
        if found and not _MAILBOX.fullmatch(found):
            raise ValidationError("", code="invalid")
        return found


class LetterForm(StaffForm):
    """A question or an answer."""

    texts = "shelf.letter_form"

    text = LinesField(
        max_length=_LETTER, widget=forms.Textarea(attrs={"rows": 6}), validators=[_plain_text]
    )


class NoteForm(StaffForm):
    """A note of this town about somebody else's entry."""

    texts = "shelf.note_form"

    text = LinesField(max_length=_LETTER, required=False, widget=forms.Textarea(attrs={"rows": 4}))


class RejectForm(StaffForm):
    """Why something is left."""

    texts = "shelf.reject_form"

    answer = forms.CharField(max_length=400)


class GradeForm(StaffForm):
    """One scheme: a choice for each dimension, words where the scheme has no grades."""

    texts = "shelf.grade_form"

    by = forms.ModelChoiceField(Organisation.objects.none())
    on = DayField()
    about = forms.CharField(max_length=400, validators=[_plain_text])
    note = LinesField(
        max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        validators=[_plain_text],
    )  # fmt: skip

    def __init__(self, *args: Any, scheme: Scheme, **options: Any) -> None:
        self.scheme = scheme
        super().__init__(*args, **options)
        field: Any = self.fields["by"]
        field.queryset = Organisation.objects.filter(is_active=True).order_by("name")
        language = self.page_language
        graded = {}
        for one in scheme.dimensions:
            graded[_name(one.code)] = made = _dimension_field(one, language)
            made.label = localised(one.title, language) or localised(scheme.title, language)
            made.label_suffix, made.help_text = "", localised(one.question, language)
        self.fields = graded | self.fields

    def clean(self) -> dict[str, Any]:
        """Ask for a grade along one dimension at least."""
        found = super().clean() or {}
        if not any(found.get(_name(one.code)) for one in self.scheme.dimensions):
            raise ValidationError("", code="none")
        return found

    def gradings(self) -> list[Grading]:
        """Return what was judged; dimensions left open give nothing."""
        given = self.cleaned_data
        return [
            Grading(
                GradingScheme(self.scheme.id), one.code, given[_name(one.code)], given["by"].name,
                given["on"], given["about"], given["note"],
            )
            for one in self.scheme.dimensions if given.get(_name(one.code))
        ]  # fmt: skip


def _name(code: str) -> str:
    return f"grade_{code}"


def _dimension_field(one: Any, language: str) -> forms.Field:
    if not one.grades:
        return forms.CharField(max_length=400, required=False, validators=[_plain_text])
    choices = [
        (each.code, f"{localised(each.title, language)} – {localised(each.meaning, language)}")
        for each in one.grades
    ]
    return forms.ChoiceField(
        choices=[*choices, ("", "–")], required=False, widget=forms.RadioSelect
    )
