"""What is written about an edition: a word per language, and the day."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms

from convive.catalogue.texts import say
from convive.web.editorial.clock import town_zone
from convive.web.language import LANGUAGE_NAMES
from convive.web.staff.city import languages_now
from convive.web.staff.forms import DayField, StaffForm

TITLE, TEXT = 160, 4000


def site_languages() -> list[str]:
    """Return the languages of the town that the site speaks, English where it has none of them."""
    return [one for one in languages_now() if one in LANGUAGE_NAMES] or ["en"]


class EditionForm(StaffForm):
    """The day on which it appears, and a title and a text in every language of the town."""

    texts = "editions.form"

    day = DayField()
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        super().__init__(*args, language=language, **options)
        self.spoken = site_languages()
        for code in self.spoken:
            self.fields[f"title_{code}"] = forms.CharField(max_length=TITLE, required=False)
            self.fields[f"text_{code}"] = forms.CharField(
                max_length=TEXT, required=False, widget=forms.Textarea(attrs={"rows": 5})
            )
            for part in ("title", "text"):
                name_in(self, part, code, "editions.form")

    def words(self) -> dict[str, dict[str, str]]:
        """Return what was written, per part and language."""
        found: dict[str, dict[str, str]] = {"title": {}, "text": {}}
        for part, texts in found.items():
            for code in self.spoken:
                text = str(self.cleaned_data[f"{part}_{code}"]).strip()
                if text:
                    texts[code] = text
        return found

    def visible_from(self) -> datetime:
        """Return the first moment of the day, by the clock of the town."""
        return datetime.combine(self.cleaned_data["day"], time(), town_zone())


def name_in(form: StaffForm, part: str, code: str, texts: str) -> None:
    """Give the field of a part in one language its words."""
    field = form.fields[f"{part}_{code}"]
    field.label = f"{say(f'{texts}.{part}', form.page_language)} ({LANGUAGE_NAMES[code]})"
    field.label_suffix = ""
    field.widget.attrs["lang"] = code


class ReasonForm(StaffForm):
    """A word with which something is given back or taken back; the public may read it."""

    texts = "editions.reason"

    why = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
