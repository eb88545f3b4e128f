"""What hangs loose, with the page where it is mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse

from convive.catalogue.texts import format_date
from convive.core.strategy.model import Commitment
from convive.core.strategy.orphans import Orphan
from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.findings import published_findings, sentence_of
from convive.web.workspace.selectors.titles import Names

_SECTION = {
    "action_without_evidence": "evidence", "action_without_lead": "who",
    "action_without_partner": "who", "action_without_budget": "budget",
}  # fmt: skip
"""Orphan → section of the action in which it is mended."""


def present_orphans(
    orphans: Iterable[Orphan],
    commitments: Iterable[Commitment],
    names: Names,
    strategy: Strategy,
    language: str,
) -> list[dict[str, Any]]:
    """Return text and address of each; `commitments` are those that may be among them."""
    promises = {one.ref: one for one in commitments}
    sentences = {f"finding:{row['finding_id']}": row for row in published_findings()}
    return [
        {"text": _text(one, names, promises, sentences, language),
         "address": _address(one, names, strategy, language), "note": _note(one, language)}
        for one in orphans
    ]  # fmt: skip


def _text(
    one: Orphan, names: Mapping[str, Any], promises: Mapping[str, Any],
    findings: Mapping[str, Any], language: str,
) -> str:  # fmt: skip
    if one.ref in names:
        return str(names[one.ref]["title"])
    if one.ref in promises:
        return str(promises[one.ref].text)
    return sentence_of(findings[one.ref], language) if one.ref in findings else one.ref


def _note(one: Orphan, language: str) -> str:
    if one.code == "commitment_overdue":
        return format_date(date.fromisoformat(one.params["due"]), language)
    return str(one.params.get("area", ""))


def _address(one: Orphan, names: Mapping[str, Any], strategy: Strategy, language: str) -> str:
    kind, _, code = one.ref.partition(":")
    if kind == "finding":
        return reverse("plan-finding", args=(language, strategy.code, code))
    if one.code in _SECTION:
        return reverse(
            "plan-action-section", args=(language, strategy.code, code, _SECTION[one.code])
        )
    if one.ref in names:
        return reverse(names[one.ref]["page"], args=(language, strategy.code, code))
    try:
        return reverse("commitment", args=(language, code)) if kind == "commitment" else ""
    except NoReverseMatch:
        return ""
