"""Pages of strategies: who sees what, what forms do, from finding to action."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.web.roles import Role
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.models import (
    Action,
    Challenge,
    KeptFinding,
    PlanAnswer,
    Revision,
    SetAside,
    Strategy,
)
from factories.web_objects.accounts import make_account
from factories.web_objects.strategy import (
    make_action,
    make_challenge,
    make_objective,
    make_organisation,
    make_strategy,
)

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
FALL = "trend_fall:ribera"


def page(name: str, *args: Any) -> str:
    return reverse(name, args=("en", *args))


def signed_in(*roles: Role, **fields: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*roles, **fields))
    return client


@pytest.fixture
def editor() -> Client:
    return signed_in(Role.COORDINATOR)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def sent(client: Client, address: str, **fields: Any) -> Any:
    """Send a form as its page gave it, with some fields filled in otherwise."""
    response = client.get(address)
    form = response.context["form"]
    data: dict[str, Any] = {}
    for bound in form:
        value = form[bound.name].value()
        prepared = (
            bound.field.prepare_value(value) if hasattr(bound.field, "prepare_value") else value
        )
        if prepared not in (None, "", []):
            data[bound.html_name] = getattr(prepared, "pk", prepared)
    if hasattr(form, "n_rows"):
        data[f"{form.rows_name}-n"] = form.n_rows
    return client.post(address, data | fields)


# --- who sees what -------------------------------------------------------------------------------


def test_a_draft_exists_for_editors_alone(editor: Client) -> None:
    action = make_action(make_objective(make_challenge(make_strategy(state="draft"))))
    addresses = [
        page("strategy", "s"), page("strategy-actions", "s"), page("strategy-print", "s"),
        page("plan-challenge", "s", "c"), page("plan-objective", "s", "o"),
        page("plan-action", "s", action.code), page("plan-frameworks", "s"),
    ]  # fmt: skip
    for address in addresses:
        assert editor.get(address).status_code == 200
        for role in (Role.ELECTED, Role.PARTNER, Role.DATA_PROTECTION, Role.READER, Role.FIELD):
            assert signed_in(role).get(address).status_code == 404, (address, role)
        assert signed_in().get(address).status_code == 403
        assert Client(headers={"host": "localhost"}).get(address).status_code == 302
    assert "Safe and together" not in text_of(signed_in(Role.PARTNER).get(page("strategies")))


def test_an_action_is_whole_for_its_partner_and_in_outline_for_others(editor: Client) -> None:
    police, school = make_organisation("police"), make_organisation("school")
    make_action(
        lead=police, gender_note="Inner note", budget=[line(2026, "100", "Inner line")],
        risks=[{"text": "Nobody comes", "likelihood": 2, "impact": 2, "answer": ""}],
    )  # fmt: skip
    address = page("plan-action", "s", "a")
    partner = signed_in(Role.PARTNER, organisation=police)
    stranger = signed_in(Role.PARTNER, organisation=school)
    alone = signed_in(Role.PARTNER)
    for client, is_whole in ((editor, True), (partner, True), (stranger, False), (alone, False)):
        text = text_of(client.get(address))
        for inner in ("Inner note", "Inner line", "Nobody comes"):
            assert (inner in text) is is_whole
        assert "Light the passages" in text
    assert "edit/budget" in text_of(editor.get(address))
    assert "edit/budget" not in text_of(partner.get(address))
    assert partner.post(page("plan-action-section", "s", "a", "budget")).status_code == 403


def line(year: int, amount: str, note: str = "") -> dict[str, Any]:
    return {"year": year, "amount": Decimal(amount), "payer": "municipality", "note": note}


# --- from finding to challenge ---------------------------------------------------------------------


def test_one_click_makes_a_finding_a_challenge_and_two_clicks_still_one(editor: Client) -> None:
    make_strategy()
    for _ in range(2):
        response = editor.post(page("plan-finding", "s", FALL))
        assert response.status_code == 302
    made = Challenge.objects.get()
    assert (made.topic, made.findings.get().finding_id) == ("burglary", FALL)
    assert made.findings.get().row["params"]["change"] == -22.0
    text = text_of(editor.get(page("strategy-findings", "s") + "?standing=in_plan"))
    assert page("plan-challenge", "s", made.code) in text
    assert page("finding", FALL) in text_of(editor.get(page("plan-finding", "s", FALL)))


def test_a_finding_is_added_to_a_challenge_that_is_there(editor: Client) -> None:
    made = make_challenge()
    editor.post(page("plan-finding", "s", FALL), {"challenge": made.code})
    assert [one.finding_id for one in made.findings.all()] == [FALL]
    assert Revision.objects.filter(object_kind="challenge", object_id=made.pk).count() == 2
    assert editor.post(page("plan-finding", "s", FALL), {"challenge": "none"}).status_code == 404


def test_a_finding_is_set_aside_with_a_reason_and_taken_back(editor: Client) -> None:
    make_strategy()
    address = page("plan-finding", "s", FALL)
    assert "Please fill this in" in text_of(editor.post(address, {"aside": "1"}))
    editor.post(address, {"aside": "1", "reason": "The region does it."})
    assert SetAside.objects.get().reason == "The region does it."
    assert "The region does it." in text_of(editor.get(page("strategy-findings", "s")))
    text = text_of(editor.post(address, {"aside": "1", "reason": "Another reason."}))
    assert "The region does it." in text
    assert "Another reason." in text, "nothing typed is lost"
    editor.post(address, {"back": "1"})
    assert not SetAside.objects.exists()


@pytest.mark.parametrize(
    ("question", "n"),
    [("", 5), ("?face=felt", 2), ("?certainty=likely", 1), ("?area=neighbourhood/n08", 1),
     ("?topic=burglary", 1), ("?standing=in_plan", 0), ("?face=nonsense", 5)],
)  # fmt: skip
def test_findings_are_narrowed(editor: Client, question: str, n: int) -> None:
    make_strategy()
    response = editor.get(page("strategy-findings", "s") + question)
    shown = [*response.context["page"].object_list, *response.context["about_data"]]
    assert len(shown) == n


def test_a_kept_finding_stays_when_the_audit_says_otherwise(editor: Client) -> None:
    make_challenge()
    editor.post(page("plan-finding", "s", FALL), {"challenge": "c"})
    KeptFinding.objects.update(finding_id="gone:ribera")
    text = text_of(editor.get(page("plan-finding", "s", "gone:ribera")))
    assert "does not say this any more" in text
    assert "has clearly fallen" in text


# --- forms -----------------------------------------------------------------------------------------


def test_a_strategy_is_made_changed_and_adopted_with_a_reason(editor: Client) -> None:
    fields = {"title": "Safe", "from_year": "2026", "until_year": "2029", "currency": "eur"}
    editor.post(page("strategy-new"), fields)
    made = Strategy.objects.get()
    assert (made.code, made.currency, made.state) == ("safe-2026-2029", "EUR", "draft")
    response = sent(editor, page("strategy-state", made.code), state="adopted")
    assert "Please fill this in" in text_of(response)
    sent(editor, page("strategy-state", made.code), state="adopted", note="Council of 3 May")
    made.refresh_from_db()
    assert made.state == "adopted"
    assert made.adopted_on is not None
    assert "Council of 3 May" in text_of(editor.get(page("revisions", "strategy", made.pk)))


def test_all_that_is_wrong_with_rows_is_told_at_once_and_nothing_is_lost(editor: Client) -> None:
    make_action()
    address = page("plan-action-section", "s", "a", "budget")
    wrong = {
        "version": "1", "budget-n": "2",
        "budget-0-year": "26", "budget-0-amount": "a lot", "budget-0-note": "Poles",
        "budget-1-amount": "10.555", "budget-1-payer": "region",
    }  # fmt: skip
    response = editor.post(address, wrong)
    text = text_of(response)
    assert text.count('class="error"') == 5
    for typed in ("a lot", "Poles", "10.555"):
        assert typed in text
    assert Action.objects.get().budget.count() == 0


@pytest.mark.parametrize(
    ("language", "typed"), [("en", "1,200.50"), ("de", "1.200,50"), ("fr", "1 200,5")]
)
def test_money_is_read_as_the_reader_writes_it(editor: Client, language: str, typed: str) -> None:
    make_action()
    address = reverse("plan-action-section", args=(language, "s", "a", "budget"))
    row = {"budget-0-year": "2026", "budget-0-amount": typed, "budget-0-payer": "state"}
    editor.post(address, {"version": "1", "budget-n": "1"} | row)
    assert Action.objects.get().budget.get().amount == Decimal("1200.50")


def test_rows_are_added_and_taken_away_without_being_saved(editor: Client) -> None:
    make_action()
    address = page("plan-action-section", "s", "a", "milestones")
    rows = {"version": "1", "milestones-n": "2", "milestones-0-title": "First",
            "milestones-1-title": "Second"}  # fmt: skip
    form = editor.post(address, rows | {"add_row": "1"}).context["form"]
    assert (form.n_rows, form.typed(1, "title")) == (3, "Second")
    form = editor.post(address, rows | {"remove_row": "0"}).context["form"]
    assert (form.n_rows, form.typed(0, "title")) == (1, "Second")
    assert not form.errors
    assert Action.objects.get().milestones.count() == 0
    for odd in (
        {"remove_row": "99"},
        {"milestones-n": "x"},
        {"milestones-n": "9" * 9},
    ):
        assert editor.post(address, rows | odd).status_code == 200


def test_every_section_is_saved_and_shown(editor: Client) -> None:
    lead = make_organisation("police", name="Police of Ribera", sector="police")
    make_action()
    editor.post(page("plan-finding", "s", FALL), {"challenge": "c"})
    kept = KeptFinding.objects.get()
    sections: dict[str, tuple[dict[str, Any], str]] = {
        "basics": ({"title": "Light them all", "about": "Every passage."}, "Every passage."),
        "who": ({"lead": lead.pk, "partners": [lead.pk]}, "Police of Ribera"),
        "whom": ({"groups": ["women"], "times": ["night"]}, "Women"),
        "where": ({"ticked": ["neighbourhood/n08"], "areas-0-name": "Bus stop"}, "Bus stop"),
        "when": ({"starts_on": "2026-01-01", "dose_planned": "40,5", "dose_unit": "lamps"}, "40.5 lamps"),
        "milestones": ({"milestones-0-title": "Poles up", "milestones-0-due": "2026-05-01"}, "Poles up"),
        "evidence": ({"evidence": [kept.pk], "evidence_note": "A study."}, "A study."),
        "logic": ({"problem": "Dark passages."}, "Dark passages."),
        "risks": ({"risks-0-text": "Vandals", "risks-0-likelihood": "1", "risks-0-impact": "2"}, "Vandals"),
    }  # fmt: skip
    for section, (fields, seen) in sections.items():
        response = sent(editor, page("plan-action-section", "s", "a", section), **fields)
        assert response.status_code == 302, (section, response.context["form"].errors)
        text = text_of(editor.get(page("plan-action", "s", "a")))
        assert seen in text or seen in text.replace("\xa0", " "), section
    assert [one.name for one in Action.objects.get().areas.all()] == ["Molino", "Bus stop"]
    assert Action.objects.get().version == 1 + len(sections)


def test_a_target_freezes_its_baseline_and_says_what_could_be_chance(editor: Client) -> None:
    make_objective()
    address = page("plan-objective-targets", "s", "o")
    row = {"version": "1", "targets-n": "1", "targets-0-indicator_id": "burglary_rate",
           "targets-0-area": "city/ribera", "targets-0-direction": "down", "targets-0-value": "2.8"}  # fmt: skip
    text = text_of(editor.post(address, row | {"look": "1"}))
    assert "A change of less than" in text
    assert "could not tell this target from chance" in text
    assert editor.post(address, row).status_code == 302
    kept = Challenge.objects.get().objectives.get().targets.get()
    assert kept.baseline["n"] == 209
    assert kept.baseline["low"] < kept.baseline["value"] < kept.baseline["high"]
    kept.baseline["value"] = kept.baseline["high"]
    kept.save()
    sent(editor, address, **{"targets-0-value": "2"})
    again = Challenge.objects.get().objectives.get().targets.get()
    assert again.baseline["value"] == kept.baseline["value"], "the baseline stays frozen"
    text = text_of(editor.get(page("plan-objective", "s", "o")))
    assert "n = 209" in text


# --- two editors -----------------------------------------------------------------------------------


def test_a_clash_shows_both_texts_and_keeps_what_was_chosen(editor: Client) -> None:
    action = make_action()
    address = page("plan-action-section", "s", "a", "basics")
    form = editor.get(address).context["form"]
    mine = {
        name: form[name].value() for name in ("kind", "pillar", "level", "version", "objective")
    }
    mine |= {"title": "Light some passages", "about": "With warm light."}
    revise(action, {"title": "Light all passages", "pillar": "cohesion"}, version=1, by=None)
    text = text_of(editor.post(address, mine))
    for words in ("<ins>all</ins>", "<ins>some</ins>", "<del>the</del>", "With warm light."):
        assert words in text
    chosen = mine | {"seen_title": "2", "choose_title": "kept"}
    assert editor.post(address, chosen).status_code == 302
    action.refresh_from_db()
    assert (action.title, action.about, action.pillar) == (
        "Light all passages", "With warm light.", "cohesion",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "mine"), ("kept", "theirs"), ("both", "theirs\n\nmine")]
)
def test_of_two_texts_one_or_both_are_kept(editor: Client, choice: str, kept: str) -> None:
    made = make_challenge(about="at first")
    revise(made, {"about": "theirs"}, version=1, by=None)
    fields = {
        "version": "1",
        "title": made.title,
        "topic": made.topic,
        "position": "0",
        "about": "mine",
    }
    address = page("plan-challenge-edit", "s", "c")
    assert 'value="both"' in text_of(editor.post(address, fields))
    editor.post(address, fields | {"seen_about": "2", "choose_about": choice})
    made.refresh_from_db()
    assert made.about == kept
    texts = {one.fields["about"] for one in Revision.objects.filter(object_kind="challenge")}
    assert "theirs" in texts, "what is replaced stays as a revision"


def test_steps_of_a_logic_model_are_merged_one_by_one(editor: Client) -> None:
    action = make_action()
    revise(action, {"logic": {"problem": "Dark", "impact": "Theirs"}}, version=1, by=None)
    address = page("plan-action-section", "s", "a", "logic")
    text = text_of(editor.post(address, {"version": "1", "outputs": "Lamps", "impact": "Mine"}))
    assert "<legend>Logic model</legend>" in text
    settled = {
        "version": "1",
        "outputs": "Lamps",
        "seen_logic": "2",
        "problem": "Dark",
        "impact": "Mine",
    }
    editor.post(address, settled)
    action.refresh_from_db()
    assert action.logic == {"problem": "Dark", "outputs": "Lamps", "impact": "Mine"}


def test_who_saw_a_text_that_changed_again_is_asked_again(editor: Client) -> None:
    made = make_challenge(about="at first")
    revise(made, {"about": "theirs"}, version=1, by=None)
    revise(made, {"about": "theirs, longer"}, version=2, by=None)
    fields = {"version": "1", "title": made.title, "topic": made.topic, "position": "0", "about": "mine",
              "seen_about": "2", "choose_about": "mine"}  # fmt: skip
    text = text_of(editor.post(page("plan-challenge-edit", "s", "c"), fields))
    assert 'name="seen_about" value="3"' in text
    made.refresh_from_db()
    assert made.about == "theirs, longer"


def test_an_old_version_is_brought_back_as_a_new_one(editor: Client) -> None:
    action = make_action(budget=[line(2026, "100")], lead=make_organisation())
    revise(action, {"title": "Other", "budget": [], "state": "running"}, version=1, by=None)
    address = page("revisions", "action", action.pk)
    assert "<del>" in text_of(editor.get(address))
    editor.post(address, {"version": "1"})
    action.refresh_from_db()
    assert (action.title, action.version, action.state) == ("Light the passages", 3, "running")
    assert action.budget.get().amount == 100
    assert editor.get(page("revisions", "nonsense", 1)).status_code == 404
    assert signed_in(Role.PARTNER).get(address).status_code == 403


# --- plan, coverage, orphans, thread -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "found"),
    [("", {"a", "b"}), ("pillar=sanction", {"b"}), ("lead=police", {"b"}), ("sector=police", {"b"}),
     ("payer=state", {"b"}), ("area=neighbourhood/n08", {"b"}), ("group=women", {"b"}),
     ("state=running", {"b"}), ("light=at_risk", {"b"}), ("text=patrol", {"b"}), ("kind=enforcement", {"b"}),
     ("level=tertiary", {"b"}), ("objective=o", {"a", "b"}), ("challenge=c", {"a", "b"}),
     ("pillar=nonsense", {"a", "b"}), ("group=men", set())],
)  # fmt: skip
def test_the_list_of_actions_is_narrowed(editor: Client, question: str, found: set[str]) -> None:
    objective = make_objective()
    make_action(objective, "a")
    other = make_action(
        objective, "b", title="Patrol", pillar="sanction", kind="enforcement", level="tertiary",
        lead=make_organisation("police", sector="police"), groups=["women"], state="running",
        budget=[line(2026, "5") | {"payer": "state"}],
        areas=[{"level": "neighbourhood", "area_id": "n08", "name": "Molino"}],
    )  # fmt: skip
    Action.objects.filter(pk=other.pk).update(progress="at_risk")
    response = editor.get(page("strategy-actions", "s") + f"?{question}")
    assert {one.code for one in response.context["page"].object_list} == found
    response = editor.get(page("strategy", "s") + f"?{question}")
    assert response.context["totals"]["n"] == len(found)


def test_a_proposal_is_accepted_and_a_point_declined(editor: Client) -> None:
    make_action(make_objective(make_challenge(topic="public_space")))
    framework = page("plan-framework", "s", "manifesto_2025")
    topics = editor.get(framework).context["shown"]["topics"]
    points = [
        point for topic in topics for point in editor.get(framework, {"topic": topic["id"]}).context["points"]
    ]  # fmt: skip
    proposed = next(point for point in points if point["status"] == "proposed")
    gap = next(point for point in points if point["status"] == "gap")
    ref = proposed["proposals"][0]["ref"]
    answer = editor.post(page("plan-point", "s", "manifesto_2025", proposed["id"]), {"ref": ref})
    assert proposed["id"] in {one["id"] for one in editor.get(answer["Location"]).context["points"]}
    address = page("plan-point", "s", "manifesto_2025", gap["id"])
    assert "Please fill this in" in text_of(editor.post(address, {"decline": "1"}))
    editor.post(address, {"decline": "1", "reason": "The state does it."})
    text = text_of(editor.post(address, {"decline": "1", "reason": "Mine", "seen": ""}))
    assert "The state does it." in text
    counts = editor.get(page("plan-framework", "s", "manifesto_2025")).context["shown"]["counts"]
    assert (counts["answered"], counts["declined"]) == (1, 1)
    assert "action:nothing" in text_of(editor.post(address, {"ref": "action:nothing"}, follow=True))
    editor.post(page("plan-point", "s", "manifesto_2025", proposed["id"]), {"remove": ref})
    assert PlanAnswer.objects.get(point=proposed["id"]).challenges.count() == 0
    assert editor.get(page("plan-point", "s", "manifesto_2025", "none")).status_code == 404


def test_what_hangs_loose_is_listed_with_where_it_is_mended(editor: Client) -> None:
    make_action()
    text = text_of(editor.get(page("plan-orphans", "s")))
    for words in ("Action without a budget", "Action without a lead", "Objective without a target",
                  "Finding that no action follows"):  # fmt: skip
        assert words in text
    assert page("plan-action-section", "s", "a", "budget") in text
    assert page("plan-finding", "s", FALL) in text


def test_the_thread_leads_from_any_to_any_in_two_clicks(editor: Client) -> None:
    make_action()
    editor.post(page("plan-finding", "s", FALL), {"challenge": "c"})
    chain = {
        page("plan-finding", "s", FALL), page("plan-challenge", "s", "c"),
        page("plan-objective", "s", "o"), page("plan-action", "s", "a"),
    }  # fmt: skip
    for here in chain:
        text = text_of(editor.get(here))
        thread = text[
            text.index('class="thread"') : text.index("</nav>", text.index('class="thread"'))
        ]
        for there in chain - {here}:
            assert f'href="{there}"' in thread, (here, there)


def test_ten_thousand_actions_take_few_queries(
    editor: Client, django_assert_max_num_queries: Any
) -> None:
    objectives = [make_objective(make_challenge(make_strategy() if i == 0 else Strategy.objects.get(), f"c{i}"),
                                 f"o{i}") for i in range(10)]  # fmt: skip
    strategy = Strategy.objects.get()
    lead = make_organisation()
    Action.objects.bulk_create(
        Action(strategy=strategy, objective=objectives[i % 10], code=f"x{i}", title=f"Action {i}",
               kind="social", pillar="cohesion", level="primary", lead=lead, position=i)
        for i in range(10_000)
    )  # fmt: skip
    make_action(objectives[0])
    most = {"strategy": (15, "s"), "strategy-actions": (10, "s"), "plan-challenge": (25, "s", "c0"),
            "plan-objective": (32, "s", "o0"), "plan-action": (37, "s", "a")}  # fmt: skip
    for name, (n, *codes) in most.items():
        with django_assert_max_num_queries(n):
            response = editor.get(page(name, *codes))
        assert len(response.content) < 200_000, name
    with django_assert_max_num_queries(10):
        found = editor.get(page("strategy-actions", "s") + "?text=Action 77&page=2")
    assert found.context["page"].paginator.count == 111
