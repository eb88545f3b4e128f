"""Addresses of memory and exchange; the feed and its bundles are public and the same in all languages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.shelf.views import (
    exchange_entry,
    exchange_letters,
    exchange_memory,
    exchange_public,
    exchange_publish,
    exchange_review,
    exchange_towns,
)

_ENTRY = "entries/<slug:publisher>/<str:name>"
_WORK = "<language:language>/work"
_shelf: list[URLPattern | URLResolver] = [
    path("memory/", exchange_memory.memory, name="shelf-memory"),
    path("memory/keep/<slug:code>/<slug:part>/", exchange_memory.keep, name="shelf-keep"),
    path("memory/<int:number>/", exchange_memory.own, name="shelf-own"),
    path("memory/<int:number>/edit/", exchange_memory.edit, name="shelf-own-edit"),
    path("memory/<int:number>/check/", exchange_memory.check, name="shelf-own-check"),
    path("memory/<int:number>/withdraw/", exchange_memory.withdraw, name="shelf-own-withdraw"),
    path(f"{_ENTRY}/grade/", exchange_entry.grade, name="shelf-grade"),
    path(f"{_ENTRY}/ask/", exchange_entry.ask, name="shelf-ask"),
    path(f"{_ENTRY}/note/", exchange_entry.note, name="shelf-note"),
    path("exchange/", exchange_towns.overview, name="shelf-exchange"),
    path("exchange/publish/", exchange_publish.choose, name="shelf-publish"),
    path("exchange/publish/on/", exchange_publish.switch_on, name="shelf-publish-on"),
    path("exchange/publish/confirm/", exchange_publish.confirm, name="shelf-publish-confirm"),
    path("exchange/publish/now/", exchange_publish.now, name="shelf-publish-now"),
    path("exchange/publish/off/", exchange_publish.switch_off, name="shelf-publish-off"),
    path("exchange/publish/file/", exchange_publish.download, name="shelf-bundle-file"),
    path("exchange/import/", exchange_towns.take, name="shelf-import"),
    path("exchange/towns/new/", exchange_towns.follow, name="shelf-town-new"),
    path("exchange/towns/<int:number>/", exchange_towns.town, name="shelf-town"),
    path("exchange/towns/<int:number>/look/", exchange_towns.look_now, name="shelf-town-look"),
    path("exchange/towns/<int:number>/leave/", exchange_towns.leave, name="shelf-town-leave"),
    path("exchange/proposals/<int:number>/", exchange_review.proposal, name="shelf-proposal"),
    path(
        "exchange/proposals/<int:number>/reject/", exchange_review.reject, name="shelf-reject"
    ),
    path("exchange/letters/", exchange_letters.letter_list, name="shelf-letters"),
    path("exchange/letters/<int:number>/", exchange_letters.letter, name="shelf-letter"),
]  # fmt: skip
urlpatterns: list[URLPattern | URLResolver] = [
    path("shelf/feed.atom", exchange_public.feed, name="shelf-feed"),
    path("shelf/bundle-<int:sequence>.json", exchange_public.bundle, name="shelf-bundle"),
    path(f"{_WORK}/shelf/", include(_shelf)),
]
