"""Telling accounts what they should know, and noting what they have read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from convive.core.errors import ConflictError, RequestError
from convive.web.accounts.models import Account, Organisation
from convive.web.audit_log.actions import record
from convive.web.audit_log.models import Event
from convive.web.jobs.actions import enqueue
from convive.web.notices.models import Mail, MailChoice, Notice

Thing = tuple[str, Any]


def notify(
    account: Account, code: str, *, key: str, thing: Thing = ("", ""),
    due: date | None = None, address: str = "", **params: Any,
) -> Notice:  # fmt: skip
    """Tell an account something, once a key; what was told already is returned as it is.

    Parameters
    ----------
    account : Account
        Who is told. Only tell what the account may know of.
    code : str
        The sentence is the text ``notice.<code>``; with ``notice.<code>.count``, a plural of `n`,
        the letter of the day can count them ("3 commitments are due").
    key : str
        What it is about and when, e.g. ``commitment:12:due``; never twice, whatever comes later.
    thing : tuple
        Kind and id of what it is about.
    due : date, optional
        By when to act.
    address : str
        Path of the page where one acts, as `reverse` gives it in any language.
    **params
        Values of the sentence.

    Raises
    ------
    RequestError
        NOTICE_ADDRESS_ELSEWHERE where the address is not of this site.
    """
    _refuse_elsewhere(address)
    told, _ = Notice.objects.get_or_create(
        key=key, defaults=_fields(account, code, thing, due, address) | {"params": params}
    )
    return told


def notify_organisation(
    organisation: Organisation, code: str, *, key: str, thing: Thing = ("", ""),
    due: date | None = None, address: str = "", **params: Any,
) -> int:  # fmt: skip
    """Tell every active account of an organisation, each once a key; return how many are new.

    Nobody where the organisation was switched off.
    """
    _refuse_elsewhere(address)
    if not organisation.is_active:
        return 0
    accounts = list(organisation.accounts.filter(is_active=True).order_by("pk"))
    keys = {f"{key}:{one.pk}": one for one in accounts}
    known = set(Notice.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [
        Notice(key=own, params=params, **_fields(one, code, thing, due, address))
        for own, one in keys.items() if own not in known
    ]  # fmt: skip
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def mark_read(account: Account, notice_ids: list[int] | None = None) -> int:
    """Note that an account has read some of its notices, or all (None); return how many were new."""
    unread = Notice.objects.filter(account=account, read_at=None)
    if notice_ids is not None:
        unread = unread.filter(pk__in=notice_ids)
    return unread.update(read_at=timezone.now())


def withdraw(account: Account, kind: str, *, keep: Iterable[Any]) -> int:
    """Take back what an account was told about things of a kind, but for those it may know of.

    Read or not, and out of letters that have not gone out; return how many were taken back.
    """
    told = Notice.objects.filter(account=account, thing_kind=kind)
    number, _ = told.exclude(thing_id__in=[str(one) for one in keep]).delete()
    return number


def take_back_about(code: str, thing: Thing, *, account: Account | None = None) -> int:
    """Take back that something waits once nobody has to do it, of one account or of all.

    Only what nobody has read; return how many were taken back.
    """
    told = Notice.objects.filter(
        code=code, thing_kind=thing[0], thing_id=str(thing[1]), read_at=None
    )
    number, _ = (told.filter(account=account) if account is not None else told).delete()
    return number


@transaction.atomic
def choose_mail(account: Account, *, wants_digest: bool) -> None:
    """Keep whether an account wants a letter a day."""
    MailChoice.objects.update_or_create(account=account, defaults={"wants_digest": wants_digest})


def _fields(
    account: Account, code: str, thing: Thing, due: date | None, address: str
) -> dict[str, Any]:
    return {
        "account": account, "code": code, "thing_kind": thing[0], "thing_id": str(thing[1]),
        "due": due, "address": address, "made_at": timezone.now(),
    }  # fmt: skip


def _refuse_elsewhere(address: str) -> None:
    if address and (not address.startswith("/") or address[1:2] in {"/", "\\"}):
        raise RequestError("NOTICE_ADDRESS_ELSEWHERE")


@transaction.atomic
def mail_again(mail: Mail, *, by: Account) -> None:
    """Have a letter of the day sent again, where somebody decides that it may come twice.

    Raises
    ------
    ConflictError
        MAIL_NOT_TO_REPEAT.
    """
    from convive.web.notices.jobs import send_digest  # noqa: PLC0415 - which needs the actions

    now = timezone.now()
    stuck = Mail.objects.filter(
        pk=mail.pk, kind=Mail.Kind.DIGEST, state__in=(Mail.State.FAILED, Mail.State.UNKNOWN)
    )
    if not stuck.update(state=Mail.State.WAITING, error_code="", changed_at=now):
        raise ConflictError("MAIL_NOT_TO_REPEAT")
    record("notices.mailed_again", actor=by, thing=("mail", mail.pk))
    enqueue(send_digest, key=f"{mail.pk}:{now.timestamp():.6f}", mail_id=mail.pk)


_RENEWALS = {
    "accounts.second_factor_reset": ("second_factor_reset", "second-factor"),
    "accounts.link_renewed": ("link_renewed", "own-account"),
}
"""Verb in the log → the notice, and the page where one looks after it."""


@transaction.atomic
def tell_of_sign_in(account: Account, event: Event) -> None:
    """Tell an account that somebody else has renewed how it signs in; by letter at once.

    Not with the letter of the day: whoever has taken the account over could read the notice first,
    or want no letters.
    """
    from convive.web.notices.jobs import send_digest  # noqa: PLC0415 - which needs the actions

    code, page = _RENEWALS[event.verb]
    told = notify(
        account, code, key=f"{code.replace('_', '-')}:{event.pk}", thing=("account", account.pk),
        address=reverse(page, args=(account.language,)),
    )  # fmt: skip
    if not settings.CONVIVE_SMTP or told.mail_id:
        return
    now = timezone.now()
    told.mail = Mail.objects.create(
        account=account, kind=Mail.Kind.SIGN_IN, key=f"sign-in:{event.pk}", made_at=now, changed_at=now,
    )  # fmt: skip
    told.save(update_fields=["mail"])
    enqueue(send_digest, key=str(told.mail.pk), mail_id=told.mail.pk)


@transaction.atomic
def enter_link_mail(account: Account, token_hash: str, *, by: Account) -> Mail:
    """Enter the letter with a one-time link; the same link is the same letter."""
    now = timezone.now()
    mail, is_new = Mail.objects.get_or_create(
        key=f"link:{token_hash}",
        defaults={
            "account": account, "kind": Mail.Kind.LINK, "made_at": now, "changed_at": now,
        },
    )  # fmt: skip
    if is_new:
        record("notices.link_mailed", actor=by, thing=("account", account.pk))
    return mail
