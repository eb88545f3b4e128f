"""The coordinator's pages about people: list, invite, roles, organisation, switching off."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.catalogue.texts import format_date, say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.actions import LINK_DAYS, change_account, invite, renew_link
from convive.web.accounts.actions.organisations import move_account
from convive.web.accounts.actions.second_factor import reset_second_factor
from convive.web.accounts.actions.vouching import vouch
from convive.web.accounts.forms import InviteForm, RolesForm
from convive.web.accounts.independence import SECOND_PERSONS, waiting
from convive.web.accounts.models import Account
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import (
    find_account,
    has_factor,
    list_accounts,
    passwords_open,
)
from convive.web.roles import Role
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import page_of


@access.role(Role.COORDINATOR, Role.DATA_PROTECTION)
def people(request: AccountRequest, language: str) -> HttpResponse:
    """List the accounts; the data protection officer reads, the coordinator also changes."""
    page = page_of(request, list_accounts())
    waits = waiting(page.object_list, request.user)
    return show(
        request, "accounts/people.html",
        language=language, title=say("accounts.people.title", language), nav="people",
        rows=[(one, *_waits(waits.get(one.pk), language)) for one in page.object_list],
        page=page, may_change=Role.COORDINATOR in request.user.roles,
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
            if passwords_open():
                return _show_link(request, language, account, token)
            tell(request, "accounts.invite.by_town", language, name=str(account))
            return go("people", language)
    return show(
        request, "accounts/invite.html",
        language=language, title=say("accounts.invite.title", language), nav="people", form=form,
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.FORM)
def person(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Show an account; change its roles or organisation, or switch it off."""
    account = _account(account_id)
    form = _roles_form(request, account, language)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        organisation = said.pop("organisation")
        try:
            with transaction.atomic():
                change_account(account, **said, by=request.user)
                move_account(account, organisation, by=request.user)
        except ConflictError:
            form.add_error("roles", forms.ValidationError("", code="last_coordinator"))
            account = _account(account_id)
        else:
            tell(request, "accounts.person.changed", language, name=str(account))
            return go("people", language)
    return show(
        request, "accounts/person.html",
        language=language, title=str(account), nav="people", form=form, person=account,
        has_factor=has_factor(account), is_own=account.pk == request.user.pk,
        has_links=passwords_open(),
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.WRITE)
def new_link(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Make a new link for somebody who has lost the password or the invitation."""
    account = _account(account_id)
    if not passwords_open():
        refuse(request, ConflictError("PASSWORDS_OFF"), language)
        return go("person", language, account.pk)
    return _show_link(request, language, account, renew_link(account, by=request.user))


@access.role(Role.COORDINATOR, methods=access.WRITE)
def reset_factor(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Take the second factor of somebody away who has lost it."""
    account = _account(account_id)
    try:
        reset_second_factor(account, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "accounts.person.factor_reset", language, name=str(account))
    return go("person", language, account.pk)


@access.role(*SECOND_PERSONS, methods=access.WRITE)
def vouch_for(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Let somebody count as a second person before the waiting time is over."""
    account = _account(account_id)
    try:
        vouch(account, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "accounts.person.vouched", language, name=str(account))
    return go("people", language)


def _waits(found: tuple[datetime, bool] | None, language: str) -> tuple[str, bool]:
    """Return from which day somebody counts as a second person, and whether one may vouch."""
    if found is None:
        return "", False
    return format_date(timezone.localdate(found[0]), language), found[1]


def _roles_form(request: AccountRequest, account: Account, language: str) -> RolesForm:
    initial = {
        "roles": sorted(account.roles), "is_active": account.is_active,
        "organisation": account.organisation_id,
    }  # fmt: skip
    return RolesForm(
        request.POST or None, language=language, initial=initial, present=account.organisation
    )


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
