"""A plan at its beginning: what to do next, findings about the data apart, an effect that is open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.web.roles import Role
from convive.web.staff import audit
from convive.web.workspace.actions.findings import challenge_from_finding
from convive.web.workspace.models import Challenge, Target
from convive.web.workspace.presenters.thread import Stage, thread_of
from convive.web.workspace.selectors import thread as thread_selector
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_running
from factories.web_objects.strategy import (
    make_action,
    make_challenge,
    make_objective,
    make_strategy,
)

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
BREAK = "recording_break_declared:ribera"
PAGES = ("strategy", "strategy-actions", "plan-lights", "plan-money", "plan-balance")


def signed_in(*roles: Role) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*roles))
    return client


def shown(client: Client, name: str, *args: Any, language: str = "en") -> str:
    response = client.get(reverse(name, args=(language, "s", *args)))
    assert response.status_code == 200
    return str(response.content.decode())


# --- nothing to tell yet -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_an_empty_plan_says_how_to_go_on_and_shows_no_table(name: str, language: str) -> None:
    make_strategy()
    text = shown(signed_in(Role.COORDINATOR), name, language=language)
    there = reverse("strategy-findings", args=(language, "s"))
    assert f'class="button primary" href="{there}"' in text
    assert "<table" not in text
    assert 'class="totals"' not in text
    assert "plan.begin" not in text


@pytest.mark.parametrize("name", PAGES)
def test_readers_are_told_that_nothing_is_there_and_nothing_that_they_may_not_do(name: str) -> None:
    make_strategy()
    text = shown(signed_in(Role.READER), name)
    assert "How to go on" in text
    assert "/findings/" not in text


def test_the_next_step_follows_what_is_there_and_money_comes_last() -> None:
    editor = signed_in(Role.COORDINATOR)
    objective = make_objective(make_challenge())
    assert 'class="button primary" href="/en/work/strategies/s/objectives/o/targets/"' in shown(
        editor, "strategy"
    )
    make_action(objective)
    text = shown(editor, "strategy")
    assert 'class="totals"' in text
    assert "How to go on" not in text
    assert "No money is planned or spent yet" in shown(editor, "plan-money")
    action = objective.actions.get()
    action.budget.create(year=2028, amount=5, payer="state")
    assert "<table" in shown(editor, "plan-money"), "money of another year"


def test_what_was_narrowed_to_nothing_is_not_an_empty_plan() -> None:
    make_strategy()
    client = signed_in(Role.COORDINATOR)
    response = client.get("/en/work/strategies/s/actions/?pillar=sanction")
    assert "How to go on" not in response.content.decode()


# --- findings about the data ---------------------------------------------------------------------------


def test_findings_about_the_data_stand_apart_with_their_step() -> None:
    make_strategy()
    response = signed_in(Role.COORDINATOR).get("/en/work/strategies/s/findings/")
    town = {one["finding_id"] for one in response.context["page"].object_list}
    data = {one["finding_id"]: one["step"]["code"] for one in response.context["about_data"]}
    assert data == {"denominator_matters:n06": "mind", BREAK: "mind"}
    assert not town & set(data)
    assert sum(response.context["counts"].values()) == len(town)
    text = response.content.decode()
    assert "About our data: what to do about it" in text
    assert text.count("Make it a challenge") == len(town), "not offered for the data"


def test_a_finding_about_the_data_can_become_a_challenge_all_the_same() -> None:
    make_strategy()
    editor = signed_in(Role.COORDINATOR)
    text = shown(editor, "plan-finding", BREAK)
    assert "There is nothing to mend here" in text
    assert "only if the plan itself is to mend it" in text
    editor.post(reverse("plan-finding", args=("en", "s", BREAK)))
    assert Challenge.objects.get().findings.get().finding_id == BREAK


def test_a_finding_about_the_data_hangs_in_no_air() -> None:
    make_strategy()
    text = shown(signed_in(Role.COORDINATOR), "plan-orphans")
    assert "trend_fall:ribera" in text
    assert BREAK not in text


# --- the effect is open until something shows it --------------------------------------------------------


def effect_of(thing: Any, account: Any) -> Stage:
    return next(one for one in thread_of(thing, account, "en") if one.kind == "effect")


@pytest.fixture
def running() -> Any:
    """A running action that began in 2026, its objective with a target of a figure of 2025."""
    challenge = challenge_from_finding(make_strategy(), "trend_fall:ribera", "en", by=None)
    made = make_running("lamps", make_objective(challenge), starts_on=date(2026, 1, 1))
    Target.objects.create(
        objective=made.objective, indicator_id="burglary_rate", level="city", area_id="ribera",
        direction="down", baseline={"status": "shown", "period_end": "2025-12-01"},
    )  # fmt: skip
    return made


def newest(monkeypatch: Any, day: date) -> None:
    monkeypatch.setattr(thread_selector, "newest_figure", lambda *_: {"period_end": day})


def test_a_target_alone_is_no_effect(running: Any) -> None:
    ana = make_account(Role.COORDINATOR)
    for thing in (running, running.objective, running.objective.challenge):
        stage = effect_of(thing, ana)
        assert (stage.is_open, len(stage.knots)) == (True, 1)
    text = shown(signed_in(Role.COORDINATOR), "plan-action", "lamps")
    assert 'class="open"' in text
    assert "nothing has been measured since it began" in text


@pytest.mark.parametrize(
    ("day", "is_open"),
    [(date(2025, 12, 1), True), (date(2026, 1, 1), True), (date(2026, 12, 31), False)],
)
def test_a_figure_from_after_the_beginning_closes_it(
    running: Any, monkeypatch: Any, day: date, is_open: bool
) -> None:
    newest(monkeypatch, day)
    assert effect_of(running, make_account(Role.COORDINATOR)).is_open is is_open


def test_a_figure_no_newer_than_the_baseline_closes_nothing(running: Any, monkeypatch: Any) -> None:
    newest(monkeypatch, date(2026, 12, 31))
    Target.objects.update(baseline={"status": "shown", "period_end": "2026-12-31"})
    assert effect_of(running, make_account(Role.COORDINATOR)).is_open


def test_what_has_not_begun_has_no_effect(running: Any, monkeypatch: Any) -> None:
    newest(monkeypatch, date(2026, 12, 31))
    running.state = "planned"
    running.save()
    assert effect_of(running, make_account(Role.COORDINATOR)).is_open


def test_an_evaluation_of_the_audit_is_the_effect_of_the_action_of_its_name(
    running: Any, monkeypatch: Any
) -> None:
    row = audit.findings_now()[0] | {
        "finding_id": "intervention_worked:lamps", "code": "intervention_worked",
        "params": {
            "intervention": "Light the PASSAGES", "indicator": "burglary_rate", "areas": ["Molino"],
            "change": -20.0, "low": -30.0, "high": -8.0, "n_before": 200, "n_after": 150,
            "starts": "2026-01-01",
        },
    }  # fmt: skip
    monkeypatch.setattr(thread_selector, "findings_now", lambda: [row])
    stage = effect_of(running, make_account(Role.COORDINATOR))
    assert not stage.is_open
    assert stage.knots[0].text.startswith("Light the PASSAGES: it worked.")
    assert stage.knots[0].address.endswith("/findings/intervention_worked:lamps/")
