"""Files that differ only by year, month, area or category: what their names tell is proposed."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.captured_columns import with_captured
from convive.connectors.city_pack.captures import Told, as_glob, told_by
from convive.connectors.city_pack.files import shown
from convive.connectors.city_pack.wizard.looks import match_areas
from convive.connectors.city_pack.wizard.proposal import Confidence, Proposal
from convive.connectors.city_pack.wizard.sample import TEXTS, Sample
from convive.connectors.city_pack.wizard.words import place_words, suggest

MIN_KNOWN = 0.8
MAX_NAMES = 200
HEAD_BYTES = 65_536
MAX_PIECES = 8
_MONTH = re.compile(r"(?<!\d)(?:19|20)\d{2}([-_.]?)(?:0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


@dataclass(frozen=True)
class Series:
    """Files whose names differ only by what they tell."""

    pattern: str
    """Of their names, with holes."""
    words: tuple[str, ...] = ()
    """What stands for categories."""


def names_beside(path: Path) -> list[str]:
    """Return the names of the files in a file's folder that are of the same type and header."""
    try:
        beside = sorted(p for p in path.parent.iterdir() if p.suffix == path.suffix)[:MAX_NAMES]
        own = _head(path)
        return [shown(p.name) for p in beside if p.is_file() and _head(p) == own]
    except (OSError, EOFError, zlib.error):
        return []


def names_within(sample: Sample) -> list[str]:
    """Return the names of an archive's members, where those looked at have one header."""
    heads = {
        content.partition(b"\n")[0] if name.lower().endswith(TEXTS) else b""
        for name, content in sample.parts.items()
    }
    return list(sample.members[:MAX_NAMES]) if len(heads) == 1 else []


def _head(path: Path) -> bytes:
    """Return the first line of a text file; nothing of other types, which cannot tell so soon."""
    name = path.name.lower()
    if not name.removesuffix(".gz").endswith(TEXTS):
        return b""
    with gzip.open(path) if name.endswith(".gz") else path.open("rb") as opened:
        return opened.readline(HEAD_BYTES)


def series_of(name: str, names: Sequence[str], index: AreaIndex | None) -> tuple[Series, ...]:
    """Return how a name tells areas, categories and days, the plainest first.

    A part of the name is a hole where other names have other areas of the city, or other kinds
    of incidents, in its place.
    """
    stem, dot, ending = name.partition(".")
    pieces = re.split(r"([-_ ]+)", stem)
    runs = (
        ("".join(pieces[:i]), "".join(pieces[j:]) + dot + ending)
        for i in range(0, len(pieces), 2)
        for j in range(i + 1, len(pieces) + 1, 2)
        if len(pieces) <= 2 * MAX_PIECES
    )
    holes = [found for around in runs if (found := _hole(name, around, names, index))]
    plain = holes[:1]
    dated = [replace(one, pattern=_dated(one.pattern)) for one in (Series(name), *plain)]
    series = dict.fromkeys((*plain, *dated))
    return tuple(one for one in series if as_glob(one.pattern) != one.pattern)


def _dated(name: str) -> str:
    """Return a name with holes for its only month or year."""
    for form, holes in ((_MONTH, r"{year}\1{month}"), (_YEAR, "{year}")):
        if len(_YEAR.findall(form.sub("", name))) == 0 and len(form.findall(name)) == 1:
            return form.sub(holes, name)
    return name


def _hole(
    name: str, around: tuple[str, str], names: Sequence[str], index: AreaIndex | None
) -> Series | None:
    """Return the series in which one part of the name is an area or a category."""
    before, after = around
    own = name[len(before) : len(name) - len(after)]
    pattern = _undated(f"{before}{{area}}{after}")
    told = [dict(told_by(_undated(other), pattern) or ()).get("area") for other in names]
    words = tuple(sorted({own, *(text for text in told if text)}))
    for hole, is_known in (("area", partial(_is_area, index)), ("category", _is_category)):
        n_known = sum(is_known(word) for word in words)
        if len(words) > 1 and is_known(own) and n_known >= MIN_KNOWN * len(words):
            return Series(f"{before}{{{hole}}}{after}", words if hole == "category" else ())
    return None


def _is_area(index: AreaIndex | None, word: str) -> bool:
    return bool(match_areas([(word, 1)], index))


def _is_category(word: str) -> bool:
    category, confidence, _ = suggest(word)
    return category is not None and confidence is Confidence.LIKELY


def _undated(name: str) -> str:
    return _YEAR.sub("0000", _MONTH.sub("0000", name))


def told_sample(sample: Sample, series: Series) -> Sample:
    """Return the sample with the columns that the names of its files tell."""
    archive, sign, _ = sample.pattern.partition("!")
    told: dict[str, Told] = {}
    for part in sample.parts:
        found = told_by(part, series.pattern) or told_by(f"{part}.gz", series.pattern)
        told[part] = found or ()
    sheets = tuple(
        with_captured(sheet, dict(told.get(PurePosixPath(sheet.file).name, ())))
        for sheet in sample.sheets
    )
    pattern = f"{archive}!{series.pattern}" if sign else series.pattern
    return replace(sample, pattern=pattern, sheets=sheets, told=told)


def with_words(proposal: Proposal, series: Series) -> Proposal:
    """Return the proposal with the words of the other files' names too."""
    if proposal.value("columns", "category") != "{category}":
        return proposal
    known = {word.word for word in proposal.words}
    others = place_words([(word, 1) for word in series.words if word not in known], None)
    return replace(proposal, words=(*proposal.words, *others))
