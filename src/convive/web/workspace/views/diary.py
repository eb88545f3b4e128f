"""The diary in two taps: what waits for an entry, and writing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.http import urlencode

from convive.catalogue.texts import explain, say
from convive.core.errors import ConflictError
from convive.core.strategy.vocabulary import Delivery
from convive.web import access
from convive.web.accounts.models import Organisation
from convive.web.accounts.request import AccountRequest
from convive.web.roles import Role
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import FORMS, page_of
from convive.web.workspace.actions.diary import write_entry
from convive.web.workspace.actions.keyed import new_key
from convive.web.workspace.clock import today
from convive.web.workspace.forms.diary import DiaryForm
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.diary import short_sentence, silence_text
from convive.web.workspace.secrecy import is_editor, may_write_diary
from convive.web.workspace.selectors.bodies import organisations_by_name
from convive.web.workspace.selectors.diary import who_may_be_told_of
from convive.web.workspace.selectors.waiting import diary_actions
from convive.web.workspace.views.plan_base import action_or_404

WRITERS = (Role.COORDINATOR, Role.ANALYST, Role.PARTNER)
NAV = "diary"


@dataclass(frozen=True)
class Card:
    """An action that may be written about."""

    action: Action
    silence: str
    form: DiaryForm


@access.role(*WRITERS)
def diary(request: AccountRequest, language: str) -> HttpResponse:
    """Show the actions of one's organisation, those that wait for an entry first."""
    day, text = today(), request.GET.get("q", "").strip()[:100]
    whole_town = is_editor(request.user) and ("all" in request.GET or request.user.acts_for is None)
    rows = diary_actions(request.user, day, text=text, all_of_town=whole_town)
    page = page_of(request, rows.prefetch_related("partners"), FORMS)
    everybody = organisations_by_name() if is_editor(request.user) else []
    cards = [_card(request, one, everybody, language, day) for one in page]
    return show(
        request, "workspace/delivery/diary.html",
        language=language, title=say("diary.title", language), nav=NAV, page=page, text=text,
        waiting=[one for one in cards if one.action.waits],  # type: ignore[attr-defined]
        others=[one for one in cards if not one.action.waits],  # type: ignore[attr-defined]
        deliveries=[one.value for one in Delivery], whole_town=whole_town,
        is_editor=is_editor(request.user), phone=phone_words(request, language),
        question=urlencode({"q": text} | ({"all": 1} if whole_town else {})),
    )  # fmt: skip


def phone_words(request: AccountRequest, language: str) -> dict[str, Any]:
    """Return what the page's script needs: whose entries it keeps, and its sentences."""
    names = ("waiting", "sending", "refused", "gone", "sign_in", "reload", "remove", "send_now",
             "not_kept", "less", "more")  # fmt: skip
    return {"account": request.user.pk, "language": language} | {
        name: say(f"diary.phone.{name}", language) for name in names
    }


def _card(
    request: AccountRequest, action: Action, everybody: list[Organisation], language: str, day: date
) -> Card:
    form = DiaryForm(
        organisations=who_may_be_told_of(request.user, action, otherwise=everybody),
        action=action, today=day, language=language, auto_id=f"id_{action.pk}_%s",
        initial={"on": day, "key": new_key()},
    )  # fmt: skip
    return Card(action, silence_text(action, day, language), form)


@access.role(*WRITERS, methods=access.FORM)
def write(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Open the form that the first tap asks for, and keep what the second one sends."""
    action = _mine(request, code, part)
    form = _form(request, action, language)
    if request.method == "POST" and form.is_valid():
        try:
            write_entry(action, form.told(), key=form.cleaned_data["key"], today=today(), by=request.user)  # fmt: skip
        except ConflictError as error:
            refuse(request, error, language)
            return go("diary-of-action", language, code, part)
        tell(request, "diary.kept", language, action=action.title)
        return go("diary", language)
    return show(
        request, "workspace/delivery/write.html",
        language=language, title=say("diary.write", language), nav=NAV, action=action, form=form,
        status=400 if form.is_bound else 200,
    )  # fmt: skip


@access.role(*WRITERS, methods=access.WRITE)
def send(request: AccountRequest, language: str, code: str, part: str) -> JsonResponse:
    """Keep what a phone has kept until there was a network; the answer is for its script."""
    action = _mine(request, code, part)
    form = _form(request, action, language)
    if not form.is_valid():
        problems = [
            {"label": str(form.fields[name].label or "") if name in form.fields else "",
             "text": " ".join(form.sentences(name if name in form.fields else None))}
            for name in form.errors
        ]  # fmt: skip
        return JsonResponse({"state": "refused", "problems": problems}, status=400)
    try:
        kept = write_entry(
            action, form.told(), key=form.cleaned_data["key"], today=today(), by=request.user
        )
    except ConflictError as error:
        problem = {"label": "", "text": explain(error, language)}
        return JsonResponse({"state": "refused", "problems": [problem]}, status=409)
    address = reverse("diary-entry", args=(language, kept.pk))
    text = say("diary.kept_short", language, what=short_sentence(kept, language))
    return JsonResponse({"state": "kept", "text": text, "address": address})


def _mine(request: AccountRequest, code: str, part: str) -> Action:
    """Return an action in whose diary one may write."""
    found = action_or_404(request, code, part)
    if not may_write_diary(request.user, found):
        raise Http404
    return found


def _form(request: AccountRequest, action: Action, language: str) -> DiaryForm:
    tapped = request.GET.get("delivery", "")
    day = today()
    return DiaryForm(
        request.POST if request.method == "POST" else None,
        action=action, organisations=who_may_be_told_of(request.user, action), today=day,
        language=language, initial={"on": day, "key": new_key(), "delivery": tapped or None},
    )  # fmt: skip
