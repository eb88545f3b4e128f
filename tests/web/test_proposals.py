"""What forms of the plan take over from the findings: targets, places, the year of the money."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.core.collation import collation_key
from convive.web.roles import Role
from convive.web.workspace.actions.findings import add_finding
from convive.web.workspace.forms import action_rows
from convive.web.workspace.models import Action, KeptFinding, Objective
from convive.web.workspace.selectors.proposals import proposed_places
from factories.web_objects.accounts import make_account
from factories.web_objects.strategy import make_action, make_challenge, make_objective

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
FALL, GAP = "trend_fall:ribera", "gap_felt_above_recorded:n08"
BREAK = "recording_break_declared:ribera"


@pytest.fixture
def editor() -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(Role.COORDINATOR))
    return client


def born_of(*findings: str) -> Action:
    challenge = make_challenge()
    for one in findings:
        challenge = add_finding(challenge, one, by=None)
    return make_action(make_objective(challenge))


def section(name: str) -> str:
    return reverse("plan-action-section", args=("en", "s", "a", name))


def targets_of_objective() -> str:
    return reverse("plan-objective-targets", args=("en", "s", "o"))


@pytest.mark.parametrize("is_action", [True, False])
def test_a_target_begins_with_indicator_area_and_direction_of_the_finding(
    editor: Client, is_action: bool
) -> None:
    born_of(GAP)
    address = section("targets") if is_action else targets_of_objective()
    response = editor.get(address)
    form = response.context["form"]
    typed = {name: form.typed(0, name) for name in ("indicator_id", "area", "direction")}
    assert typed == {
        "indicator_id": "unsafe_dark_share", "area": "neighbourhood/n08", "direction": "down",
    }  # fmt: skip
    text = response.content.decode()
    assert "Taken over from what the audit found" in text
    assert "Molino: people feel much less safe" in text
    assert "n =" in text, "the baseline is told at once"
    data = {f"targets-0-{name}": value for name, value in typed.items()}
    editor.post(address, data | {"version": form.thing.version, "targets-n": "1"})
    kept = (Action if is_action else Objective).objects.get().targets.get()
    assert (kept.indicator_id, kept.area_id, kept.baseline["status"]) == (
        "unsafe_dark_share", "n08", "shown",
    )  # fmt: skip
    form = editor.get(address).context["form"]
    assert (form.n_rows, form.typed(1, "indicator_id"), form.proposed_from) == (2, None, [])


def test_nothing_is_taken_over_from_a_finding_on_the_data_or_without_any(editor: Client) -> None:
    born_of(BREAK)
    form = editor.get(targets_of_objective()).context["form"]
    assert (form.typed(0, "indicator_id"), form.proposed_from) == (None, [])


def test_indicators_stand_in_groups_those_of_the_findings_first(editor: Client) -> None:
    born_of(GAP)
    form = editor.get(targets_of_objective()).context["form"]
    groups = form.fields["targets-0-indicator_id"].choices
    assert [name for name, _ in groups] == [
        "", "From the findings", "Recorded", "Experienced", "Felt", "Observed", "Context",
    ]  # fmt: skip
    first = [value for value, _ in groups[1][1]]
    assert sorted(first) == ["recorded_total_rate", "unsafe_dark_share"]
    values = [value for _, some in groups[1:] for value, _ in some]
    assert len(values) == len(set(values)), "each stands once, so that one is chosen"
    labels = [label for _, label in groups[2][1]]
    assert labels == sorted(labels, key=collation_key)


def test_where_begins_with_the_areas_that_the_findings_name(editor: Client) -> None:
    born_of(FALL, GAP)
    response = editor.get(section("where"))
    form = response.context["form"]
    assert form["ticked"].value() == ["neighbourhood/n08"]
    assert form.fields["ticked"].choices[0] == ("neighbourhood/n08", "Molino")
    assert "Taken over from what the audit found" in response.content.decode()
    assert not Action.objects.get().areas.exists(), "a proposal is not kept by looking"


def test_areas_of_a_large_city_are_folded_by_level_but_for_those_chosen(editor: Client) -> None:
    born_of(FALL, GAP)
    response = editor.get(section("where"))
    near, *levels = response.context["form"].tick_groups
    assert [one.data["value"] for one in near.ticks] == ["neighbourhood/n08", "city/ribera"]
    assert [one.data["selected"] for one in near.ticks] == [True, False]
    assert [(one.name, one.is_open) for one in levels][-1][1] is False
    every = [str(one.data["value"]) for group in (near, *levels) for one in group.ticks]
    offered = [value for value, _ in response.context["form"].fields["ticked"].choices]
    assert sorted(every) == sorted(offered), "each area stands once"
    text = response.content.decode()
    assert text.count('name="ticked"') == len(offered)
    assert text.count("<details>") >= len(levels)


def test_a_folded_level_is_open_where_something_in_it_was_ticked_by_hand(editor: Client) -> None:
    born_of(GAP)
    sent = {"version": "1", "areas-n": "1", "add_row": "1", "ticked": ["neighbourhood/n01"]}
    form = editor.post(section("where"), sent).context["form"]
    (found,) = (one for one in form.tick_groups if one.is_open)
    assert "neighbourhood/n01" in [one.data["value"] for one in found.ticks]
    assert found.name, "it is told as a level, not among those proposed"


def test_areas_that_were_chosen_otherwise_stay_so(editor: Client) -> None:
    made = born_of(GAP)
    made.areas.create(level="", area_id="", name="Bus stop")
    form = editor.get(section("where")).context["form"]
    assert (form["ticked"].value(), form.proposed_from) == ([], [])


def test_areas_are_found_by_the_names_in_a_finding_unless_two_bear_the_name() -> None:
    row = {"level": "city", "area_id": "ribera", "params": {"areas": ["Molino", "Nowhere"]}}
    found = proposed_places([KeptFinding(finding_id="x", row=row)])
    assert [(one.level, one.area_id) for one in found] == [("neighbourhood", "n08")]


@pytest.mark.parametrize(("this_year", "year"), [(2024, 2026), (2027, 2027), (2035, 2029)])
def test_the_year_of_the_money_is_this_one_within_the_plan(
    editor: Client, monkeypatch: Any, this_year: int, year: int
) -> None:
    monkeypatch.setattr(action_rows, "today", lambda: date(this_year, 5, 4))
    make_action()
    form = editor.get(section("budget")).context["form"]
    assert form.typed(0, "year") == year


def test_the_next_row_has_the_next_year_and_alone_it_is_no_row(
    editor: Client, monkeypatch: Any
) -> None:
    monkeypatch.setattr(action_rows, "today", lambda: date(2026, 5, 4))
    make_action()
    row = {"budget-0-year": "2026", "budget-0-amount": "100", "budget-0-payer": "state"}
    sent = row | {"version": "1", "budget-n": "1"}
    form = editor.post(section("budget"), sent | {"add_row": "1"}).context["form"]
    assert (form.n_rows, form.typed(1, "year")) == (2, "2027")
    answer = editor.post(section("budget"), sent | {"budget-n": "2", "budget-1-year": "2027"})
    assert answer.status_code == 302
    assert [one.year for one in Action.objects.get().budget.all()] == [2026]
    form = editor.get(section("budget")).context["form"]
    assert (form.n_rows, form.typed(1, "year")) == (2, 2027)


def test_a_year_alone_above_other_rows_is_asked_about(editor: Client) -> None:
    make_action()
    rows = {"budget-0-year": "2026", "budget-1-year": "2027", "budget-1-amount": "5",
            "budget-1-payer": "state", "version": "1", "budget-n": "2"}  # fmt: skip
    form = editor.post(section("budget"), rows).context["form"]
    assert set(form.errors) == {"budget-0-amount", "budget-0-payer"}
