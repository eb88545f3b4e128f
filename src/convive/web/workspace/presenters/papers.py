"""A meeting as its papers tell it to one reader."""

from __future__ import annotations

from typing import Any

from convive.app.meeting_documents import MeetingPaper, PaperItem, PaperLine, PaperPromise
from convive.catalogue.texts import format_date
from convive.web.staff.page import site_name
from convive.web.workspace.clock import local
from convive.web.workspace.models import Commitment, Meeting
from convive.web.workspace.presenters.agenda import ShownItem, present_meeting
from convive.web.workspace.selectors.meetings import attendance_of


def paper_of(meeting: Meeting, account: Any, language: str) -> MeetingPaper:
    """Return a meeting in words; reasons that the reader may not see are left out."""
    shown = present_meeting(meeting, account, language)
    seats = attendance_of(meeting)
    return MeetingPaper(
        title=meeting.title, body=meeting.body.name, city=site_name(), language=language,
        on=local(meeting.starts_at).date(), when=f"{shown.day}, {shown.starts} – {shown.ends}",
        place=meeting.place, members=tuple(one.organisation.name for one in seats),
        there=tuple(one.organisation.name for one in seats if one.was_there),
        items=tuple(_item(one, language) for one in shown.items),
        others=tuple(_promise(one, language) for one in shown.others),
        is_final=meeting.state == Meeting.State.MINUTED,
    )  # fmt: skip


def _item(shown: ShownItem, language: str) -> PaperItem:
    item = shown.item
    lines = tuple(
        PaperLine(one.text, one.basis, one.tag, one.details, one.kind, one.who, one.due)
        for one in shown.lines
    )
    return PaperItem(
        shown.number, item.kind, shown.title, shown.starts, item.minutes_planned, lines, item.note,
        item.minutes, tuple(one.text for one in shown.decisions),
        tuple(_promise(one, language) for one in shown.commitments),
    )  # fmt: skip


def _promise(one: Commitment, language: str) -> PaperPromise:
    about = one.action.title if one.action else ""
    return PaperPromise(one.text, one.owner.name, format_date(one.due, language), about)
