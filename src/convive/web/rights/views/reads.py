"""Who looked at which restricted source, when and why: for the data protection officer."""

from __future__ import annotations

from django.http import HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.audit_log.actions import record_reading
from convive.web.audit_log.selectors import names_of
from convive.web.rights.models import RestrictedRead
from convive.web.roles import Role
from convive.web.staff.page import show
from convive.web.staff.pages import page_of


@access.role(Role.DATA_PROTECTION)
def listed(request: AccountRequest, language: str) -> HttpResponse:
    """List the looks, newest first; that the list was read is in the log."""
    found = RestrictedRead.objects.select_related("organisation", "agreement")
    source = request.GET.get("source", "")[:120].replace("\0", "")
    if source:
        found = found.filter(source_id=source)
    page = page_of(request, found)
    names = names_of({one.account_id for one in page.object_list})
    rows = [
        {"read": one, "who": names.get(one.account_id, f"#{one.account_id}")}
        for one in page.object_list
    ]
    record_reading(request, "rights.reads_read")
    return show(
        request, "rights/reads.html",
        language=language, title=say("rights.reads.title", language), nav="log", rows=rows,
        page=page, question=f"source={source}" if source else "",
    )  # fmt: skip
