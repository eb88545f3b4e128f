"""The strategy of the invented town, made from the findings of its audit, and the one before."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from .days import Days, told
from .partners import AREA_LEVEL

Known = Mapping[str, Any]
_LANGUAGE = "en"


def enter_strategy(known: Known, days: Days) -> Any:
    """Make the strategy from the findings of the shown audit, and adopt it."""
    from convive.web.workspace.actions.plan import change_strategy_state, make_strategy

    raw, year = told("strategy"), days.start.year
    fields = {
        "title": raw["title"], "about": raw["about"], "from_year": year,
        "until_year": year + raw["years"] - 1,
    }  # fmt: skip
    made = make_strategy(fields, by=None)
    for challenge in raw["challenges"]:
        _enter_challenge(made, challenge, known, days)
    _set_aside(made, raw["set_aside"])
    _answer(made, raw["answers"])
    return change_strategy_state(
        made, "adopted", version=made.version, today=days.on("1-20"), by=None,
        note="Adopted by the Local Security Council.",
    )  # fmt: skip


def enter_older(known: Known, days: Days) -> Any:
    """Make the plan before, which is closed: something to compare with."""
    from convive.web.workspace.actions.plan import (
        change_strategy_state,
        make_action,
        make_challenge,
        make_objective,
        make_strategy,
    )

    raw, year = told("strategy")["older"], days.start.year
    first = year - raw["years"]
    fields = {"title": raw["title"], "about": raw["about"], "from_year": first, "until_year": year - 1}  # fmt: skip
    made = make_strategy(fields, by=None)
    for one in raw["challenges"]:
        challenge = make_challenge(made, {"title": one["title"], "topic": one["topic"]}, by=None)
        objective = make_objective(challenge, {"title": one["objective"]}, by=None)
        for title, kind, pillar, level, lead, money in one["actions"]:
            row = {
                "title": title, "kind": kind, "pillar": pillar, "level": level, "lead": known[lead],
                "state": "done", "starts_on": date(first, 1, 1), "ends_on": date(year - 1, 12, 31),
                "budget": [_line(first + n, money / raw["years"], "municipality") for n in range(raw["years"])],
            }  # fmt: skip
            make_action(objective, row, by=None)
    for state in ("adopted", "closed"):
        made = change_strategy_state(
            made, state, version=made.version, today=date(first, 2, 1), by=None, note="Vote of the council."
        )  # fmt: skip
    return made


def _enter_challenge(strategy: Any, raw: Mapping[str, Any], known: Known, days: Days) -> None:
    from convive.web.workspace.actions.findings import add_finding, challenge_from_finding
    from convive.web.workspace.actions.plan import make_action, make_challenge, make_objective
    from convive.web.workspace.actions.revise import revise

    words = {name: raw[name] for name in ("title", "about", "topic")}
    found = [one["finding_id"] for wanted in raw["findings"] for one in findings_of(*wanted)]
    if found:
        made = challenge_from_finding(strategy, found[0], _LANGUAGE, by=None)
        made = revise(made, words, version=made.version, by=None)
    else:
        made = make_challenge(strategy, words, by=None)
    for finding_id in found[1:]:
        made = add_finding(made, finding_id, by=None)
    for one in raw["objectives"]:
        targets = [row for wanted in one["targets"] if (row := _target(wanted, days))]
        objective = make_objective(made, {"title": one["title"], "targets": targets}, by=None)
        for action in one["actions"]:
            make_action(objective, action_fields(action, known, days), by=None)


def findings_of(code: str, area_id: str, indicator: str = "") -> Iterator[Mapping[str, Any]]:
    """Yield the first published finding of this kind in an area, none where there is none."""
    from convive.web.workspace.selectors.findings import published_findings

    for row in published_findings():
        is_of = not indicator or indicator in (row["indicator_ids"] or ())
        if row["code"] == code and row["area_id"] == area_id and is_of:
            yield row
            return


def _target(wanted: list[Any], days: Days) -> dict[str, Any] | None:
    """Return a target whose value lies so many percent off the newest figure."""
    from convive.web.workspace.selectors.figures import figure_as_json, figure_now

    indicator, area_id, direction, percent, due = wanted
    level = _level_of(area_id)
    figure = figure_now(indicator, level, area_id)
    if figure.value is None:
        return None
    return {
        "indicator_id": indicator, "level": level, "area_id": area_id, "direction": direction,
        "baseline": figure_as_json(figure), "due": days.on(due),
        "value": round(figure.value * (1 + percent / 100), 1),
    }  # fmt: skip


def _level_of(area_id: str) -> str:
    return AREA_LEVEL if area_id.isdigit() else "city"


def action_fields(raw: Mapping[str, Any], known: Known, days: Days) -> dict[str, Any]:
    """Return what an action's form would send."""
    gender = raw.get("gender", ["neutral", ""])
    unit, planned = raw.get("dose", ["", None])
    return {
        "title": raw["title"], "about": raw.get("about", ""), "kind": raw["kind"],
        "pillar": raw["pillar"], "level": raw["level"], "state": raw.get("state", "running"),
        "lead": known[raw["lead"]], "partners": [known[one] for one in raw["partners"]],
        "starts_on": days.on(raw["from"]), "ends_on": days.on(raw["until"]),
        "groups": raw["groups"], "times": raw["times"], "areas": _areas(raw["areas"]),
        "gender_lens": gender[0], "gender_note": gender[1],
        "dose_unit": unit, "dose_planned": planned, "budget": _budget(raw, days),
        "milestones": [_milestone(one, days) for one in raw.get("milestones", [])],
        "risks": [_risk(one) for one in raw.get("risks", [])],
        "logic": raw.get("logic", {}), "evidence_note": raw.get("evidence", ""),
    }  # fmt: skip


def _areas(codes: list[str]) -> list[dict[str, str]]:
    from convive.web.staff.audit import area_name

    return [
        {"level": (level := _level_of(code)), "area_id": code, "name": area_name(level, code)}
        for code in codes
    ]


_PAYERS = {"town": "municipality"}
"""Names in the file that are not a sector's own code."""


def _budget(raw: Mapping[str, Any], days: Days) -> list[dict[str, Any]]:
    return [
        _line(days.start.year + n, amount, _PAYERS.get(payer, payer))
        for payer, amounts in raw.get("budget", {}).items()
        for n, amount in enumerate(amounts)
        if amount
    ]


def _line(year: int, amount: float, payer: str) -> dict[str, Any]:
    return {"year": year, "amount": Decimal(round(amount)), "payer": payer, "note": ""}


def _milestone(raw: list[str], days: Days) -> dict[str, Any]:
    title, due, *done = raw
    on = days.on(done[0]) if done else None
    return {"title": title, "due": days.on(due), "done_on": on if on and on <= days.today else None}


def _risk(raw: list[Any]) -> dict[str, Any]:
    return dict(zip(("text", "likelihood", "impact", "answer"), raw, strict=True))


def _set_aside(strategy: Any, rows: list[list[str]]) -> None:
    from convive.web.workspace.actions.findings import set_aside

    for code, area_id, reason in rows:
        for found in findings_of(code, area_id):
            set_aside(strategy, found["finding_id"], reason, by=None)


def _answer(strategy: Any, answers: Mapping[str, list[list[Any]]]) -> None:
    from convive.web.workspace.actions.coverage import answer_point, decline_point
    from convive.web.workspace.models import Action

    codes = dict(Action.objects.filter(strategy=strategy).values_list("title", "code"))
    for framework, rows in answers.items():
        for point, title, *why_not in rows:
            where = (framework, point)
            if title is None:
                decline_point(strategy, where, why_not[0], seen="", by=None)
            else:
                answer_point(strategy, where, [f"action:{codes[title]}"], by=None)
