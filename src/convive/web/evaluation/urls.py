"""Addresses of evaluations: at the action, over all actions, and of the plan's year."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from convive.web.evaluation.views import answer, guide, listing, papers, plan, year

_of_action: list[URLPattern | URLResolver] = [
    path("", plan.plan, name="evaluation"),
    path("write/", plan.write, name="evaluation-write"),
    path("ethics/", plan.ethics, name="evaluation-ethics"),
    path("lay-down/", plan.freeze, name="evaluation-freeze"),
    path("answer/", answer.answer, name="evaluation-answer"),
    path("answer/work-out/", answer.work_out, name="evaluation-work-out"),
    path("answer/note/", answer.note, name="evaluation-note"),
    path("answer/unit/", answer.unit, name="evaluation-unit"),
    path("checks/", answer.checks, name="evaluation-checks"),
    path("checks/confirm/", answer.confirm, name="evaluation-confirm"),
    path("dossier.<str:kind>", papers.dossier, name="evaluation-dossier"),
]
_work: list[URLPattern | URLResolver] = [
    path("strategies/<slug:code>/actions/<slug:part>/evaluation/", include(_of_action)),
    path("strategies/<slug:code>/years/", year.years, name="plan-years"),
    path("strategies/<slug:code>/years/<int:year>/", year.year_page, name="plan-year"),
    path("strategies/<slug:code>/years/<int:year>/report.<str:kind>", year.year_file, name="plan-year-file"),
    path("evaluations/", listing.evaluations, name="evaluations"),
    path("evaluations/which-design/", guide.chooser, name="evaluation-chooser"),
]  # fmt: skip
urlpatterns: list[URLPattern | URLResolver] = [
    path("<language:language>/work/", include(_work)),
]
