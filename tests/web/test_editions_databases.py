"""The way of an edition on SQLite and on PostgreSQL, with commits that are commits."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from convive.core.errors import ConflictError
from convive.web.editorial import choosing
from convive.web.editorial.actions import editions as actions
from convive.web.editorial.models import Edition
from convive.web.observatory import current
from factories.editions import Town, write_audits


def test_an_edition_goes_its_way_on_each_database(
    each_database: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert each_database
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.CONVIVE_BUILD = str(tmp_path / "build")
    current.release()
    here = Town(write_audits(tmp_path / "audits"), tmp_path / "build")
    here.audit(0)
    edition = here.second_edition()
    stale = edition.revision - 1
    with pytest.raises(ConflictError, match="EDITION_CHANGED"):
        actions.write_edition(edition, {}, timezone.now(), revision=stale, by=here.eva)
    here.approve(edition)
    shown_by = timezone.now() + timedelta(days=3)
    monkeypatch.setattr(timezone, "now", lambda: shown_by)
    found = choosing.shown_edition(choosing.state_now(), timezone.now())
    assert found is not None
    assert found.key == edition.key
    actions.withdraw_edition(edition, {"en": "No."}, by=here.ana)
    edition.refresh_from_db()
    assert edition.state == Edition.State.WITHDRAWN
    found = choosing.shown_edition(choosing.state_now(), timezone.now())
    assert found is not None
    assert found.key == here.key(0)
