"""Reads a plan file of either kind, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.plan_files.checks import check_rows
from convive.connectors.plan_files.json_file import read_json
from convive.connectors.plan_files.rows import plan_of, rows_of
from convive.connectors.plan_files.workbook_reading import read_workbook
from convive.connectors.xlsform.findings import Findings
from convive.core.model import Problem
from convive.core.strategy.model import Plan

MAX_BYTES = 32 * 1024 * 1024
_OURS = {"XLSFORM_NOT_XLSX": "PLAN_NOT_A_PLAN"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class PlanReading:
    """A plan, or None with what is wrong; warnings may stand beside a plan."""

    plan: Plan | None
    problems: tuple[Problem, ...]


def read_plan_file(data: bytes, name: str) -> PlanReading:
    """Return the plan of a JSON file or a workbook; its content decides which it is."""
    found = Findings(name)
    try:
        plan = _read(data, found)
    except RefusedError as refused:
        found.add(_OURS.get(refused.code, refused.code), **refused.data)
        plan = None
    return PlanReading(None if found.has_errors else plan, found.problems)


def _read(data: bytes, found: Findings) -> Plan | None:
    if len(data) > MAX_BYTES:
        raise RefusedError("PLAN_TOO_LARGE")
    if data.startswith(_OLD_OFFICE):
        raise RefusedError("PLAN_OLD_WORKBOOK")
    if data.startswith(b"PK"):
        rows = read_workbook(data, found)
        check_rows(rows, found)
        return None if found.has_errors else plan_of(rows)
    plan = read_json(data, found)
    if plan is not None:
        check_rows(rows_of(plan), found)
    return plan
