"""Requests to be forgotten."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.models import Account
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import find_account, list_accounts
from convive.web.rights.actions.erasure import erase_account, is_erased
from convive.web.roles import Role
from convive.web.staff.forms import StaffForm
from convive.web.staff.page import go, refuse, show, tell

NAV = "evidence"


class EraseForm(StaffForm):
    """Confirms what cannot be taken back."""

    texts = "rights.erase"

    is_sure = forms.BooleanField()


@access.role(Role.DATA_PROTECTION)
def people(request: AccountRequest, language: str) -> HttpResponse:
    """List the accounts, to choose one; erased ones are told as such."""
    rows = [{"account": one, "is_erased": is_erased(one)} for one in list_accounts()]
    return show(
        request, "rights/erasure.html",
        language=language, title=say("rights.erasure.title", language), nav=NAV, rows=rows,
    )  # fmt: skip


@access.role(Role.DATA_PROTECTION, methods=access.FORM)
def person(request: AccountRequest, language: str, account_id: int) -> HttpResponse:
    """Tell what goes, what stays and why; erase on confirmation."""
    found: Account | None = find_account(account_id)
    if found is None:
        raise Http404
    form = EraseForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            erase_account(found, by=request.user, now=timezone.now())
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "rights.erasure.done", language)
        return go("erasure", language)
    return show(
        request, "rights/erase.html",
        language=language, title=say("rights.erase.title", language, name=str(found)), nav=NAV,
        form=form, is_erased=is_erased(found), keeps=("plan", "log", "reads", "agreements"),
    )  # fmt: skip
