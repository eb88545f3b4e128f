"""Addresses of finding, reading, fitting and adopting."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.shelf.views import adopt, card, entry, find, fit

_WORK = "<language:language>/work"
_shelf: list[URLPattern | URLResolver] = [
    path("", find.find_page, name="shelf-find"),
    path("cards/", card.card_list, name="shelf-cards"),
    path("cards/<slug:name>/", card.card_page, name="shelf-card"),
    path("entries/<slug:publisher>/<str:name>/", entry.entry_page, name="shelf-entry"),
    path("entries/<slug:publisher>/<str:name>/adopt/", adopt.adopt_page, name="shelf-adopt"),
    path("fit/<slug:code>/findings/<path:finding_id>/", fit.fit_finding, name="shelf-fit-finding"),
    path("fit/<slug:code>/challenges/<slug:part>/", fit.fit_challenge, name="shelf-fit-challenge"),
    path("fit/<slug:code>/objectives/<slug:part>/", fit.fit_objective, name="shelf-fit-objective"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_WORK}/shelf/", include(_shelf)),
]
