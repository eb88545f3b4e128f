"""A small graph of statements and how it is written: Turtle, JSON-LD, RDF/XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

PREFIXES = MappingProxyType(
    {
        "adms": "http://www.w3.org/ns/adms#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "geo": "http://www.opengis.net/ont/geosparql#",
    }
)
MEDIA_TYPES = MappingProxyType(
    {"ttl": "text/turtle", "jsonld": "application/ld+json", "rdf": "application/rdf+xml"}
)
"""Ending of the file → media type."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in a language, or a value of a datatype (prefixed name), or a plain text."""

    text: str
    language: str = ""
    datatype: str = ""


Object = str | Literal
"""An address (a full one), or a literal."""
Statement = tuple[str, str, Object]
"""Address, prefixed name of the property, object."""


def rendered(statements: Iterable[Statement], kind: str) -> bytes:
    """Return the statements as ``ttl``, ``jsonld`` or ``rdf``; one subject after the other."""
    grouped: dict[str, dict[str, list[Object]]] = {}
    for subject, name, thing in statements:
        things = grouped.setdefault(subject, {}).setdefault(name, [])
        if thing not in things:
            things.append(thing)
    writers = {"ttl": _turtle, "jsonld": _json_ld, "rdf": _rdf_xml}
    return writers[kind](grouped)


Grouped = Mapping[str, Mapping[str, Sequence[Object]]]


def full(name: str) -> str:
    """Return the address of a prefixed name."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _turtle(grouped: Grouped) -> bytes:
    lines = [f"@prefix {name}: <{address}> ." for name, address in PREFIXES.items()]
    for subject, told in grouped.items():
        parts = [
            f"{name} {', '.join(_term(one) for one in things)}" for name, things in told.items()
        ]
        lines += ["", f"<{_iri(subject)}>", "    " + " ;\n    ".join(parts) + " ."]
    return ("\n".join(lines) + "\n").encode()


def _term(thing: Object) -> str:
    if isinstance(thing, str):
        return f"<{_iri(thing)}>"
    text = json.dumps(thing.text, ensure_ascii=False)  # escapes as Turtle has them
    if thing.language:
        return f"{text}@{thing.language}"
    return f"{text}^^{thing.datatype}" if thing.datatype else text


def _iri(address: str) -> str:
    """Return an address without the signs that would end it."""
    return "".join(f"%{ord(c):02X}" if c in '<>"{}|^`\\' or c <= " " else c for c in address)


def _json_ld(grouped: Grouped) -> bytes:
    graph = []
    for subject, told in grouped.items():
        node: dict[str, object] = {"@id": _iri(subject)}
        for name, things in told.items():
            if name == "rdf:type":
                node["@type"] = [str(one) for one in things]
            else:
                node[name] = [_json_value(one) for one in things]
        graph.append(node)
    told_all = {"@context": dict(PREFIXES), "@graph": graph}
    return (json.dumps(told_all, ensure_ascii=False, indent=1) + "\n").encode()


def _json_value(thing: Object) -> dict[str, str]:
    if isinstance(thing, str):
        return {"@id": _iri(thing)}
    found = {"@value": thing.text}
    if thing.language:
        found["@language"] = thing.language
    if thing.datatype:
        found["@type"] = full(thing.datatype)
    return found


def _rdf_xml(grouped: Grouped) -> bytes:
    for prefix, address in PREFIXES.items():
        ElementTree.register_namespace(prefix, address)
    rdf = PREFIXES["rdf"]
    root = Element(f"{{{rdf}}}RDF")
    for subject, told in grouped.items():
        node = SubElement(root, f"{{{rdf}}}Description", {f"{{{rdf}}}about": _iri(subject)})
        for name, things in told.items():
            prefix, _, local = name.partition(":")
            for thing in things:
                one = SubElement(node, f"{{{PREFIXES[prefix]}}}{local}")
                _xml_value(one, thing)
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _xml_value(node: Element, thing: Object) -> None:
    rdf = PREFIXES["rdf"]
    if isinstance(thing, str):
        node.set(f"{{{rdf}}}resource", _iri(thing))
        return
    node.text = "".join(c for c in thing.text if c in "\t\n\r" or c >= " ")
    if thing.language:
        node.set("{http://www.w3.org/XML/1998/namespace}lang", thing.language)
    if thing.datatype:
        node.set(f"{{{rdf}}}datatype", full(thing.datatype))
