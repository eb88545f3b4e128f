"""Schemas of what is answered, as OpenAPI tells them and as tests hold answers against them."""

from __future__ import annotations

from typing import Any

from convive.app.corrections import CorrectionKind, Subject
from convive.app.tables import RESULT_TABLES
from convive.web.opendata.values import row_schema

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": ["number", "null"]}
INTEGER: Schema = {"type": "integer"}


def of(properties: dict[str, Schema], **more: Any) -> Schema:
    """Return the schema of an object that has these fields and no other."""
    return {
        "type": "object", "properties": properties, "required": sorted(properties),
        "additionalProperties": False, **more,
    }  # fmt: skip


def rows_of(item: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": item}


LINK = {
    "type": "object",
    "properties": {"rel": TEXT, "href": TEXT, "type": TEXT, "title": TEXT},
    "required": ["href", "rel"],
}
LINKS = rows_of(LINK)
PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": TEXT, "title": TEXT, "status": INTEGER, "detail": TEXT,
        "errors": rows_of(of({"parameter": TEXT, "detail": TEXT})),
    },
    "required": ["detail", "status", "title", "type"],
}  # fmt: skip
AUDIT = of(
    {"digest": TEXT, "built_at": {"type": "string", "format": "date-time"}, "city": TEXT},
    description="The audit that everything here comes from.",
)
CORRECTION = of(
    {
        "id": TEXT, "on": {"type": "string", "format": "date"},
        "kind": {"type": "string", "enum": [str(one) for one in CorrectionKind]},
        "subject": {"type": "string", "enum": [str(one) for one in Subject]},
        "name": TEXT, "since": TEXT, "page": TEXT,
        "wrong": {"type": "object", "additionalProperties": TEXT},
        "right": {"type": "object", "additionalProperties": TEXT},
        "until": {"type": ["string", "null"], "format": "date"},
    },
    description=(
        "What was wrong with something published, and what is right, per language. A withdrawal "
        "also took the figures away; audits built from `until` on are right again."
    ),
)  # fmt: skip
FIGURE: Schema = {
    **of({
        "indicator_id": TEXT, "face": TEXT, "value": NUMBER, "low": NUMBER, "high": NUMBER,
        "interval_level": NUMBER, "n": {"type": ["integer", "null"]}, "unit": TEXT,
        "period_kind": TEXT, "period_start": {"type": "string", "format": "date"},
        "period_end": {"type": "string", "format": "date"}, "method": TEXT, "status": TEXT,
        "reason": {"type": ["string", "null"]}, "comparability": {"type": ["string", "null"]},
        "source_ids": rows_of(TEXT), "light": {"type": ["string", "null"]},
    }),
    "description": (
        "A figure with everything that makes it honest. A figure that may not be seen has a null "
        "value and says so in status and reason; null is never 0. light: the worst quality light of "
        "its sources."
    ),
}  # fmt: skip
AREA = of({
    "level": TEXT, "area_id": TEXT, "name": TEXT, "parent_level": {"type": ["string", "null"]},
    "parent_id": {"type": ["string", "null"]}, "is_analysis": {"type": "boolean"},
    "residents": NUMBER, "href": TEXT,
})  # fmt: skip
FINDING = of({
    "finding_id": TEXT, "rank": INTEGER, "text": TEXT, "code": TEXT, "certainty": TEXT,
    "verdict": TEXT, "level": TEXT, "area_id": TEXT, "faces": rows_of(TEXT),
    "indicator_ids": rows_of(TEXT), "p": NUMBER, "q": NUMBER, "caveats": rows_of(TEXT),
    "page": TEXT,
})  # fmt: skip
INDICATOR = of({
    "indicator_id": TEXT, "face": TEXT, "label": TEXT, "question": TEXT, "cannot_show": TEXT,
    "version": {"type": ["integer", "null"]}, "href": TEXT, "page": TEXT,
})  # fmt: skip
TABLE = of({
    "name": TEXT, "about": TEXT, "rows": INTEGER, "key": rows_of(TEXT),
    "columns": rows_of(of({
        "name": TEXT, "type": TEXT, "about": TEXT, "nullable": {"type": "boolean"},
    })),
    "href": TEXT,
})  # fmt: skip
PLAN: Schema = {
    "type": ["object", "null"],
    "description": (
        "The plan as it is published for residents; null where none is. Of money, planned or spent, "
        "null says that nobody noted any; plans published before say 0 until they are published again."
    ),
}


def page_of(item: Schema) -> Schema:
    """Return the schema of one page of a longer list."""
    return of({
        "number_matched": INTEGER, "number_returned": INTEGER, "rows": rows_of(item),
        "audit": AUDIT, "links": LINKS,
    })  # fmt: skip


ANY_ROW: Schema = {"anyOf": [row_schema(spec) for spec in RESULT_TABLES]}

# --- OGC API Features, Part 1, as far as it is answered here --------------------------------------

LANDING: Schema = {
    "type": "object",
    "properties": {"title": TEXT, "description": TEXT, "links": LINKS},
    "required": ["links"],
}
CONFORMANCE: Schema = {
    "type": "object",
    "properties": {"conformsTo": {"type": "array", "items": TEXT}},
    "required": ["conformsTo"],
}
COLLECTION: Schema = {
    "type": "object",
    "properties": {
        "id": TEXT, "title": TEXT, "description": TEXT, "itemType": TEXT, "links": LINKS,
        "crs": {"type": "array", "items": TEXT},
        "extent": {
            "type": "object",
            "properties": {"spatial": {"type": "object"}, "temporal": {"type": "object"}},
        },
    },
    "required": ["id", "links"],
}  # fmt: skip
COLLECTIONS: Schema = {
    "type": "object",
    "properties": {"links": LINKS, "collections": {"type": "array", "items": COLLECTION}},
    "required": ["collections", "links"],
}
FEATURE: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": TEXT,
        "geometry": {"type": ["object", "null"]},
        "properties": {"type": "object"},
        "links": LINKS,
    },
    "required": ["geometry", "id", "properties", "type"],
}
FEATURES: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": FEATURE},
        "links": LINKS,
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberMatched": INTEGER,
        "numberReturned": INTEGER,
    },
    "required": ["features", "type"],
}
