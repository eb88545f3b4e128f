"""What everything that several people write at once has: a code, a version, who wrote it last."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Written(models.Model):
    """Something that people edit; `actions.revise` is the only way to change it.

    `version` goes up by one with every change. A form carries the version it was filled from: what
    somebody else has written meanwhile is merged field by field, and where both wrote the same
    field, both texts are shown. Every version is kept as a `Revision`.
    """

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        abstract = True


class Revision(models.Model):
    """One version of something, as it was written; rows are only added."""

    object_kind = models.CharField(max_length=20)
    """``strategy``, ``challenge``, ``objective``, ``action``, ``meeting``, ``agenda_item`` …"""
    object_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    """Every editable field as JSON."""
    note = models.CharField(max_length=400, blank=True)
    """Why, where a reason was asked for."""
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(
                fields=("object_kind", "object_id", "version"), name="revision_once"
            ),
        )


def codes(words: object) -> list[tuple[str, str]]:
    """Return the choices of a closed list of words; their names are texts, not these."""
    return [(one.value, one.value) for one in words]  # type: ignore[attr-defined]
