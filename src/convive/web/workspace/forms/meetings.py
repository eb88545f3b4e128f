"""Forms of meetings, their agendas and what comes of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from convive.web.accounts.models import Organisation
from convive.web.staff.forms import DayField, StaffForm
from convive.web.workspace.clock import kept, local
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import Action, Meeting, Strategy, Written
from convive.web.workspace.selectors.bodies import active_organisations


class TimeField(forms.TimeField):
    """A time of day, by the clock of the browser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            input_formats=["%H:%M", "%H:%M:%S"],
            **options,
        )


class MeetingForm(WrittenForm):
    """When and where a meeting is, by the town's clock."""

    texts = "meetings.meeting"

    title = forms.CharField(max_length=200)
    day = DayField()
    begins = TimeField()
    ends = TimeField()
    place = forms.CharField(max_length=200, required=False)
    strategy = forms.ModelChoiceField(Strategy.objects.none(), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        adopted = Strategy.objects.exclude(state=Strategy.State.DRAFT)
        self.fields["strategy"].queryset = adopted  # type: ignore[attr-defined]

    def initial_of(self, thing: Written) -> dict[str, Any]:
        if not isinstance(thing, Meeting):
            raise TypeError("A meeting's form is of a meeting.")
        start, end = local(thing.starts_at), local(thing.ends_at)
        return {
            "title": thing.title, "place": thing.place, "strategy": thing.strategy_id,
            "day": start.date(), "begins": start.time(), "ends": end.time(),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        begins, ends = found.get("begins"), found.get("ends")
        if begins is not None and ends is not None and ends <= begins:
            self.add_error("ends", forms.ValidationError("", code="before"))
        return found

    def values(self) -> dict[str, Any]:
        fields = super().values()
        day, begins, ends = (fields.pop(name) for name in ("day", "begins", "ends"))
        return fields | {
            "starts_at": kept(datetime.combine(day, begins)),
            "ends_at": kept(datetime.combine(day, ends)),
        }


class ItemForm(WrittenForm):
    """An item of an agenda."""

    texts = "agenda.item"

    title = forms.CharField(max_length=200, required=False)
    minutes_planned = forms.IntegerField(min_value=1, max_value=600, initial=10)
    note = forms.CharField(
        max_length=8000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class NewItemForm(ItemForm):
    """An item of one's own has a title."""

    title = forms.CharField(max_length=200)


class _AboutAction(StaffForm):
    """A form that may name an action of the meeting's strategy by its code."""

    def __init__(self, *args: Any, meeting: Meeting, **options: Any) -> None:
        self.meeting = meeting
        super().__init__(*args, use_required_attribute=False, **options)

    def clean_action(self) -> Action | None:
        code = str(self.cleaned_data["action"]).strip()
        if not code:
            return None
        found = Action.objects.filter(strategy=self.meeting.strategy_id, code=code).first()
        if found is None:
            raise forms.ValidationError("", code="unknown")
        return found

    @property
    def is_sent(self) -> bool:
        """Whether something was entered at all."""
        return self.has_changed()


def _action_code() -> forms.CharField:
    return forms.CharField(
        max_length=40, required=False, widget=forms.TextInput(attrs={"list": "actions-spoken-of"})
    )


class DecisionForm(_AboutAction):
    """A decision where it arises."""

    texts = "minutes.decision"

    text = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    action = _action_code()


class CommitmentForm(_AboutAction):
    """A commitment where it arises: who, what, by when."""

    texts = "minutes.commitment"

    text = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    owner = forms.ModelChoiceField(Organisation.objects.none())
    due = DayField()
    action = _action_code()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].queryset = active_organisations()  # type: ignore[attr-defined]


class NoteForm(StaffForm):
    """A word on what was done."""

    texts = "commitments.done"

    note = forms.CharField(max_length=400, required=False)


class ReasonForm(StaffForm):
    """Why it is dropped."""

    texts = "commitments.drop"

    reason = forms.CharField(max_length=400)
