"""The town's profile as the fit pages ask it: in the address, kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict

from convive.core.shelf.fit import TownProfile
from convive.core.strategy.vocabulary import Sector
from convive.web.staff.fields import MoneyField
from convive.web.staff.forms import CodesField, StaffForm

SENT = "profile"
"""Stands in the address where the form was sent, so that no tick means no partner."""


class ProfileForm(StaffForm):
    """What the town has to work with."""

    texts = "shelf.profile"

    residents = forms.IntegerField(min_value=1, max_value=100_000_000, required=False)
    budget = MoneyField(required=False)
    sectors = CodesField([one.value for one in Sector], words="plan.sector", required=False)

    def __init__(self, sent: QueryDict, known: TownProfile, *, language: str) -> None:
        self.known = known
        initial = {"residents": known.residents, "sectors": sorted(known.sectors)}
        super().__init__(sent if SENT in sent else None, initial=initial, language=language)
        budget: Any = self.fields["budget"]
        budget.language = language

    def profile(self) -> TownProfile:
        """Return the profile as it was sent, where it is understood; else what is known."""
        if not self.is_bound or not self.is_valid():
            return self.known
        given = self.cleaned_data
        return replace(
            self.known, residents=given["residents"], budget=given["budget"],
            sectors=frozenset(Sector(one) for one in given["sectors"]),
        )  # fmt: skip
