"""Agreements open evidence to their parties, as fine as agreed, until their last day."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from convive.app.evidence_room.terms import State, from_json, to_json
from convive.core.errors import ConflictError, RequestError
from convive.core.model import DisclosureRule
from convive.web.audit_log.models import Event
from convive.web.audit_log.selectors import verify_log
from convive.web.jobs.models import Run
from convive.web.jobs.worker import Worker
from convive.web.notices.models import Notice
from convive.web.rights import jobs, room
from convive.web.rights.actions import agreements as actions
from convive.web.rights.models import Agreement, RestrictedRead
from convive.web.roles import Role
from convive.wiring import evidence_room
from factories.web_objects import rights as made
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
TODAY = date(2026, 11, 21)


@pytest.fixture
def pack(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lay_protected: Any) -> Path:
    """A pack whose restricted store holds counts of the source of incidents, protected already."""
    assert site
    monkeypatch.setattr(room, "pack_now", lambda: tmp_path)
    lay_protected(tmp_path, mean=2.0)
    return tmp_path


def signed_in(account: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def look(client: Client, question: str = "", kind: str = "") -> Any:
    source = made.incident_source()
    client.post(f"/en/work/evidence/source/{source}/reason/",
                {"reason": "meeting", "reference": "2026-114"})  # fmt: skip
    tail = f"{kind}/" if kind else ""
    return client.get(f"/en/work/evidence/source/{source}/{tail}?{question}")


@pytest.mark.usefixtures("pack")
def test_a_partner_of_the_agreement_sees_tables_and_each_look_is_kept() -> None:
    police = made.organisation("Police")
    agreed = made.agreement(police, levels=["district"])
    account = made.partner_of(police)
    client = signed_in(account)
    source = made.incident_source()
    asked_first = client.get(f"/en/work/evidence/source/{source}/")
    assert asked_first.headers["Location"].endswith("/reason/")
    page = look(client, "rows=area:district&columns=kind")
    assert page.status_code == 200
    assert b"<table" in page.content
    read = RestrictedRead.objects.get()
    assert (read.account_id, read.agreement, read.reason, read.reference, read.what) == (
        account.pk, agreed, "meeting", "2026-114", "table",
    )  # fmt: skip
    assert read.fields == ["area:district", "kind"]
    event = Event.objects.get(verb="rights.evidence_read")
    assert event.facts["reference"] == "2026-114"
    assert verify_log().broken_id is None


@pytest.mark.usefixtures("pack")
def test_the_reason_is_asked_again_after_an_hour(monkeypatch: Any) -> None:
    police = made.organisation()
    made.agreement(police)
    client = signed_in(made.partner_of(police))
    assert look(client).status_code == 200
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr("convive.web.rights.views.evidence.timezone.now", lambda: later)
    again = client.get(f"/en/work/evidence/source/{made.incident_source()}/")
    assert again.status_code == 302


@pytest.mark.parametrize("reference", ["Jane Smith", "Ali-Smith1", "2026 114", "", "1" * 41])
@pytest.mark.usefixtures("pack")
def test_a_reference_is_a_number_and_no_name(reference: str) -> None:
    police = made.organisation()
    made.agreement(police)
    client = signed_in(made.partner_of(police))
    address = f"/en/work/evidence/source/{made.incident_source()}/reason/"
    answer = client.post(address, {"reason": "meeting", "reference": reference})
    assert answer.status_code == 200
    assert client.get(address.replace("reason/", "")).status_code == 302


@pytest.mark.usefixtures("pack")
def test_files_say_not_shown_and_never_0_for_it() -> None:
    police = made.organisation()
    agreed = made.agreement(police, levels=["area"], floor=20, code="agreed")
    client = signed_in(made.partner_of(police))
    question = "rows=area:area&columns=kind&only_year=2023"
    content = look(client, question, "csv")
    assert content.headers["Content-Disposition"].startswith(
        f'attachment; filename="{agreed.code}-'
    )
    text = content.content.decode("utf-8-sig")
    assert "not shown" in text
    numbers = {
        int(one) for line in text.splitlines()[1:6] for one in line.split(",")[1:] if one.isdigit()
    }
    assert not any(0 < one < 20 for one in numbers)
    book = openpyxl.load_workbook(io.BytesIO(look(client, question, "xlsx").content))
    values = [cell for row in book["table"].iter_rows(values_only=True) for cell in row]
    assert "not shown" in values
    assert RestrictedRead.objects.filter(what="xlsx").count() == 1


@pytest.mark.parametrize("question", ["rows=month", "columns=daypart", "only_daypart=day&rows=kind",
                                      "rows=area:nowhere", "rows=year&columns=month"])  # fmt: skip
@pytest.mark.usefixtures("pack")
def test_what_is_not_agreed_is_not_shown(question: str) -> None:
    police = made.organisation()
    made.agreement(police, fields=["year", "kind"], levels=["district"])
    page = look(signed_in(made.partner_of(police)), question).content.decode()
    assert '<td class="r" data' not in page
    assert not RestrictedRead.objects.filter(fields__icontains="daypart").exists()
    assert not RestrictedRead.objects.filter(fields__icontains="month").exists()


@pytest.mark.usefixtures("pack")
def test_a_stranger_of_another_organisation_finds_nothing() -> None:
    made.agreement(made.organisation())
    client = signed_in(made.partner_of(made.organisation()))
    source = made.incident_source()
    for address in ("", "reason/", "csv/", "xlsx/"):
        assert client.get(f"/en/work/evidence/source/{source}/{address}").status_code == 404
    assert source not in client.get("/en/work/evidence/").content.decode()
    assert b"Recorded crime" not in client.get("/en/work/agreements/").content


@pytest.mark.usefixtures("pack")
def test_an_expired_agreement_says_when_it_ended_and_opens_nothing() -> None:
    police = made.organisation()
    agreed = made.agreement(police)
    client = signed_in(made.partner_of(police))
    assert look(client).status_code == 200
    reads = RestrictedRead.objects.count()
    Agreement.objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    page = client.get(f"/en/work/evidence/source/{made.incident_source()}/")
    assert page.status_code == 200
    assert "ended on" in page.content.decode()
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/en/work/evidence/source/{made.incident_source()}/{kind}/")
        assert answer.status_code == 302
        assert agreed.code not in str(answer.headers)
    listed = client.get("/en/work/evidence/").content.decode()
    assert f"/source/{made.incident_source()}/" not in listed
    assert RestrictedRead.objects.count() == reads


@pytest.mark.usefixtures("pack")
def test_an_organisation_that_was_switched_off_opens_nothing() -> None:
    user = made.organisation()
    made.agreement(user)
    client = signed_in(make_account(Role.PARTNER, organisation=user))
    assert look(client, "", "csv").status_code == 200
    user.is_active = False
    user.save()
    for kind in ("", "csv"):
        assert look(client, "", kind).status_code == 404, kind
    assert RestrictedRead.objects.count() == 1


@pytest.mark.usefixtures("pack")
def test_without_an_agreement_an_editor_learns_only_that_the_source_is_there() -> None:
    town = made.organisation(is_town=True)
    client = signed_in(made.partner_of(town, Role.COORDINATOR))
    listed = client.get("/en/work/evidence/").content.decode()
    assert "No agreement in force" in listed
    page = client.get(f"/en/work/evidence/source/{made.incident_source()}/").content.decode()
    assert "No agreement in force" in page
    assert "<td" not in page


@pytest.mark.usefixtures("pack")
def test_a_look_that_cannot_be_kept_shows_nothing(monkeypatch: Any) -> None:
    police = made.organisation()
    made.agreement(police)
    client = signed_in(made.partner_of(police))
    client.raise_request_exception = False

    def broken(*_args: Any, **_named: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("convive.web.rights.actions.reading.record", broken)
    answer = look(client)
    assert answer.status_code == 500
    assert not RestrictedRead.objects.exists()


def test_two_people_make_an_agreement_active() -> None:
    first, second = make_account(Role.COORDINATOR), make_account(Role.DATA_PROTECTION)
    draft = made.agreement(made.organisation(), gives=made.organisation(), state="draft",
                           confirmed_at=None)  # fmt: skip
    actions.propose(draft, by=first)
    with pytest.raises(ConflictError) as refused:
        actions.confirm(draft, by=first)
    assert refused.value.code == "AGREEMENT_SAME_PERSON"
    client = signed_in(second)
    confirmed = {"step": "confirm", "revision": "1"}
    client.post(f"/en/work/agreements/{draft.code}/1/step/", confirmed)
    draft.refresh_from_db()
    assert draft.state == State.ACTIVE
    assert draft.confirmed_by == second


def test_nobody_confirms_other_terms_than_the_page_has_shown() -> None:
    first, second = make_account(Role.COORDINATOR), make_account(Role.DATA_PROTECTION)
    draft = made.agreement(made.organisation(), gives=made.organisation(), state="draft",
                           confirmed_at=None, floor=20)  # fmt: skip
    actions.propose(draft, by=first)
    client, path = signed_in(second), f"/en/work/agreements/{draft.code}/1/"
    assert 'name="revision" value="1"' in client.get(path).content.decode()
    actions.send_back(draft, by=first)
    lower = actions.change(draft, {"floor": 5}, revision=1, by=first)
    actions.propose(lower, by=first)
    for stale in ({}, {"revision": "1"}):
        page = client.post(f"{path}step/", {"step": "confirm"} | stale, follow=True)
        assert "meanwhile" in page.content.decode()
    draft.refresh_from_db()
    assert draft.state == State.PROPOSED
    client.post(f"{path}step/", {"step": "confirm", "revision": "2"})
    draft.refresh_from_db()
    assert draft.state == State.ACTIVE


def test_an_analyst_cannot_confirm_and_an_incomplete_draft_cannot_be_proposed() -> None:
    draft = made.agreement(state="proposed", confirmed_at=None,
                           proposed_by=make_account(Role.COORDINATOR))  # fmt: skip
    signed_in(make_account(Role.ANALYST)).post(
        f"/en/work/agreements/{draft.code}/1/step/", {"step": "confirm", "revision": "1"}
    )
    draft.refresh_from_db()
    assert draft.state == State.PROPOSED
    other = made.agreement(state="draft", purposes=[], confirmed_at=None)
    with pytest.raises(RequestError) as refused:
        actions.propose(other, by=make_account(Role.COORDINATOR))
    assert set(refused.value.data["fields"]) == {"gives", "uses", "purposes"}


def test_a_form_filled_from_an_older_draft_is_refused() -> None:
    draft = made.agreement(state="draft", confirmed_at=None)
    by = make_account(Role.COORDINATOR)
    actions.change(draft, {"title": "New"}, revision=1, by=by)
    with pytest.raises(ConflictError):
        actions.change(draft, {"title": "Other"}, revision=1, by=by)


def test_renewing_keeps_the_old_version_until_the_new_one_begins() -> None:
    by, other = make_account(Role.COORDINATOR), make_account(Role.DATA_PROTECTION)
    old = made.agreement(made.organisation(), gives=made.organisation())
    new = actions.renew(old, by=by)
    assert new.version == 2
    begins = timezone.localdate() + timedelta(days=5)
    actions.change(new, {"valid_from": begins, "valid_until": begins + timedelta(days=400)},
                   revision=1, by=by)  # fmt: skip
    new.refresh_from_db()
    actions.propose(new, by=by)
    actions.confirm(new, by=other)
    old.refresh_from_db()
    assert old.valid_until == begins - timedelta(days=1)
    assert old.state == State.ACTIVE


def test_its_end_is_told_before_and_noted_once() -> None:
    police = made.organisation()
    partner, officer = made.partner_of(police), make_account(Role.DATA_PROTECTION)
    agreed = made.agreement(police, valid_until=TODAY)
    for days in (31, 30, 20, 7, 0):
        at = datetime.combine(TODAY - timedelta(days=days), datetime.min.time(), UTC) + timedelta(
            hours=12
        )
        jobs.watch_agreements(at)
        jobs.watch_agreements(at)
    assert Notice.objects.filter(account=partner).count() == 3
    assert Notice.objects.filter(account=officer).count() == 3
    after = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert jobs.watch_agreements(after)["ended"] == 1
    assert jobs.watch_agreements(after)["ended"] == 0
    agreed.refresh_from_db()
    assert agreed.state == State.ENDED
    assert Event.objects.filter(verb="rights.agreement_ended").count() == 1


def test_a_file_goes_out_and_comes_in_again() -> None:
    gives, uses = made.organisation("Police"), made.organisation("Town")
    agreed = made.agreement(uses, gives=gives, code="first")
    text = json.dumps(to_json(agreed.terms()))
    assert from_json(json.loads(text)) == agreed.terms()
    client = signed_in(make_account(Role.COORDINATOR))
    raw = json.loads(client.get("/en/work/agreements/first/1/file/").content) | {"code": "second"}
    file = SimpleUploadedFile("a.json", json.dumps(raw).encode())
    assert client.post("/en/work/agreements/import/", {"file": file}).status_code == 302
    assert Agreement.objects.get(code="second").state == State.DRAFT


@pytest.mark.parametrize("text", ["[]", "{", '{"format": "convive-agreement/1"}', "[" * 50_000,
                                  '{"format": "convive-agreement/1", "floor": true}'])  # fmt: skip
def test_a_hostile_file_is_refused_with_a_sentence(text: str) -> None:
    client = signed_in(make_account(Role.COORDINATOR))
    file = SimpleUploadedFile("a.json", text.encode())
    page = client.post("/en/work/agreements/import/", {"file": file})
    assert page.status_code == 200
    assert b"problems" in page.content


@pytest.mark.usefixtures("pack")
def test_the_officer_reads_who_looked_and_why() -> None:
    police = made.organisation("Police")
    made.agreement(police)
    account = made.partner_of(police)
    look(signed_in(account))
    officer = signed_in(make_account(Role.DATA_PROTECTION))
    page = officer.get("/en/work/evidence/reads/").content.decode()
    assert "2026-114" in page
    assert "Preparing a meeting" in page
    assert (
        signed_in(make_account(Role.COORDINATOR)).get("/en/work/evidence/reads/").status_code == 403
    )


def test_an_agreement_is_printed() -> None:
    agreed = made.agreement(made.organisation(), gives=made.organisation())
    client = signed_in(make_account(Role.COORDINATOR))
    assert client.get(f"/en/work/agreements/{agreed.code}/1/print/pdf/").content[:4] == b"%PDF"
    assert client.get(f"/en/work/agreements/{agreed.code}/1/print/exe/").status_code == 404


def test_an_agreement_that_has_not_begun_or_was_withdrawn_opens_nothing() -> None:
    police = made.organisation()
    client = signed_in(made.partner_of(police))
    agreed = made.agreement(police, valid_from=timezone.localdate() + timedelta(days=1))
    address = f"/en/work/evidence/source/{made.incident_source()}/"
    assert client.get(address).status_code == 404
    actions.withdraw(agreed, by=make_account(Role.COORDINATOR))
    assert "ended on" in client.get(address).content.decode()


def test_tables_are_made_again_when_a_town_goes_back_to_what_it_had(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Least count 5, then 10, then 5 again: each time the tables are asked for and made."""
    monkeypatch.setattr(jobs, "pack_now", lambda: pack)
    source = made.incident_source()
    worker = Worker()
    monkeypatch.setattr(worker, "enter_day", lambda: None)
    for minimum in (5, 10, 5, 10):
        rule = DisclosureRule(min_count=minimum)
        monkeypatch.setattr(jobs, "disclosure_now", lambda rule=rule: rule)
        monkeypatch.setattr(room, "disclosure_now", lambda rule=rule: rule)
        jobs.ask_for(source)
        worker.empty()
        assert evidence_room.is_ready(pack, source, minimum=minimum)
    assert Run.objects.filter(state=Run.State.DONE).count() == 2, "one for each state"
    jobs.ask_for(source)
    assert not Run.objects.exclude(state=Run.State.DONE).exists(), "what is ready is not asked for"
