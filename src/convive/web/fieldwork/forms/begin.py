"""Where and when a form is filled in."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from convive.catalogue.texts import say
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, Place
from convive.web.fieldwork.selectors.fill import Holder, places_of
from convive.web.staff.forms import StaffForm


class BeginForm(StaffForm):
    """Begins a form: at a place of the campaign or a spot of one's own, by day or by night."""

    texts = "fill.begin"
    form_id = forms.UUIDField(widget=forms.HiddenInput)
    place = forms.ChoiceField(required=False)
    daypart = forms.ChoiceField(required=False, choices=[(x, x) for x in Campaign.Daypart.values])

    def __init__(self, *args: Any, holder: Holder, language: str, **options: Any) -> None:
        self.places: dict[str, Place] = {one.code: one for one in places_of(holder.campaign)}
        by_daypart = instrument_of(holder.campaign.form).by_daypart
        super().__init__(*args, language=language, initial={"form_id": uuid.uuid4()}, **options)
        if not self.places:
            del self.fields["place"]
        else:
            elsewhere = ("", say("fill.begin.elsewhere", language))
            named = [(code, f"{code} {one.name}") for code, one in self.places.items()]
            self.fields["place"].choices = [elsewhere, *named]  # type: ignore[attr-defined]
        if not by_daypart:
            self.fields["daypart"].widget = forms.HiddenInput()
            self.initial["daypart"] = "any"
        else:
            parts = [
                ("day", say("fill.daypart.day", language)),
                ("night", say("fill.daypart.night", language)),
            ]
            self.fields["daypart"].choices = [("any", say("fill.daypart.any", language)), *parts]  # type: ignore[attr-defined]

    def begun(self) -> dict[str, Any]:
        """Return what the draft is begun with."""
        return {
            "draft_id": self.cleaned_data["form_id"],
            "place": self.places.get(self.cleaned_data.get("place", "")),
            "daypart": self.cleaned_data.get("daypart", ""),
        }
