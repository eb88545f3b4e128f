"""Forms about campaigns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from django import forms

from convive.catalogue.texts import format_percent, languages, localised
from convive.core.collation import collation_key
from convive.core.instruments.model import Instrument, InstrumentKind
from convive.web.fieldwork.kinds import PLANNED_HERE
from convive.web.fieldwork.models import Campaign, Place, Rater
from convive.web.staff.forms import CodeField, CodesField, DayField, StaffForm

LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,18}[A-Za-z0-9])?")
DAYPARTS = ("both", "day", "night", "any")
SHARES = (10, 15, 20, 25, 30, 50, 100)


class CampaignForm(StaffForm):
    """Title, dates and languages of a campaign."""

    texts = "campaigns.campaign"

    title = forms.CharField(max_length=200)
    opens_on = DayField(required=False)
    closes_on = DayField(required=False)
    languages = CodesField(languages(), words="language")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = found.get("opens_on"), found.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", forms.ValidationError("", code="before"))
        return found


class NewCampaignForm(CampaignForm):
    """A campaign with its kind and instrument, which stay."""

    kind = CodeField(
        [kind.value for kind in PLANNED_HERE], words="campaigns.kind", widget=forms.RadioSelect
    )
    instrument = forms.ChoiceField()
    field_order = ("kind", "instrument", "title", "opens_on", "closes_on", "languages")

    def __init__(self, *args: Any, instruments: Sequence[Instrument], **options: Any) -> None:
        super().__init__(*args, **options)
        self.instruments = {
            one.id: one for one in instruments if one.kind is not InstrumentKind.SURVEY
        }
        language = self.page_language
        named = sorted(
            ((localised(one.title, language), one.id) for one in self.instruments.values()),
            key=lambda one: collation_key(one[0]),
        )
        self.fields["instrument"].choices = [(code, title) for title, code in named]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        chosen = self.instruments.get(found.get("instrument", ""))
        if chosen and found.get("kind") == Campaign.Kind.AUDIT and not chosen.is_at_place:
            self.add_error("instrument", forms.ValidationError("", code="no_place"))
        return found


class RaterCountForm(StaffForm):
    """How many raters to add."""

    texts = "campaigns.raters"

    n = forms.IntegerField(min_value=1, max_value=60)


class RaterForm(StaffForm):
    """A rater: label, and who it is as long as the campaign runs."""

    texts = "campaigns.rater"

    label = forms.CharField(max_length=20)
    name = forms.CharField(max_length=200, required=False)
    email = forms.EmailField(max_length=254, required=False)

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"].strip()
        if not LABEL.fullmatch(label):
            raise forms.ValidationError("", code="label")
        return label


class PlanForm(StaffForm):
    """How to plan: parts of the day, share rated twice, seed."""

    texts = "campaigns.plan"

    dayparts = CodeField(DAYPARTS, words="campaigns.plan.dayparts")
    double_percent = forms.TypedChoiceField(coerce=int)
    seed = forms.IntegerField(min_value=0, max_value=999_999_999)

    def __init__(self, *args: Any, none: str, **options: Any) -> None:
        super().__init__(*args, **options)
        shares = [(str(n), format_percent(n, options["language"])) for n in SHARES]
        self.fields["double_percent"].choices = [*shares, ("0", none)]  # type: ignore[attr-defined]


class VisitForm(StaffForm):
    """One visit added by hand."""

    texts = "campaigns.visit"

    place = forms.ModelChoiceField(Place.objects.none(), to_field_name="code", empty_label=None)
    rater = forms.ModelChoiceField(Rater.objects.none(), empty_label=None)
    daypart = CodeField(("day", "night", "any"), words="campaigns.daypart")

    def __init__(self, *args: Any, campaign: Campaign, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["place"].queryset = Place.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["rater"].queryset = campaign.raters.all()  # type: ignore[attr-defined]
        self.fields["rater"].label_from_instance = attrgetter("label")  # type: ignore[attr-defined]


class ReasonForm(StaffForm):
    """Why something is done."""

    texts = "campaigns.reason"

    reason = forms.CharField(max_length=200)


class CloseForm(StaffForm):
    """What becomes of forms whose photos have not come."""

    texts = "campaigns.close"

    waiting = CodeField(
        ("count", "leave_out"), words="campaigns.close.waiting", widget=forms.RadioSelect
    )
