"""Signing in, signing out, one's own password."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts import throttle
from convive.web.accounts.actions import change_password
from convive.web.accounts.actions.sessions import forget_session, keep_present
from convive.web.accounts.arrival import Arrival, arrive, way_back
from convive.web.accounts.forms import OwnPasswordForm, SignInForm
from convive.web.accounts.models import Account
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import passwords_open
from convive.web.audit_log.actions import record
from convive.web.staff.page import go, show, tell


@access.anybody()
def sign_in(request: HttpRequest, language: str) -> HttpResponse:
    """Let a person in by e-mail and password, or on to the town's own sign-in."""
    is_open = passwords_open()
    form = SignInForm(request.POST or None, language=language) if is_open else None
    if request.method == "POST" and form is not None and form.is_valid():
        account = _recognised(request, form)
        if account is not None:
            return arrive(request, Arrival(account, "password", way_back(request), language))
    return show(
        request, "accounts/sign_in.html",
        language=language, title=say("accounts.sign_in.title", language), form=form,
        has_town=settings.CONVIVE_TOWN_SIGN_IN is not None, question=request.GET.urlencode(),
    )  # fmt: skip


@access.anybody(access.WRITE)
def sign_out(request: HttpRequest, language: str) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        with transaction.atomic():
            forget_session(request)
            record("accounts.signed_out", actor=request.user)
        logout(request)
    tell(request, "accounts.signed_out", language)
    return go("sign-in", language)


@access.signed_in(access.FORM)
def password(request: AccountRequest, language: str) -> HttpResponse:
    """Change one's own password."""
    account = request.user
    form = OwnPasswordForm(request.POST or None, language=language, account=account)
    if request.method == "POST" and form.is_valid():
        key = request.session.session_key or ""
        change_password(account, form.cleaned_data["password"], session_key=key)
        keep_present(request, account)
        tell(request, "accounts.password.changed", language)
        return go("work", language)
    return show(
        request, "accounts/password.html",
        language=language, title=say("accounts.password.title", language), form=form,
    )  # fmt: skip


def _recognised(request: HttpRequest, form: SignInForm) -> Account | None:
    """Return the account whose password was given; the form says why not."""
    email = form.cleaned_data["email"]
    device = throttle.device_of(request, email)
    tried = throttle.try_in(email, throttle.address_of(request), device=device)
    if not tried.is_free:
        wait = {"n": tried.wait_minutes}
        form.add_error(None, forms.ValidationError("", code="throttled", params=wait))
        return None
    account = authenticate(request, username=email, password=form.cleaned_data["password"])
    if not isinstance(account, Account):
        form.add_error(None, forms.ValidationError("", code="not_recognised"))
        return None
    throttle.forget(tried)
    return account
