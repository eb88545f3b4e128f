"""Writes answers as a field app would send them: for tests, and for handing forms on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from convive.connectors.xlsform.answer_texts import answer_text
from convive.connectors.xlsform.form_rows import nodes_of
from convive.core.instruments.model import Answers, Instrument, Item, ItemType, Section

ROOT = "data"


def write_submission(
    answers: Answers,
    instrument: Instrument,
    *,
    instance_id: str,
    version: str = "",
    started: str = "",
    ended: str = "",
) -> bytes:
    """Return the XML of one filled-in form; `parse_submission` reads the same answers from it."""
    nodes = nodes_of(instrument)
    root = Element(ROOT, {"id": instrument.id, "version": version})
    SubElement(root, nodes.started).text = started
    SubElement(root, nodes.ended).text = ended
    _write_parts(root, instrument.content, answers)
    meta = SubElement(root, "meta")
    SubElement(meta, "instanceID").text = instance_id
    made: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return made


def _write_parts(
    into: Element, content: Iterable[Item | Section], answers: Mapping[str, Any]
) -> None:
    for part in content:
        if isinstance(part, Item):
            _write_item(into, part, answers)
        elif part.repeats:
            for answered in answers.get(part.id, ()):
                _write_parts(SubElement(into, part.id), part.content, answered)
        else:
            _write_parts(SubElement(into, part.id), part.content, answers)


def _write_item(into: Element, item: Item, answers: Mapping[str, Any]) -> None:
    node = SubElement(into, item.id)
    if item.id in answers and item.type is not ItemType.NOTE:
        node.text = answer_text(answers[item.id])
