"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from django.http import HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.actions.sessions import end_other_sessions
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import factors_of, passwords_open, sessions_of
from convive.web.staff.page import go, show, tell


@access.signed_in()
def own_account(request: AccountRequest, language: str) -> HttpResponse:
    """Show how one signs in, and where one is signed in now."""
    account = request.user
    present = request.session.session_key
    return show(
        request, "accounts/own.html",
        language=language, title=say("accounts.own.title", language),
        sessions=[
            {"session": one, "is_present": one.session_key == present}
            for one in sessions_of(account)
        ],
        n_factors=factors_of(account).count(),
        has_password=account.has_usable_password() and passwords_open(),
    )  # fmt: skip


@access.signed_in(access.WRITE)
def end_others(request: AccountRequest, language: str) -> HttpResponse:
    """Sign the own account out everywhere else."""
    number = end_other_sessions(request, request.user)
    tell(request, "accounts.own.ended", language, n=number)
    return go("own-account", language)
