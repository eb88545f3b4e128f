"""Parts of a plan file as the fields of the tables that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from convive.core.errors import NotFoundError
from convive.core.strategy import model as plain
from convive.core.strategy.taking_over import action_of
from convive.web.accounts.models import Organisation
from convive.web.workspace import models
from convive.web.workspace.actions.findings import keep_finding
from convive.web.workspace.selectors.figures import figure_as_json

Fields = dict[str, Any]


@dataclass
class Rows:
    """What the parts of a plan point at, by code; filled while a file is taken over."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    bodies: dict[str, models.Body] = field(default_factory=dict)
    findings: dict[str, models.KeptFinding] = field(default_factory=dict)
    challenges: dict[str, models.Challenge] = field(default_factory=dict)
    objectives: dict[str, models.Objective] = field(default_factory=dict)
    actions: dict[str, models.Action] = field(default_factory=dict)
    meetings: dict[str, models.Meeting] = field(default_factory=dict)
    decisions: dict[str, models.Decision] = field(default_factory=dict)

    def parts(self, kind: str, refs: Iterable[str]) -> list[Any]:
        """Return the rows of one kind that references name."""
        codes = [ref.partition(":")[2] for ref in refs if ref.startswith(f"{kind}:")]
        known: Mapping[str, Any] = getattr(self, f"{kind}s")
        return [known[code] for code in codes if code in known]


def strategy_fields(plan: plain.Plan) -> Fields:
    """Return the fields of the strategy itself."""
    names = ("title", "about", "from_year", "until_year", "currency", "state")
    return {name: getattr(plan, name) for name in names}


def challenge_fields(one: plain.Challenge, rows: Rows) -> Fields:
    """Return the fields of a challenge."""
    return {
        "title": one.title, "topic": one.topic.value, "about": one.about,
        "findings": [rows.findings[f.finding_id] for f in one.findings],
    }  # fmt: skip


def objective_fields(
    above: plain.Challenge, one: plain.Objective, rows: Rows, held: models.Objective | None = None
) -> Fields:
    """Return the fields of an objective; of the one that is held baselines stay that were withdrawn."""
    return {
        "title": one.title, "about": one.about, "challenge": rows.challenges[above.code],
        "targets": [_target(each, held) for each in one.targets],
    }  # fmt: skip


def action_fields(
    above: plain.Objective, one: plain.Action, rows: Rows, held: models.Action | None = None
) -> Fields:
    """Return the fields of an action; spending and diary are kept apart."""
    same = ("title", "about", "gender_note", "starts_on", "ends_on", "dose_unit", "dose_planned",
            "diary_days", "evidence_note", "shelf_ref")  # fmt: skip
    worded = ("kind", "pillar", "level", "state", "gender_lens")
    logic = {name: text for name, text in asdict(one.logic).items() if text}
    ids = [ref.partition(":")[2] for ref in one.evidence]
    return {
        **{name: getattr(one, name) for name in same},
        **{name: getattr(one, name).value for name in worded},
        "groups": [each.value for each in one.groups], "times": [each.value for each in one.times],
        "lead": rows.organisations.get(one.lead),
        "partners": [rows.organisations[code] for code in one.partners],
        "objective": rows.objectives[above.code], "logic": logic,
        "evidence": [rows.findings[name] for name in ids if name in rows.findings],
        "areas": [asdict(spot) for spot in one.spots],
        "budget": [asdict(line) | {"payer": line.payer.value} for line in one.budget],
        "milestones": [asdict(each) for each in one.milestones],
        "risks": [asdict(each) for each in one.risks],
        "targets": [_target(each, held) for each in one.targets],
    }  # fmt: skip


def _target(one: plain.Target, held: models.Objective | models.Action | None) -> Fields:
    place = {"indicator_id": one.indicator_id, "level": one.level, "area_id": one.area_id}
    there = held.targets.filter(**place).first() if held and one.baseline.notice else None
    # A file tells a withdrawn baseline by its notice; what was frozen here is not written over.
    baseline = there.baseline if there else figure_as_json(one.baseline)
    return place | {
        "direction": one.direction, "baseline": baseline, "value": one.value, "due": one.due,
    }  # fmt: skip


def decision_fields(one: plain.Decision, rows: Rows) -> Fields:
    """Return the fields of a decision."""
    pointed = {
        f"{kind}s": rows.parts(kind, one.about) for kind in ("challenge", "objective", "action")
    }
    return {"text": one.text, **pointed}


def commitment_fields(one: plain.Commitment, rows: Rows) -> Fields:
    """Return the fields of a commitment."""
    return {
        "text": one.text, "owner": rows.organisations[one.owner], "due": one.due,
        "done_on": one.done_on, "is_dropped": one.is_dropped,
        "action": rows.actions.get(action_of(one)), "decision": rows.decisions.get(one.decision),
    }  # fmt: skip


def keep_findings(plan: plain.Plan, rows: Rows) -> None:
    """Keep the findings that the plan builds on, as they were when somebody built on them."""
    for challenge in plan.challenges:
        for one in challenge.findings:
            rows.findings[one.finding_id] = _kept(one)
    wanted = {
        ref.partition(":")[2] for _, _, action in plan.actions() for ref in action.evidence
    } - set(rows.findings)
    for known in models.KeptFinding.objects.filter(finding_id__in=wanted).order_by("pk"):
        rows.findings[known.finding_id] = known
    for finding_id in sorted(wanted - set(rows.findings)):
        with suppress(NotFoundError):  # neither kept nor told by the audit: nothing to point at
            rows.findings[finding_id] = keep_finding(finding_id)


def _kept(one: plain.KeptFinding) -> models.KeptFinding:
    row = {
        "code": one.code, "params": dict(one.params), "certainty": one.certainty.value,
        "level": one.level, "area_id": one.area_id, "area": one.area,
        "faces": [face.value for face in one.faces], "indicator_ids": list(one.indicator_ids),
        "caveats": [],
    }  # fmt: skip
    kept, is_new = models.KeptFinding.objects.get_or_create(
        finding_id=one.finding_id, build=one.build, defaults={"row": row}
    )
    if is_new:
        noon = datetime.combine(one.kept_on, time(12), UTC)
        models.KeptFinding.objects.filter(pk=kept.pk).update(kept_at=noon)
    return kept
