"""Partners, bodies, commitments, reminders, the home page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from convive.core.strategy.framework import (  # fmt: skip
    Framework,
    FrameworkKind,
    FrameworkSource,
    Point,
    PointKind,
    Topic,
)
from convive.core.strategy.vocabulary import Sector
from convive.web.accounts.models import Organisation
from convive.web.notices.models import Notice
from convive.web.roles import Role
from convive.web.staff import panels
from convive.web.workspace.actions.reminders import remind, stage_of
from convive.web.workspace.clock import today
from convive.web.workspace.models import Body, Commitment, Stakeholder
from convive.web.workspace.presenters import partners as presenter
from factories import partnership
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


def client_of(account: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


@pytest.fixture
def ana() -> Client:
    """A coordinator."""
    return client_of(make_account(Role.COORDINATOR))


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def words(text: str) -> dict[str, str]:
    return {"en": text}


@pytest.fixture
def checklist(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checklist of two who should be there."""
    points = tuple(
        Point(name, PointKind.MEMBER, "p. 4", words(title), words(f"{title} know."), sectors=(sector,))
        for name, title, sector in (("schools", "Schools", Sector.SCHOOLS), ("bars", "Bars and clubs", Sector.NIGHTLIFE))
    )  # fmt: skip
    topic = Topic("all", "p. 4", words("Who"), words("Who"), points)
    found = Framework(
        "stakeholder_checklist", FrameworkKind.CHECKLIST, 1, "checked", date(2026, 11, 21),
        FrameworkSource("Guide", "Network", 2020, ""), words("Checklist"), words("Who"), (topic,),
    )  # fmt: skip
    monkeypatch.setattr(presenter, "checklist", lambda: found)
    monkeypatch.setattr("convive.web.workspace.views.partners.checklist", lambda: found)


def test_the_map_shows_parts_and_its_table_says_the_same(ana: Client) -> None:
    for code, sector, part in (("police", "police", "steers"), ("school", "schools", "works"), ("bars", "nightlife", "absent")):  # fmt: skip
        made = partnership.organisation(code, sector)
        ana.post(f"/en/work/partners/of/{code}/", {"part": part, "mandate": f"Mandate of {code}"})
        assert Stakeholder.objects.get(organisation=made).part == part
    text = text_of(ana, "/en/work/partners/")
    assert text.count('<g class="dot') == 3
    assert "Mandate of school" in text
    assert "Rings by part, slices by sector: 3 organisations from 3 sectors" in text


@pytest.mark.usefixtures("checklist")
def test_who_is_missing_is_told_with_why_and_entered_by_one_click(ana: Client) -> None:
    text = text_of(ana, "/en/work/partners/")
    assert "0 of 2 covered" in text
    assert "Bars and clubs know." in text
    for _ in range(2):
        ana.post("/en/work/partners/absent/", {"point": "bars"})
    made = Organisation.objects.get(name="Bars and clubs")
    assert (made.sector, made.stakeholder.part, made.stakeholder.checklist) == ("nightlife", "absent", ["bars"])  # fmt: skip
    assert "0 of 2 covered" in text_of(ana, "/en/work/partners/"), "absent covers nothing"
    version = made.stakeholder.version
    ana.post(f"/en/work/partners/of/{made.code}/", {"part": "works", "checklist": "bars", "version": version})  # fmt: skip
    assert "1 of 2 covered" in text_of(ana, "/en/work/partners/")


@pytest.mark.usefixtures("checklist")
def test_whoever_is_missing_is_added_as_a_partner_with_name_and_sector_filled_in(ana: Client) -> None:  # fmt: skip
    assert "/en/work/partners/new/?point=bars" in text_of(ana, "/en/work/partners/")
    text = text_of(ana, "/en/work/partners/new/?point=bars")
    assert 'value="Bars and clubs"' in text
    assert '<option value="nightlife" selected>' in text
    sent = {"name": "Bars of the harbour", "sector": "nightlife", "part": "works"}
    page = ana.post("/en/work/partners/new/?point=bars", sent, follow=True).content.decode()
    assert "Say below what it brings" in page
    assert Organisation.objects.get().stakeholder.checklist == ["bars"]
    assert "1 of 2 covered" in text_of(ana, "/en/work/partners/")
    assert ana.get("/en/work/partners/new/?point=nobody").status_code == 200


def test_without_a_checklist_the_page_says_so(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(presenter, "CHECKLIST", "not_there")
    assert "There is no checklist" in text_of(ana, "/en/work/partners/")
    assert ana.post("/en/work/partners/absent/", {"point": "x"}).status_code == 302


def test_an_organisation_is_added_once_by_name(ana: Client) -> None:
    sent = {"name": "Night buses", "sector": "transport", "part": "works"}
    assert ana.post("/en/work/partners/new/", sent).status_code == 302
    assert "already" in ana.post("/en/work/partners/new/", sent | {"name": "NIGHT BUSES"}).content.decode()  # fmt: skip
    assert Organisation.objects.get().code == "night-buses"


def test_a_body_has_members_and_only_they_know_of_it(ana: Client) -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    sent = {"name": "Board", "kind": "board", "every_months": "2", "is_active": "on", "about": "", "area": "",
            f"seat_{police.pk}": "chair", f"seat_{school.pk}": "none"}  # fmt: skip
    assert ana.post("/en/work/bodies/new/", sent).status_code == 302
    made = Body.objects.get()
    assert dict(made.members.values_list("organisation", "seat")) == {police.pk: "chair"}
    assert "meets every 2 months" in text_of(client_of(partnership.partner(police)), "/en/work/bodies/of/board/")  # fmt: skip
    assert client_of(partnership.partner(school)).get("/en/work/bodies/of/board/").status_code == 404  # fmt: skip
    ana.post("/en/work/bodies/of/board/seats/", {f"seat_{police.pk}": "none", f"seat_{school.pk}": "guest"})  # fmt: skip
    assert client_of(partnership.partner(school)).get("/en/work/bodies/of/board/").status_code == 200  # fmt: skip


def test_done_in_two_taps_by_the_owner_and_by_nobody_else() -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    made = partnership.commitment(partnership.meeting(partnership.body(police, school), state="convened"))  # fmt: skip
    path = f"/en/work/commitments/{made.code}/"
    neighbour = client_of(partnership.partner(school))
    assert neighbour.get(path).status_code == 200, "a member knows of it"
    assert neighbour.post(f"{path}done/").status_code == 404
    assert neighbour.post(f"{path}drop/", {"reason": "x"}).status_code == 403
    assert client_of(partnership.partner(partnership.organisation("bars", "nightlife"))).get(path).status_code == 404  # fmt: skip
    own = client_of(partnership.partner(police))
    text = text_of(own, "/en/work/commitments/")
    assert "Repair the lamps" in text
    own.post(f"{path}done/", {"note": "All twelve"})
    own.post(f"{path}done/", {"note": "Again"})
    made.refresh_from_db()
    assert (made.done_on, made.done_note) == (today(), "All twelve")


def test_dropping_needs_a_reason_and_can_be_taken_back(ana: Client) -> None:
    made = partnership.commitment()
    path = f"/en/work/commitments/{made.code}/"
    assert ana.post(f"{path}drop/", {"reason": ""}).status_code == 400
    ana.post(f"{path}drop/", {"reason": "No money"})
    assert "Dropped: No money" in text_of(ana, path)
    ana.post(f"{path}done/")
    made.refresh_from_db()
    assert (made.is_dropped, made.done_on) == (True, None)
    ana.post(f"{path}reopen/")
    made.refresh_from_db()
    assert (made.is_dropped, made.done_note) == (False, "")


def test_lists_of_commitments_are_filtered_and_cheap(ana: Client, django_assert_max_num_queries: Any) -> None:  # fmt: skip
    held = partnership.meeting(state="convened")
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    Commitment.objects.bulk_create(
        Commitment(meeting=held, code=f"c{k}", text=f"Promise {k}.", owner=(police, school)[k % 2],
                   due=today() + timedelta(days=k - 60)) for k in range(120)
    )  # fmt: skip
    with django_assert_max_num_queries(12):
        text = text_of(ana, "/en/work/commitments/?show=overdue&by=school")
    assert "Promise 1." in text
    assert "Promise 0." not in text
    assert "Promise 119." not in text
    assert "Promise 119." in text_of(ana, "/en/work/commitments/?page=3")
    assert "Nothing to show" in text_of(ana, "/en/work/commitments/?show=done")
    text_of(ana, "/en/work/commitments/?show=nonsense&page=x&by=%00")


def test_reminders_come_before_on_the_day_after_and_weekly_each_once() -> None:
    police = partnership.organisation()
    account = partnership.partner(police)
    made = partnership.commitment(due=date(2027, 1, 13))
    for offset in range(-10, 40):
        for _ in range(2):
            remind(made.due + timedelta(days=offset))
    told = list(
        Notice.objects.filter(account=account).order_by("pk").values_list("code", flat=True)
    )
    assert [code for code in told if code != "commitments_overdue"] == ["commitment_before", "commitment_due", "commitment_after"]  # fmt: skip
    assert told.count("commitments_overdue") == 6, "one a week of thirty-nine days"
    notice = Notice.objects.filter(code="commitment_due").get()
    assert notice.address == f"/en/work/commitments/{made.code}/"
    assert "lamps" not in str(notice.params)


def test_a_town_that_was_off_is_told_what_holds_today_and_no_more() -> None:
    account = partnership.partner(partnership.organisation())
    made = partnership.commitment(due=date(2027, 1, 13))
    remind(made.due + timedelta(days=9))
    codes = sorted(Notice.objects.filter(account=account).values_list("code", flat=True))
    assert codes == ["commitment_after", "commitments_overdue"]
    assert [
        stage_of(made.due, made.due + timedelta(days=k)) for k in (-8, -7, -1, 0, 6, 7, 13, 14)
    ] == [
        None,
        "before",
        "before",
        "due",
        "due",
        "after",
        "after",
        None,
    ]


def test_the_home_page_tells_each_what_is_next_in_few_queries(django_assert_max_num_queries: Any) -> None:  # fmt: skip
    police = partnership.organisation()
    partnership.strategy(30)
    body = partnership.body(police)
    partnership.commitment(partnership.meeting(body, state="convened"), due=today() - timedelta(days=3))  # fmt: skip
    coordinator = client_of(make_account(Role.COORDINATOR, organisation=police))
    with django_assert_max_num_queries(14):
        text = text_of(coordinator, "/en/work/")
    assert "Actions without evidence: 30" in text
    assert "next meeting:" in text
    own = client_of(partnership.partner(police))
    with django_assert_max_num_queries(10):
        text = text_of(own, "/en/work/")
    assert "One commitment is open." in text
    assert "30 actions wait for an entry" in text
    assert "Actions without evidence" not in text
    assert "commitment" not in text_of(client_of(make_account()), "/en/work/").lower()


def test_a_panel_is_shown_to_its_roles_only_and_left_out_when_it_is_empty() -> None:
    analyst = make_account(Role.ANALYST)
    names = {one.panel.name for one in panels.panels_for(analyst, "en")}
    assert names == {"coordinate", "first_steps"}
    assert panels.panels_for(make_account(Role.READER), "en") == []
