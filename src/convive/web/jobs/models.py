"""The table of runs: what is to be done beside the pages, and what came of it."""

from __future__ import annotations

from django.db import models


class Run(models.Model):
    """One piece of work, done once: a daily function on one day, or a task under one key."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=120)
    """Name of the daily function, or path of the task."""
    key = models.CharField(max_length=160)
    """The day, or what the caller names the work by: with the name, it is there once."""
    is_daily = models.BooleanField(default=False)
    args = models.JSONField(default=dict)
    """Codes, numbers and ids; nothing personal."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """When it may be begun, or tried again."""
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    """Who works on it: made anew with every attempt, so that a worker given up cannot end it."""
    claimed_until = models.DateTimeField(null=True)
    """A worker that lives moves this on; after it, another one takes over."""
    outcome = models.JSONField(default=dict)
    """Numbers by name."""
    error_code = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("name", "key"), name="run_once"),)
        indexes = (
            models.Index(fields=("state", "due_at"), name="run_due"),
            models.Index(fields=("-made_at", "-id"), name="run_newest"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.key}"
