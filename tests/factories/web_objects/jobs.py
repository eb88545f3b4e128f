"""Runs, letters."""

from __future__ import annotations

from datetime import UTC, datetime

from convive.web.jobs.models import Run
from convive.web.notices.models import Mail
from factories.web_objects.accounts import make_account

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def make_run(name: str = "jobs.tidy", **fields: object) -> Run:
    """Make a run that has failed, unless told otherwise."""
    told = {"key": str(Run.objects.count()), "state": "failed", "made_at": NOW, "due_at": NOW}
    return Run.objects.create(name=name, **told | fields)


def make_mail(state: str = "failed", **fields: object) -> Mail:
    """Make a letter of the day."""
    told = {"kind": "digest", "key": str(Mail.objects.count()), "made_at": NOW, "changed_at": NOW}
    if "account" not in fields:
        fields["account"] = make_account()
    return Mail.objects.create(state=state, **told | fields)


BUILDERS = {
    "job-again": lambda: {"run_id": make_run().pk},
    "mail-again": lambda: {"mail_id": make_mail().pk},
    "mail-link": lambda: {"account_id": make_account().pk},
}
