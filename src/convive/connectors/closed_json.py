"""JSON of core types whose schema is closed: nothing else may stand in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

Schema = Mapping[str, Any]


def closed_schema(adapter: TypeAdapter[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the JSON Schema of a type and its definitions; no object takes further keys."""
    schema = adapter.json_schema(ref_template="#/$defs/{model}")
    definitions = schema.pop("$defs", {})
    for one in (schema, *definitions.values()):
        if "properties" in one:
            one["additionalProperties"] = False
    return schema, definitions


def unknown_keys(
    value: Any, schema: Schema, definitions: Schema, path: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield path and name of every key that the schema does not know."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    for option in schema.get("anyOf", ()):
        yield from unknown_keys(value, option, definitions, path)
    if isinstance(value, list) and "items" in schema:
        for number, one in enumerate(value):
            yield from unknown_keys(one, schema["items"], definitions, f"{path}{number}.")
    properties = schema.get("properties")
    if isinstance(value, dict) and properties is not None:
        for key, one in value.items():
            if key in properties:
                yield from unknown_keys(one, properties[key], definitions, f"{path}{key}.")
            else:
                yield path, str(key)
