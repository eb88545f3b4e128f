"""The diary: two taps, kept once, corrected by another entry, read by those who take part."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from convive.core.errors import ConflictError
from convive.core.strategy.vocabulary import Delivery
from convive.web.roles import Role
from convive.web.workspace.actions.diary import Told, correct_entry, write_entry
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action, DiaryEntry, LightChange
from convive.web.workspace.selectors.plan import plain_action
from convive.web.workspace.selectors.waiting import diary_actions, waiting_actions
from factories.web_objects.accounts import make_account
from factories.web_objects.delivery import TODAY, make_entry, make_running, new_key
from factories.web_objects.strategy import make_objective, make_organisation

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


def signed_in(*roles: Role, **fields: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*roles, **fields))
    return client


def partner(organisation: Any) -> Client:
    return signed_in(Role.PARTNER, organisation=organisation)


def address(name: str, action: Action) -> str:
    return reverse(name, args=("en", action.strategy.code, action.code))


def sent(**fields: Any) -> dict[str, Any]:
    return {"key": new_key(), "delivery": "as_planned", "on": today().isoformat()} | fields


def test_the_first_tap_opens_the_form_and_the_second_keeps_the_entry() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth)
    client = partner(youth)
    assert "Light the passages" in client.get("/en/work/diary/").content.decode()
    opened = client.get(address("diary-write", action), {"delivery": "less"})
    assert opened.context["form"]["delivery"].value() == "less"
    form = sent(delivery="less", key=opened.context["form"]["key"].value(), amount="2.5",
                reached_women="3", reached_unknown="0", obstacle="weather", note="Square was wet.")  # fmt: skip
    for _ in range(2):
        assert client.post(address("diary-write", action), form).status_code == 302
    entry = DiaryEntry.objects.get()
    assert (entry.delivery, entry.amount, entry.obstacle) == ("less", 2.5, "weather")
    assert entry.reached == {"women": 3, "unknown": 0}
    assert (entry.organisation, entry.note) == (youth, "Square was wet.")


def test_a_key_that_was_used_for_other_words_keeps_the_first_and_says_so() -> None:
    entry = make_entry(key=(key := new_key()), note="First")
    again = Told(entry.organisation, entry.on, Delivery.AS_PLANNED, note="Second")
    with pytest.raises(ConflictError, match="ALREADY_KEPT"):
        write_entry(entry.action, again, key=key, today=TODAY, by=None)
    assert DiaryEntry.objects.get().note == "First"


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_kept() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    form = sent(on=tomorrow, amount="many", reached_men="-1", delivery="perhaps", key="x")
    answer = partner(youth).post(address("diary-send", action), form)
    assert answer.status_code == 400
    assert len(answer.json()["problems"]) == 5
    assert not DiaryEntry.objects.exists()


def test_a_phone_gets_the_same_answer_however_often_it_sends() -> None:
    youth = make_organisation("youth")
    action, form = make_running(lead=youth), sent()
    client = partner(youth)
    answers = [client.post(address("diary-send", action), form).json() for _ in range(3)]
    assert [one["state"] for one in answers] == ["kept"] * 3
    assert len({one["address"] for one in answers}) == 1
    changed = client.post(address("diary-send", action), form | {"note": "other"})
    assert (changed.status_code, changed.json()["state"]) == (409, "refused")


def test_a_correction_is_another_entry_and_the_old_one_stays_struck_through() -> None:
    entry = make_entry(amount=50.0)
    told = Told(entry.organisation, entry.on, Delivery.LESS, amount=5.0)
    newer = correct_entry(entry, told, key=new_key(), today=TODAY, by=None)
    entry.refresh_from_db()
    assert (entry.amount, entry.delivery, newer.corrects_id) == (50.0, "as_planned", entry.pk)
    assert [one.amount for one in plain_action(entry.action).diary] == [5.0]
    with pytest.raises(ConflictError, match="DIARY_CORRECTED"):
        correct_entry(entry, told, key=new_key(), today=TODAY, by=None)
    client = signed_in(Role.COORDINATOR)
    page = client.get("/en/work/diary/entries/").content.decode()
    assert "<s>As planned</s>" in page
    assert reverse("diary-entry", args=("en", newer.pk)) in client.get(
        reverse("diary-entry", args=("en", entry.pk))
    ).content.decode()


def test_an_editor_corrects_for_a_partner_and_a_stranger_cannot() -> None:
    youth, police = make_organisation("youth"), make_organisation("police")
    entry = make_entry(make_running(lead=youth, partners=[police]), on=today())
    where = reverse("diary-correct", args=("en", entry.pk))
    form = sent(delivery="not_done", organisation="youth")
    assert partner(police).post(where, form).status_code == 404  # takes part, but did not write it
    assert partner(make_organisation("school")).post(where, form).status_code == 404
    assert signed_in(Role.ANALYST).post(where, form).status_code == 302
    assert DiaryEntry.objects.get(corrects=entry).organisation == youth


def test_strangers_and_outline_readers_find_nothing_of_an_action_s_diary() -> None:
    youth = make_organisation("youth")
    entry = make_entry(make_running(lead=youth), note="Behind the school")
    stranger = partner(make_organisation("school"))
    for name in ("diary-write", "diary-send", "action-spending"):
        assert stranger.get(address(name, entry.action)).status_code in {404, 405}
    assert stranger.post(address("diary-send", entry.action), sent()).status_code == 404
    assert stranger.get(reverse("diary-entry", args=("en", entry.pk))).status_code == 404
    for client in (stranger, signed_in(Role.READER), signed_in(Role.FIELD)):
        page = client.get(address("plan-action", entry.action)).content.decode()
        assert "Behind the school" not in page
        assert 'id="diary"' not in page
    for kind in ("csv", "xlsx"):
        taken = b"".join(stranger.get(reverse("diary-file", args=("en", kind))).streaming_content)
        assert b"Behind the school" not in taken
    assert "Behind the school" not in stranger.get("/en/work/diary/entries/").content.decode()
    assert "Behind the school" in partner(youth).get("/en/work/diary/entries/").content.decode()
    assert "Behind the school" in signed_in(Role.ELECTED).get("/en/work/diary/entries/").content.decode()


def test_a_draft_s_diary_is_known_to_editors_alone() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth)
    type(action.strategy).objects.update(state="draft")
    assert partner(youth).post(address("diary-send", action), sent()).status_code == 404
    assert signed_in(Role.COORDINATOR).get(address("diary-write", action)).status_code == 200


def test_who_waits_longest_comes_first_and_corrected_entries_do_not_count() -> None:
    youth, objective = make_organisation("youth"), make_objective()
    never = make_running("never", objective, lead=youth, starts_on=None, title="Never")
    old = make_running("old", objective, lead=youth, title="Old")
    fresh = make_running("fresh", objective, lead=youth, title="Fresh")
    make_running("planned", objective, lead=youth, state="planned")
    make_running("other", objective, lead=make_organisation("police"))
    make_entry(old, on=TODAY - timedelta(days=31))
    wrong = make_entry(old, on=TODAY)
    told = Told(youth, TODAY - timedelta(days=40), Delivery.LESS)
    correct_entry(wrong, told, key=new_key(), today=TODAY, by=None)
    make_entry(fresh, on=TODAY - timedelta(days=30))
    account = make_account(Role.PARTNER, organisation=youth)
    assert list(waiting_actions(account, TODAY)) == [never, old]
    assert list(diary_actions(account, TODAY)) == [never, old, fresh]
    editor = make_account(Role.COORDINATOR)
    assert len(diary_actions(editor, TODAY, all_of_town=True)) == 4


def test_an_entry_renews_the_light_and_the_change_is_kept() -> None:
    action = make_running(lead=make_organisation(), dose_planned=None)
    make_entry(action, on=TODAY)
    action.refresh_from_db()
    assert action.progress == "on_track"
    change = LightChange.objects.get()
    assert (change.before, change.after, change.on) == ("", "on_track", TODAY)


def test_the_list_is_narrowed_and_taken_away() -> None:
    youth = make_organisation("youth")
    action = make_running(lead=youth)
    make_entry(action, on=date(2026, 5, 1), note="=cmd()", obstacle=None)
    make_entry(action, on=date(2026, 5, 20), delivery=Delivery.NOT_DONE)
    client = signed_in(Role.COORDINATOR)
    shown = client.get("/en/work/diary/entries/", {"since": "2026-05-10", "organisation": "youth"})
    assert [row["done"] for row in shown.context["rows"]] == ["Not done"]
    assert client.get("/en/work/diary/entries/", {"since": "nonsense", "text": "passages"}).status_code == 200
    text = b"".join(client.get("/en/work/diary/entries/diary.csv").streaming_content).decode()
    assert "'=cmd()" in text
    assert text.count("\n") == 3


def test_pages_ask_few_questions_however_long_the_diary_is(
    django_assert_max_num_queries: Any,
) -> None:
    youth, objective = make_organisation("youth"), make_objective()
    actions = [make_running(f"a{n}", objective, lead=youth) for n in range(22)]
    DiaryEntry.objects.bulk_create(
        DiaryEntry(action=actions[n % 22], organisation=youth, on=TODAY - timedelta(days=n % 1800),
                   delivery="as_planned", key=new_key()) for n in range(3_000)
    )  # fmt: skip
    client, editor = partner(youth), signed_in(Role.COORDINATOR)
    with django_assert_max_num_queries(12):
        client.get("/en/work/diary/")
    with django_assert_max_num_queries(12):
        editor.get("/en/work/diary/?all=1")
    with django_assert_max_num_queries(12):
        page = editor.get("/en/work/diary/entries/?page=7")
    assert len(page.context["rows"]) == 50
