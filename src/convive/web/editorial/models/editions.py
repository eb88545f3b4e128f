"""Editions: a finished audit with what the editors say about it, and who has looked at it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

NEEDED = 2
"""People beside the one who submitted it."""


class ReviewRule(models.Model):
    """Whether new audits appear at once, or after review by two; one row."""

    is_reviewed = models.BooleanField(default=False)
    end_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Who wants to end the review; somebody else confirms it."""


class Edition(models.Model):
    """One finished audit on its way to the public."""

    class State(models.TextChoices):
        DRAFT = "draft"
        REVIEW = "review"
        APPROVED = "approved"
        WITHDRAWN = "withdrawn"

    key = models.CharField(max_length=12, unique=True)
    """First signs of the digest of the audit as it was built."""
    digest = models.CharField(max_length=64)
    built_at = models.CharField(max_length=40)
    offered_at = models.DateTimeField()
    words = models.JSONField(default=dict)
    """``title`` and ``text``, each per language."""
    visible_from = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    """With which it was given back."""
    is_before_review = models.BooleanField(default=False)
    """Shown when review began, without anybody's look."""
    words_aside = models.JSONField(default=dict)
    """Words that were not published then, because nobody had approved them."""
    revision = models.PositiveIntegerField(default=1)
    """Goes up with every change: two people at once are noticed by it."""

    class Meta:
        ordering = ("-built_at", "-pk")


class Approval(models.Model):
    """Somebody has seen exactly this and agrees."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="approvals")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    seen = models.CharField(max_length=64)
    """Digest of what was seen."""
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("edition", "account"), name="approval_once"),
        )
