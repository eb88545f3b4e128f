"""Which design? Questions about what a town has, and an explained answer."""

from __future__ import annotations

from django.http import HttpResponse

from convive.catalogue.texts import say
from convive.core.evaluation.chooser import possible_designs
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.evaluation.forms.database import GuideForm
from convive.web.evaluation.presenters.outlook import present_designs
from convive.web.evaluation.views.base import show_evaluation


@access.reader()
def chooser(request: AccountRequest, language: str) -> HttpResponse:
    """Ask what there is, and tell which designs can be used, in their order, and why."""
    form = GuideForm.asked(request.GET, language)
    shown = None
    if form.is_bound and form.is_valid():
        shown = present_designs(possible_designs(form.facts()), language)
    return show_evaluation(
        request, "guide", language=language, title=say("evaluation_page.guide.title", language),
        form=form, shown=shown, nav="evaluation-chooser",
    )  # fmt: skip
