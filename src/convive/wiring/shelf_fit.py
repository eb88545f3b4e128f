"""Joins an audit, the plans of its pack and the shelf: what fits a finding."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from convive.app.shelf.fitting import Candidates, finding_candidates
from convive.wiring import locate_build, open_build
from convive.wiring.plans import plans_of_pack
from convive.wiring.shelf import catalogue_entries


def fitting_of_pack(path: Path, *, language: str) -> tuple[str, list[Candidates]]:
    """Return the name of the city and, for every finding of its audit, what the shelf has.

    The plans in the folder ``strategy/`` of the pack tell the partners at hand and the pillars
    that are missing; without them both are unknown.

    Raises
    ------
    NotFoundError
        BUILD_NOT_FOUND.
    """
    folder = locate_build(path)
    build = open_build(folder)
    pack = path if folder != path else path.parent
    plans = [reading.plan for _, reading in plans_of_pack(pack) if reading.plan is not None]
    today = datetime.now(UTC).date()
    told = finding_candidates(
        build, catalogue_entries(), today=today, language=language, plans=plans
    )
    return build.city.name, told
