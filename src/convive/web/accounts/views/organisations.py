"""The coordinator's pages about organisations."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.actions.organisations import (
    OrganisationWords,
    add_organisation,
    change_organisation,
)
from convive.web.accounts.forms import OrganisationForm
from convive.web.accounts.request import AccountRequest
from convive.web.accounts.selectors import find_organisation, list_organisations
from convive.web.roles import Role
from convive.web.staff.page import go, show, tell
from convive.web.staff.pages import page_of


@access.role(Role.COORDINATOR)
def organisations(request: AccountRequest, language: str) -> HttpResponse:
    """List the organisations of the partnership."""
    page = page_of(request, list_organisations())
    return show(
        request, "accounts/organisations.html",
        language=language, title=say("accounts.organisations.title", language), nav="people",
        page=page,
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.FORM)
def organisation_add(request: AccountRequest, language: str) -> HttpResponse:
    """Add an organisation."""
    form = OrganisationForm(request.POST or None, language=language)
    del form.fields["is_active"]
    if request.method == "POST" and form.is_valid():
        try:
            added = add_organisation(OrganisationWords(**form.cleaned_data), by=request.user)
        except ConflictError as error:
            _refuse(form, error)
        else:
            tell(request, "accounts.organisation.added", language, name=added.name)
            return go("organisations", language)
    return show(
        request, "accounts/organisation.html",
        language=language, title=say("accounts.organisation.add", language), nav="people",
        form=form, button="accounts.organisation.add",
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.FORM)
def organisation(request: AccountRequest, language: str, organisation_id: int) -> HttpResponse:
    """Change an organisation, or switch it off."""
    found = find_organisation(organisation_id)
    if found is None:
        raise Http404
    initial = {
        "name": found.name, "sector": found.sector, "is_town": found.is_town,
        "is_active": found.is_active,
    }  # fmt: skip
    form = OrganisationForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(found, OrganisationWords(**form.cleaned_data), by=request.user)
        except ConflictError as error:
            _refuse(form, error)
        else:
            said = form.cleaned_data["name"]
            tell(request, "accounts.organisation.changed", language, name=said)
            return go("organisations", language)
    return show(
        request, "accounts/organisation.html",
        language=language, title=found.name, nav="people", form=form, organisation=found,
        button="accounts.person.save",
    )  # fmt: skip


def _refuse(form: OrganisationForm, error: ConflictError) -> None:
    """Say at the field what stood in the way."""
    if error.code == "ORGANISATION_IS_TOWN":
        form.add_error("is_town", forms.ValidationError("", code="stays"))
    else:
        form.add_error("name", forms.ValidationError("", code="organisation_taken"))
