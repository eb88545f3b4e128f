"""The questions of ethics, each with room for what was written down about it."""

from __future__ import annotations

from typing import Any

from django import forms

from convive.catalogue.texts import say
from convive.core.evaluation.ethics import QUESTIONS, Weight
from convive.web.staff.forms import CodeField, StaffForm

YES, NO = "yes", "no"


class EthicsForm(StaffForm):
    """Yes or no to each question; where something has to be written down, what."""

    texts = "evaluation.ethics"

    def __init__(self, *args: Any, kept: dict[str, Any], language: str, **options: Any) -> None:
        answers, notes = kept.get("answers", {}), kept.get("notes", {})
        words = {True: YES, False: NO}
        initial = {code: words.get(said, "") for code, said in answers.items()}
        initial |= {f"{code}_note": text for code, text in notes.items()}
        super().__init__(*args, language=language, initial=initial, **options)
        for one in QUESTIONS:
            choices = [(said, say(f"evaluation_page.{said}", language)) for said in (YES, NO)]
            field = CodeField((YES, NO), words="evaluation_page", widget=forms.RadioSelect)
            field.choices, field.label = choices, say(f"evaluation.ethics.{one.code}", language)
            field.label_suffix = ""
            self.fields[one.code] = field
            if one.weight is Weight.MEND:
                self.fields[f"{one.code}_note"] = self._note(language)

    def _note(self, language: str) -> forms.CharField:
        widget = forms.Textarea(attrs={"rows": 2})
        return forms.CharField(
            max_length=600, required=False, widget=widget, label_suffix="",
            label=say("evaluation_page.ethics_note", language),
        )  # fmt: skip

    def answers(self) -> dict[str, bool | None]:
        """Return question → yes or no; None where it was not answered."""
        said = {YES: True, NO: False}
        return {one.code: said.get(self.cleaned_data[one.code]) for one in QUESTIONS}

    def notes(self) -> dict[str, str]:
        """Return question → what was written down about it."""
        found = {one.code: self.cleaned_data.get(f"{one.code}_note", "") for one in QUESTIONS}
        return {code: text for code, text in found.items() if text}
