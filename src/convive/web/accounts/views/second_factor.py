"""Setting a second factor up, and removing it; codes are shown once."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import decrypt, encrypt
from django import forms
from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError, NotFoundError
from convive.web import access
from convive.web.accounts import selectors
from convive.web.accounts.actions import second_factor as actions
from convive.web.accounts.arrival import came_by, is_fresh
from convive.web.accounts.factor_forms import AppForm, KeyForm, OwnProof, RemoveForm
from convive.web.accounts.models import Account
from convive.web.accounts.presenters import factor_rows
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.second_factor import codes, keys
from convive.web.accounts.second_factor.app_address import app_address
from convive.web.staff.page import go, refuse, show, site_name, tell
from convive.wiring.qr_codes import draw_qr

_SECRET = "convive.app_secret"


@access.held_too(access.READ)
def second_factor(request: AccountRequest, language: str) -> HttpResponse:
    """Show which second factors one has, and lead to a new one."""
    rows = factor_rows(selectors.factors_of(request.user))
    return show(
        request, "accounts/second_factor.html",
        language=language, title=say("accounts.factor.title", language), rows=rows,
        has_app=any(row["kind"] == codes.TOTP_KIND for row in rows),
        is_held=bool(request.session.get(access.HELD)),
        n_codes=codes.recovery_codes_left(request.user),
    )  # fmt: skip


@access.held_too()
def add_app(request: AccountRequest, language: str) -> HttpResponse:
    """Set up an authenticator app: show its secret, take the code that it shows."""
    if selectors.factors_of(request.user).filter(type=codes.TOTP_KIND).exists():
        return go("second-factor", language)
    secret = _secret(request)
    form = AppForm(request.POST or None, language=language, **_proof(request))
    if request.method == "POST" and form.is_valid():
        counter = codes.counter_of(secret, form.cleaned_data["code"])
        if counter is None:
            form.add_error("code", forms.ValidationError("", code="wrong"))
        else:
            try:
                found = actions.add_app(request.user, secret, counter=counter)
            except ConflictError:
                return go("second-factor", language)
            del request.session[_SECRET]
            return _done(request, language, found)
    address = app_address(secret, account=request.user.email, issuer=f"Convive {site_name()}")
    return show(
        request, "accounts/factor_app.html",
        language=language, title=say("accounts.factor.app.title", language), form=form,
        drawing=draw_qr(address, title=say("accounts.factor.app.drawing", language)),
        address=address, secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
    )  # fmt: skip


@access.held_too()
def add_key(request: AccountRequest, language: str) -> HttpResponse:
    """Set up a security key or passkey; its browser dialogue is the one thing that needs a script."""
    form = KeyForm(request.POST or None, language=language, **_proof(request))
    if request.method == "POST" and form.is_valid():
        said = keys.finish_adding(request, form.cleaned_data["answer"])
        if said is None:
            form.add_error(None, forms.ValidationError("", code="key"))
        else:
            found = actions.add_key(request.user, form.cleaned_data["name"], said)
            return _done(request, language, found)
    return show(
        request, "accounts/factor_key.html",
        language=language, title=say("accounts.factor.key.title", language), form=form,
        options=keys.begin_adding(request, request.user),
    )  # fmt: skip


@access.signed_in(access.FORM)
def remove_factor(request: AccountRequest, language: str) -> HttpResponse:
    """Remove a second factor of one's own, after the password was given."""
    asked = request.POST.get("factor") or request.GET.get("factor", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else 0
    factor = selectors.factors_of(request.user).filter(pk=number).first()
    if factor is None:
        return go("second-factor", language)
    form = RemoveForm(
        request.POST or None, language=language, initial={"factor": factor.pk}, **_proof(request)
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_factor(request.user, factor.pk)
        except (ConflictError, NotFoundError) as error:
            refuse(request, error, language)
        else:
            tell(request, "accounts.factor.removed", language)
        return go("second-factor", language)
    return show(
        request, "accounts/factor_remove.html",
        language=language, title=say("accounts.factor.remove.title", language), form=form,
        row=factor_rows([factor])[0],
    )  # fmt: skip


@access.held_too()
def recovery_codes(request: AccountRequest, language: str) -> HttpResponse:
    """Make new recovery codes, after the password was given."""
    form = OwnProof(request.POST or None, language=language, **_proof(request))
    if request.method == "POST" and form.is_valid():
        try:
            found = actions.renew_recovery_codes(request.user)
        except NotFoundError as error:
            refuse(request, error, language)
            return go("second-factor", language)
        return _done(request, language, found)
    return show(
        request, "accounts/recovery_codes.html",
        language=language, title=say("accounts.factor.codes.title", language), form=form,
        n_codes=codes.recovery_codes_left(request.user),
    )  # fmt: skip


def _done(request: HttpRequest, language: str, found: list[str]) -> HttpResponse:
    """Let the session go on, and show recovery codes, this once."""
    request.session[access.HELD] = False
    if not found:
        tell(request, "accounts.factor.added", language)
        return go("second-factor", language)
    return show(
        request, "accounts/codes_once.html",
        language=language, title=say("accounts.factor.codes.once", language), codes=found,
    )  # fmt: skip


def _proof(request: AccountRequest) -> dict[str, Any]:
    """Say whose password is asked for; who came without one must have come a moment ago."""
    account: Account = request.user
    has_password = account.has_usable_password() and came_by(request) != "town"
    return {"account": account, "is_fresh": None if has_password else is_fresh(request)}


def _secret(request: HttpRequest) -> str:
    """Return the secret that is being set up; sealed, as the session lies in the database."""
    kept = request.session.get(_SECRET)
    if kept is None:
        kept = request.session[_SECRET] = encrypt(codes.generate_totp_secret())
    return str(decrypt(kept))
