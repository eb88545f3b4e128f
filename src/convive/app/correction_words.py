"""Corrections in words: the same on pages, for staff, and in documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from convive.app.corrections import Correction, Subject
from convive.app.ports import Build
from convive.app.shown_figures import words_of
from convive.catalogue.texts import format_date, has_text, localised, say


@dataclass(frozen=True, slots=True)
class ToldCorrection:
    """A correction in the reader's language, or the nearest there is."""

    title: str
    what: str
    on: date
    day: str
    wrong: str
    right: str
    since: str
    until: str

    @property
    def line(self) -> str:
        """Everything in one line, as documents tell it."""
        parts = (f"{self.title} ({self.day}).", self.wrong, self.right)
        return " ".join(part for part in parts if part)


def told_correction(one: Correction, build: Build | None, language: str) -> ToldCorrection:
    """Return a correction in words.

    Parameters
    ----------
    build : Build, optional
        Has the names of areas; without it an area is called by its code.
    """
    what = subject_words(one, build, language)
    return ToldCorrection(
        title=say(f"corrections.{one.kind.value}.title", language, what=what), what=what,
        on=one.on, day=format_date(one.on, language), wrong=localised(one.wrong, language),
        right=localised(one.right, language), since=one.since,
        until=format_date(one.until, language) if one.until else "",
    )  # fmt: skip


def subject_words(one: Correction, build: Build | None, language: str) -> str:
    """Return what a correction is about, in words."""
    if one.subject is Subject.INDICATOR:
        return words_of("indicator", one.name, language)
    if one.subject is Subject.AREA and build is not None:
        columns = ["level", "area_id", "name"]
        for row in build.tables["areas"].select(columns).to_pylist():
            if f"{row['level']}/{row['area_id']}" == one.name:
                return str(row["name"])
    key = f"corrections.subject.{one.subject.value}"
    return say(key, language, name=one.name) if has_text(key) else one.name
