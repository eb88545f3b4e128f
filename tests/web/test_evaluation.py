"""Evaluations: written, laid down, changed with a reason, answered beside the pages, confirmed."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from convive.core.errors import ConflictError, RequestError
from convive.core.evaluation.chooser import StudyFacts
from convive.core.evaluation.study import FrozenStudy, Study
from convive.core.evaluation.values import from_values
from convive.core.model import Verdict
from convive.web.audit_log.models import Event
from convive.web.evaluation import jobs
from convive.web.evaluation.actions.answers import keep_answer
from convive.web.evaluation.actions.plans import answer_ethics, change_plan, lay_down, write_draft
from convive.web.evaluation.agenda import answers_for
from convive.web.evaluation.models import ConfirmedLine, Evaluation, KeptAnswer, LaidDown
from convive.web.evaluation.selectors import engine
from convive.web.evaluation.selectors.due import due_now, due_on
from convive.web.evaluation.selectors.evaluations import frozen_of, missing_of, rows_of
from convive.web.jobs.models import Run
from convive.web.jobs.tasks import preparation_of
from convive.web.roles import Role
from factories.web_objects import evaluation as made
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_running
from factories.web_objects.strategy import make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]

FACTS = StudyFacts(
    months_before=24, months_after=12, n_areas=20, n_treated=1, n_comparison=8, n_before=200,
    n_comparison_before=900, chosen_months=0,
)  # fmt: skip


@pytest.fixture
def coordinator(client: Client) -> Client:
    client.force_login(make_account(Role.COORDINATOR))
    return client


@pytest.fixture
def evidence(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """A pack whose counts make a comparison possible."""
    for module in (engine, jobs):
        monkeypatch.setattr(module, "pack_now", lambda: tmp_path)
    monkeypatch.setattr(engine.machinery, "facts_for", lambda *_args, **_more: FACTS)
    monkeypatch.setattr(engine.machinery, "panel_for", lambda *_args, **_more: None)
    monkeypatch.setattr(
        engine.machinery, "answer_for", lambda _pack, frozen, *_args, **_more: made.answer(frozen)
    )


def address(name: str, evaluation: Evaluation, *more: Any) -> str:
    action = evaluation.action
    return reverse(name, args=("en", action.strategy.code, action.code, *more))


def sent(**more: Any) -> dict[str, Any]:
    """Return what the form of a plan sends."""
    return {
        "treated": ["n08"], "starts_on": "2026-01-01", "months_before": 24, "months_after": 12,
        "outcome": "burglary_rate", "useful": 10, "harms": ["violence_rate"],
        "comparison": ["n01", "n02"], "chosen": "other", "number": 0, "keep": "1",
    } | more  # fmt: skip


def test_a_plan_is_filled_in_from_its_action(coordinator: Client) -> None:
    action = make_running(lead=make_organisation(), dose_unit="hours")
    action.areas.create(level="neighbourhood", area_id="n08", name="Molino")
    page = coordinator.get(reverse("evaluation-write", args=("en", "s", "a"))).content.decode()
    assert 'value="n08" aria-describedby' in page or 'value="n08"' in page
    assert 'name="starts_on" value="2026-01-01"' in page
    assert 'name="dose_unit" value="hours"' in page
    assert not Evaluation.objects.exists()


def test_without_a_target_the_topic_says_what_is_to_change(coordinator: Client) -> None:
    action = make_running(lead=make_organisation())
    challenge = action.objective.challenge
    challenge.topic = "burglary"
    challenge.save()
    page = coordinator.get(reverse("evaluation-write", args=("en", "s", "a"))).content.decode()
    assert re.search(r'value="[a-z_]*burglary[a-z_]*" selected', page)


def test_a_plan_that_no_design_fits_is_laid_down_to_look_at_delivery_only(
    coordinator: Client,
) -> None:
    make_running(lead=make_organisation())
    write = reverse("evaluation-write", args=("en", "s", "a"))
    assert coordinator.post(write, sent(design="process")).status_code == 302
    evaluation = Evaluation.objects.get()
    study = from_values(Study, evaluation.draft)
    assert (study.designs, study.process_only) == ((), True)
    assert not missing_of(study)
    again = coordinator.get(write).content.decode()
    assert re.search(r'value="process" selected', again)


@pytest.mark.usefixtures("evidence")
def test_the_designs_that_are_possible_are_told_at_once_and_kept(coordinator: Client) -> None:
    make_running(lead=make_organisation())
    write = reverse("evaluation-write", args=("en", "s", "a"))
    looked = coordinator.post(write, sent(keep="") | {"look": "1"})
    assert "Before and after, with areas to compare" in looked.content.decode()
    answered = coordinator.post(write, sent())
    assert answered.status_code == 302, answered.content.decode()[-3000:]
    study = from_values(Study, Evaluation.objects.get().draft)
    assert study.treated == ("n08",)
    assert study.designs[0] == "before_after_control"
    assert study.primary is not None
    assert study.primary.useful == -10.0
    assert study.chosen_months == 0


@pytest.mark.usefixtures("evidence")
def test_what_contradicts_itself_is_asked_again(coordinator: Client) -> None:
    make_running(lead=make_organisation())
    write = reverse("evaluation-write", args=("en", "s", "a"))
    page = coordinator.post(
        write, sent(comparison=["n08"], harms=["burglary_rate"])
    ).content.decode()
    assert "An area cannot be treated and compared with at once." in page
    assert "Something cannot be meant to change and be a harm at once." in page
    assert not Evaluation.objects.exists()


def test_two_who_write_at_once_do_not_lose_what_the_other_wrote() -> None:
    found = made.make_evaluation()
    with pytest.raises(ConflictError, match="EVALUATION_WRITTEN_MEANWHILE"):
        write_draft(found.action, made.study(found.action, note="mine"), number=0, by=None)


def test_a_plan_is_laid_down_as_it_was_seen_and_the_log_tells_it(coordinator: Client) -> None:
    found = made.make_evaluation()
    coordinator.post(address("evaluation-freeze", found), {"digest": "another"})
    assert not LaidDown.objects.exists()
    digest = made.study(found.action).digest
    coordinator.post(address("evaluation-freeze", found), {"digest": digest})
    kept = LaidDown.objects.get()
    assert kept.digest == digest == from_values(Study, kept.study).digest
    event = Event.objects.get(verb="evaluation.laid_down")
    assert digest in event.details
    page = coordinator.get(address("evaluation", found)).content.decode()
    assert digest[:12] in page
    assert "only after the action had started" in page


def test_nothing_is_laid_down_that_lacks_a_harm_or_an_answer_of_ethics() -> None:
    by = make_account(Role.COORDINATOR)
    found = made.make_evaluation()
    answer_ethics(found, {}, {}, by=by)
    digest = made.study(found.action).digest
    with pytest.raises(RequestError, match="EVALUATION_ETHICS_OPEN"):
        lay_down(found, digest=digest, last_data=None, by=by)
    bare = made.study(found.action, outcomes=made.study(found.action).outcomes[:1])
    write_draft(found.action, bare, number=1, by=by)
    with pytest.raises(RequestError, match="EVALUATION_INCOMPLETE"):
        lay_down(found, digest=bare.digest, last_data=None, by=by)


@pytest.mark.parametrize("statement", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}"])
def test_the_database_itself_keeps_a_plan_that_was_laid_down(statement: str) -> None:
    made.make_laid_down()
    table = LaidDown._meta.db_table
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert LaidDown.objects.filter(digest__regex="^[0-9a-f]{64}$").count() == 1


def test_a_change_needs_a_reason_and_both_plans_stay() -> None:
    found, by = made.make_laid_down(), make_account(Role.ANALYST)
    after = made.study(found.action, comparison=("n01",))
    change_plan(found, after, "n02 was rebuilt", seen=0, by=by, last_data=date(2026, 6, 1))
    frozen = frozen_of(rows_of(found))
    assert isinstance(frozen, FrozenStudy)
    assert frozen.first.comparison == ("n01", "n02")
    assert frozen.current.comparison == ("n01",)
    (change,) = frozen.changes
    assert (change.field, change.reason, change.after_data) == (
        "comparison",
        "n02 was rebuilt",
        True,
    )
    with pytest.raises(ConflictError, match="EVALUATION_UNCHANGED"):
        change_plan(found, after, "again", seen=1, by=by, last_data=None)
    with pytest.raises(ConflictError, match="EVALUATION_LAID_DOWN"):
        write_draft(found.action, after, number=2, by=by)


@pytest.mark.usefixtures("evidence")
def test_an_answer_is_worked_out_beside_the_page_and_shown(coordinator: Client) -> None:
    found = made.make_laid_down()
    coordinator.post(address("evaluation-work-out", found))
    waiting = coordinator.get(address("evaluation-answer", found)).content.decode()
    assert "is being worked out" in waiting
    run = Run.objects.get()
    keep_worked_out(**run.args)
    Run.objects.update(state=Run.State.DONE)
    kept = KeptAnswer.objects.get()
    assert kept.plan_digest == made.study(found.action).digest
    page = coordinator.get(address("evaluation-answer", found)).content.decode()
    for text in ("It worked", "20% fewer", "between 31% fewer and 8% fewer", "By night"):
        assert text in page
    action = coordinator.get(reverse("plan-action", args=("en", "s", "a"))).content.decode()
    assert address("evaluation-answer", found) in action


def keep_worked_out(**args: Any) -> None:
    """Do what the worker does: prepare, then keep."""
    prepare = preparation_of(jobs.work_out.func)
    assert prepare is not None
    assert jobs.work_out.func(prepare(**args), **args) == {"n": 1}


def test_nobody_can_tell_is_shown_as_a_verdict(coordinator: Client) -> None:
    kept = made.make_answered(verdict=Verdict.CANNOT_TELL, why=("interval_wide",), is_final=False)
    page = coordinator.get(address("evaluation-answer", kept.evaluation)).content.decode()
    assert "Nobody can tell" in page
    assert "not the last word" in page


def test_a_figure_without_a_verdict_has_no_price_and_is_not_called_a_success(
    coordinator: Client,
) -> None:
    frozen = frozen_of(rows_of(made.make_laid_down()))
    assert frozen is not None
    clear = made.answer(frozen)
    told = replace(clear, verdict=Verdict.CANNOT_TELL, why=("change_turns_verdict",))
    found = keep_answer(Evaluation.objects.get().pk, told, "build").evaluation
    found.action.spending.create(on=date(2026, 3, 1), amount=20000, key=str(uuid.uuid4()))
    page = coordinator.get(address("evaluation-answer", found)).content.decode()
    assert "for each avoided incident" not in page
    assert "<b>it worked</b>" not in page


def test_counts_that_the_gate_withheld_are_said_to_be_so(coordinator: Client) -> None:
    kept = made.make_answered()
    values = kept.answer
    for one in values["outcomes"]:
        one["main"]["seen"] |= {"n_before": None, "n_after": None}
    KeptAnswer.objects.update(answer=values)
    page = coordinator.get(address("evaluation-answer", kept.evaluation)).content.decode()
    assert "numbers not shown, because there are too few incidents" in page
    checks = coordinator.get(address("evaluation-checks", kept.evaluation))
    assert checks.status_code == 200


@pytest.mark.parametrize("role", [Role.PARTNER, Role.ELECTED, Role.DATA_PROTECTION])
def test_who_reads_the_plan_whole_reads_the_answer_and_changes_nothing(
    client: Client, role: Role
) -> None:
    found = made.make_answered().evaluation
    client.force_login(make_account(role, organisation=found.action.lead))
    page = client.get(address("evaluation-answer", found)).content.decode()
    assert "It worked" in page
    assert "work-out/" not in page
    for name in ("evaluation-work-out", "evaluation-freeze", "evaluation-confirm"):
        assert client.post(address(name, found)).status_code == 403
    assert client.get(address("evaluation-write", found)).status_code == 403


def test_an_answer_is_due_when_its_months_are_over() -> None:
    found = made.make_laid_down()
    plan = made.study(found.action)
    assert due_on(plan) == date(2027, 1, 1)
    assert due_now(date(2026, 12, 31)) == []
    assert [one.pk for one in due_now(date(2027, 1, 1))] == [found.pk]


def test_a_meeting_hears_of_what_is_due_and_of_what_was_answered_since_the_last_one() -> None:
    due = made.make_laid_down()
    strategy = due.action.strategy
    told = list(answers_for(strategy, date(2027, 1, 1), date(2026, 1, 1)))
    assert [(one.title, one.due, one.verdict) for one in told] == [
        (due.action.title, date(2027, 1, 1), "")
    ]
    frozen = frozen_of(rows_of(due))
    assert frozen is not None
    kept = keep_answer(due.pk, made.answer(frozen), "build")
    KeptAnswer.objects.filter(pk=kept.pk).update(day=date(2027, 1, 2), is_final=True)
    told = list(answers_for(strategy, date(2027, 1, 3), date(2026, 1, 1)))
    assert [(one.ref, one.verdict) for one in told] == [(f"action:{due.action.code}", "worked")]
    assert not list(answers_for(strategy, date(2027, 1, 3), kept.at.date() + timedelta(days=1)))


def test_a_line_counts_only_when_a_person_confirmed_it(coordinator: Client) -> None:
    found = made.make_answered().evaluation
    said = {"check": "practice_quality_check", "item": "b2", "answer": "1"}
    coordinator.post(address("evaluation-confirm", found), said | {"answer": "seventeen"})
    assert not ConfirmedLine.objects.exists()
    coordinator.post(address("evaluation-confirm", found), said)
    line = ConfirmedLine.objects.get()
    assert (line.answer, line.proposed) == ("1", "1")
    assert Event.objects.filter(verb="evaluation.line_confirmed").count() == 1
    page = coordinator.get(address("evaluation-checks", found)).content.decode()
    assert "confirmed by" in page


def test_views_are_counts_and_few_of_them_tell_no_share(coordinator: Client) -> None:
    found = made.make_answered().evaluation
    note = address("evaluation-note", found)
    said = {
        "kind": "participants",
        "on": "2026-06-01",
        "n": 4,
        "n_good": 3,
        "n_harm": 0,
        "text": "",
    }
    coordinator.post(note, said | {"key": str(uuid.uuid4())})
    coordinator.post(
        note, said | {"key": str(uuid.uuid4()), "n": 40, "n_good": 30, "kind": "staff"}
    )
    page = coordinator.get(address("evaluation-answer", found)).content.decode()
    assert "fewer than 10 asked" in page
    assert "40 asked, 75% found it good" in page
    wrong = coordinator.post(note, said | {"key": str(uuid.uuid4()), "n_good": 5}).content.decode()
    assert "That is more than were asked." in wrong


def test_what_an_incident_costs_is_a_choice_with_its_source(coordinator: Client) -> None:
    found = made.make_answered().evaluation
    found.action.spending.create(on=date(2026, 3, 1), amount=20000, key=str(uuid.uuid4()))
    unit = address("evaluation-unit", found)
    assert coordinator.post(unit, {"amount": "500"}).status_code == 200
    found.refresh_from_db()
    assert found.unit == {}
    coordinator.post(unit, {"amount": "500", "year": "2025", "source": "Court of auditors, p. 7"})
    page = coordinator.get(address("evaluation-answer", found)).content.decode()
    assert "500\N{NO-BREAK SPACE}EUR for each avoided incident" in page
    assert "It pays from 40 avoided incidents on" in page


@pytest.mark.parametrize("kind", ["pdf", "docx"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_dossier_and_the_year_are_documents(client: Client, kind: str, language: str) -> None:
    client.force_login(make_account(Role.DATA_PROTECTION))
    found = made.make_answered().evaluation
    action = found.action
    dossier = reverse(
        "evaluation-dossier", args=(language, action.strategy.code, action.code, kind)
    )
    year = reverse("plan-year-file", args=(language, action.strategy.code, 2026, kind))
    for one in (dossier, year):
        content = client.get(one).content
        assert content.startswith(b"%PDF" if kind == "pdf" else b"PK")
    assert Event.objects.filter(verb="evaluation.exported").count() == 2


def test_the_year_tells_effect_money_and_what_the_rules_suggest(coordinator: Client) -> None:
    made.make_answered()
    page = coordinator.get(reverse("plan-year", args=("en", "s", 2026))).content.decode()
    assert "The evaluation says that it worked." in page
    assert "People decide." in page
    assert coordinator.get(reverse("plan-year", args=("en", "s", 1999))).status_code == 404


def test_the_database_lists_own_evaluations_and_those_of_the_shelf(coordinator: Client) -> None:
    made.make_answered()
    page = coordinator.get(reverse("evaluations", args=("en",))).content.decode()
    assert "Light the passages" in page
    assert "shelf/entries/" in page
    none = coordinator.get(reverse("evaluations", args=("en",)), {"state": "harmful"})
    assert "Light the passages" not in none.content.decode()


def test_a_partner_of_others_finds_no_evaluation_in_the_database(client: Client) -> None:
    made.make_answered()
    client.force_login(make_account(Role.PARTNER, organisation=make_organisation("harbour")))
    page = client.get(reverse("evaluations", args=("en",))).content.decode()
    assert "Light the passages" not in page


def test_the_guide_explains_what_is_possible(coordinator: Client) -> None:
    said = {
        "outcome": "counts", "months_before": 24, "months_after": 12, "n_areas": 20, "n_treated": 2,
        "n_comparison": 8, "n_buffer": 0, "n_before": 100, "n_comparison_before": 400,
        "chosen": "other", "same_start": "on", "waves_before": 0, "waves_after": 0,
    }  # fmt: skip
    page = coordinator.get(reverse("evaluation-chooser", args=("en",)), said).content.decode()
    assert "These ways can be used here" in page
    assert page.index("Before and after, with areas to compare") < page.index(
        "Survey before and after"
    )


def test_an_address_that_answers_only_some_questions_of_the_guide_takes_the_rest_as_usual(
    coordinator: Client,
) -> None:
    guide = reverse("evaluation-chooser", args=("en",))
    page = coordinator.get(guide, {"n_areas": 40}).content.decode()
    assert 'name="n_areas" value="40"' in page
    assert 'aria-invalid="true"' not in page
    assert "ways can be used here" in page
    assert 'aria-invalid="true"' in coordinator.get(guide, {"n_areas": "many"}).content.decode()


def test_of_a_check_only_the_section_that_is_next_stands_open(coordinator: Client) -> None:
    found = made.make_answered().evaluation
    page = coordinator.get(address("evaluation-checks", found)).content.decode()
    assert page.count('<details class="check-part" open>') == 2, "one of each check"
    assert page.count('<details class="check-part"') > 4


@pytest.mark.usefixtures("evidence")
def test_outlooks_of_drafts_are_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST_KEPT", 3)
    action = make_running(lead=make_organisation())
    plans = [made.study(action, months_after=one) for one in range(12, 18)]
    found = [engine.outlook_for(one) for one in plans]
    kept = engine.current_site().keep("evaluation_outlooks", dict)
    assert list(kept.values()) == found[-3:]
    assert engine.outlook_for(plans[-1]) is found[-1]
