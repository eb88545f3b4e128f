"""The pages on which an account reads its notices."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse

from convive.catalogue.texts import format_date, say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.notices.actions import choose_mail, mark_read
from convive.web.notices.models import Notice
from convive.web.notices.selectors import all_notices, open_notices, wants_digest
from convive.web.staff.page import go, show, tell
from convive.web.staff.pages import page_of


@access.signed_in()
def mine(request: AccountRequest, language: str) -> HttpResponse:
    """Show what the account has not read, or everything it was told."""
    is_all = request.GET.get("show") == "all"
    found = all_notices(request.user) if is_all else open_notices(request.user)
    page = page_of(request, found)
    return show(
        request, "notices/notices.html",
        language=language, title=say("notices.title", language), nav="notices",
        page=page, rows=[_row(one, language) for one in page.object_list],
        is_all=is_all, question="show=all" if is_all else "",
        can_mail=bool(settings.CONVIVE_SMTP),
        wants_digest=bool(settings.CONVIVE_SMTP) and wants_digest(request.user),
    )  # fmt: skip


@access.signed_in(methods=access.WRITE)
def read(request: AccountRequest, language: str) -> HttpResponse:
    """Note that one notice was read, or all; one that has a page leads there."""
    if request.POST.get("all"):
        tell(request, "notices.all_read", language, n=mark_read(request.user))
        return go("notices", language)
    asked = request.POST.get("notice", "")
    if not asked.isdecimal() or len(asked) > 18:
        return HttpResponse(status=400)
    mark_read(request.user, [int(asked)])
    return go("notices", language)


@access.signed_in(methods=access.WRITE)
def mail_choice(request: AccountRequest, language: str) -> HttpResponse:
    """Switch the letter of the day on or off."""
    is_wanted = request.POST.get("wants") == "1"
    choose_mail(request.user, wants_digest=is_wanted)
    tell(request, "notices.mail.on" if is_wanted else "notices.mail.off", language)
    return go("notices", language)


def _row(notice: Notice, language: str) -> dict[str, Any]:
    return {
        "notice": notice,
        "due": format_date(notice.due, language) if notice.due else "",
        "text": say(f"notice.{notice.code}", language, due=notice.due, **notice.params),
        "address": in_language(notice.address, language),
    }


def in_language(address: str, language: str) -> str:
    """Return a path of the site with the reader's language in front."""
    _, _, rest = address[1:].partition("/")
    return f"/{language}/{rest}" if address else ""
