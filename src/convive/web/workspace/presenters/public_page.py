"""The published plan in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from convive.app.plan_wording import noted_money
from convive.catalogue.texts import format_date, has_text, say
from convive.core.strategy.model import Target
from convive.web.staff.audit import findings_now, show_finding
from convive.web.workspace.frozen import thaw
from convive.web.workspace.presenters.bars import money_bar
from convive.web.workspace.presenters.targets import present_targets
from convive.web.workspace.presenters.values import number_text
from convive.web.workspace.published_plan import Snapshot
from convive.web.workspace.selectors.figures import figure_now
from convive.web.workspace.selectors.still_told import baseline_told, findings_told, reasons_told

FIRST_ACTIONS = 12
"""Actions of an objective that a page shows before it asks to open the challenge alone."""


@dataclass(frozen=True)
class Addresses:
    """Where the pages lie: in public, or in the preview of those who publish."""

    action: Callable[[str], str]
    challenge: Callable[[str], str]
    whole: str


def public_addresses(language: str) -> Addresses:
    """Return the addresses that residents see."""
    whole = reverse("public-plan", args=(language,))
    return Addresses(
        lambda code: reverse("public-plan-action", args=(language, code)),
        lambda code: f"{whole}?challenge={code}",
        whole,
    )


def preview_addresses(language: str, strategy: str) -> Addresses:
    """Return the same pages as they would be."""
    whole = reverse("plan-publish-preview", args=(language, strategy))
    return Addresses(
        lambda code: f"{whole}?part={code}", lambda code: f"{whole}?challenge={code}", whole
    )


def proof_addresses(language: str, strategy: str) -> Addresses:
    """Return where the proof leads: actions where they are worked on, the rest to the preview."""
    return replace(
        preview_addresses(language, strategy),
        action=lambda code: reverse("plan-action", args=(language, strategy, code)),
    )


def present_head(plan: Snapshot, language: str) -> dict[str, Any]:
    """Return title, years, money and the three pillars, always side by side."""
    currency = plan["currency"]
    most = max((amount for one in plan["pillars"] for amount in _amounts(one)), default=Decimal(0))
    rows = [
        {"words": say(f"plan.pillar.{one['code']}", language), "n": one["n"],
         "planned": _money(one["planned"], currency, language),
         "has_planned": one["planned"] is not None,
         "spent": _money(one["spent"], currency, language),
         "bar": money_bar(*_amounts(one), most)}
        for one in plan["pillars"]
    ]  # fmt: skip
    return {
        "title": plan["title"], "about": plan["about"], "city": plan["city"],
        "from_year": plan["from_year"], "until_year": plan["until_year"],
        "published_on": _day(plan["published_on"], language), "own": _own(plan, language),
        "state": say(f"plan.strategy_state.{plan['state']}", language), "n": plan["n"],
        "planned": _money(plan["planned"], currency, language),
        "spent": _money(plan["spent"], currency, language), "pillars": rows,
    }  # fmt: skip


def _amounts(one: Snapshot) -> tuple[Decimal, Decimal]:
    """Return what is planned and spent as bars show it: what nobody noted has no length."""
    return Decimal(one["planned"] or 0), Decimal(one["spent"] or 0)


def _own(plan: Snapshot, language: str) -> str:
    """Return the language that the plan was written in, where it is not the reader's."""
    return "" if plan["language"] in ("", language) else str(plan["language"])


def present_challenge(
    plan: Snapshot, one: Snapshot, to: Addresses, language: str, *, first: int = FIRST_ACTIONS
) -> dict[str, Any]:
    """Return a challenge with why it is one, what is aimed at, and what is done."""
    refs = {f"challenge:{one['code']}"} | {
        f"objective:{each['code']}" for each in one["objectives"]
    }
    return {
        "code": one["code"],
        "title": one["title"],
        "about": one["about"],
        "topic": say(f"plan.topic.{one['topic']}", language),
        "address": to.challenge(one["code"]),
        **_why(one, language),
        "objectives": [_objective(plan, each, to, language, first) for each in one["objectives"]],
        "decisions": present_decisions(plan, refs, language),
    }


def _objective(
    plan: Snapshot, one: Snapshot, to: Addresses, language: str, first: int
) -> dict[str, Any]:
    return {
        "title": one["title"], "about": one["about"],
        "targets": _targets(one["targets"], language),
        "actions": [_row(plan, each, to, language) for each in one["actions"][:first]],
        "n": len(one["actions"]), "has_more": len(one["actions"]) > first,
    }  # fmt: skip


def _why(challenge: Snapshot, language: str) -> dict[str, Any]:
    """Return the findings that a challenge comes from, and whether some were withdrawn since."""
    told = findings_told(challenge)
    return {
        "findings": [_finding(each, language) for each in told],
        "has_withdrawn": len(told) < len(challenge["findings"]),
    }


def _finding(one: Snapshot, language: str) -> dict[str, Any]:
    shown = show_finding(one["row"], language)
    is_still = any(row["finding_id"] == one["finding_id"] for row in findings_now())
    return {
        "sentence": shown["sentence"],
        "certainty": shown["certainty_words"],
        "kept_on": one["kept_on"],
        "address": reverse("finding", args=(language, one["finding_id"])) if is_still else "",
    }


def _row(plan: Snapshot, one: Snapshot, to: Addresses, language: str) -> dict[str, Any]:
    return {
        "title": one["title"], "address": to.action(one["code"]), "lead": one["lead"],
        "state": say(f"plan.state.{one['state']}", language), "progress": one["progress"],
        "light": say(f"plan.progress.{one['progress']}", language) if one["progress"] else "",
        "planned": _money(one["planned"], plan["currency"], language),
        "spent": _money(one["spent"], plan["currency"], language),
    }  # fmt: skip


def present_action(
    plan: Snapshot, code: str, to: Addresses, language: str
) -> dict[str, Any] | None:
    """Return everything that is told of one action, None where it is not in the plan."""
    for challenge, objective, one in _walk(plan):
        if one["code"] == code:
            return _row(plan, one, to, language) | {
                "about": one["about"], "own": _own(plan, language),
                "challenge": challenge["title"], "to_challenge": to.challenge(challenge["code"]),
                **_why(challenge, language),
                "objective": objective["title"], "facts": _facts(one, language),
                "reasons": [
                    say(f"plan.reason.{each['code']}", language, **thaw(each["params"]))
                    for each in reasons_told(one["reasons"])
                ],
                "bar": money_bar(*_amounts(one), max(_amounts(one))),
                "milestones": [_milestone(each, language) for each in one["milestones"]],
                "targets": _targets(one["targets"], language),
                "delivered": _delivered(one["delivered"], language),
                "decisions": present_decisions(plan, {f"action:{code}"}, language),
                "published_on": _day(plan["published_on"], language),
            }  # fmt: skip
    return None


def _walk(plan: Snapshot) -> Iterator[tuple[Snapshot, Snapshot, Snapshot]]:
    for challenge in plan["challenges"]:
        for objective in challenge["objectives"]:
            for action in objective["actions"]:
                yield challenge, objective, action


def _facts(one: Snapshot, language: str) -> list[tuple[str, str]]:
    words = {"groups": "group", "times": "time"}
    days = " – ".join(_day(one[name], language) for name in ("starts_on", "ends_on") if one[name])
    pairs = [
        ("lead", one["lead"] or say("plan.nobody", language)),
        ("partners", ", ".join(one["partners"])),
        ("kind", say(f"plan.kind.{one['kind']}", language)),
        ("pillar", say(f"plan.pillar.{one['pillar']}", language)),
        ("level", say(f"plan.level.{one['level']}", language)),
        *((name, ", ".join(say(f"plan.{prefix}.{code}", language) for code in one[name]))
          for name, prefix in words.items()),
    ]  # fmt: skip
    found = [(say(f"plan.field.{name}", language), text) for name, text in pairs if text]
    if one["places"]:
        found.append((say("plan.section.where", language), ", ".join(one["places"])))
    if days:
        found.append((say("public_plan.when", language), days))
    return found


def _milestone(one: Mapping[str, Any], language: str) -> dict[str, Any]:
    done = one["done_on"]
    return {
        "title": one["title"], "due": _day(one["due"], language),
        "done_on": _day(done, language) if done else "",
    }  # fmt: skip


def _delivered(one: Snapshot, language: str) -> dict[str, Any]:
    amount, planned = one["amount"], one["planned"]
    text, below = "", one.get("below")
    if amount is not None or below is not None:
        fewer = say("public_plan.fewer", language, n=below) if below is not None else ""
        params = {"amount": fewer or number_text(amount, language), "unit": one["unit"]}
        key = "public_plan.amount"
        if planned:
            params["planned"], key = number_text(planned, language), "public_plan.amount_of"
        text = say(key, language, **params)
    if one.get("on"):
        day = date.fromisoformat(one["on"])
        text = say("public_plan.amount_told", language, text=text, day=day)
    return {
        "amount": text, "of_people": bool(text and one.get("of_people")),
        "last": _day(one["last"], language) if one["last"] else "",
        "reached": [_reached(each, language) for each in one["reached"]],
    }  # fmt: skip


def _reached(one: Snapshot, language: str) -> tuple[str, str]:
    group = say(f"plan.group.{one['group']}", language)
    if one["n"] is None:
        return group, say("public_plan.fewer", language, n=one["below"])
    if one.get("on"):
        return group, say(
            "public_plan.people_told", language, n=one["n"], day=date.fromisoformat(one["on"])
        )
    return group, say("public_plan.people", language, n=one["n"])


def present_decisions(plan: Snapshot, refs: set[str], language: str) -> list[dict[str, str]]:
    """Return what was decided about some parts."""
    return [
        {"text": one["text"], "on": _day(one["on"], language)}
        for one in plan["decisions"]
        if not refs.isdisjoint(one["about"])
    ]


def _targets(rows: list[Snapshot], language: str) -> list[dict[str, Any]]:
    """Return targets with what the newest audit says of them."""
    known = [one for one in rows if has_text(f"indicator.{one['indicator_id']}")]
    targets = [
        Target(
            one["indicator_id"], one["level"], one["area_id"], one["direction"],
            baseline_told(one), one["value"],
            date.fromisoformat(one["due"]) if one["due"] else None,
            figure_now(one["indicator_id"], one["level"], one["area_id"]),
        )
        for one in known
    ]  # fmt: skip
    return present_targets(targets, language)


def _money(amount: str | None, currency: str, language: str) -> str:
    return noted_money(None if amount is None else Decimal(amount), currency, language)


def _day(iso: str, language: str) -> str:
    return format_date(date.fromisoformat(iso), language)
