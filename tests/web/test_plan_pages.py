"""Files, balance, comparison and the public page of a plan: who sees what of it."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from convive.core.errors import ConflictError
from convive.core.model import DisclosureRule
from convive.core.strategy import model as plain
from convive.core.strategy.model import DiaryEntry
from convive.core.strategy.vocabulary import Delivery
from convive.web.audit_log.models import Event
from convive.web.roles import Role
from convive.web.workspace import published_plan
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.web.workspace.actions.publish import proof_of, publish_plan, withdraw_plan
from convive.web.workspace.models import Action, Strategy, ToldCount
from convive.web.workspace.models import DiaryEntry as WrittenEntry
from convive.web.workspace.public_snapshot import PeopleRule, snapshot_of
from convive.wiring.plans import write_plan
from factories.plans import action, full_plan
from factories.plans import plan as small_plan
from factories.town_plan import town_plan
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site", "folder"), pytest.mark.django_db]
TODAY = date(2026, 5, 1)
SECRETS = ("4000.25", "No offers", "first lot", "Rain")
"""Spending, a risk, a note on spending, a note of the diary: of the action ``lights``."""


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where files of the workspace lie."""
    settings.MEDIA_ROOT = settings.CONVIVE_WORKSPACE = str(tmp_path)
    return tmp_path


def taken(plan: Any) -> Strategy:
    seen = preview_of(plan, None)
    return take_over(plan, None, digest=seen.digest, today=TODAY, by=None)


def signed_in(*roles: Role, organisation: str = "") -> Client:
    account = make_account(*roles)
    if organisation:
        from convive.web.accounts.models import Organisation

        account.organisation = Organisation.objects.get(code=organisation)
        account.save()
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def content_of(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    if response.content[:2] != b"PK":
        return str(response.content.decode())
    archive = zipfile.ZipFile(io.BytesIO(response.content))
    return "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["json", "xlsx", "docx"])
def test_a_file_holds_what_its_reader_may_know_of(kind: str) -> None:
    strategy = taken(full_plan())
    address = f"/en/work/strategies/{strategy.code}/plan.{kind}"
    shown = {"4000.25", "No offers"} if kind != "docx" else {"4,000.25"}
    whole = content_of(signed_in(Role.COORDINATOR).get(address))
    partner = content_of(signed_in(Role.PARTNER, organisation="works").get(address))
    reader = content_of(signed_in(Role.READER).get(address))
    assert all(secret in whole for secret in shown)
    assert "Better light at the station" in reader
    assert not any(secret in reader for secret in (*SECRETS, "4,000.25"))
    if kind != "docx":  # a paper for partners tells no sums that would lack the others' spending
        assert all(secret in partner for secret in shown)


def test_a_draft_is_no_file_for_anybody_but_editors() -> None:
    strategy = taken(replace(full_plan(), state="draft"))
    for path in ("plan.json", "plan.pdf", "share/", "balance/", "balance.xlsx", "balance/print/"):
        address = f"/en/work/strategies/{strategy.code}/{path}"
        assert signed_in(Role.READER).get(address).status_code == 404, path
        assert signed_in(Role.PARTNER, organisation="works").get(address).status_code == 404, path
    assert signed_in(Role.ANALYST).get(address).status_code == 200


def test_a_partner_of_another_organisation_sees_no_spending_of_this_one() -> None:
    strategy = taken(full_plan())
    client = signed_in(Role.PARTNER, organisation="youth")
    Action.objects.get(code="lights").partners.clear()
    file = content_of(client.get(f"/en/work/strategies/{strategy.code}/plan.json"))
    assert not any(secret in file for secret in SECRETS)


def test_what_has_left_is_in_the_log_and_its_name_says_nothing() -> None:
    strategy = taken(full_plan())
    response = signed_in(Role.COORDINATOR).get(f"/en/work/strategies/{strategy.code}/plan.json")
    assert (
        response.headers["Content-Disposition"] == 'attachment; filename="plan-harbour-2026.json"'
    )
    event = Event.objects.get(verb="workspace.exported")
    assert json.loads(event.details) == {"is_outline": False, "kind": "json", "paper": "plan"}


def upload(client: Client, content: bytes, name: str = "plan.json") -> Any:
    return client.post(
        "/en/work/plans/import/", {"file": SimpleUploadedFile(name, content), "into": ""}
    )


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 not a zip", b"{" * 100_000, b"\x00\xff\xfe", b'{"format": 1}'],
    ids=["empty", "broken zip", "nested", "bytes", "other json"],
)  # fmt: skip
def test_a_hostile_file_ends_in_a_sentence(content: bytes) -> None:
    response = upload(signed_in(Role.COORDINATOR), content, "../../evil.xlsx")
    assert response.status_code == 200
    assert b'role="alert"' in response.content
    assert not Strategy.objects.exists()


def test_a_large_file_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convive.web.workspace.forms.plan_files.MOST_BYTES", 1000)
    response = upload(signed_in(Role.COORDINATOR), b" " * 2000)
    assert b"larger than" in response.content


def test_an_upload_is_for_its_owner_alone_and_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = signed_in(Role.COORDINATOR), signed_in(Role.ANALYST)
    there = upload(ana, write_plan(full_plan(), "json")).headers["Location"]
    assert ana.get(there).status_code == 200
    assert ben.get(there).status_code == 302
    monkeypatch.setattr("convive.web.workspace.held_plans.KEPT_SECONDS", -1)
    assert ana.get(there).status_code == 302


def test_confirmed_it_is_written_once() -> None:
    client = signed_in(Role.COORDINATOR)
    there = upload(client, write_plan(full_plan(), "json")).headers["Location"]
    shown = client.get(there).content.decode()
    sent = {
        name: shown.split(f'name="{name}" value="')[1].split('"')[0] for name in ("held", "digest")
    }
    wrong = client.post("/en/work/plans/import/preview/", sent | {"digest": "0", "into": ""})
    assert wrong.headers["Location"] == there
    assert not Strategy.objects.exists()
    assert client.post("/en/work/plans/import/preview/", sent | {"into": ""}).status_code == 302
    assert client.post("/en/work/plans/import/preview/", sent | {"into": ""}).status_code == 302
    assert Strategy.objects.count() == 1


# --- balance and comparison ----------------------------------------------------------------------


def test_the_balance_tells_spending_to_those_only_who_see_all_of_it() -> None:
    strategy = taken(town_plan())
    address = f"/en/work/strategies/{strategy.code}/balance/"
    whole = content_of(signed_in(Role.ELECTED).get(address))
    outline = content_of(signed_in(Role.PARTNER, organisation="works").get(address))
    assert "45,000.25" in whole
    assert "45,000.25" not in outline
    assert "4,000.25" not in outline
    assert "sanction 43%" in outline
    assert all(
        f'id="by-{by}"' in whole for by in ("pillar", "level", "payer", "lead", "area", "year")
    )


def test_the_balance_takes_as_many_queries_whatever_its_length(
    django_assert_max_num_queries: Any,
) -> None:
    strategy = taken(small_plan(*(action(f"a{n}") for n in range(30))))
    client = signed_in(Role.COORDINATOR)
    with django_assert_max_num_queries(45):
        client.get(f"/en/work/strategies/{strategy.code}/balance/")


def test_two_plans_are_compared_and_what_one_may_not_know_of_is_not_found() -> None:
    taken(full_plan())
    other = taken(replace(town_plan(), code="town", state="draft", meetings=(), answers=()))
    address = f"/en/work/plans/compare/?a=harbour-2026&b={other.code}"
    page = content_of(signed_in(Role.COORDINATOR).get(address))
    assert "Foot patrols by the market" in page
    assert signed_in(Role.READER).get(address).status_code == 404
    assert (
        signed_in(Role.COORDINATOR)
        .get("/en/work/plans/compare/?a=harbour-2026&b=file:x")
        .status_code
        == 404
    )


# --- the public page -----------------------------------------------------------------------------


def publish(strategy: Strategy) -> None:
    publish_plan(strategy, digest=proof_of(strategy, TODAY).digest, today=TODAY, by=None)


def test_residents_see_it_without_any_database(django_assert_num_queries: Any) -> None:
    publish(taken(town_plan()))
    client = Client(headers={"host": "localhost"})
    for path in ("/en/plan/", "/de/plan/?challenge=station", "/fr/plan/lights/", "/en/"):
        with django_assert_num_queries(0):
            response = client.get(path)
        assert response.status_code == 200, path
        assert not response.cookies
        assert f'href="{path[:4]}plan/"' in response.content.decode()
        assert len(response.content) < 150_000
        again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304
    assert client.get("/en/plan/cameras/").status_code == 404
    assert client.get("/en/plan/?challenge=none").status_code == 404


def test_nothing_that_belongs_inside_is_published(folder: Path) -> None:
    publish(taken(town_plan()))
    file = (folder / "public" / "plan.json").read_text()
    for inside in (*SECRETS[1:], "stays inside", "secret idea", "Tender by May", "women's centre"):
        assert inside not in file, inside
    assert "Lamps first" not in file, "the minutes are not final"
    assert "Foot patrols by the market" in file


@pytest.mark.parametrize(
    ("n", "told"),
    [(0, "fewer than 5"), (4, "fewer than 5"), (5, ">5 (told on"), (57, ">57 (told on")],
)
def test_small_numbers_of_people_are_not_told(n: int, told: str) -> None:
    diary = (DiaryEntry(date(2026, 3, 2), "works", Delivery.AS_PLANNED, 1.0, {"women": n}),)
    publish(taken(small_plan(action(diary=diary), state="adopted")))
    page = content_of(Client(headers={"host": "localhost"}).get("/en/plan/lights/"))
    assert told in page
    assert f">{n} (" not in page or n >= 5


def test_numbers_are_rounded_where_the_town_rounds() -> None:
    diary = (DiaryEntry(date(2026, 3, 2), "works", Delivery.AS_PLANNED, 1.0, {"women": 57}),)
    found = snapshot_of(
        small_plan(action(diary=diary)), standings={}, decided={}, language="en",
        rule=PeopleRule(DisclosureRule(rounding=10), TODAY),
    )  # fmt: skip
    told = found["challenges"][0]["objectives"][0]["actions"][0]["delivered"]["reached"]
    assert told == [{"group": "women", "n": 60, "below": None, "on": TODAY.isoformat()}]


def with_amount(amount: float, unit: str) -> plain.Plan:
    diary = (DiaryEntry(date(2026, 3, 2), "works", Delivery.AS_PLANNED, amount),)
    one = replace(action(diary=diary), dose_unit=unit, dose_planned=40.0)
    return small_plan(one, state="adopted")


def public_page() -> str:
    return content_of(Client(headers={"host": "localhost"}).get("/en/plan/lights/"))


@pytest.mark.parametrize(
    ("amount", "unit", "told"),
    [
        (3, "young people", "So far: fewer than 5 of 40 young people"),
        (0, "Teilnehmende", "So far: fewer than 5 of 40 Teilnehmende"),
        (3, "things that nobody has named", "So far: fewer than 5 of 40 things"),
        (12, "mensen", "So far: 12 of 40 mensen (told on 1 May 2026)"),
        (3, "lamps", "So far: 3 of 40 lamps<"),
        (2.5, "hours of presence", "So far: 2.5 of 40 hours of presence<"),
    ],
)
def test_an_amount_in_people_is_told_as_people_are(amount: float, unit: str, told: str) -> None:
    publish(taken(with_amount(amount, unit)))
    assert told in public_page()


def test_an_amount_in_people_changes_by_steps_that_hide_single_persons() -> None:
    strategy = taken(with_amount(12, "participants"))
    publish(strategy)
    entry = WrittenEntry.objects.get()
    for amount, told in ((14, 12), (16, 12), (17, 17), (13, 12), (12, 12)):
        WrittenEntry.objects.filter(pk=entry.pk).update(amount=amount)
        withdraw_plan(strategy, by=None)
        publish(strategy)
        assert f"So far: {told} of 40 participants" in public_page(), amount
    assert set(ToldCount.objects.values_list("group", "n")) == {("amount", 12), ("amount", 17)}


def test_a_snapshot_of_before_is_still_shown_and_its_amount_remembered() -> None:
    strategy = taken(with_amount(12, "participants"))
    proof = proof_of(strategy, TODAY).snapshot
    delivered = proof["challenges"][0]["objectives"][0]["actions"][0]["delivered"]
    for name in ("of_people", "below", "on"):
        del delivered[name]
    published_plan.write_published(proof)
    assert "So far: 12 of 40 participants<" in public_page()
    WrittenEntry.objects.update(amount=13)
    publish(strategy)
    assert "So far: 12 of 40 participants (told on" in public_page()


def test_a_draft_is_not_published() -> None:
    strategy = taken(replace(town_plan(), state="draft"))
    with pytest.raises(ConflictError, match="PLAN_IS_DRAFT"):
        publish(strategy)
    assert published_plan.published() is None


def test_what_was_not_seen_is_not_published() -> None:
    strategy = taken(town_plan())
    digest = proof_of(strategy, TODAY).digest
    Action.objects.filter(code="patrols").update(title="Patrols by day")
    with pytest.raises(ConflictError, match="PLAN_MOVED_ON"):
        publish_plan(strategy, digest=digest, today=TODAY, by=None)
    assert published_plan.published() is None


def test_the_public_page_changes_when_it_is_published_again_and_goes_when_withdrawn() -> None:
    strategy, client = taken(town_plan()), Client(headers={"host": "localhost"})
    none = client.get("/en/plan/")
    assert b"No plan is published yet" in none.content
    publish(strategy)
    first = client.get("/en/plan/", headers={"If-None-Match": none.headers["ETag"]})
    assert b"Foot patrols" in first.content
    Action.objects.filter(code="patrols").update(title="Patrols by day")
    assert b"Foot patrols" in client.get("/en/plan/").content, "only publishing changes it"
    publish(strategy)
    assert b"Patrols by day" in client.get("/en/plan/").content
    withdraw_plan(strategy, by=None)
    assert b"No plan is published yet" in client.get("/en/plan/").content
    assert b"/en/plan/" not in client.get("/en/").content
    verbs = list(
        Event.objects.filter(verb__startswith="workspace.plan_").values_list("verb", flat=True)
    )
    assert sorted(verbs)[1:] == ["workspace.plan_published"] * 2 + ["workspace.plan_withdrawn"]


def test_a_damaged_file_is_no_plan(folder: Path) -> None:
    publish(taken(town_plan()))
    file = folder / "public" / "plan.json"
    file.write_text(file.read_text().replace("Foot patrols", "Fast patrols"))
    assert published_plan.published() is None
    assert Client(headers={"host": "localhost"}).get("/en/plan/").status_code == 200


def test_the_preview_is_what_appears() -> None:
    strategy, client = taken(town_plan()), signed_in(Role.COORDINATOR)
    stem = f"/en/work/strategies/{strategy.code}/publish"
    shown = client.get(f"{stem}/preview/").content.decode()
    shown_action = client.get(f"{stem}/preview/?part=lights").content.decode()
    sent = {
        "digest": client.get(f"{stem}/").content.decode().split('name="digest" value="')[1][:64]
    }
    client.post(f"{stem}/", sent)

    def body(page: str) -> str:
        inner = page.split("<main")[1].split("</main>", maxsplit=1)[0]
        for preview, public in ((f"{stem}/preview/?part=lights", "/en/plan/lights/"),):
            inner = inner.replace(preview, public)
        return inner.replace(f"{stem}/preview/?part=", "/en/plan/").replace(
            f"{stem}/preview/", "/en/plan/"
        )

    public = client.get("/en/plan/").content.decode()
    assert len(body(public)) > 1000
    assert body(shown).replace("/", "") == body(public).replace("/", "")
    public = client.get("/en/plan/lights/").content.decode()
    assert body(shown_action).replace("/", "") == body(public).replace("/", "")
