"""The letter of the day: made once a day, each sent by a run of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django_tasks import task

from convive.web.accounts.models import Account
from convive.web.jobs.actions import enqueue
from convive.web.jobs.daily import day_of, every_day
from convive.web.jobs.tasks import prepared
from convive.web.notices import sending
from convive.web.notices.models import Mail, Notice

KEPT = timedelta(days=400)


def _send(*, mail_id: int) -> dict[str, str] | None:
    return sending.send_digest(mail_id)


@task()
@prepared(_send)
def send_digest(found: dict[str, str] | None, *, mail_id: int) -> dict[str, Any]:
    """Note what came of a letter that was sent before."""
    sending.note(mail_id, found)
    return {"state": found["state"] if found else "nothing"}


@every_day("notices.digest")
def make_digests(now: datetime) -> dict[str, Any]:
    """Make a letter for every account that was told something of which no letter has told."""
    if not settings.CONVIVE_SMTP:
        return {"mails": 0}
    untold = Notice.objects.filter(read_at=None, mail=None, made_at__gte=now - KEPT)
    wanting = Account.objects.filter(is_active=True, pk__in=untold.values("account")).exclude(
        Q(mail_choice__wants_digest=False)
    )
    day, n = day_of(now).isoformat(), 0
    for account in wanting.order_by("pk"):
        mail, is_new = Mail.objects.get_or_create(
            key=f"digest:{account.pk}:{day}",
            defaults={
                "account": account, "kind": Mail.Kind.DIGEST, "made_at": now, "changed_at": now,
            },
        )  # fmt: skip
        if is_new:
            untold.filter(account=account).update(mail=mail)
            enqueue(send_digest, key=str(mail.pk), mail_id=mail.pk)
            n += 1
    return {"mails": n}


@every_day("notices.tidy")
def tidy(now: datetime) -> dict[str, Any]:
    """Remove notices that were read, and letters that went out, long ago."""
    n_notices, _ = Notice.objects.filter(read_at__lt=now - KEPT).delete()
    n_mails, _ = Mail.objects.filter(made_at__lt=now - KEPT).delete()
    return {"notices": n_notices, "mails": n_mails}
