"""A town whose audits are built one after the other, with people who look at them."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from convive.app.history import run_digest
from convive.store import FolderBuildStore
from convive.web.editorial.actions import editions as actions
from convive.web.editorial.models import Edition
from convive.web.roles import Role
from factories.build import make_build
from factories.web_objects.accounts import make_account


def write_audits(folder: Path) -> tuple[Path, Path]:
    """Write two audits of one town, the second with the first in its history."""
    FolderBuildStore().save(make_build(), folder / "build")
    shutil.copytree(folder / "build", folder / "first")
    FolderBuildStore().save(make_build(seed=8), folder / "build")
    return folder / "first", folder / "build"


class Town:
    """A town whose audits are built one after the other."""

    def __init__(self, audits: tuple[Path, Path], folder: Path) -> None:
        self.audits, self.folder = audits, folder
        self.ana, self.ben, self.eva = (make_account(Role.COORDINATOR) for _ in range(3))

    def audit(self, number: int) -> str:
        """Build an audit and return its name."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.audits[number], self.folder)
        return self.key(number)

    def key(self, number: int) -> str:
        """Return the name of an audit."""
        run = json.loads((self.audits[number] / "run.json").read_text(encoding="utf-8"))
        return run_digest(run)[:12]

    def second_edition(self, **words: dict[str, str]) -> Edition:
        """Begin the review, build the second audit and return its edition, submitted by Ana."""
        actions.begin_review(by=self.ana)
        self.audit(1)
        edition = actions.offer_newest(timezone.now())
        assert edition is not None
        day = timezone.now() + timedelta(days=2)
        actions.write_edition(edition, words, day, revision=edition.revision, by=self.ana)
        edition.refresh_from_db()
        actions.submit_edition(edition, revision=edition.revision, by=self.ana)
        edition.refresh_from_db()
        return edition

    def approve(self, edition: Edition) -> None:
        """Let two others approve it."""
        for one in (self.ben, self.eva):
            actions.approve_edition(edition, actions.seen_digest(edition), by=one)
