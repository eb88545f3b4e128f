"""Addresses of field apps: exact, without a slash at the end, since a POST is not sent on.

The staff's come first, so that no token can stand in their place.
"""

from __future__ import annotations

from django.urls import include, path

from convive.web.fieldwork.views import field_apps, openrosa
from convive.web.fieldwork.views.openrosa import SENDING, through_link, with_password

_FORM = "forms/<slug:campaign>/<str:version>"
_PLACES = "forms/<slug:campaign>/places.csv"

_work = [
    path("fieldwork/field-apps/<str:link_id>/", field_apps.field_app, name="field-app"),
]
urlpatterns = [
    path("<language:language>/work/", include(_work)),
    path("odk/staff/formList", with_password(openrosa.forms), name="odk-staff-forms"),
    path(
        "odk/staff/submission",
        with_password(openrosa.submission, SENDING),
        name="odk-staff-submission",
    ),
    path(f"odk/staff/{_FORM}.xml", with_password(openrosa.form), name="odk-staff-form"),
    path(
        f"odk/staff/{_FORM}/manifest",
        with_password(openrosa.form_manifest),
        name="odk-staff-manifest",
    ),
    path(f"odk/staff/{_PLACES}", with_password(openrosa.places), name="odk-staff-places"),
    path("odk/<str:token>/formList", through_link(openrosa.forms), name="odk-forms"),
    path(
        "odk/<str:token>/submission",
        through_link(openrosa.submission, SENDING),
        name="odk-submission",
    ),
    path(f"odk/<str:token>/{_FORM}.xml", through_link(openrosa.form), name="odk-form"),
    path(
        f"odk/<str:token>/{_FORM}/manifest",
        through_link(openrosa.form_manifest),
        name="odk-manifest",
    ),
    path(f"odk/<str:token>/{_PLACES}", through_link(openrosa.places), name="odk-places"),
]
