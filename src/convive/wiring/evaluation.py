"""Joins evaluation to the restricted store of a pack; every look is logged as "evaluation"."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from convive.core.errors import NotFoundError, RequestError, StorageError

if TYPE_CHECKING:
    from convive.app.evaluation.wording import Names
    from convive.core.evaluation.answer import Answer
    from convive.core.evaluation.chooser import StudyFacts
    from convive.core.evaluation.panel import CountPanel
    from convive.core.evaluation.study import FrozenStudy, Study
    from convive.core.evaluation.study_window import Beside
    from convive.core.model import City

# Adapters are imported where they are used.
# ruff: noqa: PLC0415

PURPOSE = "evaluation"


def panel_for(
    pack: Path, indicator_id: str, level: str, *, actor: str | None = None
) -> CountPanel | None:
    """Return counts of an indicator from which anything may be worked out for people.

    They are safe (`app.evaluation.protect`): in steps, unless their source is public. None where
    no audit has left any.
    """
    from convive.app.evaluation.counts import safe_panel
    from convive.wiring import acting_person, restricted_store

    rule, who = _city(pack).disclosure, actor or acting_person()
    with restricted_store(pack).session(actor=who, purpose=PURPOSE, read_only=True) as session:
        return safe_panel(session, indicator_id, level, rule=rule)


def indicators_for(pack: Path, *, actor: str | None = None) -> tuple[str, ...]:
    """Return the indicators that can be outcomes: those counted by month. Nothing is opened."""
    from convive.app.evaluation.counts import counted_indicators
    from convive.wiring import acting_person, restricted_store

    who = actor or acting_person()
    with restricted_store(pack).session(actor=who, purpose="list", read_only=True) as session:
        return counted_indicators(session)


def asked_for(pack: Path, *, actor: str | None = None) -> tuple[str, ...]:
    """Return the indicators of surveys that can be outcomes. Nothing is opened."""
    from convive.app.evaluation.asked import asked_indicators
    from convive.wiring import acting_person, restricted_store

    who = actor or acting_person()
    with restricted_store(pack).session(actor=who, purpose="list", read_only=True) as session:
        return asked_indicators(session)


def answer_for(
    pack: Path,
    frozen: FrozenStudy,
    today: date | None = None,
    *,
    actor: str | None = None,
    beside: Beside | None = None,
) -> Answer:
    """Return the answer to a plan, gated: its figures may be shown to who may read the plan.

    Raises
    ------
    NotFoundError
        STUDY_NO_AUDIT, STUDY_AREA_UNKNOWN, STUDY_LEVEL_UNKNOWN.
    MethodError
        STUDY_EMPTY.
    """
    from convive.app.evaluation.answering import answer_study
    from convive.wiring import acting_person, restricted_store

    return answer_study(
        frozen,
        restricted_store(pack),
        rule=_city(pack).disclosure,
        today=today or datetime.now(UTC).date(),
        actor=actor or acting_person(),
        beside=beside,
    )


def facts_for(
    pack: Path, study: Study, *, surveyed: Collection[date] = (), actor: str | None = None
) -> StudyFacts:
    """Return what the chooser needs to know of a plan; counts are safe and rounded.

    Parameters
    ----------
    surveyed : collection of date
        Days of survey waves that will ask for the outcome, beside those that the audit has.
    """
    from convive.app.evaluation.facts import facts_of
    from convive.wiring import acting_person, restricted_store

    return facts_of(
        restricted_store(pack),
        study,
        rule=_city(pack).disclosure,
        surveyed=surveyed,
        actor=actor or acting_person(),
    )


def intervention_studies(pack: Path, action: str | None = None) -> dict[str, Study]:
    """Return the interventions of a pack (or one of them) as plans, by id.

    Raises
    ------
    NotFoundError
        STUDY_ACTION_UNKNOWN, STUDY_NO_AUDIT, STUDY_NOT_COUNTED, STUDY_LEVEL_UNKNOWN.
    """
    from convive.app.evaluation.interventions import outcome_of, study_of
    from convive.catalogue import find

    city = _city(pack)
    chosen = [one for one in city.interventions if action in {None, one.id}]
    if action is not None and not chosen:
        known = [one.id for one in city.interventions]
        raise NotFoundError("STUDY_ACTION_UNKNOWN", action=action, known=known)
    counted, indicators = indicators_for(pack), {one.id: one for one in find.indicators()}
    if chosen and not counted:
        raise NotFoundError("STUDY_NO_AUDIT")
    studies = {}
    for one in chosen:
        panel = panel_for(pack, outcome_of(one, indicators, counted), one.level)
        if panel is None:
            raise NotFoundError("STUDY_LEVEL_UNKNOWN", level=one.level)
        studies[one.id] = study_of(one, panel)
    return studies


def freeze_now(study: Study) -> FrozenStudy:
    """Return a plan as laid down at this moment."""
    from convive.core.evaluation.study import FrozenStudy

    return FrozenStudy(study, datetime.now(UTC))


def freeze_study(file: Path, target: Path | None = None) -> Path:
    """Freeze the plan in a JSON file, beside it; return the file that was written.

    Raises
    ------
    RequestError
        STUDY_UNREADABLE.
    MethodError
        STUDY_FIELD.
    StorageError
        STUDY_NOT_SAVED; a file that is there is not overwritten.
    """
    from convive.core.evaluation.study_reading import frozen_to_dict, read_study

    content = frozen_to_dict(freeze_now(read_study(_json(file))))
    path = target or file.with_suffix(".frozen.json")
    try:
        with path.open("x", encoding="utf-8") as written:
            written.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise StorageError("STUDY_NOT_SAVED", file=path.name) from error
    return path


def load_frozen(file: Path) -> FrozenStudy:
    """Return the frozen plan in a JSON file.

    Raises
    ------
    RequestError
        STUDY_UNREADABLE.
    MethodError
        STUDY_FIELD, STUDY_DIGEST.
    """
    from convive.core.evaluation.study_reading import read_frozen

    return read_frozen(_json(file))


def names_for(pack: Path, study: Study, *, language: str) -> Names:
    """Return how action, areas and sources of a plan are called, from city.toml and the build."""
    from convive.app.evaluation.wording import Names
    from convive.catalogue.texts import localised
    from convive.wiring import open_build

    tables = open_build(pack).tables
    areas = {
        row["area_id"]: row["name"]
        for row in tables["areas"].select(["level", "area_id", "name"]).to_pylist()
        if row["level"] == study.level
    }
    sources = {
        row["source_id"]: localised(_title(row["title"]), language)
        for row in tables["sources"].select(["source_id", "title"]).to_pylist()
    }
    code = study.action.removeprefix("action:")
    titles = {one.id: localised(one.title, language) for one in _city(pack).interventions}
    return Names(language, titles.get(code, code), areas, sources)


def _title(raw: object) -> dict[str, str] | str:
    found = json.loads(raw) if isinstance(raw, str) and raw.startswith("{") else raw
    return found if isinstance(found, dict | str) else ""


def _json(file: Path) -> dict[str, object]:
    try:
        raw = json.loads(Path(file).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError("STUDY_UNREADABLE", file=Path(file).name) from error
    if not isinstance(raw, dict):
        raise RequestError("STUDY_UNREADABLE", file=Path(file).name)
    return raw


def _city(pack: Path) -> City:
    from convive.connectors.city_pack import read_city

    return read_city(Path(pack))


__all__ = [
    "answer_for",
    "asked_for",
    "facts_for",
    "freeze_now",
    "freeze_study",
    "indicators_for",
    "intervention_studies",
    "load_frozen",
    "names_for",
    "panel_for",
]
