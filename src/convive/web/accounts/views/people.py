"""The coordinator's pages about people: list, invite, roles, switching off."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.actions import LINK_DAYS, change_account, invite, renew_link
from convive.web.accounts.forms import InviteForm, RolesForm
from convive.web.accounts.models import Account
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import find_account, list_accounts
from convive.web.roles import Role
from convive.web.staff.page import go, show, tell


@access.role(Role.COORDINATOR)
def people(request: AccountRequest, language: str) -> HttpResponse:
    """List the accounts."""
    return show(
        request, "accounts/people.html",
        language=language, title=say("accounts.people.title", language), nav="people",
        accounts=list_accounts(),
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.FORM)
def invite_person(request: AccountRequest, language: str) -> HttpResponse:
    """Make an account and show its link, once."""
    form = InviteForm(request.POST or None, language=language, initial={"language": language})
    if request.method == "POST" and form.is_valid():
        try:
            account, token = invite(**form.cleaned_data, by=request.user)
        except ConflictError:
            form.add_error("email", forms.ValidationError("", code="taken"))
        else:
            return _show_link(request, language, account, token)
    return show(
        request, "accounts/invite.html",
        language=language, title=say("accounts.invite.title", language), nav="people", form=form,
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.FORM)
def person(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Show an account; change its roles, or switch it off."""
    account = _account(account_id)
    initial = {"roles": sorted(account.roles), "is_active": account.is_active}
    form = RolesForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_account(account, **form.cleaned_data, by=request.user)
        except ConflictError:
            form.add_error("roles", forms.ValidationError("", code="last_coordinator"))
            account = _account(account_id)
        else:
            tell(request, "accounts.person.changed", language, name=str(account))
            return go("people", language)
    return show(
        request, "accounts/person.html",
        language=language, title=str(account), nav="people", form=form, person=account,
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.WRITE)
def new_link(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Make a new link for somebody who has lost the password or the invitation."""
    account = _account(account_id)
    return _show_link(request, language, account, renew_link(account, by=request.user))


def _account(account_id: int) -> Account:
    account = find_account(account_id)
    if account is None:
        raise Http404
    return account


def _show_link(
    request: AccountRequest, language: str, account: Account, token: str
) -> HttpResponse:
    """Show a link; it is not kept, so this page is the only one that has it."""
    path = reverse("invitation", args=(account.language, token))
    return show(
        request, "accounts/link.html",
        language=language, title=say("accounts.link.title", language, name=str(account)),
        nav="people", link=request.build_absolute_uri(path), days=LINK_DAYS, person=account,
        token=token, can_mail=bool(settings.CONVIVE_SMTP),
    )  # fmt: skip
