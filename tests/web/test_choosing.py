"""Which audit the public sees: worked out when something changes, not with every request."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.web.editorial import choosing
from convive.web.editorial.public_state import Edition, PublicState, Stood, state_now

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOMORROW, IN_TWO_DAYS = NOON + timedelta(days=1), NOON + timedelta(days=2)


class Town:
    """A state and a clock that a test sets."""

    def __init__(self, state: PublicState) -> None:
        self.state, self.at = state, NOON

    def now(self) -> datetime:
        return self.at

    def name(self, at: datetime) -> str:
        """Return what changes whenever the public sees something else."""
        self.at = at
        found = choosing.choose("folder")
        return found.name if found else ""


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Town:
    """An edition of yesterday, one of tomorrow, and a correction of the day after."""
    settings.MEDIA_ROOT = str(tmp_path)
    correction = Correction(
        "c1", date(2026, 3, 3), CorrectionKind.CORRECTION, Subject.INDICATOR, "burglary_rate"
    )
    editions = (
        Edition("a" * 12, "2026-02-01T00:00:00+00:00", NOON - timedelta(days=1), {}),
        Edition("b" * 12, "2026-02-20T00:00:00+00:00", TOMORROW, {}),
    )
    found = Town(PublicState(True, editions, (Stood(correction, IN_TWO_DAYS),)))
    monkeypatch.setattr(choosing, "state_now", lambda: found.state)
    monkeypatch.setattr(choosing.timezone, "now", found.now)
    return found


def test_between_two_moments_the_choice_is_made_once(town: Town) -> None:
    first = choosing.choose("folder")
    town.at = TOMORROW - timedelta(seconds=1)
    assert choosing.choose("folder") is first
    assert choosing.choose("another") is not first


def test_at_every_moment_of_the_state_something_else_is_seen(town: Town) -> None:
    moments = (NOON, TOMORROW, IN_TWO_DAYS)
    names = [town.name(one) for one in moments]
    assert len(set(names)) == 3
    # A clock that is set back (or another test's) is believed as well.
    assert [town.name(one) for one in reversed(moments)] == names[::-1]
    assert town.name(IN_TWO_DAYS + timedelta(days=900)) == names[2]


def test_another_state_is_seen_at_once(town: Town) -> None:
    before = town.name(NOON)
    town.state = PublicState(True, town.state.editions[:1])
    assert town.name(TOMORROW) == before
    town.state = PublicState()
    assert choosing.choose("folder") is None


def test_where_there_is_no_file_the_state_is_one_and_the_same(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    assert state_now() is state_now()
    assert state_now() == PublicState()
