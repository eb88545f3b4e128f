"""Signing in, signing out, one's own password."""

from __future__ import annotations

from django import forms
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts import throttle
from convive.web.accounts.actions import change_password
from convive.web.accounts.forms import OwnPasswordForm, SignInForm
from convive.web.accounts.models import Account
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record
from convive.web.staff.page import go, show, tell


@access.anybody()
def sign_in(request: HttpRequest, language: str) -> HttpResponse:
    """Let a person in by e-mail and password."""
    form = SignInForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        account = _recognised(request, form)
        if account is not None:
            enter(request, account)
            return HttpResponseRedirect(_way_back(request, language))
    return show(
        request, "accounts/sign_in.html",
        language=language, title=say("accounts.sign_in.title", language), form=form,
    )  # fmt: skip


@access.anybody(access.WRITE)
def sign_out(request: HttpRequest, language: str) -> HttpResponse:
    """End the session."""
    if request.user.is_authenticated:
        with transaction.atomic():
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
        change_password(account, form.cleaned_data["password"])
        update_session_auth_hash(request, account)
        tell(request, "accounts.password.changed", language)
        return go("work", language)
    return show(
        request, "accounts/password.html",
        language=language, title=say("accounts.password.title", language), form=form,
    )  # fmt: skip


def enter(request: HttpRequest, account: Account) -> None:
    """Begin a session under a new key."""
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    with transaction.atomic():
        record("accounts.signed_in", actor=account)


def _recognised(request: HttpRequest, form: SignInForm) -> Account | None:
    """Return the account whose password was given; the form says why not."""
    email, address = form.cleaned_data["email"], throttle.address_of(request)
    if not throttle.try_in(email, address):
        form.add_error(None, forms.ValidationError("", code="throttled"))
        return None
    account = authenticate(request, username=email, password=form.cleaned_data["password"])
    if account is None:
        form.add_error(None, forms.ValidationError("", code="not_recognised"))
        return None
    throttle.forget(email, address)
    return account


def _way_back(request: HttpRequest, language: str) -> str:
    """Return where the person wanted to go, if that is an address of this site."""
    wanted = request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_own and wanted.startswith("/") else reverse("work", args=(language,))
