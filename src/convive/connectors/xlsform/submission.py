"""Reads what a field app sends: one filled-in form as XML, back to answers. The file is hostile."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from convive.connectors.xlsform.answer_texts import read_answer
from convive.connectors.xlsform.form_rows import nodes_of
from convive.core.errors import DatasetError
from convive.core.instruments.model import Answers, Instrument, Item, ItemType, Section
from convive.core.model import Place, Problem, Severity

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 100_000
MAX_PROBLEMS = 100
FILE = "submission.xml"
_INSTANCE_ID, _META = "instanceID", "meta"


@dataclass(frozen=True)
class Submission:
    """One filled-in form as it came."""

    instance_id: str
    form_id: str
    version: str
    answers: Answers
    started: str
    """When the form was opened, by the clock of the device; empty: it did not say."""
    ended: str
    attachments: tuple[str, ...]
    """Names of the photos that the answers name, in the order of the form."""
    aside: Mapping[str, str] = field(default_factory=dict)
    """Path → text of what the instrument has no item for, or an item cannot take. Kept, since
    it was said; personal as any answer."""
    also: Mapping[str, str] = field(default_factory=dict)
    """What was asked before the instrument's own items, where it was answered."""
    problems: tuple[Problem, ...] = ()
    """SUBMISSION_UNKNOWN_NODE, SUBMISSION_VALUE, SUBMISSION_TWICE; paths, never values."""


def parse_submission(
    data: bytes, instrument: Instrument, *, also: Set[str] = frozenset()
) -> Submission:
    """Return the answers of a submission, types restored, groups flattened.

    `also` names what the form asked besides the instrument's items (`to_xform`, `asked_first`).
    Whether answers may stand (constraints, choices, what was asked) is decided elsewhere: here
    nothing is left out.

    Raises
    ------
    DatasetError
        SUBMISSION_UNREADABLE with one problem: SUBMISSION_TOO_LARGE, SUBMISSION_NOT_XML,
        XML_UNSAFE or SUBMISSION_OTHER_FORM.
    """
    root = _parsed(data)
    form_id = root.get("id") or _local(root)
    if form_id != instrument.id:
        raise _refused("SUBMISSION_OTHER_FORM", form=form_id[:100], wanted=instrument.id)
    reader = _Reader(instrument, also)
    answers: dict[str, Any] = {}
    reader.read_group(root, instrument.content, answers, "")
    return Submission(
        instance_id=reader.meta.get(_INSTANCE_ID, "") or str(root.get(_INSTANCE_ID, "")),
        form_id=form_id,
        version=root.get("version") or "",
        answers=answers,
        started=reader.meta.get(reader.nodes.started, ""),
        ended=reader.meta.get(reader.nodes.ended, ""),
        attachments=tuple(dict.fromkeys(reader.attachments)),
        aside=reader.aside,
        also=reader.also,
        problems=tuple(reader.problems[:MAX_PROBLEMS]),
    )


def _refused(code: str, **more: Any) -> DatasetError:
    problem = Problem(code, Place(FILE), data=more)
    return DatasetError("SUBMISSION_UNREADABLE", [problem])


def _parsed(data: bytes) -> Element:
    """Return the root; stops at once where the file is too deep or has too many nodes."""
    if len(data) > MAX_BYTES:
        raise _refused("SUBMISSION_TOO_LARGE", mib=MAX_BYTES // 1024**2)
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            count += event == "start"
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH or count > MAX_NODES:
                raise _refused("SUBMISSION_TOO_LARGE", mib=MAX_BYTES // 1024**2)
    except DefusedXmlException as unsafe:
        raise _refused("XML_UNSAFE") from unsafe
    except (ParseError, ValueError, LookupError) as broken:
        raise _refused("SUBMISSION_NOT_XML") from broken
    if root is None:
        raise _refused("SUBMISSION_NOT_XML")
    return root


def _local(element: Element) -> str:
    """Return the name of a node without its namespace."""
    return str(element.tag).rpartition("}")[2]


class _Reader:
    """Walks a submission along its instrument and keeps what fits nowhere."""

    def __init__(self, instrument: Instrument, asked_also: Set[str]) -> None:
        self.nodes = nodes_of(instrument)
        self.asked_also = asked_also
        self.also: dict[str, str] = {}
        self.meta: dict[str, str] = {}
        self.aside: dict[str, str] = {}
        self.seen: dict[str, int] = {}
        self.problems: list[Problem] = []
        self.attachments: list[str] = []
        counts = {f"{s.id}_count" for s in instrument.sections() if s.repeats and s.repeat_count}
        names = {item.id for item in instrument.items()}
        self.notes = frozenset(
            {self.nodes.introduction, *self.nodes.sections.values(), *(counts - names)}
        )

    def read_group(
        self, node: Element, content: Iterable[Item | Section], into: dict[str, Any], path: str
    ) -> None:
        """Read the children of a group into its answers; rounds of a repeat become a list."""
        parts = {part.id: part for part in content}
        for child in node:
            name = _local(child)
            here = f"{path}/{name}"
            part = parts.get(name)
            if isinstance(part, Section):
                self._read_section(child, part, into, here)
            elif part is not None:
                self._read_item(child, part, into, here)
            elif not path and name in {_META, self.nodes.started, self.nodes.ended}:
                self._read_meta(child)
            elif not path and name in self.asked_also:
                self._read_also(name, child)
            elif name not in self.notes:
                self._keep_aside("SUBMISSION_UNKNOWN_NODE", child, here)

    def _read_section(
        self, node: Element, section: Section, into: dict[str, Any], path: str
    ) -> None:
        if not section.repeats:
            self.read_group(node, section.content, into, path)
            return
        rounds = into.setdefault(section.id, [])
        rounds.append({})
        self.read_group(node, section.content, rounds[-1], f"{path}[{len(rounds)}]")

    def _read_item(self, node: Element, item: Item, into: dict[str, Any], path: str) -> None:
        text = node.text or ""
        for child in node:
            self._keep_aside("SUBMISSION_UNKNOWN_NODE", child, f"{path}/{_local(child)}")
        if not text.strip() or item.type is ItemType.NOTE:
            return
        if item.id in into:
            self._keep_aside("SUBMISSION_TWICE", node, path)
            return
        is_words = item.type is ItemType.TEXT
        try:
            into[item.id] = read_answer(text if is_words else text.strip(), item)
        except ValueError:
            self._keep_aside("SUBMISSION_VALUE", node, path)
            return
        if item.type is ItemType.PHOTO:
            self.attachments.append(into[item.id])

    def _read_meta(self, node: Element) -> None:
        for part in (node, *node):
            if part.text and part.text.strip():
                self.meta.setdefault(_local(part), part.text.strip())

    def _read_also(self, name: str, node: Element) -> None:
        text = (node.text or "").strip()
        if text:
            self.also.setdefault(name, text)

    def _keep_aside(self, code: str, node: Element, path: str) -> None:
        """Keep every text below a node; a node without any is nothing lost."""
        for where, text in _texts(node, path):
            # Counted, not searched for: a file can say the same node a hundred thousand times.
            number = self.seen[where] = self.seen.get(where, 0) + 1
            key = where if number == 1 else f"{where}[{number}]"
            while key in self.aside:  # only where a path itself ends like a number
                number = self.seen[where] = number + 1
                key = f"{where}[{number}]"
            self.aside[key] = text
            if len(self.problems) < MAX_PROBLEMS:
                place = Place(FILE, column=key[:200])
                self.problems.append(Problem(code, place, Severity.WARNING))


def _texts(node: Element, path: str) -> Iterator[tuple[str, str]]:
    if node.text and node.text.strip():
        yield path, node.text.strip()
    for child in node:
        yield from _texts(child, f"{path}/{_local(child)}")
