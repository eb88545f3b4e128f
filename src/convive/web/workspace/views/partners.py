"""Who is in the partnership, who is missing."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.core.strategy.framework import Point
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, show, tell
from convive.web.workspace.actions.stakeholders import (
    add_absent,
    add_organisation,
    place_organisation,
)
from convive.web.workspace.forms.partners import OrganisationForm, StakeholderForm
from convive.web.workspace.presenters.partners import (
    checklist,
    checklist_choices,
    missing_of,
    point_of,
    proposed,
    rows_of,
)
from convive.web.workspace.presenters.rings import draw_rings
from convive.web.workspace.secrecy import is_editor
from convive.web.workspace.selectors.bodies import (
    find_organisation,
    list_stakeholders,
    stakeholder_of,
)

NAV = "partners"


@access.reader()
def partners(request: AccountRequest, language: str) -> HttpResponse:
    """Show the stakeholder map: drawing, table, who is missing."""
    rows = rows_of(list_stakeholders(), language)
    framework = checklist()
    return show(
        request, "workspace/partnership/partners.html",
        language=language, title=say("partners.title", language), nav=NAV,
        rows=[row for row in rows if row["part"]],
        unplaced=[row for row in rows if not row["part"]], drawing=draw_rings(rows, language),
        missing=missing_of(rows, language), framework=framework, is_editor=is_editor(request.user),
    )  # fmt: skip


def _asked_point(request: AccountRequest) -> Point | None:
    """Return the point of the checklist that a new organisation is to stand for, if one is named."""
    framework, asked = checklist(), request.GET.get("point", "")
    return point_of(framework, asked) if framework and asked else None


@access.editor(methods=access.FORM)
def new_partner(request: AccountRequest, language: str) -> HttpResponse:
    """Enter an organisation."""
    point = _asked_point(request)
    form = OrganisationForm(
        request.POST or None, language=language, initial=proposed(point, language)
    )
    if request.method == "POST" and form.is_valid():
        name, sector, part = (form.cleaned_data[key] for key in ("name", "sector", "part"))
        fields = {"part": part, "checklist": [point.id] if point else []}
        try:
            made = add_organisation(name, sector, fields, by=request.user)
        except ConflictError:
            form.add_error("name", ValidationError("", code="taken"))
        else:
            tell(request, "partners.added", language, name=name)
            return go("partner", language, made.organisation.code)
    return show(
        request, "workspace/partnership/form.html",
        language=language, title=say("partners.new.title", language), nav=NAV,
        form=form, back="partners", button="partners.save",
    )  # fmt: skip


@access.editor(methods=access.FORM)
def partner(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Say what part an organisation has and what it brings."""
    organisation = find_organisation(code)
    if organisation is None:
        raise Http404
    form = StakeholderForm(
        request.POST or None, language=language, thing=stakeholder_of(organisation),
        choices=checklist_choices(language),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        if form.thing is None:
            place_organisation(organisation, form.values(), version=0, by=request.user)
            saved = True
        else:
            saved = form.save_into(form.thing, by=request.user) is not None
        if saved:
            tell(request, "partners.saved", language, name=organisation.name)
            return go("partners", language)
    return show(
        request, "workspace/partnership/form.html",
        language=language, title=organisation.name, nav=NAV, form=form, back="partners",
        button="partners.save", kicker=say(f"plan.sector.{organisation.sector}", language),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def absent(request: AccountRequest, language: str) -> HttpResponse:
    """Enter who is missing as one who should be there, by one click."""
    framework = checklist()
    point = point_of(framework, request.POST.get("point", "")) if framework else None
    if point is not None:
        try:
            made = add_absent(point, language=language, by=request.user)
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "partners.absent_added", language, name=str(made))
    return go("partners", language)
