"""The filter of the log."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.catalogue.texts import has_text, say
from convive.web.staff.forms import DayField, StaffForm


class LogFilter(StaffForm):
    """Narrows the log; nothing is required."""

    texts = "log.filter"

    verb = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(required=False)
    object = forms.CharField(required=False, max_length=80)
    account = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    first_day = DayField(required=False)
    last_day = DayField(required=False)

    def __init__(self, *args: Any, verbs: list[str], kinds: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(verb, verb_words(verb, self.page_language)) for verb in verbs]
        self.fields["verb"].choices = [("", say("web.any", self.page_language)), *choices]  # type: ignore[attr-defined]
        things = [("", say("web.any", self.page_language)), *((one, one) for one in kinds)]
        self.fields["kind"].choices = things  # type: ignore[attr-defined]


def verb_words(verb: str, language: str) -> str:
    """Return a verb in words, or its code where it has none."""
    key = f"log.verb.{verb}"
    return say(key, language) if has_text(key, language) else verb
