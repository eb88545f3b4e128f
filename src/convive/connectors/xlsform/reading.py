"""Reads an XLSForm that somebody made in Kobo, ODK, a spreadsheet or here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.xlsform.about_reading import (
    About,
    read_about,
    read_references,
    read_scores,
)
from convive.connectors.xlsform.about_rows import fingerprint
from convive.connectors.xlsform.choice_lists import read_lists
from convive.connectors.xlsform.columns import (
    ABOUT,
    CHOICES,
    REFERENCES,
    SCORES,
    SETTINGS,
    STEPS,
    SURVEY,
    language_of,
)
from convive.connectors.xlsform.findings import Findings
from convive.connectors.xlsform.form_rows import languages_in, texts_of
from convive.connectors.xlsform.headers import (
    known_as,
    known_in_settings,
    unknown_languages,
)
from convive.connectors.xlsform.item_rows import Form
from convive.connectors.xlsform.survey_rows import (
    SurveyContent,
    good_names,
    read_survey,
)
from convive.connectors.xlsform.workbook_cells import (
    RawSheet,
    Record,
    Table,
    read_sheets,
    table_of,
)
from convive.core.instruments.model import (
    Audience,
    Instrument,
    InstrumentKind,
    Item,
    Section,
    Sensitivity,
)
from convive.core.model import Problem, Severity

_SHEETS = (SURVEY, CHOICES, SETTINGS, ABOUT, SCORES, STEPS, REFERENCES)
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
_NO_ROW = Record(0, {})


@dataclass(frozen=True)
class XlsformReading:
    """What a workbook gave: an instrument, unless something must be mended first."""

    instrument: Instrument | None
    problems: tuple[Problem, ...]


def read_xlsform(data: bytes, file_name: str, *, today: date) -> XlsformReading:
    """Return the instrument of an XLSForm (.xlsx), and everything that is wrong with it at once.

    What only Convive knows has careful defaults where the workbook does not say: a draft of a
    checklist for professionals, internal; free text and photos count as personal.

    Parameters
    ----------
    file_name
        Name of the file in problems; a form without an id is named after it.
    today
        Day from which a form that says nothing is valid.

    Notes
    -----
    Problems have the codes XLSFORM_…, each with sheet, row and column; only errors keep an
    instrument from being made. A workbook that could harm the reader is refused unread.
    """
    findings = Findings(file_name)
    try:
        raw = read_sheets(data, frozenset(_SHEETS))
    except RefusedError as refused:
        findings.add(refused.code, **refused.data)
        return XlsformReading(None, findings.problems)
    _note_formulas(raw, findings)
    is_exact = ABOUT in raw
    known = {name: known_in_settings if name == SETTINGS else known_as for name in _SHEETS}
    tables = {n: table_of(raw.get(n), n, known[n], is_exact=is_exact) for n in _SHEETS}
    about = read_about(tables[ABOUT], findings)
    _check_tables(tables, findings)
    form, content = _read_content(tables, about, findings)
    instrument = _instrument(tables, about, form, content, file_name, today)
    return XlsformReading(None if findings.has_errors else instrument, findings.problems)


def _note_formulas(raw: dict[str, RawSheet], findings: Findings) -> None:
    """Note formulas: what one gives depends on the program that opened the file last."""
    for sheet in raw.values():
        heads = sheet.lines[0].cells if sheet.lines else {}
        for row, column in sheet.formulas:
            head = heads.get(column, "").strip()
            findings.add("XLSFORM_FORMULA", sheet.name, row=row, column=head)


def _check_tables(tables: dict[str, Table], findings: Findings) -> None:
    survey = tables[SURVEY]
    if not survey.headers:
        findings.add("XLSFORM_NO_SURVEY")
    else:
        missing = [column for column in ("type", "name") if column not in survey.headers]
        for column in missing:
            findings.add("XLSFORM_COLUMN_MISSING", SURVEY, column=column)
        if not survey.records:
            findings.add("XLSFORM_NO_SURVEY")
    for name in (SURVEY, CHOICES, ABOUT):
        table = tables[name]
        for double in table.doubles:
            findings.add("XLSFORM_COLUMN_TWICE", name, column=table.headers[double])
        for spelt in unknown_languages(table).values():
            findings.add("XLSFORM_LANGUAGE", name, column=spelt)


def _read_content(
    tables: dict[str, Table], about: About, findings: Findings
) -> tuple[Form, SurveyContent]:
    settings = _settings(tables)
    words = settings.get("default_language")
    language = language_of(words) if words else None
    lists = read_lists(tables[CHOICES], language or "en", findings)
    names = good_names(tables[SURVEY], findings)
    form = Form(lists, names, language or "en", about.is_ours, findings, [])
    content = read_survey(tables[SURVEY], form)
    used = {id(item.scale) for item in _items(content.parts)}
    for listed, scale in lists.items():
        if id(scale) not in used:
            more = {"list": listed[:60], "severity": Severity.NOTE}
            findings.add("XLSFORM_LIST_UNUSED", CHOICES, **more)
    return form, content


def _settings(tables: dict[str, Table]) -> Record:
    records = tables[SETTINGS].records
    return records[0] if records else _NO_ROW


def _items(parts: Iterable[Item | Section]) -> Iterable[Item]:
    for part in parts:
        yield from part.items() if isinstance(part, Section) else (part,)


def _instrument(
    tables: dict[str, Table],
    about: About,
    form: Form,
    content: SurveyContent,
    file_name: str,
    today: date,
) -> Instrument:
    settings = _settings(tables)
    title = _title(settings, about, form, file_name)
    instrument = Instrument(
        id=_id(settings, file_name, form),
        version=_version(settings, form.findings),
        effective_from=about.day("effective_from", today),
        kind=about.word("kind", InstrumentKind, InstrumentKind.CHECKLIST),
        status=about.status(),
        audience=about.word("audience", Audience, Audience.PROFESSIONALS),
        sensitivity=about.word("sensitivity", Sensitivity, Sensitivity.INTERNAL),
        title=title,
        summary=about.texts.get("summary") or ({} if about.is_ours else title),
        content=_sections(content.parts, title, form),
        introduction=content.introduction,
        when_not=about.texts.get("when_not", {}),
        no_score_reason=about.texts.get("no_score", {}),
        inspired_by=about.values.get("inspired_by", ""),
        scores=read_scores(tables[SCORES], tables[STEPS], form.findings, form.language),
        is_at_place=about.is_yes("place"),
        by_daypart=about.is_yes("by_daypart"),
        minimum_n=about.whole("minimum_n", 1),
        references=read_references(tables[REFERENCES]),
        authored_by=about.values.get("authored_by", ""),
        checked_by=about.values.get("checked_by", ""),
    )
    declared = tuple(about.values.get("languages", "").split())
    instrument = replace(instrument, languages=declared or complete_languages(instrument))
    is_untouched = about.values.get("fingerprint") == fingerprint(instrument)
    return (
        replace(instrument, digest=about.values.get("digest", "")) if is_untouched else instrument
    )


def complete_languages(instrument: Instrument) -> tuple[str, ...]:
    """Return the languages in which every text is there, English first; all if there is none."""
    texts = [text for text in texts_of(instrument) if text]
    found = languages_in(texts)
    complete = [language for language in found if all(language in text for text in texts)]
    return tuple(sorted(complete or found, key=lambda code: (code != "en", code))) or ("en",)


def _title(settings: Record, about: About, form: Form, file_name: str) -> dict[str, str]:
    """Return the title; the one in `settings`, which every tool shows, is the one that counts."""
    known = dict(about.texts.get("title", {}))
    given = settings.get("form_title")
    if given and (not about.is_ours or known):
        known[form.language] = given
    if not known and not about.is_ours:
        known = {form.language: given or file_name.rpartition(".")[0] or file_name}
    return known


def _id(settings: Record, file_name: str, form: Form) -> str:
    """Return the id; one that Convive does not take as it is loses its capitals and signs."""
    given = settings.get("form_id") or file_name.rpartition(".")[0]
    found = _NOT_IN_AN_ID.sub("_", given.lower()).strip("_")
    if form.is_ours and re.fullmatch(r"[a-z][a-z0-9_]*", given):
        return given
    found = found if found[:1].isalpha() else f"form_{found}".strip("_")
    if found != given and settings.get("form_id"):
        more = {"name": given[:60], "new": found[:60], "severity": Severity.NOTE}
        form.findings.add("XLSFORM_NAME_CHANGED", SETTINGS, column="form_id", **more)
    return found[:60]


def _version(settings: Record, findings: Findings) -> int:
    text = settings.get("version").strip()
    if text.isascii() and text.isdigit() and 0 < len(text) < 16 and int(text) > 0:
        return int(text)
    if text:
        more = {"value": text[:40], "severity": Severity.NOTE}
        findings.add("XLSFORM_VERSION", SETTINGS, column="version", **more)
    return 1


def _sections(
    parts: tuple[Item | Section, ...], title: dict[str, str], form: Form
) -> tuple[Section, ...]:
    """Return sections alone: items that stand in none get one of their own."""
    taken = {part.id for part in _everything(parts)}
    found: list[Section] = []
    loose: list[Item] = []

    def gather() -> None:
        if not loose:
            return
        number = len(found) + 1
        while f"part_{number}" in taken:
            number += 1
        taken.add(f"part_{number}")
        found.append(Section(f"part_{number}", title or {form.language: "1"}, tuple(loose)))
        loose.clear()

    for part in parts:
        if isinstance(part, Section):
            gather()
            found.append(part)
        else:
            loose.append(part)
    gather()
    return tuple(found)


def _everything(parts: Iterable[Item | Section]) -> Iterable[Item | Section]:
    for part in parts:
        yield part
        if isinstance(part, Section):
            yield from _everything(part.content)
