"""Forms about survey waves."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from convive.app.fieldwork.sample import Wish
from convive.catalogue.texts import languages, localised
from convive.core.instruments.model import Instrument, InstrumentKind
from convive.web.fieldwork.actions.wave_sending import OUTCOMES
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.waves import code_is_taken
from convive.web.staff.forms import CodeField, CodesField, DayField, StaffForm

RULES = ("proportional", "equal", "power")
MOST_UPLOAD = 24 * 1024 * 1024
MOST_QUOTAS = 60


class NewWaveForm(StaffForm):
    """What is asked, of whom, in which languages."""

    texts = "waves.new"

    title = forms.CharField(max_length=200)
    code = forms.SlugField(max_length=40)
    wave = forms.CharField(max_length=20, required=False)
    instrument = forms.ChoiceField()
    sampling = CodeField(
        ("frame", "open_link"), words="waves.sampling", widget=forms.RadioSelect
    )  # fmt: skip
    languages = CodesField(languages(), words="language")
    opens_on = DayField(required=False)
    closes_on = DayField(required=False)

    def __init__(self, *args: Any, instruments: Sequence[Instrument], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["instrument"].choices = [  # type: ignore[attr-defined]
            (one.id, localised(one.title, self.page_language))
            for one in instruments
            if one.kind is InstrumentKind.SURVEY
        ]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if code_is_taken(code):
            raise forms.ValidationError("", code="taken")
        return code

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = found.get("opens_on"), found.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", forms.ValidationError("", code="before"))
        return found


class FileForm(StaffForm):
    """A table that is handed in."""

    texts = "waves.file"

    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}))

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_UPLOAD:
            raise forms.ValidationError("", code="too_large")
        content: bytes = file.read()
        return content


class PlanForm(StaffForm):
    """How many are invited, and what is expected of them."""

    texts = "waves.plan"

    n = forms.IntegerField(min_value=20, max_value=200_000)
    rule = CodeField(RULES, words="wave_rule")
    minimum = forms.IntegerField(min_value=0, max_value=100_000, initial=0)
    response = forms.IntegerField(min_value=1, max_value=100, initial=30)
    share = forms.IntegerField(min_value=1, max_value=99, initial=50)
    deff = forms.DecimalField(min_value=1, max_value=10, initial="1.3", decimal_places=2)
    seed = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    @staticmethod
    def proposal(n_frame: int) -> dict[str, Any]:
        """Return what the form begins with."""
        return {
            "n": max(20, min(n_frame, 1_000)), "rule": "proportional", "minimum": 0,
            "response": 30, "share": 50, "deff": "1.3", "seed": secrets.randbelow(10**6),
        }  # fmt: skip

    def wish(self) -> Wish:
        """Return what was planned."""
        found = self.cleaned_data
        return Wish(
            n=found["n"], rule=found["rule"], minimum=found["minimum"],
            response=found["response"] / 100, share=found["share"] / 100,
            deff=float(found["deff"]),
        )  # fmt: skip


class QuotaForm(StaffForm):
    """Quotas, one a line: ``sex=woman; age_group=16_24,25_34: 50``."""

    texts = "waves.quotas"

    lines = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 10})
    )

    def __init__(self, *args: Any, instrument: Instrument, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instrument = instrument

    def clean_lines(self) -> list[tuple[dict[str, list[str]], int]]:
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines()]
        read = [(k, _quota(line, self.instrument)) for k, line in enumerate(lines, 1) if line]
        wrong = [
            forms.ValidationError("", code="line", params={"line": k})
            for k, quota in read
            if quota is None
        ]
        if wrong or len(read) > MOST_QUOTAS:
            raise forms.ValidationError(wrong or [forms.ValidationError("", code="too_many")])
        return [quota for _, quota in read if quota is not None]


class OutcomesForm(StaffForm):
    """What became of invitations: an outcome and the contacts that it is of, one a line."""

    texts = "waves.outcomes"

    outcome = CodeField(OUTCOMES, words="waves.outcome")
    contacts = forms.CharField(max_length=500_000, widget=forms.Textarea(attrs={"rows": 6}))

    def found(self) -> dict[str, str]:
        """Return contact → outcome."""
        lines = (line.strip() for line in self.cleaned_data["contacts"].splitlines())
        return {line: self.cleaned_data["outcome"] for line in lines if line}


class CloseWaveForm(StaffForm):
    """A tick that says that closing is meant."""

    texts = "waves.close"

    sure = forms.BooleanField()


class WeightsForm(StaffForm):
    """Known numbers of the population, and how large a weight may be."""

    texts = "waves.weights"

    file = forms.FileField(
        required=False, widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"})
    )
    limit = forms.DecimalField(required=False, min_value=2, max_value=50, decimal_places=1)

    def clean_file(self) -> bytes:
        file = self.cleaned_data.get("file")
        if not file:
            return b""
        if file.size > MOST_UPLOAD:
            raise forms.ValidationError("", code="too_large")
        content: bytes = file.read()
        return content


def quota_lines(wave: Campaign) -> str:
    """Return quotas as they are typed."""
    return "\n".join(f"{condition_text(one.conditions)}: {one.target}" for one in wave.quotas.all())


def condition_text(conditions: Mapping[str, list[str]]) -> str:
    """Return what a quota counts, as it is typed."""
    return "; ".join(f"{item}={','.join(codes)}" for item, codes in conditions.items())


def _quota(line: str, instrument: Instrument) -> tuple[dict[str, list[str]], int] | None:
    """Return a quota of a line, None where it is none of this form."""
    left, _, number = line.rpartition(":")
    if not number.strip().isdecimal() or len(number.strip()) > 7:
        return None
    conditions: dict[str, list[str]] = {}
    for part in left.split(";"):
        name, _, codes = part.partition("=")
        item = instrument.item(name.strip())
        wanted = [code.strip() for code in codes.split(",")]
        if item is None or item.scale is None or any(item.scale.choice(c) is None for c in wanted):
            return None
        conditions[name.strip()] = wanted
    return conditions, int(number)
