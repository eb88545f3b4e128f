"""Pages of jobs and notices: what they show, what they change, how many queries they take."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client

from convive.catalogue.texts import has_text
from convive.web.audit_log.models import Event
from convive.web.jobs import daily
from convive.web.jobs.models import Run
from convive.web.notices.actions import notify
from convive.web.notices.models import Notice
from convive.web.notices.selectors import wants_digest
from convive.web.roles import Role
from factories.web_objects.accounts import make_account
from factories.web_objects.jobs import NOW, make_run

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]

MOST_QUERIES = 12


@pytest.fixture
def ana(client: Client) -> Any:
    account = make_account(Role.COORDINATOR, name="Ana")
    client.force_login(account)
    return account


def test_everything_that_is_done_every_day_has_a_name() -> None:
    assert daily.names()
    assert [name for name in daily.names() if not has_text(f"job.{name}")] == []


@pytest.mark.usefixtures("ana")
def test_the_page_shows_what_ran_and_what_failed(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(70):
        make_run(key=f"k{number}", state="done", outcome={"sessions": number}, finished_at=NOW)
    make_run("old.task", key="y", error_code="ValueError")
    make_run("convive.web.notices.jobs.send_digest", key="x", error_code="MAIL_NOT_TAKEN")
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get("/en/work/jobs/").content.decode()
    assert "72 runs" in page
    assert "Page 1 of 2" in page
    assert "Send an e-mail of the day" in page
    assert "Nothing was sent." in page, "the code, in words"
    assert "sessions removed: 69" in page
    failed = client.get("/en/work/jobs/?state=failed").content.decode()
    assert "2 runs" in failed
    assert "ValueError" in failed
    for question in ("state=%00", "state=x", "page=-1", "page=x"):
        assert client.get(f"/en/work/jobs/?{question}").status_code == 200


@pytest.mark.usefixtures("ana")
def test_a_daily_job_is_asked_for_once_a_form(client: Client) -> None:
    asked = {"name": "jobs.tidy", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post("/en/work/jobs/now/", asked).status_code == 302
    assert Run.objects.filter(name="jobs.tidy", state="waiting").count() == 1
    assert Event.objects.filter(verb="jobs.asked").count() == 1
    assert client.post("/en/work/jobs/now/", asked | {"name": "os.system"}).status_code == 404
    assert client.post("/en/work/jobs/now/", {"name": "jobs.tidy"}).status_code == 400


@pytest.mark.usefixtures("ana")
def test_only_what_failed_is_tried_again(client: Client) -> None:
    failed, done = make_run(attempts=6, error_code="STORE_FULL"), make_run(state="done")
    client.post(f"/en/work/jobs/{failed.pk}/again/")
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.error_code) == ("waiting", 0, "")
    refused = client.post(f"/en/work/jobs/{done.pk}/again/", follow=True).content.decode()
    assert "has not failed" in refused


def test_a_notice_leads_to_its_page_in_the_readers_language(client: Client, ana: Any) -> None:
    notify(ana, "test.due", key="a", due=date(2026, 12, 1), address="/de/work/log/?x=1")
    page = client.get("/fr/work/notices/").content.decode()
    assert 'href="/fr/work/log/?x=1"' in page
    assert "1er décembre 2026" in page
    assert "1 avis" in page
    assert client.get("/fr/work/log/").content.decode().count('class="counted"') == 1


def test_notices_are_read_one_by_one_or_all_and_only_ones_own(client: Client, ana: Any) -> None:
    for number in range(3):
        notify(ana, "test.due", key=str(number))
    other = notify(make_account(), "test.due", key="other")
    client.post("/en/work/notices/read/", {"notice": other.pk})
    client.post("/en/work/notices/read/", {"notice": Notice.objects.get(key="0").pk})
    assert Notice.objects.filter(read_at=None).count() == 3
    for asked in ("", "x", "-1", "9" * 40, "²"):
        assert client.post("/en/work/notices/read/", {"notice": asked}).status_code == 400
    client.post("/en/work/notices/read/", {"all": "1"})
    assert [one.key for one in Notice.objects.filter(read_at=None)] == ["other"]
    assert "0 notices" in client.get("/en/work/").content.decode()
    assert "read</td>" in client.get("/en/work/notices/?show=all").content.decode()


def test_many_notices_take_few_queries(
    client: Client, ana: Any, django_assert_max_num_queries: Any
) -> None:
    for number in range(120):
        notify(ana, "test.due", key=str(number))
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get("/en/work/notices/").content.decode()
    assert "Page 1 of 3" in page


def test_counting_notices_takes_one_query_a_page(client: Client, ana: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    notify(ana, "test.due", key="a")
    with CaptureQueriesContext(connection) as queries:
        client.get("/en/work/")
    assert sum("notices_notice" in one["sql"] for one in queries) == 1


def test_the_letter_of_the_day_is_the_accounts_own_choice(
    client: Client, ana: Any, settings: Any
) -> None:
    settings.CONVIVE_SMTP = "smtp://127.0.0.1"
    assert "Send me no e-mail" in client.get("/en/work/notices/").content.decode()
    client.post("/en/work/notices/mail/", {"wants": "0"})
    assert not wants_digest(ana)
    assert "Send me an e-mail" in client.get("/en/work/notices/").content.decode()
    client.post("/en/work/notices/mail/", {"wants": "1"})
    assert wants_digest(ana)
