"""A version of an instrument as it was served."""

from __future__ import annotations

from django.db import models


class FormVersion(models.Model):
    """One version of an instrument, frozen: forms stay readable when the catalogue moves on.

    The same id and version with other content is refused: answers would mean different things
    under one name.
    """

    instrument_id = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the definition and its translations."""
    files = models.JSONField()
    """File name → text: the instrument's folder, see docs/reference/instrument-files.md."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("instrument_id", "version"), name="form_version_is_one_content"
            ),
        )

    def __str__(self) -> str:
        return f"{self.instrument_id}@{self.version}"
