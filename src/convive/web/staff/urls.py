"""Addresses of the staff layout."""

from __future__ import annotations

from django.urls import path

from convive.web.staff import views

urlpatterns = [path("<language:language>/work/", views.home, name="work")]
