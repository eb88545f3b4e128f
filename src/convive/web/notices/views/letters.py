"""The coordinator's pages about letters: what did not go out, and a link by e-mail."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.core.errors import ConflictError, ConviveError
from convive.web import access
from convive.web.accounts.actions import LINK_DAYS
from convive.web.accounts.models import Account
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import find_account, find_invitation
from convive.web.notices import letters
from convive.web.notices.actions import enter_link_mail, mail_again
from convive.web.notices.models import Mail
from convive.web.notices.selectors import count_sent, find_mail, mails_to_look_at
from convive.web.notices.sending import send_now
from convive.web.roles import Role
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import page_of

LOOKED_BACK = timedelta(days=30)


@access.role(Role.COORDINATOR)
def mails(request: AccountRequest, language: str) -> HttpResponse:
    """Show the letters that did not go out, or of which nobody knows."""
    page = page_of(request, mails_to_look_at())
    return show(
        request, "notices/mails.html",
        language=language, title=say("mails.title", language), nav="mails", page=page,
        has_server=bool(settings.CONVIVE_SMTP),
        n_sent=count_sent(timezone.now() - LOOKED_BACK), days=LOOKED_BACK.days,
        repeatable=(Mail.State.FAILED, Mail.State.UNKNOWN),
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.WRITE)
def again(request: AccountRequest, language: str, mail_id: int) -> HttpResponse:
    """Have a letter sent again."""
    mail = find_mail(mail_id)
    if mail is None:
        raise Http404
    try:
        mail_again(mail, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "mails.asked_again", language)
    return go("mails", language)


@access.role(Role.COORDINATOR, methods=access.WRITE)
def mail_link(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Send the link that was just shown to its account; the page with the link is shown again."""
    account = find_account(account_id)
    if account is None:
        raise Http404
    invitation = find_invitation(request.POST.get("token", "")[:100])
    is_own = invitation is not None and invitation.account_id == account.pk
    if invitation is None or not is_own or not settings.CONVIVE_SMTP:
        return HttpResponse(status=400)
    path = reverse("invitation", args=(account.language, request.POST["token"]))
    site = settings.CONVIVE_ADDRESS
    link = site + path if site else request.build_absolute_uri(path)
    _send(request, language, account, invitation.token_hash, link)
    return show(
        request, "accounts/link.html",
        language=language, title=say("accounts.link.title", language, name=str(account)),
        nav="people", link=link, days=LINK_DAYS, person=account, can_mail=False,
    )  # fmt: skip


def _send(
    request: AccountRequest, language: str, account: Account, token_hash: str, link: str
) -> None:
    mail = enter_link_mail(account, token_hash, by=request.user)
    try:
        mail = send_now(mail, letters.link(account, link, LINK_DAYS))
    except ConviveError as error:
        refuse(request, error, language)
        return
    if mail.state != Mail.State.SENT:
        refuse(request, ConviveError(mail.error_code or "MAIL_LINE_BROKE"), language)
        return
    tell(request, "mails.link.sent", language, email=account.email)
