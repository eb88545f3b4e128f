"""Addresses of what becomes of a campaign's results, for editors."""

from __future__ import annotations

from django.urls import include, path

from convive.web.fieldwork.views import results

_campaign = [
    path("evidence/", results.evidence, name="fieldwork-evidence"),
    path("export/", results.export, name="fieldwork-export"),
    path("follow-up/", results.follow_up, name="fieldwork-follow-up"),
]
_work = [path("fieldwork/campaigns/<slug:code>/", include(_campaign))]
urlpatterns = [
    path("<language:language>/work/", include(_work)),
]
