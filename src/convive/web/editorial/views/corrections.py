"""Corrections: the list, the form, and the second person's word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.editorial.actions import corrections as actions
from convive.web.editorial.confirmers import CONFIRMERS
from convive.web.editorial.forms.corrections import CorrectionForm, initial_of
from convive.web.editorial.kept_builds import newest_build
from convive.web.editorial.models import CorrectionRecord
from convive.web.editorial.presenters.corrections import present_held
from convive.web.editorial.selectors.corrections import held, held_corrections
from convive.web.editorial.selectors.editions import shown_key
from convive.web.roles import EDITORS
from convive.web.staff.page import go, refuse, show, tell

_LOOKERS = tuple(sorted(CONFIRMERS))
_LIST = "editorial-corrections"


@access.role(*_LOOKERS)
def correction_list(request: AccountRequest, language: str) -> HttpResponse:
    """List corrections with what stands and what waits for a second person."""
    return show(
        request, "editorial/corrections.html", language=language, nav=_LIST,
        title=say("editorial.corrections.title", language),
        rows=[present_held(one, language) for one in held_corrections()],
        is_editor=bool(request.user.roles & EDITORS),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new(request: AccountRequest, language: str) -> HttpResponse:
    """Write a correction."""
    return _form(request, language, None)


@access.editor(methods=access.FORM)
def edit(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change what is proposed, or propose something else than what stands."""
    return _form(request, language, _row_or_404(code))


def _form(request: AccountRequest, language: str, row: CorrectionRecord | None) -> HttpResponse:
    known = held(row) if row else None
    there = (known.proposed or known.stands) if known else None
    initial: dict[str, Any] = initial_of(there) if there else {"on": timezone.localdate()}
    initial["revision"] = row.revision if row else 0
    sent = request.POST if request.method == "POST" else None
    form = CorrectionForm(sent, language=language, initial=initial, shown=_shown_audit())
    if sent is None or not form.is_valid():
        key = "editorial.correction.edit" if row else "editorial.correction.new"
        return show(
            request, "editorial/correction.html", language=language, nav=_LIST,
            title=say(key, language), form=form,
        )  # fmt: skip
    one = form.correction(row.code if row else actions.new_code())
    revision = form.cleaned_data["revision"] or 0
    return _done(
        request, language, "editorial.corrections.proposed",
        lambda: actions.propose_correction(row, one, revision=revision, by=request.user),
    )  # fmt: skip


@access.role(*_LOOKERS)
def correction_page(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a correction to whoever confirms it."""
    row = _row_or_404(code)
    return show(
        request, "editorial/correction_page.html", language=language, nav=_LIST,
        title=say("editorial.correction.one", language, code=code),
        one=present_held(held(row), language), seen=actions.proposed_digest(row),
        may_confirm=row.proposed is not None and row.proposed_by_id != request.user.pk,
        is_editor=bool(request.user.roles & EDITORS),
    )  # fmt: skip


@access.role(*_LOOKERS, methods=access.WRITE)
def confirm(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Confirm exactly what the page has shown."""
    row, seen = _row_or_404(code), request.POST.get("seen", "")
    return _done(
        request, language, "editorial.corrections.confirmed",
        lambda: actions.confirm_correction(row, seen, by=request.user),
    )  # fmt: skip


@access.role(*_LOOKERS, methods=access.WRITE)
def drop(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Propose it no more."""
    row = _row_or_404(code)
    return _done(
        request, language, "editorial.corrections.dropped",
        lambda: actions.drop_proposal(row, by=request.user),
    )  # fmt: skip


def _shown_audit() -> str:
    """Return the name of the audit that is shown, as it was built."""
    found = newest_build(settings.CONVIVE_BUILD)
    return shown_key(timezone.now()) or (found.key if found else "")


def _done(
    request: AccountRequest, language: str, told: str, act: Callable[[], Any]
) -> HttpResponse:
    try:
        act()
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, told, language)
    return go(_LIST, language)


def _row_or_404(code: str) -> CorrectionRecord:
    found = CorrectionRecord.objects.filter(code=code).first()
    if found is None:
        raise Http404
    return found
