"""Meetings, their agendas, minutes and papers; calendars."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.workspace.views import agenda, calendar, meetings, minutes, papers

_Routes = list[URLPattern | URLResolver]
_meeting: _Routes = [
    path("", meetings.meeting, name="meeting"),
    path("edit/", meetings.edit_meeting, name="meeting-edit"),
    path("convene/", meetings.convene_now, name="meeting-convene"),
    path("cancel/", meetings.cancel_now, name="meeting-cancel"),
    path("finalise/", meetings.finalise_now, name="meeting-finalise"),
    path("agenda/", agenda.agenda, name="meeting-agenda"),
    path("agenda/renew/", meetings.rebuild, name="meeting-renew"),
    path("agenda/<int:item_id>/", agenda.item, name="agenda-item"),
    path("agenda/<int:item_id>/move/", agenda.move, name="agenda-item-move"),
    path("agenda/<int:item_id>/remove/", agenda.remove, name="agenda-item-remove"),
    path("minutes/", minutes.minutes, name="meeting-minutes"),
    path("minutes/save/", minutes.save, name="meeting-minutes-save"),
    path("papers/<slug:paper>.<slug:kind>", papers.paper, name="meeting-paper"),
    path("meeting.ics", calendar.meeting_file, name="meeting-ics"),
]
_work: _Routes = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/of/<slug:code>/", include(_meeting)),
    path("meetings/new/<slug:code>/", meetings.new_meeting, name="meeting-new"),
    path("calendar/", calendar.calendar, name="calendar"),
]
urlpatterns = [
    path("<language:language>/work/", include(_work)),
    path("<language:language>/calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
]
