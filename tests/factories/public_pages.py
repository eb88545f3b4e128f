"""Every kind of page that anybody can open without an account, as the site sends it.

The pages are rendered once, without a server; a validator reads them as text, and a browser gets
them through `shown_in`, with the site's own styles and scripts. Some hold a secret in their
address (forms, walks, invitations), some say that something went wrong.
"""

from __future__ import annotations

import mimetypes
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from convive.core.errors import NotFoundError
from convive.web.fieldwork.actions import drafts
from convive.web.fieldwork.models import AccessLink, Campaign
from convive.web.fieldwork.tokens import token_hash
from convive.web.observatory import current
from convive.web.observatory.views import errors
from convive.web.observatory.views.page import no_audit
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.web.workspace.actions.publish import proof_of, publish_plan
from factories import fieldwork
from factories.addresses import PAGES, READ_PAGES
from factories.build import shared_build
from factories.html_forms import fields_of
from factories.town_plan import town_plan
from factories.web_objects import arguments_of

SITE = "http://convive.test"
"""Where a browser finds the rendered pages; nothing listens there."""
PLAN = {
    "plan": "/en/plan/",
    "plan-challenge": "/en/plan/?challenge=station",
    "plan-action": "/en/plan/lights/",
}
MORE = {
    "area-district": "/en/areas/district/d1/",
    "areas-none": "/en/areas/?q=zzz",
    "indicator-felt": "/en/indicators/unsafe_dark_share/",
    "findings-none": "/en/findings/?face=observed&q=zzz",
    "method": PAGES["method"],
    "nope": "/en/nope/",
}
FINDINGS = {
    f"finding-{code}": f"/en/findings/{finding_id}/"
    for finding_id, code in zip(
        *shared_build().tables["findings"].select(["finding_id", "code"]).to_pydict().values(),
        strict=True,
    )
}
ONE_EACH = READ_PAGES | MORE
"""Pages that anybody finds by reading on, one address of each kind."""


@dataclass(frozen=True)
class PublicPage:
    """A page as the site sends it."""

    name: str
    language: str
    path: str
    status: int
    html: str

    @property
    def label(self) -> str:
        """What a fault is told with."""
        return f"{self.name} ({self.language})"


@contextmanager
def town_on_show(media: Path) -> Iterator[dict[str, str]]:
    """Put a whole town on show, and take it away again; gives name → path, in English.

    Needs the database of the tests; nothing stays in it.
    """
    current.hold(shared_build())
    with override_settings(MEDIA_ROOT=str(media)), transaction.atomic():
        _publish_plan()
        yield ONE_EACH | PLAN | _with_a_secret()
        transaction.set_rollback(True)
    current.release()


def _publish_plan() -> None:
    plan, today = town_plan(), date(2026, 5, 1)
    kept = take_over(plan, None, digest=preview_of(plan, None).digest, today=today, by=None)
    publish_plan(kept, digest=proof_of(kept, today).digest, today=today, by=None)


def _with_a_secret() -> dict[str, str]:
    """Return the pages whose address was given to somebody."""
    fill, form, sent = (arguments_of(name) for name in ("fill", "fill-form", "fill-sent"))
    found = {
        "sign-in": "/en/work/sign-in/",
        "second-step": "/en/work/sign-in/second-step/",
        "invitation": f"/en/work/invitation/{arguments_of('invitation')['token']}/",
        "walk": f"/en/walk/{arguments_of('walk')['token']}/",
        "fill": f"/en/fill/{fill['token']}/",
        "fill-form": f"/en/fill/{form['token']}/forms/{form['form_id']}/",
        "fill-sent": f"/en/fill/{sent['token']}/sent/{sent['form_id']}/",
    }
    found["fill-audit"] = _begun_audit()
    survey = fieldwork.campaign(
        kind=Campaign.Kind.SURVEY, form=fieldwork.form_version("core_survey")
    )
    found["fill-survey"] = f"/en/fill/{fieldwork.link(survey, 'open_survey')[1]}/"
    for state in ("closed", "revoked"):
        found[f"fill-{state}"] = _ended(state)
    return found


def _begun_audit() -> str:
    """Return the first page of a long form with places, dates and a photo."""
    campaign = fieldwork.campaign(form=fieldwork.form_version("safety_audit"))
    _, token = fieldwork.link(campaign, AccessLink.Kind.GROUP)
    draft = drafts.begin(campaign, uuid.uuid4(), token_hash=token_hash(token), now=timezone.now())
    return f"/en/fill/{token}/forms/{draft.pk}/"


def _ended(state: str) -> str:
    """Return a link that opens nothing any more."""
    is_closed = state == "closed"
    campaign = fieldwork.campaign(state=Campaign.State.CLOSED if is_closed else Campaign.State.OPEN)
    more = {} if is_closed else {"revoked_at": timezone.now()}
    return f"/en/fill/{fieldwork.link(campaign, AccessLink.Kind.GROUP, **more)[1]}/"


def rendered(paths: dict[str, str], languages: Iterable[str]) -> Iterator[PublicPage]:
    """Yield every page in every language as the site on show sends it."""
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    for language in languages:
        for name, path in paths.items():
            there = path.replace("/en/", f"/{language}/", 1)
            yield _page(name, language, there, client.get(there))
            if name in {"fill-audit", "sign-in"}:
                again = fields_of(client.get(there).content.decode()).dict()
                answer = client.post(there, again | {"_do": "next", "email": "x"})
                yield _page(f"{name}-wrong", language, there, answer)
            if name == "fill-survey":
                begun = client.post(there, {"_do": "start"})
                yield _page("fill-survey-begun", language, there, begun)
        yield from _went_wrong(language)


def _went_wrong(language: str) -> Iterator[PublicPage]:
    """Yield what stands where something failed or is refused."""
    path = f"/{language}/wrong/"
    request = RequestFactory(headers={"host": "localhost"}).get(path)
    request.convive_language = language  # type: ignore[attr-defined]
    absent = NotFoundError("BUILD_NOT_FOUND")
    for name, answer in (
        ("bad-request", errors.bad_request(request, ValueError())),
        ("broken", errors.broken(request)),
        ("no-audit", no_audit(request, language, absent)),
    ):
        yield _page(name, language, path, answer)


def _page(name: str, language: str, path: str, answer: HttpResponse) -> PublicPage:
    return PublicPage(name, language, path, answer.status_code, answer.content.decode())


def show_in(context: Any, pages: Iterable[PublicPage]) -> dict[tuple[str, str], str]:
    """Let a browser find the pages at `SITE`; gives (name, language) → address.

    Pages of the same path (a form and the same form refused) are told apart by a fragment-free
    prefix of their own, so that relative addresses within them keep their meaning.
    """
    held = {f"/{page.name}{page.path}": page for page in pages}

    def answer(route: Any) -> None:
        parts = urlsplit(route.request.url)
        found = held.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        if found is not None:
            route.fulfill(status=200, body=found.html, content_type="text/html; charset=utf-8")
            return
        is_file = parts.path.startswith("/static/")
        file = is_file and finders.find(parts.path.removeprefix("/static/"))
        if not file:
            route.fulfill(status=404, body="")
            return
        kind = mimetypes.guess_type(parts.path)[0] or "application/octet-stream"
        route.fulfill(status=200, body=Path(str(file)).read_bytes(), content_type=kind)

    context.route("**/*", answer)
    return {(page.name, page.language): SITE + path for path, page in held.items()}
