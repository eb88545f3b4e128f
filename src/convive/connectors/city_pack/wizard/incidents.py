"""Proposes the mapping of a file in which one row is one incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convive.connectors.city_pack.family_schemas import MAX_ACCURACY_M
from convive.connectors.city_pack.geo_points import ACCURACY, LONGITUDE
from convive.connectors.city_pack.wizard.areas import area_choices
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.moments import moment_choices
from convive.connectors.city_pack.wizard.places import place_choices
from convive.connectors.city_pack.wizard.proposal import (
    Choice,
    Confidence,
    Proposal,
    Reason,
    WordChoice,
)
from convive.connectors.city_pack.wizard.roles import Candidate, Table, choose
from convive.connectors.city_pack.wizard.words import (
    best_crosswalks,
    category_in,
    place_words,
    speaks_of_crime,
)

MIN_ID_SHARE = 0.5


def propose_incidents(proposal: Proposal, table: Table) -> Proposal:
    """Return the proposal with every key for incidents."""
    choices = [*moment_choices(table)]
    category, words = category_choices(table)
    places = place_choices(table)
    areas = area_choices(table, is_needed=not places)
    choices += [*category, *places, *areas, *_accuracy(places, table), *_id(table), *_target(table)]
    found = {choice.path[1] for choice in choices if choice.path[0] == "columns"}
    needs = {
        "columns.starts, columns.month": {"starts", "month"},
        "columns.category, columns.constant_category": {"category", "constant_category"},
        "columns.longitude + latitude, columns.x + y, columns.area": {"longitude", "x", "area"},
    }
    missing = tuple(keys for keys, any_of in needs.items() if not any_of & found)
    return replace(proposal, choices=tuple(choices), words=words, missing=missing)


def _accuracy(places: Sequence[Choice], table: Table) -> list[Choice]:
    """Return the column that says within how many metres the points are meant."""
    if any(choice.value == LONGITUDE for choice in places) and _is_spread(table):
        reasons = (Reason("radius"),)
        return [Choice(("columns", "accuracy"), ACCURACY, Confidence.SURE, reasons)]
    if not places:
        return []
    # How far a geometry reaches says nothing about points of other columns.
    ranked = [
        c for c in table.rank("accuracy", _is_radius) if c.name >= 0.6 and c.column.name != ACCURACY
    ]
    choice = choose(("columns", "accuracy"), ranked, Reason("radius"))
    if choice is None:
        return []
    table.take(str(choice.value))
    return [choice]


def _is_spread(table: Table) -> bool:
    """Tell whether geometries are lines or areas: plain points do not say how exact they are."""
    return table.sheet.has(ACCURACY) and table.column(ACCURACY).high > 0


def _is_radius(column: Column) -> float:
    is_possible = column.low >= 0 and column.high <= MAX_ACCURACY_M
    return column.numbers if is_possible else 0.0


def category_choices(table: Table) -> tuple[list[Choice], tuple[WordChoice, ...]]:
    """Return the choices for what happened, and where words go that no crosswalk knows."""
    ranked = [c for c in _word_columns(table) if c.name >= 0.5 or c.fit >= 0.6]
    if not ranked:
        return _from_file_name(table), ()
    choice = choose(
        ("columns", "category"), ranked, Reason("words", {"n": ranked[0].column.n_distinct})
    )
    if choice is None:
        return [], ()
    words = ranked[0].column.words
    table.take(str(choice.value))
    found = [choice]
    crosswalks = best_crosswalks(words)
    crosswalk = crosswalks[0][0] if crosswalks else None
    if crosswalk is not None:
        share = crosswalks[0][1]
        is_tied = len(crosswalks) > 1 and crosswalks[1][1] > share - 0.02
        confidence = Confidence.SURE if share > 0.95 else Confidence.LIKELY
        confidence = Confidence.CHECK if is_tied else confidence
        reasons = (Reason("crosswalk", {"share": 100 * share}),)
        others = tuple(known for known, _ in crosswalks[1:4])
        path = ("categories", "crosswalk")
        found.append(Choice(path, crosswalk, confidence, reasons, others))
    return found, place_words(words, crosswalk)


def _word_columns(table: Table) -> list[Candidate]:
    """Return columns of a few words, those first whose words are known kinds of incident."""
    found = []
    for column in table.free():
        name = table.name_score(column, "category")
        if not column.is_words or column.is_yes_no or (name == 0 and column.n_distinct > 60):
            continue
        if name < 0.5 and (_is_other(column, table) or column.area() is not None):
            continue
        found.append(Candidate(column, name, 0.5 + 0.5 * _crime_share(column)))
    known = [c for c in found if c.name >= 0.25 or c.fit >= 0.75]
    return sorted(known, key=lambda c: -c.score)


def _is_other(column: Column, table: Table) -> bool:
    """Tell whether the name says that it is an area or a person's sex, not a kind of incident."""
    scores = table.named[column.name]
    return max(scores.get(p, 0.0) for p in ("area", "area_label", "sex", "age_group")) > 0.6


def _crime_share(column: Column) -> float:
    """Return the share of rows whose word is known or resembles a known one."""
    crosswalks = best_crosswalks(column.words)
    resembled = speaks_of_crime([word for word, _ in column.words[:40]])
    return max(resembled, crosswalks[0][1] if crosswalks else 0.0)


def _from_file_name(table: Table) -> list[Choice]:
    """Return a category for the whole file where its name speaks of one."""
    found = category_in(table.file)
    if found is None:
        return []
    category, word = found
    reasons = (Reason("file_name", {"word": word}),)
    return [Choice(("columns", "constant_category"), category, Confidence.CHECK, reasons)]


def _id(table: Table) -> list[Choice]:
    """Return the column of identifiers: named so, and mostly different."""

    def fit(column: Column) -> float:
        share = column.n_distinct / max(1, column.n_filled)
        return share if share >= MIN_ID_SHARE and column.dates < 0.5 else 0.0

    ranked = [
        c for c in table.rank("id", fit) if c.name >= 0.4 and (c.name >= 0.8 or c.column.is_unique)
    ]
    share = {"share": 100 * ranked[0].fit} if ranked else {}
    choice = choose(("columns", "id"), ranked, Reason("different", share))
    if choice is None:
        return []
    table.take(str(choice.value))
    if ranked[0].fit < 0.99:
        reasons = (Reason("named"), Reason("id_repeats", share))
        return [replace(choice, confidence=Confidence.CHECK, reasons=reasons)]
    return [choice]


def _target(table: Table) -> list[Choice]:
    ranked = [c for c in table.rank("target", lambda c: float(not c.dates)) if c.name >= 0.8]
    choice = choose(("columns", "target"), ranked, Reason("pseudonym"))
    return [choice] if choice else []
