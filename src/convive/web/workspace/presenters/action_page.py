"""The page of an action: a card for each section."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import format_date, say
from convive.core.strategy import model as plain
from convive.core.strategy.vocabulary import GenderLens
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.plan_page import money_text
from convive.web.workspace.presenters.targets import present_targets
from convive.web.workspace.presenters.values import number_text
from convive.web.workspace.selectors.findings import kept_sentence

Card = dict[str, Any]
Pair = tuple[str, str]


def present_action(
    row: Action, action: plain.Action, names: Mapping[str, str], language: str, *, is_whole: bool
) -> list[Card]:
    """Return the cards in their order; in outline, those that stay inside are left out."""
    page = _Page(row, action, names, language)
    makers = {
        "basics": page.basics, "who": page.who, "whom": page.whom, "where": page.where,
        "when": page.when, "budget": page.budget, "milestones": page.milestones,
        "targets": page.targets, "evidence": page.evidence, "logic": page.logic,
    } | ({"risks": page.risks} if is_whole else {})  # fmt: skip
    return [{"name": name} | _filled(make()) for name, make in makers.items()]


def _filled(card: Card) -> Card:
    card.setdefault("facts", [])
    card["facts"] = [(label, text) for label, text in card["facts"] if text]
    has_more = any(card.get(name) for name in ("lines", "rows", "targets"))
    return card | {"is_empty": not card["facts"] and not has_more}


class _Page:
    """Makes the cards of one action in one language."""

    def __init__(
        self, row: Action, action: plain.Action, names: Mapping[str, str], language: str
    ) -> None:
        self.row, self.action, self.names, self.language = row, action, names, language

    def _say(self, key: str, **params: Any) -> str:
        return say(key, self.language, **params)

    def _field(self, name: str, text: str) -> Pair:
        return self._say(f"plan.field.{name}"), text

    def _day(self, day: Any) -> str:
        return format_date(day, self.language) if day else ""

    def _words(self, prefix: str, codes: Any) -> str:
        return ", ".join(self._say(f"plan.{prefix}.{one}") for one in codes)

    def _money(self, amount: Any) -> str:
        return money_text(amount, self.row.strategy.currency, self.language)

    def basics(self) -> Card:
        one = self.action
        return {"facts": [
            self._field("kind", self._words("kind", [one.kind])),
            self._field("pillar", self._words("pillar", [one.pillar])),
            self._field("level", self._words("level", [one.level])),
            self._field("about", one.about),
        ]}  # fmt: skip

    def who(self) -> Card:
        partners = ", ".join(self.names.get(code, code) for code in self.action.partners)
        lead = self.names.get(self.action.lead, "")
        return {"facts": [self._field("lead", lead), self._field("partners", partners)]}

    def whom(self) -> Card:
        one = self.action
        lens = (
            ""
            if one.gender_lens is GenderLens.NOT_CONSIDERED
            else self._words("lens", [one.gender_lens])
        )
        return {"facts": [
            self._field("groups", self._words("group", one.groups)),
            self._field("times", self._words("time", one.times)),
            self._field("gender_lens", lens),
            self._field("gender_note", one.gender_note),
        ]}  # fmt: skip

    def where(self) -> Card:
        return {"lines": [spot.name for spot in self.action.spots]}

    def when(self) -> Card:
        one = self.action
        dose = ""
        if one.dose_planned is not None:
            dose = f"{number_text(one.dose_planned, self.language)} {one.dose_unit}"
        has_any = bool(one.starts_on or one.ends_on or dose)
        every = self._say("plan.every_days", n=one.diary_days) if has_any else ""
        return {"facts": [
            self._field("starts_on", self._day(one.starts_on)),
            self._field("ends_on", self._day(one.ends_on)),
            self._field("dose_planned", dose),
            self._field("diary_days", every),
        ]}  # fmt: skip

    def budget(self) -> Card:
        one = self.action
        rows = [
            (
                str(line.year),
                self._words("sector", [line.payer]),
                self._money(line.amount),
                line.note,
            )
            for line in one.budget
        ]
        facts = [self._field("total", self._money(one.planned_money))] if rows else []
        if one.spending:
            facts.append(self._field("spent", self._money(one.spent_money)))
        return {"facts": facts, "head": self._head("year", "payer", "amount", "note"), "rows": rows,
                "number": 2}  # fmt: skip

    def _head(self, *names: str) -> list[str]:
        return [self._say(f"plan.field.{name}") for name in names]

    def milestones(self) -> Card:
        rows = [
            (one.title, self._day(one.due), self._day(one.done_on))
            for one in self.action.milestones
        ]
        return {"head": self._head("title", "due", "done_on"), "rows": rows}

    def targets(self) -> Card:
        return {"targets": present_targets(self.action.targets, self.language)}

    def evidence(self) -> Card:
        lines = [
            {"text": kept_sentence(one, self.language), "finding_id": one.finding_id}
            for one in self.row.evidence.all()
        ]
        return {"findings": lines, "lines": lines and [True],
                "facts": [self._field("evidence_note", self.action.evidence_note)]}  # fmt: skip

    def logic(self) -> Card:
        steps = self.row.logic
        return {"facts": [
            (self._say(f"plan.logic.{name}"), steps.get(name, ""))
            for name in ("problem", "inputs", "activities", "outputs", "outcomes", "impact", "assumptions")
        ]}  # fmt: skip

    def risks(self) -> Card:
        rows = [
            (one.text, self._words("degree", [one.likelihood]), self._words("degree", [one.impact]), one.answer)
            for one in self.action.risks
        ]  # fmt: skip
        return {"head": self._head("text", "likelihood", "impact", "answer"), "rows": rows}
