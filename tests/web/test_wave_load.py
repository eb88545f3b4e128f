"""Two hundred people answer at once: nobody is lost, nobody counts twice, no quota overflows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from convive.core.errors import RequestError
from convive.web.fieldwork.actions.answer import answer
from convive.web.fieldwork.actions.wave_closing import close_wave
from convive.web.fieldwork.actions.waves import set_quotas
from convive.web.fieldwork.models import HeldAnswer, Quota, Submission
from factories import waves

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
PEOPLE = 200


def at_once(act: Callable[[Any], str], whom: list[Any], threads: int = 16) -> list[str]:
    def one(who: Any) -> str:
        try:
            return act(who)
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, whom))


@pytest.mark.usefixtures("each_database")
def test_two_hundred_invited_people_answer_at_once_and_twice() -> None:
    wave = waves.drawn({("north", "N1"): 120, ("south", "S1"): 80})
    calls = [(one, k, uuid.uuid4()) for k, one in enumerate(wave.invitations.all())]

    def send(call: tuple[Any, int, uuid.UUID]) -> str:
        one, k, form = call
        return answer(
            one, waves.marked(k), form_id=form, language="en", photos={}, now=NOW
        ).outcome.value

    outcomes = at_once(send, [*calls, *calls])
    assert sorted(outcomes) == ["already"] * PEOPLE + ["new"] * PEOPLE
    assert HeldAnswer.objects.count() + Submission.objects.count() == PEOPLE
    close_wave(wave, now=NOW, by=None)
    assert sorted(waves.number_of(one.answers) for one in Submission.objects.all()) == list(
        range(PEOPLE)
    )


@pytest.mark.usefixtures("each_database")
def test_a_quota_does_not_overflow_however_many_come_at_once() -> None:
    wave, link = waves.open_link()
    set_quotas(wave, [({"problem_burglary": ["very_big"]}, 15)], by=None)

    def send(k: int) -> str:
        try:
            answer(
                link, waves.marked(4 * (k % 50)), form_id=uuid.uuid4(), language="en",
                photos={}, now=NOW,
            )  # fmt: skip
        except RequestError as error:
            return error.code
        return "kept"

    outcomes = at_once(send, list(range(60)))
    assert outcomes.count("kept") == 15
    assert Submission.objects.count() == 15
    quota = Quota.objects.get()
    assert (quota.n, quota.n_turned_away) == (15, 45)
