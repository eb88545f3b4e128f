"""The coordinator's page about signing in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.actions.policy import change_policy
from convive.web.accounts.arrival import came_by, hold_back
from convive.web.accounts.forms import PolicyForm
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import policy
from convive.web.roles import Role
from convive.web.staff.page import go, show, tell


@access.role(Role.COORDINATOR, methods=access.FORM)
def sign_in_policy(request: AccountRequest, language: str) -> HttpResponse:
    """Show and change what the workspace asks of whoever signs in."""
    present = policy()
    initial = {
        "needs_second_factor": present.needs_second_factor,
        "is_password_off": present.is_password_off,
    }
    has_town = settings.CONVIVE_TOWN_SIGN_IN is not None
    form = PolicyForm(request.POST or None, language=language, initial=initial)
    if not has_town:
        del form.fields["is_password_off"]
    if request.method == "POST" and form.is_valid():
        said = {"is_password_off": present.is_password_off} | form.cleaned_data
        try:
            change_policy(**said, by=request.user, came_by=came_by(request))
        except ConflictError:
            form.add_error("is_password_off", forms.ValidationError("", code="untried"))
        else:
            hold_back(request, request.user)
            tell(request, "accounts.policy.changed", language)
            return go("people", language)
    return show(
        request, "accounts/policy.html",
        language=language, title=say("accounts.policy.title", language), nav="people", form=form,
        has_town=has_town,
    )  # fmt: skip
