"""Sending a letter at most once: noted before the first byte goes out, and again after the last."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from convive.core.errors import SourceError
from convive.web.notices import letters, smtp
from convive.web.notices.letters import Letter
from convive.web.notices.models import Mail
from convive.web.notices.smtp import Delivery

NOT_TAKEN = "MAIL_NOT_TAKEN"
_STATES = {
    Delivery.SENT: (Mail.State.SENT, ""),
    Delivery.REFUSED: (Mail.State.FAILED, "MAIL_REFUSED"),
    Delivery.UNKNOWN: (Mail.State.UNKNOWN, "MAIL_LINE_BROKE"),
}


def send_digest(mail_id: int) -> dict[str, str] | None:
    """Send a letter that waits: of the day, or about the own sign-in; return what came of it, None where there was nothing to say.

    Raises
    ------
    RequestError
        MAIL_SETTING_NOT_VALID.
    SourceError
        MAIL_NOT_TAKEN: nothing went out, and it may be tried again.
    """
    mail = Mail.objects.select_related("account").filter(pk=mail_id).first()
    letter = _letter(mail) if mail and mail.state == Mail.State.WAITING else None
    if mail is None or (letter is None and mail.state == Mail.State.WAITING):
        return None
    if letter is None or not _begin(mail):
        return _already_begun(mail)
    return _sent(mail, letter)


def _letter(mail: Mail) -> Letter | None:
    return letters.sign_in(mail) if mail.kind == Mail.Kind.SIGN_IN else letters.digest(mail)


def send_now(mail: Mail, letter: Letter) -> Mail:
    """Send a letter at once and note what came of it.

    Raises
    ------
    RequestError
        MAIL_SETTING_NOT_VALID.
    SourceError
        MAIL_NOT_TAKEN.
    """
    if _begin(mail):
        note(mail.pk, _sent(mail, letter))
    mail.refresh_from_db()
    return mail


def note(mail_id: int, found: dict[str, str] | None) -> None:
    """Note what came of a letter; one that had nothing to say is gone."""
    if found is None:
        Mail.objects.filter(pk=mail_id, state=Mail.State.WAITING).delete()
        return
    Mail.objects.filter(pk=mail_id).update(changed_at=timezone.now(), **found)


def _begin(mail: Mail) -> bool:
    """Note that a letter goes out from here on; False where that was noted before."""
    smtp.parse(settings.CONVIVE_SMTP)
    now = timezone.now()
    waiting = Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING)
    mail.changed_at = now
    return waiting.update(state=Mail.State.SENDING, changed_at=now, error_code="") == 1


def _already_begun(mail: Mail) -> dict[str, str]:
    """Return the state to note where another attempt began: it died, so nobody knows."""
    mail.refresh_from_db()
    if mail.state == Mail.State.SENDING:
        return {"state": Mail.State.UNKNOWN, "error_code": "MAIL_WORKER_LOST"}
    return {"state": mail.state, "error_code": mail.error_code}


def _sent(mail: Mail, letter: Letter) -> dict[str, str]:
    server = smtp.parse(settings.CONVIVE_SMTP)
    data = letters.as_bytes(letter, mail.account, server, mail)
    came = smtp.deliver(server, mail.account.email, data)
    if came == Delivery.NOT_TAKEN:
        Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING).update(
            state=Mail.State.WAITING, error_code=NOT_TAKEN, changed_at=timezone.now()
        )
        raise SourceError(NOT_TAKEN)
    state, code = _STATES[came]
    return {"state": state, "error_code": code}
