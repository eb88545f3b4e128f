"""Money, lights, milestones, places and areas: what is written, who sees it, how few questions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from convive.web.roles import Role
from convive.web.workspace.actions.commitments import report_done
from convive.web.workspace.actions.progress import refresh_strategy
from convive.web.workspace.actions.revise import create
from convive.web.workspace.actions.spending import Spent, note_spending
from convive.web.workspace.clock import today
from convive.web.workspace.models import (
    AreaLead,
    Commitment,
    LightChange,
    Milestone,
    PlaceRecord,
    Revision,
    Spending,
    Strategy,
)
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import (
    make_area_lead,
    make_entry,
    make_place_project,
    make_record,
    make_running,
    new_key,
)
from factories.web_objects.strategy import make_objective, make_organisation, make_strategy

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
S = "/en/work/strategies/s/"


def signed_in(*roles: Role, **fields: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*roles, **fields))
    return client


def budget(amount: int, year: int | None = None) -> list[dict[str, Any]]:
    return [{"year": year or today().year, "amount": Decimal(amount), "payer": "municipality", "note": ""}]  # fmt: skip


def spend(action: Any, amount: str, on: date | None = None) -> None:
    spent = Spent(on or today(), Decimal(amount))
    note_spending(action, spent, key=new_key(), today=today(), by=None)


# --- money ---------------------------------------------------------------------------------------


def test_an_amount_is_noted_once_and_put_right_by_a_negative_one() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth, budget=budget(1_000))
    client = signed_in(Role.PARTNER, organisation=youth)
    form = {"key": new_key(), "amount": "250,50", "on": today().isoformat(), "note": "Lamps"}
    for _ in range(2):
        assert client.post(f"/de/work/strategies/s/actions/{action.code}/spending/note/", form).status_code == 302  # fmt: skip
    client.post(f"{S}actions/a/spending/note/", form | {"key": new_key(), "amount": "-50.50"})
    assert sorted(one.amount for one in Spending.objects.all()) == [Decimal("-50.50"), Decimal("250.50")]  # fmt: skip
    page = client.get(f"{S}actions/a/spending/").content.decode()
    assert "20% spent" in page
    wrong = client.post(f"{S}actions/a/spending/note/", form | {"key": new_key(), "amount": "0"})
    assert wrong.status_code == 400
    assert "other than zero" in wrong.content.decode()


def test_who_takes_part_reads_money_but_only_the_lead_notes_it() -> None:
    youth, police = make_organisation("youth"), make_organisation("police")
    make_running(lead=youth, partners=[police])
    form = {"key": new_key(), "amount": "1", "on": today().isoformat()}
    helper = signed_in(Role.PARTNER, organisation=police)
    assert helper.get(f"{S}actions/a/spending/").status_code == 200
    assert helper.post(f"{S}actions/a/spending/note/", form).status_code == 404
    stranger = signed_in(Role.PARTNER, organisation=make_organisation("school"))
    assert stranger.get(f"{S}actions/a/spending/").status_code == 404
    assert not Spending.objects.exists()


def test_the_sheet_adds_up_by_pillar_and_shows_only_what_is_seen_whole() -> None:
    youth, objective = make_organisation("youth"), make_objective()
    mine = make_running("mine", objective, lead=youth, budget=budget(100))
    make_running("other", objective, pillar="sanction", budget=budget(900), title="Secret patrol")
    spend(mine, "130")
    spend(mine, "7", date(today().year - 1, 5, 1))
    editor, own = signed_in(Role.COORDINATOR), signed_in(Role.PARTNER, organisation=youth)
    whole = editor.get(f"{S}money/").context
    assert whole["whole"]["planned"].startswith("1,000")
    told = [one["sums"]["spent"] for one in whole["pillars"]]
    assert told == ["130\u00a0EUR", "nothing was noted", "nothing was noted"]
    part = own.get(f"{S}money/")
    assert part.context["whole"]["planned"].startswith("100")
    assert "130% spent: more than planned" in part.content.decode()
    assert "Secret patrol" not in part.content.decode()
    for what in ("sheet", "spending"):
        for kind in ("csv", "xlsx"):
            taken = b"".join(own.get(f"{S}money/{what}.{kind}").streaming_content)
            assert b"Secret patrol" not in taken
    assert [one["action"].code for one in editor.get(f"{S}money/?over=on").context["rows"]] == ["mine"]  # fmt: skip
    assert editor.get(f"{S}money/?year=nonsense&pillar=x").status_code == 200
    assert editor.get(f"{S}money/other.csv").status_code == 404


def upload(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("spent.csv", text.encode(), content_type="text/csv")
    return client.post(f"{S}money/import/", {"file": file})


def test_a_file_is_read_wholly_or_not_at_all_and_never_twice() -> None:
    make_running(budget=budget(100))
    client = signed_in(Role.COORDINATOR)
    head = "Code of the action,Day,Amount,What for\n"
    bad = upload(client, head + "a,2026-01-05,10,ok\nzz,2026-13-01,ten,\n")
    assert bad.context["n_faults"] == 3
    assert not Spending.objects.exists()
    good = head + "a,2026-01-05,10.50,Lamps\na,2026-01-05,10.50,Lamps\na,05.02.2026,-3,=1+1\n"
    assert upload(client, good).status_code == 302
    assert upload(client, good).status_code == 302
    longer = good + "a,2026-01-05,10.50,Lamps\n"
    upload(client, longer)
    assert sorted(one.amount for one in Spending.objects.all()) == [Decimal(-3), *[Decimal("10.50")] * 3]  # fmt: skip
    taken = b"".join(client.get(f"{S}money/spending.csv?year=2026").streaming_content).decode("utf-8-sig")  # fmt: skip
    upload(client, taken)
    assert Spending.objects.count() == 4


def test_the_sheet_asks_few_questions_of_thousands(django_assert_max_num_queries: Any) -> None:
    objective = make_objective()
    actions = [make_running(f"a{n}", objective, budget=budget(10)) for n in range(110)]
    Spending.objects.bulk_create(
        Spending(action=actions[n % 110], on=today(), amount=1, key=new_key()) for n in range(2_000)
    )
    client = signed_in(Role.COORDINATOR)
    with django_assert_max_num_queries(20):
        assert len(client.get(f"{S}money/").context["rows"]) == 100
    with django_assert_max_num_queries(40):
        assert len(client.get(f"{S}lights/").context["rows"]) == 25


# --- lights and milestones -----------------------------------------------------------------------


def test_lights_tell_reasons_to_those_who_take_part_and_the_word_to_others() -> None:
    youth = make_organisation("youth")
    make_running(lead=youth, starts_on=today() - timedelta(days=200))
    refresh_strategy(Strategy.objects.get(), today=today())
    reason = "Nothing in the diary for 200 days"
    assert reason in signed_in(Role.PARTNER, organisation=youth).get(f"{S}lights/").content.decode()
    page = signed_in(Role.READER).get(f"{S}lights/").content.decode()
    assert reason not in page
    assert "Cannot tell" in page
    assert len(signed_in(Role.ELECTED).get(f"{S}lights/?light=on_track").context["rows"]) == 0


def test_what_changed_is_told_from_first_to_last_and_never_twice() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth, starts_on=today() - timedelta(days=200), dose_planned=None)
    strategy, day = action.strategy, today()
    assert refresh_strategy(strategy, today=day - timedelta(days=20)) == 1
    assert refresh_strategy(strategy, today=day - timedelta(days=20)) == 0
    make_entry(action, on=day)
    assert LightChange.objects.count() == 2
    found = signed_in(Role.COORDINATOR).get(f"{S}lights/changes/?since={day - timedelta(days=1)}")
    (row,) = found.context["found"]["rows"]
    assert (row["before"], row["after"]) == ("cannot_tell", "on_track")
    assert found.context["found"]["n_entries"] == 1
    quiet = signed_in(Role.COORDINATOR).get(f"{S}lights/changes/?since={day}")
    assert quiet.context["found"]["rows"] == []


def test_a_milestone_is_reached_in_one_tap_and_put_off_with_a_reason() -> None:
    rows = [{"title": name, "due": date(2026, 3, 1), "done_on": None} for name in ("Plan", "Build")]
    youth = make_organisation("youth")
    action = make_running(lead=youth, milestones=rows)
    plan, build = (action.milestones.get(title=name).pk for name in ("Plan", "Build"))
    client = signed_in(Role.PARTNER, organisation=youth)
    for _ in range(2):  # tapped twice: the second finds it done
        client.post(f"{S}actions/a/milestones/{plan}/done/")
    assert client.post(f"{S}actions/a/milestones/{build}/later/", {"due": "2026-09-01"}).status_code == 200  # fmt: skip
    client.post(
        f"{S}actions/a/milestones/{build}/later/", {"due": "2026-09-01", "reason": "Permit"}
    )
    kept = {one.title: (one.due, one.done_on) for one in Milestone.objects.all()}
    assert kept == {"Plan": (date(2026, 3, 1), today()), "Build": (date(2026, 9, 1), None)}
    assert Revision.objects.filter(object_kind="action", note="Permit").count() == 1
    stranger = signed_in(Role.PARTNER, organisation=make_organisation("school"))
    assert stranger.post(f"{S}actions/a/milestones/{plan}/done/").status_code == 404


def test_a_commitment_that_is_reported_renews_the_light_of_its_action() -> None:
    action = make_running(lead=make_organisation(), dose_planned=None)
    make_entry(action, on=today())
    fields = {"text": "Lend a van", "owner": action.lead, "action": action,
              "due": today() - timedelta(days=5)}  # fmt: skip
    promise = create(Commitment(code="van"), fields, by=None)
    refresh_strategy(action.strategy, today=today())
    action.refresh_from_db()
    assert action.progress == "at_risk"
    report_done(promise, "", on=today(), by=None)
    action.refresh_from_db()
    assert action.progress == "on_track"


# --- places and areas ----------------------------------------------------------------------------


def test_a_place_is_shown_before_and_after_with_cannot_tell() -> None:
    place = make_place_project(started_on=date(2025, 1, 1), ended_on=date(2025, 1, 31))
    make_record(place)
    client = signed_in(Role.COORDINATOR)
    where = reverse("plan-place", args=("en", "s", place.code))
    form = {"key": new_key(), "when": "after", "on": today().isoformat(), "text": "Lit."}
    for _ in range(2):
        assert client.post(f"{where}records/", form).status_code == 302
    assert client.post(f"{where}records/", {"key": new_key(), "value": "3"}).status_code == 400
    page = client.get(where)
    assert [len(one["rows"]) for one in page.context["columns"]] == [1, 0, 1]
    words = {one["words"] for one in page.context["figures"]}
    assert "Cannot tell." in words
    assert "The change could be chance." in page.content.decode()
    record = PlaceRecord.objects.get(when="before")
    client.post(f"{where}records/{record.pk}/strike/")
    assert "<s>Dark at six.</s>" in client.get(where).content.decode()


def test_records_of_a_place_are_read_by_those_whose_action_is_at_work_there() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth)
    place = make_place_project(strategy=action.strategy, problem="Avoided", actions=[action])
    make_record(place, text="Needles behind the kiosk")
    where = reverse("plan-place", args=("en", "s", place.code))
    seen = signed_in(Role.PARTNER, organisation=youth).get(where).content.decode()
    assert "Needles behind the kiosk" in seen
    for client in (
        signed_in(Role.READER), signed_in(Role.PARTNER, organisation=make_organisation("school"))
    ):  # fmt: skip
        page = client.get(where).content.decode()
        assert "Mill square" in page
        assert "Needles" not in page
        assert "Avoided" not in page


def test_areas_stand_in_bands_by_name_and_those_left_alone_are_counted() -> None:
    strategy = make_strategy()
    client = signed_in(Role.COORDINATOR)
    before = client.get(f"{S}areas/?year=2026").context
    much = before["bands"][0]
    assert much["code"] == "much"
    assert [row["name"] for row in much["rows"]] == sorted(row["name"] for row in much["rows"])
    form = {"area": "neighbourhood/n08", "organisation": make_organisation().pk, "year": "2026",
            "amount": "2,000.50", "reason": "Two faces are worse."}  # fmt: skip
    assert client.post(f"{S}areas/new/", form).status_code == 302
    assert client.post(f"{S}areas/new/", form).status_code == 200  # somebody answers for it already
    lead = AreaLead.objects.get()
    assert (lead.area_name, lead.amount) == ("Molino", Decimal("2000.50"))
    assert client.get(f"{S}areas/?year=2026").context["n_alone"] == before["n_alone"] - 1
    assert strategy.pk == lead.strategy_id


def test_money_and_reason_of_a_lead_stay_inside() -> None:
    youth = make_organisation("youth")
    make_area_lead(organisation=youth, amount=4321, reason="Because", contact="Desk 7")
    page = signed_in(Role.READER).get(f"{S}areas/?year=2026").content.decode()
    assert "Youth answers for it" in page
    assert not any(inside in page for inside in ("4,321", "Because", "Desk 7"))
    own = signed_in(Role.PARTNER, organisation=youth).get(f"{S}areas/?year=2026").content.decode()
    assert "4,321" in own


def test_the_page_of_areas_asks_few_questions(django_assert_max_num_queries: Any) -> None:
    objective = make_objective()
    area = [{"level": "neighbourhood", "area_id": "n08", "name": "Molino"}]
    for n in range(30):
        make_running(f"a{n}", objective, areas=area, budget=budget(5))
    client = signed_in(Role.COORDINATOR)
    with django_assert_max_num_queries(16):
        client.get(f"{S}areas/")
