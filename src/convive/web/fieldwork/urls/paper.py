"""Addresses of paper forms: print, type in, compare."""

from __future__ import annotations

from django.urls import include, path

from convive.web.fieldwork.views import paper, paper_entry

_paper = [
    path("", paper.home, name="fieldwork-paper"),
    path("blank/<slug:instrument_id>/", paper.blank, name="fieldwork-paper-blank"),
    path("of/<slug:code>/", paper.campaign, name="fieldwork-paper-campaign"),
    path("of/<slug:code>/print/", paper.sheets, name="fieldwork-paper-sheets"),
    path("of/<slug:code>/double/", paper.double, name="fieldwork-paper-double"),
    path("of/<slug:code>/count/", paper.count, name="fieldwork-paper-count"),
    path("of/<slug:code>/enter/", paper_entry.enter, name="fieldwork-paper-enter"),
    path(
        "of/<slug:code>/sheet/<int:number>/",
        paper_entry.differences,
        name="fieldwork-paper-differences",
    ),
]
_work = [path("fieldwork/paper/", include(_paper))]
urlpatterns = [path("<language:language>/work/", include(_work))]
