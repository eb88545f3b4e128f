"""Evaluations against those who mean it ill: backdated, flooded, forged, written twice, hostile texts."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from convive.core.errors import ConflictError, RequestError
from convive.core.evaluation.answer import Rival
from convive.core.evaluation.study import FrozenStudy, Study
from convive.core.evaluation.values import from_values, to_values
from convive.web.accounts.models import Organisation
from convive.web.audit_log.models import Event
from convive.web.evaluation import jobs
from convive.web.evaluation.actions.answers import keep_answer
from convive.web.evaluation.actions.plans import change_plan, lay_down
from convive.web.evaluation.jobs import ask_for_answer
from convive.web.evaluation.models import Evaluation, KeptAnswer, LaidDown
from convive.web.evaluation.selectors import engine
from convive.web.evaluation.selectors.evaluations import frozen_of, rows_of
from convive.web.jobs.models import Run
from convive.web.roles import Role
from convive.web.workspace.models import Strategy
from factories import partnership
from factories.hostile import HARDER_NAMES
from factories.web_objects import evaluation as made
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import make_entry, make_running
from factories.web_objects.strategy import make_organisation, make_strategy
from web.test_evaluation import FACTS, address, sent
from web.test_strategy_at_once import at_once

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]

EVIL = "\"'><img src=x onerror=alert(1)>{{ 7*7 }}{% load x %}javascript:alert(1)&lt;b&gt;"


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


# --- plans that were laid down -------------------------------------------------------------------


def laid_down_for_later() -> tuple[Evaluation, date]:
    """Return a plan laid down in time for a start far ahead, and the day until which there are data."""
    start = (timezone.now() + timedelta(days=400)).date()
    return made.make_laid_down(starts_on=start), date(2026, 6, 1)


def test_a_start_moved_back_to_where_the_counts_are_known_is_told_as_such() -> None:
    found, known_until = laid_down_for_later()
    before = frozen_of(rows_of(found))
    assert before is not None
    assert not before.was_late
    moved = made.study(found.action, starts_on=date(2025, 1, 1))
    by = make_account(Role.ANALYST)
    change_plan(found, moved, "It began earlier", seen=0, by=by, last_data=known_until)
    after = frozen_of(rows_of(found))
    assert after is not None
    assert all(change.after_data for change in after.changes)
    assert after.was_late


def test_the_page_tells_that_a_plan_whose_start_was_moved_back_came_late(
    coordinator: Client,
) -> None:
    found, known_until = laid_down_for_later()
    late = "only after the action had started"
    assert late not in coordinator.get(address("evaluation", found)).content.decode()
    moved = made.study(found.action, starts_on=date(2025, 1, 1))
    change_plan(found, moved, "x", seen=0, by=make_account(Role.ANALYST), last_data=known_until)
    assert late in coordinator.get(address("evaluation", found)).content.decode()


def test_a_late_plan_does_not_become_timely_by_a_later_start() -> None:
    found = made.make_laid_down()
    later = made.study(found.action, starts_on=(timezone.now() + timedelta(days=90)).date())
    by = make_account(Role.ANALYST)
    change_plan(found, later, "Postponed", seen=0, by=by, last_data=date(2026, 6, 1))
    frozen = frozen_of(rows_of(found))
    assert frozen is not None
    assert frozen.was_late
    assert frozen.changes[0].after_data


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_no_change_is_kept_without_a_reason(coordinator: Client, reason: str) -> None:
    found = made.make_laid_down()
    form = sent(number=0, comparison=["n01"]) | {"reason": reason}
    write = address("evaluation-write", found)
    assert coordinator.post(write, form).status_code == 200
    after = made.study(found.action, comparison=("n01",))
    with pytest.raises(RequestError, match="EVALUATION_NO_REASON"):
        change_plan(found, after, reason, seen=0, by=make_account(Role.ANALYST), last_data=None)
    assert LaidDown.objects.count() == 1


def test_neither_the_model_nor_another_row_replaces_a_plan_that_was_laid_down() -> None:
    found = made.make_laid_down()
    row = LaidDown.objects.get()
    row.at = datetime(2020, 1, 1, tzinfo=UTC)
    for change in (
        row.save, row.delete, lambda: LaidDown.objects.update(at=row.at),
        lambda: LaidDown.objects.all().delete(), found.delete, found.action.delete,
        lambda: LaidDown.objects.bulk_create(
            [LaidDown(evaluation=found, number=0, study={}, digest="0" * 64, at=row.at)],
            update_conflicts=True, unique_fields=["evaluation", "number"],
            update_fields=["at", "study", "digest"],
        ),
    ):  # fmt: skip
        with (
            pytest.raises(Exception, match=r"stay|PROTECT|protected|restrict"),
            transaction.atomic(),
        ):
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        LaidDown.objects.create(evaluation=found, number=0, study={}, digest="", at=row.at)
    assert LaidDown.objects.get().at != row.at


def test_a_row_whose_plan_is_not_the_one_of_its_digest_is_answered_by_nobody(
    coordinator: Client,
) -> None:
    found = made.make_laid_down()
    kept = LaidDown.objects.get()
    forged = to_values(made.study(found.action, treated=("n05",)))
    LaidDown.objects.create(
        evaluation=found, number=1, study=forged, digest=kept.digest, at=kept.at
    )
    with pytest.raises(ConflictError, match="EVALUATION_NOT_AS_LAID_DOWN"):
        jobs._worked_out(evaluation_id=found.pk)
    assert coordinator.get(address("evaluation", found)).status_code == 200


@pytest.mark.usefixtures("each_database", "site")
@pytest.mark.django_db(databases=[])
def test_of_two_who_lay_down_at_once_one_does_and_the_log_tells_it_once() -> None:
    found = made.make_evaluation()
    by, digest = make_account(Role.COORDINATOR), made.study(found.action).digest
    results = at_once(*([lambda: lay_down(found, digest=digest, last_data=None, by=by)] * 4))
    refused = [one for one in results if isinstance(one, ConflictError)]
    assert len(refused) == 3, results
    assert LaidDown.objects.count() == 1
    assert Event.objects.filter(verb="evaluation.laid_down").count() == 1


@pytest.mark.usefixtures("each_database", "site")
@pytest.mark.django_db(databases=[])
def test_of_two_who_change_and_two_who_write_at_once_none_is_lost_unseen() -> None:
    found, by = made.make_laid_down(), make_account(Role.ANALYST)
    plans = [made.study(found.action, comparison=(one,)) for one in ("n01", "n02", "n03")]
    results = at_once(*(
        lambda plan=plan: change_plan(found, plan, "why", seen=0, by=by, last_data=None)
        for plan in plans
    ))  # fmt: skip
    assert sum(isinstance(one, LaidDown) for one in results) == 1, results
    assert sum(isinstance(one, ConflictError) for one in results) == 2
    assert list(LaidDown.objects.values_list("number", flat=True)) == [0, 1]


# --- what is sent --------------------------------------------------------------------------------


@pytest.mark.usefixtures("evidence")
def test_an_area_sent_many_times_counts_once(coordinator: Client) -> None:
    make_running(lead=make_organisation())
    write = reverse("evaluation-write", args=("en", "s", "a"))
    many = sent(
        treated=["n08"] * 500, comparison=["n01", "n01", "n02"],
        harms=["violence_rate", "violence_rate"], more=["vandalism_rate"] * 2,
    )  # fmt: skip
    assert coordinator.post(write, many).status_code == 302
    study = from_values(Study, Evaluation.objects.get().draft)
    assert (study.treated, study.comparison) == (("n08",), ("n01", "n02"))
    assert len({one.indicator_id for one in study.outcomes}) == len(study.outcomes)


@pytest.mark.usefixtures("evidence")
@pytest.mark.parametrize("day", ["9999-12-31", "9998-02-01", "0001-01-01", "0900-05-05"])
@pytest.mark.parametrize("early", ["", "9999-12-31", "0001-01-01"])
def test_days_at_the_ends_of_the_calendar_end_in_a_page(
    coordinator: Client, day: str, early: str
) -> None:
    make_running(lead=make_organisation())
    write = reverse("evaluation-write", args=("en", "s", "a"))
    form = sent(starts_on=day, early_look=early, months_after=60, months_before=120)
    assert coordinator.post(write, form).status_code in {200, 302}
    assert coordinator.get(reverse("evaluation", args=("en", "s", "a"))).status_code == 200


@pytest.mark.usefixtures("evidence")
@pytest.mark.parametrize(
    "wrong",
    [
        {"treated": ["nowhere"]}, {"treated": ["x" * 5000]},
        {"outcome": "no_such"}, {"design": "magic"}, {"months_before": "9" * 400},
        {"useful": "1e400"}, {"useful": "NaN"}, {"number": "-1"}, {"number": "٣"},
        {"number": "9" * 5000}, {"chosen_months": "-5", "chosen": "counts"},
        {"note": "x" * 50_000}, {"splits": ["person"]},
    ],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
def test_what_no_page_would_send_writes_nothing(coordinator: Client, wrong: dict[str, Any]) -> None:
    make_running(lead=make_organisation())
    write = reverse("evaluation-write", args=("en", "s", "a"))
    assert coordinator.post(write, sent(**wrong)).status_code in {200, 400}
    assert not Evaluation.objects.exists()


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("evidence")
def test_asked_a_hundred_times_it_is_worked_out_once(coordinator: Client) -> None:
    found = made.make_laid_down()
    for _ in range(100):
        assert coordinator.post(address("evaluation-work-out", found)).status_code == 302
    run = Run.objects.get()
    Run.objects.update(state=Run.State.RUNNING)
    assert ask_for_answer(found, now=timezone.now(), by=make_account(Role.ANALYST)).pk == run.pk
    assert Event.objects.filter(verb="evaluation.answer_asked").count() == 1
    Run.objects.update(state=Run.State.DONE)
    ask_for_answer(found, now=timezone.now(), by=make_account(Role.ANALYST))
    assert Run.objects.count() == 2


@pytest.mark.usefixtures("each_database", "site", "evidence")
@pytest.mark.django_db(databases=[])
def test_asked_by_many_at_once_it_is_worked_out_once() -> None:
    found, by = made.make_laid_down(), make_account(Role.ANALYST)
    results = at_once(*([lambda: ask_for_answer(found, now=timezone.now(), by=by)] * 4))
    assert not [one for one in results if isinstance(one, Exception)], results
    assert Run.objects.count() == 1


def test_an_answer_kept_twice_as_after_a_killed_worker_is_one() -> None:
    found = made.make_laid_down()
    frozen = frozen_of(rows_of(found))
    assert isinstance(frozen, FrozenStudy)
    for _ in range(3):
        keep_answer(found.pk, made.answer(frozen), "build")
    assert KeptAnswer.objects.count() == 1


def test_an_answer_to_the_plan_before_its_change_is_told_to_be_old(coordinator: Client) -> None:
    found = made.make_answered().evaluation
    KeptAnswer.objects.update(build=current_build())
    other = "The plan was changed after this answer."
    page = address("evaluation-answer", found)
    assert other not in coordinator.get(page).content.decode()
    after = made.study(found.action, comparison=("n01",))
    change_plan(
        found, after, "n02 was rebuilt", seen=0, by=make_account(Role.ANALYST),
        last_data=date(2026, 6, 1),
    )  # fmt: skip
    assert other in coordinator.get(page).content.decode()


def current_build() -> str:
    from convive.web.staff.audit import audit_digest

    return audit_digest()


# --- who comes in, and how -----------------------------------------------------------------------

READ = ("evaluation", "evaluation-answer", "evaluation-checks")
WRITE = ("evaluation-write", "evaluation-ethics", "evaluation-note", "evaluation-unit")
POST_ONLY = ("evaluation-freeze", "evaluation-work-out", "evaluation-confirm")


def everything_of(found: Evaluation) -> list[str]:
    papers = [address("evaluation-dossier", found, kind) for kind in ("pdf", "docx", "exe")]
    return [address(name, found) for name in (*READ, *WRITE, *POST_ONLY)] + papers


def test_partners_of_another_organisation_and_of_one_switched_off_find_nothing(
    client: Client,
) -> None:
    found = made.make_answered().evaluation
    lead, other = found.action.lead, partnership.organisation("school", "schools")
    own = partnership.partner(lead)
    client.force_login(own)
    assert [client.get(address(name, found)).status_code for name in READ] == [200] * 3
    assert [client.get(address(name, found)).status_code for name in WRITE] == [403] * 4
    listed = client.get(reverse("evaluations", args=("en",))).content.decode()
    assert found.action.title in listed
    Organisation.objects.filter(pk=lead.pk).update(is_active=False)
    for account in (own, partnership.partner(other)):
        stranger = Client()
        stranger.force_login(account)
        for path in everything_of(found):
            assert stranger.get(path).status_code in {403, 404, 405}, path
            assert stranger.post(path, {"digest": "x"}).status_code in {403, 404, 405}, path
        assert (
            found.action.title
            not in stranger.get(reverse("evaluations", args=("en",))).content.decode()
        )


def test_an_evaluation_of_a_draft_strategy_is_known_to_editors_alone(client: Client) -> None:
    found = made.make_answered().evaluation
    Strategy.objects.update(state=Strategy.State.DRAFT)
    for account in (
        make_account(Role.ELECTED), make_account(Role.DATA_PROTECTION),
        partnership.partner(found.action.lead),
    ):  # fmt: skip
        client.force_login(account)
        for name in READ:
            assert client.get(address(name, found)).status_code == 404


def test_writing_needs_the_token_of_the_page_and_the_right_method() -> None:
    found = made.make_laid_down()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_account(Role.COORDINATOR))
    for name in (*WRITE, *POST_ONLY):
        assert strict.post(address(name, found), {"digest": "x"}).status_code == 403, name
    easy = Client()
    easy.force_login(make_account(Role.COORDINATOR))
    for name in POST_ONLY:
        assert easy.get(address(name, found)).status_code == 405, name
    for name in READ:
        assert easy.post(address(name, found)).status_code == 405, name
        assert easy.delete(address(name, found)).status_code == 405, name
    assert not Run.objects.exists()


def test_the_address_of_another_strategy_does_not_open_an_evaluation(coordinator: Client) -> None:
    found = made.make_answered().evaluation
    make_strategy(code="other")
    for name in READ:
        path = reverse(name, args=("en", "other", found.action.code))
        assert coordinator.get(path).status_code == 404


# --- texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [EVIL, HARDER_NAMES[9]], ids=["markup", "marks"])
def test_texts_stay_texts_on_pages_and_papers(coordinator: Client, text: str) -> None:
    clean = text.replace("\0", "")
    found = made.make_laid_down(note=clean, dose_unit=clean[:60])
    after = made.study(found.action, note=clean, comparison=("n01",))
    by = make_account(Role.ANALYST)
    change_plan(found, after, clean[:400], seen=0, by=by, last_data=None)
    frozen = frozen_of(rows_of(found))
    assert frozen is not None
    rivals = (Rival("other_actions", False, {"actions": clean, "note": clean}),)
    keep_answer(found.pk, made.answer(frozen, rivals=rivals), "build")
    said = {"kind": "context", "on": "2026-06-01", "text": clean, "key": str(uuid.uuid4())}
    coordinator.post(address("evaluation-note", found), said)
    coordinator.post(
        address("evaluation-unit", found), {"amount": "5", "year": "2025", "source": clean[:400]}
    )
    for name in (*READ, *WRITE):
        page = coordinator.get(address(name, found))
        assert page.status_code == 200, name
        shown = page.content.decode()
        assert "<img src=x" not in shown
        assert "<svg onload" not in shown
        assert "<script>alert" not in shown
    for kind, magic in (("pdf", b"%PDF"), ("docx", b"PK")):
        paper = coordinator.get(address("evaluation-dossier", found, kind))
        assert paper.content.startswith(magic)
    year = reverse("plan-year-file", args=("en", found.action.strategy.code, 2026, "docx"))
    assert coordinator.get(year).content.startswith(b"PK")


@pytest.mark.parametrize("n", [1, 2, 4, 9])
def test_few_people_reached_or_asked_are_told_nowhere(coordinator: Client, n: int) -> None:
    found = made.make_answered().evaluation
    make_entry(found.action, reached={"children": n})
    odd = n * 1000 + 77
    found.notes.create(kind="participants", on=date(2026, 6, 1), n=9, n_good=n, n_harm=n, key="k")
    found.notes.create(kind="staff", on=date(2026, 6, 1), n=odd, n_good=odd - n, n_harm=n, key="l")
    year = reverse("plan-year", args=("en", found.action.strategy.code, 2026))
    for path in (*(address(name, found) for name in READ), year):
        words = re.sub(r"<[^>]+>", " ", coordinator.get(path).content.decode())
        assert not re.search(rf"(?<![\d.,–-])(9 asked|{n} (people|persons|of them|told))", words), (
            path
        )
    answer = coordinator.get(address("evaluation-answer", found)).content.decode()
    assert "fewer than 10 asked" in answer
