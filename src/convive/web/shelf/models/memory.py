"""What this town knows itself: its own entries with their versions, and how it judges entries."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from convive.core.shelf.grading import GradingScheme
from convive.web.workspace.models.base import codes


class OwnEntry(models.Model):
    """An action of the plan, told as an experience; what stands on the shelf was checked."""

    name = models.CharField(max_length=160, unique=True)
    """`Practice.id`; it stays when the action is gone."""
    action = models.OneToOneField(
        "workspace.Action", null=True, on_delete=models.SET_NULL, related_name="experience"
    )
    said = models.JSONField(default=dict)
    """Field of the form → what somebody wrote; the rest comes from the plan."""
    draft = models.JSONField(null=True)
    """The entry as it is being written; None once it was checked."""
    counts = models.JSONField(default=dict)
    """Group → people reached, as the draft tells them; kept as told once it is checked."""
    number = models.PositiveIntegerField(default=1)
    """Goes up with every writing: a form carries the one it was filled from."""
    content = models.JSONField(null=True)
    """The entry as it stands on the shelf; None before it was checked."""
    is_published = models.BooleanField(default=False)
    """Whether somebody chose it for other towns."""
    is_withdrawn = models.BooleanField(default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("name",)


class OwnVersion(models.Model):
    """One version that stood on the shelf; rows are only added."""

    entry = models.ForeignKey(OwnEntry, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(fields=("entry", "version"), name="own_version_once"),
        )


class LocalGrading(models.Model):
    """One judgement of this town about an entry; it stays whatever the entry's publisher does."""

    ref = models.CharField(max_length=240, db_index=True)
    """`Entry.ref` as this shelf shows it."""
    scheme = models.CharField(max_length=12, choices=codes(GradingScheme))
    dimension = models.CharField(max_length=40, blank=True)
    grade = models.CharField(max_length=400)
    by = models.CharField(max_length=200)
    """Name of the organisation, never of a person."""
    on = models.DateField(null=True)
    about = models.CharField(max_length=400)
    note = models.CharField(max_length=1000, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)


class ShelfChange(models.Model):
    """One row whose mark changes with the entries of the shelf: by it, what was built is kept."""

    mark = models.CharField(max_length=32)
