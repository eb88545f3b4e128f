"""The second step of signing in: a code of the app, a recovery code, or a key."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts import throttle
from convive.web.accounts.arrival import Arrival, awaited, let_in
from convive.web.accounts.factor_forms import StepForm
from convive.web.accounts.models import Account
from convive.web.accounts.second_factor import codes, keys
from convive.web.audit_log.actions import record
from convive.web.staff.page import show, tell


@access.anybody()
def second_step(request: HttpRequest, language: str) -> HttpResponse:
    """Ask for the second factor of somebody whose password was right."""
    arrival = awaited(request, language)
    if arrival is None:
        return _page(request, language, None)
    answer = request.POST.get("answer", "")
    form = StepForm(request.POST if request.POST and not answer else None, language=language)
    factor = _proven(request, arrival.account, form, answer)
    if factor:
        _tell_what_is_left(request, arrival, factor)
        return let_in(request, arrival, factor=factor)
    is_key_refused = bool(answer)
    return _page(request, language, arrival, form=form, is_key_refused=is_key_refused)


def _proven(request: HttpRequest, account: Account, form: StepForm, answer: str) -> str:
    """Return the kind of factor that was proven, empty where none was; the form says why not."""
    if request.method != "POST" or not (answer or form.is_valid()):
        return ""
    if answer:  # a key signs what it is asked, once: there is nothing to guess
        return keys.KEY_KIND if keys.prove(request, account, answer) else ""
    tried = throttle.try_own(account, "code")
    if not tried.is_free:
        wait = {"n": tried.wait_minutes}
        form.add_error(None, forms.ValidationError("", code="throttled", params=wait))
        return ""
    code = form.cleaned_data["code"]
    for kind, use in (
        (codes.TOTP_KIND, codes.use_app_code), (codes.RECOVERY_KIND, codes.use_recovery_code)
    ):  # fmt: skip
        if use(account, code):
            throttle.forget(tried)
            return kind
    with transaction.atomic():
        record("accounts.second_step_failed", label="second step", thing=("account", account.pk))
    form.add_error("code", forms.ValidationError("", code="wrong"))
    return ""


def _tell_what_is_left(request: HttpRequest, arrival: Arrival, factor: str) -> None:
    if factor == codes.RECOVERY_KIND:
        left = codes.recovery_codes_left(arrival.account)
        tell(request, "accounts.step.codes_left", arrival.language, n=left)


def _page(
    request: HttpRequest, language: str, arrival: Arrival | None, *,
    form: StepForm | None = None, is_key_refused: bool = False,
) -> HttpResponse:  # fmt: skip
    title = say("accounts.step.title", language)
    options = keys.begin_proving(request, arrival.account) if arrival else ""
    return show(
        request, "accounts/second_step.html",
        language=language, title=title, form=form, options=options, is_key_refused=is_key_refused,
    )  # fmt: skip
