"""Addresses of strategies and their parts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.workspace.views import (
    coverage,
    orphans,
    plan_actions,
    plan_findings,
    plan_history,
    plan_parts,
    strategies,
)

_strategy: list[URLPattern | URLResolver] = [
    path("", strategies.strategy, name="strategy"),
    path("edit/", strategies.edit_strategy, name="strategy-edit"),
    path("state/", strategies.strategy_state, name="strategy-state"),
    path("print/", strategies.strategy_print, name="strategy-print"),
    path("actions/", strategies.strategy_actions, name="strategy-actions"),
    path("findings/", plan_findings.findings, name="strategy-findings"),
    path("findings/<path:finding_id>/", plan_findings.finding, name="plan-finding"),
    path("coverage/", coverage.frameworks, name="plan-frameworks"),
    path("coverage/<slug:name>/", coverage.framework, name="plan-framework"),
    path("coverage/<slug:name>/<slug:point>/", coverage.point, name="plan-point"),
    path("orphans/", orphans.orphans, name="plan-orphans"),
    path("challenges/new/", plan_parts.new_challenge, name="plan-challenge-new"),
    path("challenges/<slug:part>/", plan_parts.challenge, name="plan-challenge"),
    path("challenges/<slug:part>/edit/", plan_parts.edit_challenge, name="plan-challenge-edit"),
    path("challenges/<slug:part>/objectives/new/", plan_parts.new_objective, name="plan-objective-new"),
    path("objectives/<slug:part>/", plan_parts.objective, name="plan-objective"),
    path("objectives/<slug:part>/edit/", plan_parts.edit_objective, name="plan-objective-edit"),
    path("objectives/<slug:part>/targets/", plan_parts.objective_targets, name="plan-objective-targets"),
    path("objectives/<slug:part>/actions/new/", plan_actions.new_action, name="plan-action-new"),
    path("actions/<slug:part>/", plan_actions.action, name="plan-action"),
    path("actions/<slug:part>/state/", plan_actions.action_state, name="plan-action-state"),
    path("actions/<slug:part>/edit/<slug:section>/", plan_actions.action_section, name="plan-action-section"),
]  # fmt: skip

_work: list[URLPattern | URLResolver] = [
    path("strategies/", strategies.strategies, name="strategies"),
    path("strategies/new/", strategies.new_strategy, name="strategy-new"),
    path("strategies/<slug:code>/", include(_strategy)),
    path("revisions/<slug:kind>/<int:number>/", plan_history.revisions, name="revisions"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("<language:language>/work/", include(_work)),
]
