"""Addresses of the runs."""

from __future__ import annotations

from django.urls import include, path

from convive.web.jobs import views

_work = [
    path("jobs/", views.runs, name="jobs"),
    path("jobs/now/", views.now, name="job-now"),
    path("jobs/<int:run_id>/again/", views.again, name="job-again"),
]
urlpatterns = [path("<language:language>/work/", include(_work))]
