"""Addresses of the knowledge shelf: one module a part."""

from __future__ import annotations

import importlib
import pkgutil

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
for _found in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
    urlpatterns += importlib.import_module(f"{__name__}.{_found.name}").urlpatterns
