"""Agreements; every renewal is a row of its own, so that the history stays."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from convive.app.evidence_room.terms import (
    AgreementTerms,
    LegalBasis,
    State,
    Weeding,
    is_in_force,
    state_on,
)
from convive.web.accounts.models import Organisation


class Agreement(models.Model):
    """Who gives which evidence to whom, for what, how fine, and until when."""

    code = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)
    """Goes up with every change of a draft: a form that was filled from an older one is refused."""
    title = models.CharField(max_length=160)
    gives = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    uses = models.ManyToManyField(Organisation, related_name="agreements", blank=True)
    sources = models.JSONField(default=list)
    legal_basis = models.CharField(
        max_length=20, blank=True, choices=[(one.value, one.value) for one in LegalBasis]
    )
    legal_reference = models.CharField(max_length=200, blank=True)
    purposes = models.JSONField(default=list)
    fields = models.JSONField(default=list)
    levels = models.JSONField(default=list)
    floor = models.PositiveIntegerField(default=5)
    retention_months = models.PositiveIntegerField(null=True, blank=True)
    weeding = models.CharField(
        max_length=10, blank=True, choices=[(one.value, one.value) for one in Weeding]
    )
    contact = models.CharField(max_length=200, blank=True)
    """A function or an office, not a person."""
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=10, default=State.DRAFT, choices=[(one.value, one.value) for one in State]
    )
    """As it was decided; the calendar may say more: see `state_on`."""
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    """When its end, or that it was withdrawn, was noted."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("code", "-version")
        constraints = (
            models.UniqueConstraint(fields=("code", "version"), name="agreement_version_once"),
        )

    def __str__(self) -> str:
        return self.title

    def state_on(self, today: date) -> State:
        """Return how it stands on a day."""
        return state_on(self.state, self.valid_until, today)

    def is_in_force(self, today: date) -> bool:
        """Tell whether it opens anything on a day."""
        return is_in_force(self.state, self.valid_from, self.valid_until, today)

    def terms(self) -> AgreementTerms:
        """Return it as plain values."""
        return AgreementTerms(
            code=self.code, version=self.version, title=self.title,
            gives=self.gives.code if self.gives else "",
            uses=tuple(sorted(one.code for one in self.uses.all())),
            sources=tuple(self.sources), legal_basis=self.legal_basis,
            legal_reference=self.legal_reference, purposes=tuple(self.purposes),
            fields=tuple(self.fields), levels=tuple(self.levels), floor=self.floor,
            retention_months=self.retention_months, weeding=self.weeding, contact=self.contact,
            valid_from=self.valid_from, valid_until=self.valid_until,
        )  # fmt: skip
