"""Editions: the list, one to write and to look at, and what is decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.app.edition_changes import edition_changes
from convive.catalogue.texts import say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.editorial.actions import editions as actions
from convive.web.editorial.clock import town_day
from convive.web.editorial.confirmers import CONFIRMERS
from convive.web.editorial.forms.editions import EditionForm, ReasonForm
from convive.web.editorial.models import Edition
from convive.web.editorial.presenters.editions import (
    present_aside,
    present_changes,
    present_edition,
)
from convive.web.editorial.previewing import as_published
from convive.web.editorial.selectors import editions as select
from convive.web.editorial.selectors.published import state_of_tables
from convive.web.observatory.current import current_site
from convive.web.roles import EDITORS, Role
from convive.web.staff.page import go, refuse, show, tell

_LOOKERS = tuple(sorted(CONFIRMERS))


@access.role(*_LOOKERS)
def edition_list(request: AccountRequest, language: str) -> HttpResponse:
    """List the editions with how they stand, and whether audits wait for a review."""
    now = timezone.now()
    shown = select.shown_key(now)
    rule = actions.rule_now()
    return show(
        request, "editorial/editions.html", language=language, nav="editions",
        title=say("editions.title", language), rule=rule,
        rows=[present_edition(one, now, shown, language) for one in Edition.objects.all()],
        is_editor=bool(request.user.roles & EDITORS),
        is_coordinator=Role.COORDINATOR in request.user.roles,
        may_confirm=rule.end_asked_by_id not in {None, request.user.pk},
    )  # fmt: skip


@access.role(*_LOOKERS)
def edition_page(request: AccountRequest, language: str, key: str) -> HttpResponse:
    """Show an edition: what changed, who must still look, what can be done."""
    return _page(request, language, _edition_or_404(key), None, None)


def _page(
    request: AccountRequest, language: str, edition: Edition, form: EditionForm | None,
    reason: ReasonForm | None,
) -> HttpResponse:  # fmt: skip
    now, user = timezone.now(), request.user
    is_editor = bool(user.roles & EDITORS)
    is_open = edition.state in actions.OPEN
    if form is None and is_open and is_editor:
        form = EditionForm(language=language, initial=_initial(edition))
    approvals = edition.approvals.select_related("account")
    looked = [one.account for one in approvals if one.account is not None]
    shown = select.shown_key(now)
    return show(
        request, "editorial/edition.html", language=language, nav="editions",
        title=say("editions.one", language, key=edition.key), form=form, edition=edition,
        row=present_edition(edition, now, shown, language),
        seen=actions.seen_digest(edition), looked=looked, is_editor=is_editor,
        needed=select.still_needed(edition), others=select.who_may_look(edition),
        may_look=edition.state == Edition.State.REVIEW
        and user.pk not in {edition.submitted_by_id, *(one.pk for one in looked)},
        aside=present_aside(edition),
        changes=_changes(edition, language), reason=reason or ReasonForm(language=language),
        preview=reverse("edition-preview", args=(language, edition.key, f"{language}/")),
    )  # fmt: skip


def _changes(edition: Edition, language: str) -> dict[str, Any] | None:
    """Return what differs from what is shown; None where the audit cannot be opened."""
    try:
        now = timezone.now()
        found, _ = as_published(state_of_tables(), select.candidate(edition, now), now)
        changes = edition_changes(current_site().build, found.build)
    except ConviveError:
        return None
    return present_changes(changes, language)


def _initial(edition: Edition) -> dict[str, Any]:
    texts = {
        f"{part}_{code}": text
        for part, told in edition.words.items()
        for code, text in told.items()
    }
    moment = edition.visible_from or timezone.now()
    return texts | {"day": town_day(moment), "revision": edition.revision}


@access.editor(methods=access.WRITE)
def write(request: AccountRequest, language: str, key: str) -> HttpResponse:
    """Keep the words and the day; with `submit` the edition goes to the others at once."""
    edition = _edition_or_404(key)
    form = EditionForm(request.POST, language=language)
    if not form.is_valid():
        return _page(request, language, edition, form, None)

    def act() -> None:
        actions.write_edition(
            edition, form.words(), form.visible_from(), revision=form.cleaned_data["revision"],
            by=request.user,
        )  # fmt: skip
        if "submit" in request.POST:
            edition.refresh_from_db()
            actions.submit_edition(edition, revision=edition.revision, by=request.user)

    told = "editions.submitted" if "submit" in request.POST else "editions.written"
    return _done(request, language, key, told, act)


@access.role(*_LOOKERS, methods=access.WRITE)
def approve(request: AccountRequest, language: str, key: str) -> HttpResponse:
    """Agree with exactly what the page has shown."""
    edition = _edition_or_404(key)
    seen = request.POST.get("seen", "")
    return _done(
        request, language, key, "editions.approved",
        lambda: actions.approve_edition(edition, seen, by=request.user),
    )  # fmt: skip


@access.role(*_LOOKERS, methods=access.WRITE)
def give_back(request: AccountRequest, language: str, key: str) -> HttpResponse:
    """Give an edition back with a word."""
    edition = _edition_or_404(key)
    form = ReasonForm(request.POST, language=language)
    if not form.is_valid():
        return _page(request, language, edition, None, form)
    why = form.cleaned_data["why"]
    return _done(
        request, language, key, "editions.returned",
        lambda: actions.return_edition(edition, why, by=request.user),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def take_back(request: AccountRequest, language: str, key: str) -> HttpResponse:
    """Take an edition back, with a reason that the public reads."""
    edition = _edition_or_404(key)
    form = ReasonForm(request.POST, language=language)
    if not form.is_valid():
        return _page(request, language, edition, None, form)
    why = {language: form.cleaned_data["why"]}
    is_ahead = edition.visible_from is not None and edition.visible_from > timezone.now()
    return _done(
        request, language, key, "editions.returned" if is_ahead else "editions.withdrawn",
        lambda: actions.withdraw_edition(edition, why, by=request.user),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def look_for_new(request: AccountRequest, language: str) -> HttpResponse:
    """Offer the newest audit now, without waiting for the worker."""
    return _done(
        request, language, "", "editions.looked",
        lambda: actions.offer_newest(timezone.now(), by=request.user),
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.WRITE)
def review_on(request: AccountRequest, language: str) -> HttpResponse:
    """Have audits wait for two people."""
    return _done(
        request, language, "", "editions.review.begun",
        lambda: actions.begin_review(by=request.user),
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.WRITE)
def review_off(request: AccountRequest, language: str) -> HttpResponse:
    """Ask that audits appear at once."""
    return _done(
        request, language, "", "editions.review.end_asked",
        lambda: actions.ask_to_end_review(by=request.user),
    )  # fmt: skip


@access.role(*_LOOKERS, methods=access.WRITE)
def review_off_confirm(request: AccountRequest, language: str) -> HttpResponse:
    """Confirm that audits appear at once."""
    return _done(
        request, language, "", "editions.review.ended",
        lambda: actions.end_review(by=request.user),
    )  # fmt: skip


def _done(
    request: AccountRequest, language: str, key: str, told: str, act: Callable[[], Any]
) -> HttpResponse:
    try:
        act()
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, told, language)
    return go("edition", language, key) if key else go("editions", language)


def _edition_or_404(key: str) -> Edition:
    found = Edition.objects.filter(key=key).first()
    if found is None:
        raise Http404
    return found
