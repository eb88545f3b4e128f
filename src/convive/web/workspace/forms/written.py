"""Forms of things that several people write at once: nothing that was typed is lost.

A form says from which version it was filled. Where somebody else has changed the same fields
meanwhile, the page comes back with everything that was typed, and tells for each such field what
was there, what is kept now and what was written (``workspace/clash.html``, drawn by
``{% written_form form "…" %}``); the person keeps the one, the other or both::

    form = ChallengeForm(request.POST or None, thing=challenge, language=language)
    if form.is_ready():
        saved = form.save_into(challenge, by=request.user)
        if saved is not None:
            return go(…)
    return show(…, form=form)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from convive.web.staff.fields import NumberField
from convive.web.staff.forms import StaffForm
from convive.web.workspace.actions.revise import Clash, EditClashError, fields_at, revise
from convive.web.workspace.models import Written

T = TypeVar("T", bound=Written)

MINE, KEPT, BOTH = "mine", "kept", "both"


@dataclass(frozen=True)
class ShownClash:
    """A field that two people wrote at once, as the form asks about it."""

    name: str
    label: str
    clash: Clash
    version: int
    """The version that is kept now, which the person sees beside the own text."""
    choices: tuple[str, ...]


class WrittenForm(StaffForm):
    """A form over editable fields of one thing, of the same names.

    Parameters
    ----------
    thing : Written, optional
        What is changed; None where something new is made.
    """

    def __init__(self, *args: Any, thing: Written | None = None, **options: Any) -> None:
        self.thing = thing
        self.clashes: list[ShownClash] = []
        if thing is not None:
            options["initial"] = self.initial_of(thing) | (options.get("initial") or {})
        super().__init__(*args, **options)
        self._speak()
        if thing is not None:
            self.fields["version"] = forms.IntegerField(
                min_value=1, initial=thing.version, widget=forms.HiddenInput
            )

    def _speak(self) -> None:
        """Tell fields of numbers how the reader writes them."""
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.language = self.page_language

    def is_ready(self) -> bool:
        """Tell whether the form was sent to be saved, and nothing is wrong with it."""
        return self.is_bound and self.is_valid()

    def initial_of(self, thing: Written) -> dict[str, Any]:
        """Return what the fields show of a thing."""
        return {name: self._shown(thing, name) for name in self.base_fields}

    def _shown(self, thing: Written, name: str) -> Any:
        value: Any = getattr(thing, name, None)
        return list(value.all()) if hasattr(value, "all") else value

    def values(self) -> dict[str, Any]:
        """Return field → value for `create` and `revise`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def save_into(self, thing: T, *, by: Any, note: str = "") -> T | None:
        """Change the thing; None where others wrote the same fields, which the form then shows."""
        version = self.cleaned_data["version"]
        seen = {name: found for name in self.values() if (found := self._seen(name))}
        fields = self._settled(thing, seen)
        try:
            return revise(thing, fields, version=version, seen=seen, by=by, note=note)
        except EditClashError as error:
            self.show(error)
            return None

    def _seen(self, name: str) -> int:
        """Return the later version of a field that the person was shown; 0: none."""
        text = self.data.get(self.add_prefix(f"seen_{name}"), "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    def _settled(self, thing: Written, seen: Mapping[str, int]) -> dict[str, Any]:
        """Return the values with what was chosen for fields that had clashed."""
        fields = self.values()
        for name, version in seen.items():
            choice = self.data.get(self.add_prefix(f"choose_{name}"), MINE)
            if choice == KEPT:
                del fields[name]
            elif choice == BOTH and isinstance(fields[name], str):
                there = str((fields_at(thing, version) or {}).get(name) or "")
                fields[name] = "\n\n".join(one for one in (there, fields[name]) if one)
        return fields

    def show(self, error: EditClashError) -> None:
        """Come back with what clashed."""
        self.clashes = [
            ShownClash(name, self._label(name), clash, error.version, self._choices(name))
            for name, clash in error.clashes.items()
        ]
        self.add_error(None, ValidationError("", code="edited_meanwhile"))

    def _label(self, name: str) -> str:
        return str(self.fields[name].label) if name in self.fields else name

    def _choices(self, name: str) -> tuple[str, ...]:
        field = self.fields.get(name)
        is_text = field is not None and isinstance(field.widget, forms.Textarea)
        return (MINE, KEPT, BOTH) if is_text else (MINE, KEPT)
