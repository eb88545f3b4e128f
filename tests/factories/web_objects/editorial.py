"""Editions and corrections for the walk over every address."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.history import run_digest
from convive.store import FolderBuildStore
from convive.web.editorial.actions.corrections import propose_correction
from convive.web.editorial.models import Edition
from convive.web.roles import Role
from factories.build import shared_build
from factories.web_objects.accounts import make_account


@cache
def kept_build() -> tuple[Path, str]:
    """Return the folder and the digest of the synthetic build, written once."""
    folder = Path(tempfile.mkdtemp()) / "build"
    FolderBuildStore().save(shared_build(), folder)
    return folder, run_digest(FolderBuildStore().load(folder).run)


def edition() -> dict[str, Any]:
    """Make an edition that is a draft, its build kept."""
    folder, digest = kept_build()
    target = Path(settings.MEDIA_ROOT) / "editions" / digest[:12]
    if not target.is_dir():
        shutil.copytree(folder, target)
    found, _ = Edition.objects.get_or_create(
        key=digest[:12],
        defaults={
            "digest": digest, "built_at": "2026-01-15T09:00:00+00:00",
            "offered_at": timezone.now(), "visible_from": timezone.now(),
        },
    )  # fmt: skip
    return {"key": found.key}


def correction() -> dict[str, Any]:
    """Make a correction that waits for a second person."""
    one = Correction(
        "c1", timezone.localdate(), CorrectionKind.CORRECTION, Subject.INDICATOR, "victim_share",
        {"en": "Counted twice."}, {"en": "Counted once."},
    )  # fmt: skip
    return {"code": propose_correction(None, one, by=make_account(Role.ANALYST)).code}


BUILDERS = {
    **dict.fromkeys(
        (
            "edition",
            "edition-write",
            "edition-approve",
            "edition-return",
            "edition-withdraw",
            "edition-preview-root",
        ),
        edition,
    ),
    "edition-preview": lambda: edition() | {"rest": "en/"},
    **dict.fromkeys(
        ("correction", "correction-edit", "correction-confirm", "correction-drop"), correction
    ),
}
