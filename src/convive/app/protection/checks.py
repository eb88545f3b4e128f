"""Checks of the terms on which sources are held, as rows of table ``quality``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa

from convive.app.ports import Evidence
from convive.app.protection.terms import months_before
from convive.app.schema import conform, table_from_rows
from convive.app.tables import QUALITY

ABOUT_PEOPLE = ("incidents", "survey", "observations", "notes")
"""Kinds of sources whose rows may be about persons."""


def with_terms_checked(evidence: Evidence, today: date) -> Evidence:
    """Return the evidence with what is wrong about its terms added to its quality.

    Codes: no_legal_basis (note), agreement_expired and retention_over (warnings).
    """
    rows = [check for source in evidence.sources.to_pylist() for check in _checks(source, today)]
    if not rows:
        return evidence
    quality = pa.concat_tables([evidence.quality, table_from_rows(QUALITY, rows)])
    return replace(evidence, quality=conform(QUALITY, quality))


def _checks(source: dict[str, Any], today: date) -> list[dict[str, Any]]:
    found = []
    is_about_people = source["kind"] in ABOUT_PEOPLE and source["personal_data"] != "none"
    if is_about_people and not source["legal_basis"]:
        found.append(_check(source, "no_legal_basis", "note"))
    ends = source["agreement_ends"]
    if ends is not None and ends < today:
        found.append(_check(source, "agreement_expired", "warning", day=ends.isoformat()))
    months = source["retention_months"]
    if months and source["period_start"]:
        limit = months_before(today, months)
        if source["period_start"] < limit:
            found.append(_check(source, "retention_over", "warning", day=limit.isoformat()))
    return found


def _check(source: dict[str, Any], code: str, severity: str, **params: str) -> dict[str, Any]:
    return {
        "source_id": source["source_id"],
        "code": code,
        "severity": severity,
        "n": 1,
        "base": 1,
        "share": 1.0,
        "params": params,
        "examples": [],
    }
