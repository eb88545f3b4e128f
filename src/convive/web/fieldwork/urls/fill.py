"""Forms on the web, without an account."""

from __future__ import annotations

from django.urls import path

from convive.web.fieldwork.views import fill

urlpatterns = [
    path("<language:language>/thank-you/", fill.thanks, name="fill-thanks"),
    path("<language:language>/fill/<str:token>/", fill.start, name="fill"),
    path("<language:language>/fill/<str:token>/forms/<str:form_id>/", fill.form, name="fill-form"),
    path("<language:language>/fill/<str:token>/sent/<str:form_id>/", fill.sent, name="fill-sent"),
]
