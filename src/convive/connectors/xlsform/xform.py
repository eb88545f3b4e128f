"""Makes the XForm that field apps load: the same bytes for the same instrument, every time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set

from defusedxml.minidom import parseString
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from convive.connectors.xlsform.columns import CHOICES, SETTINGS, SURVEY, heading
from convive.connectors.xlsform.expression_check import faults_of, names_in
from convive.connectors.xlsform.field_expressions import for_field_app
from convive.connectors.xlsform.form_rows import (
    Lists,
    Row,
    languages_in,
    nodes_of,
    survey_rows,
    texts_of,
)
from convive.connectors.xlsform.workbook import main_language, settings_row
from convive.core.errors import DefinitionError
from convive.core.instruments.model import Instrument, Item, ItemType
from convive.core.model import Place, Problem

ROOT = "data"
_RULES = ("relevant", "constraint", "calculation", "repeat_count")
_XML_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def to_xform(
    instrument: Instrument,
    *,
    version_string: str = "",
    languages: Sequence[str] = (),
    default_language: str = "",
    asked_first: Sequence[Row] = (),
) -> bytes:
    """Return an instrument as an OpenRosa XForm, UTF-8.

    Parameters
    ----------
    version_string
        Version that the form carries; empty: the instrument's own with the start of its digest.
    languages
        Languages that people can choose from; empty: every one that the instrument declares. A
        text that a language lacks is shown in English.
    default_language
        Language that the form starts in; empty: English where it is there.
    asked_first
        Rows of XLSForm that stand before the instrument's own and are no items of it, e.g. the
        choice of a planned place; `parse_submission` gives them back as `also`.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with XFORM_NAME, XFORM_CHOICES, XFORM_EXPRESSION or XFORM_REFUSED.

    Notes
    -----
    Scores are not part of the form: they are computed from what comes back.
    """
    problems = list(_problems(instrument, {row["name"] for row in asked_first}))
    if problems:
        raise DefinitionError("DEFINITION_INVALID", problems, file=instrument.id)
    chosen = tuple(languages) or instrument.languages or languages_in(texts_of(instrument))
    start = default_language or (chosen[0] if "en" not in chosen else main_language({}))
    version = version_string or version_of(instrument)
    sheets = _sheets(instrument, chosen, asked_first)
    sheets[SETTINGS] = [_harmless(settings_row(instrument, version, start))]
    try:
        made = convert(_with_headers(sheets), form_name=ROOT, file_type=None, warnings=[])
    except PyXFormError as refused:
        problem = Problem("XFORM_REFUSED", Place(instrument.id), data={"reason": str(refused)})
        raise DefinitionError("DEFINITION_INVALID", [problem], file=instrument.id) from refused
    return _without_bare_groups(str(made.xform)).encode("utf-8")


def _without_bare_groups(xform: str) -> str:
    """Return a form whose body has no group of nothing, such as one of computed items alone.

    Its nodes and rules stay in the model; field apps refuse to show what has no content.
    """
    document = parseString(xform)
    is_whole = True
    # From the end of the document, so that what is inside comes before what is around it.
    for group in reversed(document.getElementsByTagName("group")):
        if all(node.nodeName in {"label", "#text"} for node in group.childNodes):
            group.parentNode.removeChild(group)
            is_whole = False
    return xform if is_whole else str(document.toxml())


def _sheets(
    instrument: Instrument, languages: Sequence[str], asked_first: Sequence[Row]
) -> dict[str, list[Row]]:
    lists = Lists()
    rows = [*asked_first, *survey_rows(instrument, lists)]
    return {
        SURVEY: [_field_row(row, languages) for row in rows],
        CHOICES: [_field_row(row, languages) for row in lists.rows()],
    }


def version_of(instrument: Instrument) -> str:
    """Return the version that a form carries: a changed form never has the version of another.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> version_of(SimpleNamespace(version=2, digest="0123456789abcdef"))
    '2-01234567'
    """
    return (
        f"{instrument.version}-{instrument.digest[:8]}"
        if instrument.digest
        else str(instrument.version)
    )


def _with_headers(sheets: Mapping[str, list[Row]]) -> dict[str, object]:
    book: dict[str, object] = {}
    for name, rows in sheets.items():
        book[name] = rows
        book[f"{name}_header"] = [dict.fromkeys(header for row in rows for header in row)]
    return book


def _field_row(row: Row, languages: Sequence[str]) -> Row:
    """Return a row as the field app needs it: no column of ours, every text in each language."""
    kept = {
        column: value
        for column, value in row.items()
        if not column.startswith("convive_") and "::" not in column
    }
    for column in _RULES:
        if column in kept:
            kept[column] = for_field_app(kept[column], column)
    for base in ("label", "hint", "constraint_message"):
        text = {
            header.partition("::")[2]: words
            for header, words in row.items()
            if header.startswith(f"{base}::")
        }
        if text:
            kept |= {heading(base, code): _in_language(text, code) for code in languages}
    return _harmless(kept)


def _in_language(text: Mapping[str, str], language: str) -> str:
    wanted = heading("", language)[2:]
    english = heading("", "en")[2:]
    return text.get(wanted) or text.get(english) or next(iter(text.values()))


def _harmless(row: Row) -> Row:
    """Return a row without the characters that no XML can hold."""
    return {column: _NOT_XML.sub("", value) for column, value in row.items()}


def _problems(instrument: Instrument, also: Set[str]) -> Iterator[Problem]:
    """Yield what would make a form that field apps refuse, or one that asks wrongly."""
    place = Place(instrument.id)
    taken: set[str] = {*nodes_of(instrument).all(), "meta", *also}
    counted = [s for s in instrument.sections() if s.repeats and s.repeat_count]
    taken |= {f"{s.id}_count" for s in counted if not _is_reference(s.repeat_count)}
    for name in _names(instrument):
        if not _XML_NAME.fullmatch(name) or name in taken:
            yield Problem("XFORM_NAME", place, data={"name": name})
        taken.add(name)
    for item in instrument.items():
        yield from _choice_problems(item, place)
    known = set(_names(instrument))
    for name, rule in _rules(instrument):
        for fault in faults_of(rule, known):
            data = {"name": name, "expression": rule, "what": fault.what}
            yield Problem("XFORM_EXPRESSION", place, data=data)


def _is_reference(rule: str) -> bool:
    found = names_in(rule)
    return len(found) == 1 and rule.strip() == f"${{{found[0]}}}"


def _names(instrument: Instrument) -> Iterator[str]:
    yield from (section.id for section in instrument.sections())
    yield from (item.id for item in instrument.items())


def _choice_problems(item: Item, place: Place) -> Iterator[Problem]:
    if item.type not in {ItemType.CHOICE, ItemType.CHOICES}:
        return
    if item.scale is None or not item.scale.choices:
        yield Problem("XFORM_CHOICES", place, data={"name": item.id})
        return
    codes = [choice.code for choice in item.scale.choices]
    are_good = all(code and code.split() == [code] for code in codes)
    if not are_good or len(set(codes)) < len(codes):
        yield Problem("XFORM_CHOICES", place, data={"name": item.id})


def _rules(instrument: Instrument) -> Iterable[tuple[str, str]]:
    for section in instrument.sections():
        yield from ((section.id, r) for r in (section.relevant, section.repeat_count) if r)
    for item in instrument.items():
        rules = (item.relevant, item.constraint, item.calculation)
        yield from ((item.id, rule) for rule in rules if rule)
