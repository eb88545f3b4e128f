"""Addresses of the balance of a plan."""

from __future__ import annotations

from django.urls import path

from convive.web.workspace.views import balance

_STRATEGY = "<language:language>/work/strategies/<slug:code>/balance"
urlpatterns = [
    path(f"{_STRATEGY}/", balance.balance, name="plan-balance"),
    path(f"{_STRATEGY}/print/", balance.balance_print, name="plan-balance-print"),
    path(f"{_STRATEGY}.<slug:kind>", balance.balance_file, name="plan-balance-file"),
]
