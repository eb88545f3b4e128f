"""Schemas of OGC API Features, Part 1, as far as they are answered here."""

from __future__ import annotations

from convive.web.opendata.schemas import INTEGER, LINKS, TEXT, Schema

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
