"""Addresses of fieldwork, a module an audience.

::

    … fieldwork/…                   staff: campaigns, places, paper, results      urls.staff
    … fieldwork/campaigns/<code>/…  evidence, export, follow-up                   urls.results
    <language>/fill/<token>/…       forms on the web, without an account          urls.fill
    … fieldwork/waves/…             staff: survey waves                           urls.waves
    <language>/walk/<token>/…       the phone page that works without network     urls.walk
    odk/<token>/…                   field apps (OpenRosa); exact paths            urls.openrosa
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("convive.web.fieldwork.urls.results")),
    path("", include("convive.web.fieldwork.urls.walk")),
    path("", include("convive.web.fieldwork.urls.staff")),
    path("", include("convive.web.fieldwork.urls.openrosa")),
    path("", include("convive.web.fieldwork.urls.paper")),
    path("", include("convive.web.fieldwork.urls.waves")),
    path("", include("convive.web.fieldwork.urls.fill")),
    path("", include("convive.web.fieldwork.urls.assessments")),
    path("", include("convive.web.fieldwork.urls.shelf")),
]
