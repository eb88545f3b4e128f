"""What plans and agendas have kept of an audit, as far as it was not withdrawn since.

A withdrawal takes figures out of audits, not out of what was frozen before; so whatever shows or
exports a copy asks here, and gets the notice in its place. The rows stay as they were written.
Where audits built later are right again, or another edition is shown in place of one that was
withdrawn whole, a kept value is told only if the shown audit says exactly the same: nobody can
tell of which audit it is. Where that audit cannot be opened, nothing kept of audits is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from convive.app.corrections import Correction
from convive.app.withdrawn_words import MAYBE, WITHDRAWN, Notice, notice_of
from convive.core.model import Certainty, Status
from convive.core.strategy.model import Figure
from convive.web.staff.audit import (
    audit_digest,
    findings_now,
    is_audit_lost,
    is_shown_since,
    is_withdrawn,
    was_named,
    was_withdrawn,
    withdrawal_of,
)
from convive.web.workspace.selectors.figures import (
    figure_as_json,
    figure_now,
    figure_of_json,
    figures_then,
)

Frozen = dict[str, Any]
_SAID = ("code", "params", "certainty", "level", "area_id")
_AMOUNTS = "target_"
"""Beginning of the codes of reasons that tell how far an indicator has moved."""


def without_withdrawn(plan: Frozen) -> Frozen:
    """Return a published plan without the findings and baselines that were withdrawn since."""
    return plan | {"challenges": [_challenge(one) for one in plan["challenges"]]}


def _challenge(one: Frozen) -> Frozen:
    objectives = [
        _with_targets(each) | {"actions": [_action(a) for a in each["actions"]]}
        for each in one["objectives"]
    ]
    return one | {"findings": findings_told(one), "objectives": objectives}


def _action(one: Frozen) -> Frozen:
    return _with_targets(one) | {"reasons": reasons_told(one["reasons"])}


def _with_targets(part: Frozen) -> Frozen:
    targets = [
        target | {"baseline": figure_as_json(baseline_told(target))} for target in part["targets"]
    ]
    return part | {"targets": targets}


# --- findings ------------------------------------------------------------------------------------


def findings_told(challenge: Frozen) -> list[Frozen]:
    """Return the findings of a challenge that were not withdrawn, nor what they rest on."""
    return [one for one in challenge["findings"] if is_told(one)]


def is_told(one: Frozen) -> bool:
    """Tell whether a kept finding may still be told."""
    return bool(row_told(one["finding_id"], one["row"])["code"] != WITHDRAWN)


def row_told(finding_id: str, row: Mapping[str, Any]) -> Frozen:
    """Return the row of a kept finding; where it was withdrawn, the notice instead of its values."""
    indicators = tuple(row["indicator_ids"] or ())
    if not _is_gone(
        lambda: _is_said_now(finding_id, row), finding=(finding_id,), indicator=indicators
    ):
        return dict(row)
    # The name of the area stands among the params, which go.
    area = row.get("area") or (row["params"] or {}).get("area") or row["area_id"]
    return dict(row) | {
        "code": WITHDRAWN, "params": _notice("finding", finding_id, indicators), "area": area,
        "certainty": Certainty.TENTATIVE.value, "caveats": [],
    }  # fmt: skip


def _is_gone(is_said_now: Callable[[], bool], **rests_on: tuple[str, ...]) -> bool:
    """Tell whether something kept is gone now, or was once and the shown audit does not say it.

    Parameters
    ----------
    rests_on : tuple of str
        Codes by their kind, as in `is_withdrawn`.
    """
    if any(is_withdrawn(kind, *codes) for kind, codes in rests_on.items()):
        return True
    once = any(was_withdrawn(kind, *codes) for kind, codes in rests_on.items())
    return once and not is_said_now()


def _is_said_now(finding_id: str, row: Mapping[str, Any]) -> bool:
    return any(
        now["finding_id"] == finding_id and all(now[name] == row[name] for name in _SAID)
        for now in findings_now()
    )


def fact_told(finding_id: str, params: Mapping[str, Any]) -> Frozen | None:
    """Return the finding that a fact of an agenda tells: its row, or the notice in its place.

    None where nobody can say what an old fact rests on, the shown audit does not say the same,
    and something was withdrawn meanwhile.
    """
    said = {name: params[name] for name in ("code", "params", "certainty")}
    if "indicator_ids" in params:
        more = {name: params[name] for name in ("level", "area_id", "indicator_ids")}
        return row_told(str(params["finding_id"]), said | more)
    is_same = any(all(now[k] == said[k] for k in said) for now in findings_now())
    is_nothing_gone = not is_audit_lost() and withdrawal_of("finding", finding_id) is None
    if is_same or is_nothing_gone:
        return said | {"level": "", "area_id": "", "indicator_ids": []}
    return None


# --- figures -------------------------------------------------------------------------------------


def baseline_told(target: Frozen) -> Figure:
    """Return the baseline of a kept target; the notice instead of it where it was withdrawn."""
    place = target["indicator_id"], target["level"], target["area_id"]
    return figure_told(*place, figure_of_json(target["baseline"]))


def figure_told(indicator_id: str, level: str, area_id: str, kept: Figure) -> Figure:
    """Return a kept figure; the notice instead of its values where its indicator was withdrawn."""
    place = indicator_id, level, area_id
    if kept.status is not Status.SHOWN:
        return kept
    if _is_gone(
        lambda: kept in (figure_now(*place), *figures_then(*place)), indicator=(indicator_id,)
    ):
        return _withdrawn_figure(indicator_id)
    return kept


def _withdrawn_figure(indicator_id: str) -> Figure:
    notice = _notice("indicator", "", (indicator_id,))
    return Figure(Status.UNAVAILABLE, reason=WITHDRAWN, notice=notice)


def reasons_told(
    reasons: Iterable[Frozen], *, build: str = "", on: date | None = None
) -> list[Frozen]:
    """Return kept reasons of a light; how far a withdrawn indicator had moved is not told.

    Amounts cannot be looked up in an audit again. After a whole audit was withdrawn they are told
    only where they were worked out from what is shown now.

    Parameters
    ----------
    reasons : iterable of dict
    build : str
        Digest of the audit that was shown when they were kept, where that is known.
    on : date, optional
        Day on which they were kept.
    """
    is_of_now = (build != "" and build == audit_digest()) or (on is not None and is_shown_since(on))
    return [_reason(one, is_of_now=is_of_now) for one in reasons]


def _reason(one: Frozen, *, is_of_now: bool) -> Frozen:
    name = str(one["params"].get("indicator", ""))
    if not (name and str(one["code"]).startswith(_AMOUNTS)):
        return one
    if not _is_gone(lambda: is_of_now and not was_named("indicator", name), indicator=(name,)):
        return one
    kept = {key: one["params"].get(key, "") for key in ("indicator", "area", "level")}
    return one | {"code": "target_cannot_tell", "params": kept | {"why": WITHDRAWN}}


def _notice(kind: str, name: str, indicators: tuple[str, ...]) -> Notice:
    """Return what is told of a withdrawal: of the finding itself, else of what it rests on."""
    if is_audit_lost():
        return MAYBE
    found: Correction | None = None
    if indicators:
        found = withdrawal_of("indicator", *indicators)
    elif was_withdrawn(kind, name):
        found = withdrawal_of(kind, name)
    if kind == "finding" and was_named("finding", name):
        found = withdrawal_of("finding", name)
    return notice_of(found) if found else {}
