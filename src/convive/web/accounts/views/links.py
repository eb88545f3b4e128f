"""Pages behind a one-time link: an invitation, and the welcome of the first coordinator."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import NotFoundError
from convive.web import access
from convive.web.accounts.actions import accept_invitation, accept_welcome
from convive.web.accounts.arrival import Arrival, arrive
from convive.web.accounts.forms import NewPasswordForm, WelcomeForm
from convive.web.accounts.models import Account, Invitation
from convive.web.accounts.selectors import find_invitation
from convive.web.staff.page import show, site_name, tell


@access.link_holder()
def invitation(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """Let an invited person set a password, and in."""
    account = _invitation(token).account
    if account is None or not account.is_active:
        raise Http404
    form = NewPasswordForm(request.POST or None, language=language, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            account = accept_invitation(token, form.cleaned_data["password"])
        except NotFoundError as error:
            raise Http404 from error
        return _welcome_in(request, account, language)
    return show(
        request, "accounts/invitation.html",
        language=language, title=say("accounts.invitation.title", language),
        form=form, invited=account,
    )  # fmt: skip


@access.link_holder()
def welcome(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """Let the first coordinator make an account."""
    if _invitation(token).account is not None:
        raise Http404
    initial = {"language": language, "town": site_name()}
    form = WelcomeForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            account = accept_welcome(token, **form.cleaned_data)
        except NotFoundError as error:
            raise Http404 from error
        return _welcome_in(request, account, language)
    return show(
        request, "accounts/welcome.html",
        language=language, title=say("accounts.welcome.title", language), form=form,
    )  # fmt: skip


def _invitation(token: str) -> Invitation:
    found = find_invitation(token)
    if found is None:
        raise Http404
    return found


def _welcome_in(request: HttpRequest, account: Account, language: str) -> HttpResponse:
    tell(request, "accounts.invitation.done", language)
    return arrive(request, Arrival(account, "link", "", language))
