"""A spot of the city that is looked at again and again."""

from __future__ import annotations

import uuid

from django.db import models


class Place(models.Model):
    """A spot on the map; the same over all campaigns, so that before and after are one place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40, unique=True)
    """Short name on maps, sheets and in evidence files, e.g. ``P014``."""
    name = models.CharField(max_length=200)
    longitude = models.FloatField(null=True, blank=True)
    """Degrees, WGS 84."""
    latitude = models.FloatField(null=True, blank=True)
    area_level = models.CharField(max_length=64, blank=True)
    area_id = models.CharField(max_length=64, blank=True)
    """Area of the pack's analysis level that it lies in; empty outside or without position."""
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
