"""The parts of a bundle as JSON and back: one form each, every field written, none left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from convive.connectors.closed_json import closed_schema, unknown_keys
from convive.connectors.shelf_bundles.safe_texts import LONGEST_LIST, LONGEST_TEXT, Fault
from convive.core.shelf.bundle import Answer, Bundle, Question, Withdrawal
from convive.core.shelf.entry import Entry

FORMAT = "convive-shelf/1"
MOST = {"entries": 2000, "withdrawals": 2000, "questions": 200, "answers": 200}
"""Parts of each kind in one bundle."""
KINDS: Mapping[str, type] = {
    "entries": Entry, "withdrawals": Withdrawal, "questions": Question, "answers": Answer,
}  # fmt: skip
_MOST_TOLD = 20
"""Problems of one part that are told; whoever sends more has mended nothing yet."""
_AMOUNT = "amount"


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(part: Any) -> Any:
    """Return a part as JSON values in their one form."""
    kind: Any = type(part)
    return _amounts_as_text(_adapter(kind).dump_python(part, mode="json"))


def load(kind: Any, raw: Any) -> tuple[Any, list[Fault]]:
    """Return a part of a file, or what is wrong with it; what it gives back is what stood there."""
    schema, definitions = _closed(kind)
    faults: list[Fault] = [
        ("SHELF_FIELD_UNKNOWN", f"{path}{key}"[:LONGEST_LIST], {})
        for path, key in unknown_keys(raw, schema, definitions)
    ]
    try:
        part = _adapter(kind).validate_python(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        faults += [(_code(one["type"]), _field(one["loc"]), {}) for one in found]
        return None, faults[:_MOST_TOLD]
    if not faults:
        faults += [(code, field, {}) for code, field in _differences(raw, dump(part), "")]
    return (None, faults[:_MOST_TOLD]) if faults else (part, [])


@cache
def bundle_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a bundle; closed, every field required."""
    bundle, definitions = closed_schema(_adapter(Bundle))
    for one in (bundle, *definitions.values()):
        _limit(one)
    properties = dict(bundle["properties"])
    for name, most in MOST.items():
        properties[name] = {**properties[name], "maxItems": most}
    properties = {
        "format": {"const": FORMAT}, **properties,
        "signature": {"type": "string", "pattern": "^[A-Za-z0-9_-]{86}$"},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bundle of a knowledge shelf",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "$defs": definitions,
    }


@cache
def _closed(kind: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return closed_schema(_adapter(kind))


def _limit(schema: dict[str, Any]) -> None:
    """Say in the schema what else a file is held to: all fields, whole numbers, short texts."""
    if "properties" in schema:
        schema["required"] = list(schema["properties"])
    for name, one in schema.get("properties", {}).items():
        for option in (one, *one.get("anyOf", ())):
            _limit_value(option)
        if name in (_AMOUNT, "spent"):
            one["anyOf"] = [{"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}, {"type": "null"}]
        one.pop("default", None)


def _limit_value(schema: dict[str, Any]) -> None:
    if schema.get("type") == "string" and "format" not in schema:
        schema["maxLength"] = LONGEST_TEXT
    if schema.get("type") == "array":
        schema["maxItems"] = LONGEST_LIST


def _amounts_as_text(value: Any) -> Any:
    """Return JSON values with amounts of money as plain decimals in text."""
    if isinstance(value, dict):
        return {
            key: f"{Decimal(repr(one)):f}"
            if key == _AMOUNT and isinstance(one, float)
            else _amounts_as_text(one)
            for key, one in value.items()
        }
    return [_amounts_as_text(one) for one in value] if isinstance(value, list) else value


def _differences(raw: Any, written: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield where a file differs from how what it says would be written."""
    if isinstance(raw, dict) and isinstance(written, dict):
        for key, one in written.items():
            if key not in raw:
                yield "SHELF_FIELD_MISSING", f"{path}{key}"
            else:
                yield from _differences(raw[key], one, f"{path}{key}.")
    elif isinstance(raw, list) and isinstance(written, list) and len(raw) == len(written):
        for number, (one, other) in enumerate(zip(raw, written, strict=True)):
            yield from _differences(one, other, f"{path}{number}.")
    elif type(raw) is not type(written) or raw != written:
        yield "SHELF_BAD_VALUE", path.rstrip(".")


def _code(kind: str) -> str:
    return "SHELF_FIELD_MISSING" if kind == "missing" else "SHELF_BAD_VALUE"


def _field(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place)[:LONGEST_LIST]
