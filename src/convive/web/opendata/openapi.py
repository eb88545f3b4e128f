"""The OpenAPI document, made from the operations that answer."""

from __future__ import annotations

from typing import Any

import convive
from convive.web.opendata import schemas
from convive.web.opendata.answers import PROBLEM
from convive.web.opendata.operations import Operation, operations

_TOLD = {
    304: "Nothing has changed since the answer whose ETag was sent.",
    400: "A parameter cannot be used.",
    404: "There is nothing at this address.",
    410: "It was withdrawn; /api/v1/corrections/ tells why.",
    429: "Too many requests; Retry-After says when there is one again.",
    503: "There is no finished audit yet.",
}


def document(base: str, *, title: str, version: str = "3.1.0", part: str = "/") -> dict[str, Any]:
    """Return the document.

    Parameters
    ----------
    base : str
        Address of the site, without a slash at its end.
    title : str
    version : str
        Of OpenAPI: 3.1.0, or 3.0.3 for programs that know no newer one.
    part : str
        Only paths that begin so.
    """
    wanted = [one for one in operations() if one.path.startswith(part)]
    found = {
        "openapi": version,
        "info": {
            "title": title,
            "version": convive.__version__,
            "description": (
                "Published figures on urban security. Whatever is here has passed the disclosure "
                "gate: a figure that may not be seen is null and says so; null is never 0."
            ),
        },
        "servers": [{"url": base}],
        "paths": {one.path: {"get": _described(one)} for one in wanted},
    }
    return found if version.startswith("3.1") else _older(found)


def _described(one: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {
        "200": {"description": one.summary, "content": {one.kind: {"schema": one.answer}}}
    }
    responses |= {
        str(code): _problem(_TOLD[code]) if code != 304 else {"description": _TOLD[code]}
        for code in one.codes
        if code in _TOLD
    }
    return {
        "operationId": one.name, "summary": one.summary,
        "parameters": [parameter.described() for parameter in one.parameters],
        "responses": responses,
    }  # fmt: skip


def _problem(description: str) -> dict[str, Any]:
    return {"description": description, "content": {PROBLEM: {"schema": schemas.PROBLEM}}}


def _older(value: Any) -> Any:
    """Return a document of 3.1 in the words of 3.0: null is not a type there."""
    if isinstance(value, list):
        return [_older(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: _older(one) for key, one in value.items()}
    kinds = found.get("type")
    if isinstance(kinds, list):
        rest = [one for one in kinds if one != "null"]
        found |= {"type": rest[0], "nullable": True}
    options = found.get("oneOf")
    if isinstance(options, list) and {"type": "null"} in options:
        rest = [one for one in options if one != {"type": "null"}]
        found = {
            **{k: v for k, v in found.items() if k != "oneOf"},
            "allOf": rest,
            "nullable": True,
        }
    return found
