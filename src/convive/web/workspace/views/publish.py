"""Publishing a plan: what residents would see, then the decision; and taking it back."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError, ConviveError, StorageError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.observatory.current import current_site
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.publish import proof_of, publish_plan, withdraw_plan
from convive.web.workspace.clock import today
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.public_page import (
    present_action,
    preview_addresses,
    proof_addresses,
)
from convive.web.workspace.published_plan import published
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404
from convive.web.workspace.views.public_plan import plan_context, show_public


@access.editor(methods=access.FORM)
def publish(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show what would appear; publish it when that is confirmed."""
    strategy = strategy_or_404(request, code)
    if request.method == "POST":
        try:
            digest = request.POST.get("digest", "")
            publish_plan(strategy, digest=digest, today=today(), by=request.user)
        except (ConflictError, StorageError) as error:
            refuse(request, error, language)
            return go("plan-publish", language, code)
        tell(request, "plan.publish.done", language)
        return go("plan-share", language, code)
    proof, there = proof_of(strategy, today()), published()
    is_other = there is not None and there["code"] != code
    return show_plan(
        request, "publish", strategy, language=language, tab="share", proof=proof,
        title=say("plan.publish.title", language), is_draft=strategy.state == Strategy.State.DRAFT,
        replaced=there["title"] if there and is_other else "", is_out=bool(there) and not is_other,
        is_same=bool(there and there["digest"] == proof.digest),
        **plan_context(request, proof.snapshot, proof_addresses(language, code), language),
    )  # fmt: skip


@access.editor()
def preview(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a page exactly as residents would see it."""
    strategy = strategy_or_404(request, code)
    try:
        site = current_site()
    except ConviveError as error:
        refuse(request, error, language)
        return go("plan-publish", language, code)
    snapshot, to = proof_of(strategy, today()).snapshot, preview_addresses(language, code)
    if part := request.GET.get("part", ""):
        shown = present_action(snapshot, part, to, language)
        if shown is None:
            raise Http404
        return show_public(
            request, site, "action", language=language, title=shown["title"], one=shown,
            plan_title=snapshot["title"], to_plan=to.whole,
        )  # fmt: skip
    context = plan_context(request, snapshot, to, language)
    return show_public(request, site, "plan", language=language, title=snapshot["title"], **context)


@access.editor(methods=access.WRITE)
def withdraw(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Take the published plan back."""
    strategy = strategy_or_404(request, code)
    try:
        withdraw_plan(strategy, by=request.user)
    except StorageError as error:
        refuse(request, error, language)
    else:
        tell(request, "plan.publish.withdrawn", language)
    return go("plan-share", language, code)
