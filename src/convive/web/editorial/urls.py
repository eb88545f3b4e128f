"""Addresses of editions and corrections; the preview has the public addresses behind its own."""

from __future__ import annotations

from django.urls import include, path

from convive.web import language  # noqa: F401 - registers the converter of the addresses
from convive.web.editorial.views import corrections, editions, preview

_WORK = "<language:language>/work"
_editions = [
    path("", editions.edition_list, name="editions"),
    path("look/", editions.look_for_new, name="editions-look"),
    path("review/on/", editions.review_on, name="editions-review-on"),
    path("review/off/", editions.review_off, name="editions-review-off"),
    path("review/off/confirm/", editions.review_off_confirm, name="editions-review-off-confirm"),
    path("<str:key>/", editions.edition_page, name="edition"),
    path("<str:key>/write/", editions.write, name="edition-write"),
    path("<str:key>/approve/", editions.approve, name="edition-approve"),
    path("<str:key>/return/", editions.give_back, name="edition-return"),
    path("<str:key>/withdraw/", editions.take_back, name="edition-withdraw"),
    path("<str:key>/preview/", preview.preview, {"rest": ""}, name="edition-preview-root"),
    path("<str:key>/preview/<path:rest>", preview.preview, name="edition-preview"),
]
_corrections = [
    path("", corrections.correction_list, name="editorial-corrections"),
    path("new/", corrections.new, name="correction-new"),
    path("<slug:code>/", corrections.correction_page, name="correction"),
    path("<slug:code>/edit/", corrections.edit, name="correction-edit"),
    path("<slug:code>/confirm/", corrections.confirm, name="correction-confirm"),
    path("<slug:code>/drop/", corrections.drop, name="correction-drop"),
]
urlpatterns = [
    path(f"{_WORK}/editions/", include(_editions)),
    path(f"{_WORK}/corrections/", include(_corrections)),
]
