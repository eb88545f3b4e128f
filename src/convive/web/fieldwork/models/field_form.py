"""A form as field apps were given it."""

from __future__ import annotations

from django.db import models

from convive.web.fieldwork.models.campaign import Campaign
from convive.web.fieldwork.models.form_version import FormVersion


class FieldForm(models.Model):
    """The XForm of a campaign's form, kept byte for byte.

    A field app compares an MD5 with what it has and asks for updates for ever if the bytes are
    made anew a little differently. Earlier ones stay: phones still send what was filled in with
    them.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="field_forms")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    made_from = models.CharField(max_length=64)
    """SHA-256 of everything that the bytes depend on; another one is another version."""
    version = models.CharField(max_length=40)
    """As the form carries it, e.g. ``2-9f86d081``."""
    md5 = models.CharField(max_length=32)
    xml = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "version"), name="field_form_is_one_content"
            ),
        )

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.version}"
