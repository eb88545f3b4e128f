"""A plan as JSON (``convive-plan/1``): the schema, reading, and writing in one canonical form."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.closed_json import closed_schema, unknown_keys
from convive.connectors.plan_files.cells import clean
from convive.connectors.plan_files.person_columns import is_about_persons
from convive.connectors.xlsform.findings import Findings
from convive.core.strategy.model import Plan

FORMAT = "convive-plan/1"
_FREE = ("params", "reached")
"""Keys whose value has keys of its own choice."""
_DEEPEST = 30
_MOST_NAMED = 200


@cache
def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


@cache
def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a plan file; closed: nothing else may stand in it."""
    plan, definitions = closed_schema(_adapter())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Convive plan",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, "plan": {"$ref": "#/$defs/Plan"}},
        "required": ["format", "plan"],
        "additionalProperties": False,
        "$defs": {**definitions, "Plan": plan},
    }


def write_json(plan: Plan) -> bytes:
    """Return a plan as JSON: the same plan gives the same bytes."""
    dumped = _canonical(_adapter().dump_python(plan, mode="json"), "")
    text = json.dumps(
        {"format": FORMAT, "plan": dumped}, ensure_ascii=False, indent=1, allow_nan=False
    )
    return (text + "\n").encode("utf-8")


def _canonical(value: Any, key: str) -> Any:
    """Return a value in its one form: amounts with two decimals, free mappings in order."""
    if isinstance(value, dict):
        items = sorted(value.items()) if key in _FREE else value.items()
        inner = _FREE[0] if key in _FREE else ""
        return {name: _canonical(one, inner or name) for name, one in items}
    if isinstance(value, list):
        return [_canonical(one, key if key in _FREE else "") for one in value]
    if key == "amount" and isinstance(value, str):
        amount = Decimal(value)
        return f"{amount:.2f}" if amount == round(amount, 2) else value
    return value


def read_json(data: bytes, found: Findings) -> Plan | None:
    """Return the plan of a JSON file; None where something is wrong, all of it noted.

    Raises
    ------
    RefusedError
        PLAN_NOT_JSON, PLAN_NOT_A_PLAN or PLAN_TOO_LARGE.
    """
    raw = _parsed(data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise RefusedError("PLAN_NOT_A_PLAN")
    inner = _cleaned(raw.get("plan"), 0)
    schema = plan_schema()
    for path, key in unknown_keys(inner, schema["$defs"]["Plan"], schema["$defs"]):
        code = "PLAN_PERSON_COLUMN" if is_about_persons(key) else "PLAN_KEY_UNKNOWN"
        found.add(code, column=f"{path}{key}"[:_MOST_NAMED])
    try:
        plan = _adapter().validate_python(inner)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_input=False, include_context=False):
            place = ".".join(str(part) for part in one["loc"])
            found.add("PLAN_BAD_VALUE", column=place[:_MOST_NAMED], what=one["type"])
        return None
    return None if found.has_errors else plan


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_exact)
    except RecursionError as error:
        raise RefusedError("PLAN_TOO_LARGE") from error
    except ValueError as error:
        raise RefusedError("PLAN_NOT_JSON") from error


def _refuse(name: str) -> None:
    raise ValueError(name)


def _exact(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _cleaned(value: Any, depth: int) -> Any:
    """Return a value with texts cleaned; a file that is nested deeper than any plan is refused."""
    if depth > _DEEPEST:
        raise RefusedError("PLAN_TOO_LARGE")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {key: _cleaned(one, depth + 1) for key, one in value.items()}
    return value
