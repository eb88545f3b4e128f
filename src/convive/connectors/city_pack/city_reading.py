"""Reads ``city.toml`` alone, for those who need the town and not its evidence."""

from __future__ import annotations

import os
from pathlib import Path

from convive.connectors.city_pack.city_checks import CITY_FILE, check_city
from convive.connectors.city_pack.city_schema import CityFile, build_city
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.problem_log import ProblemLog
from convive.connectors.city_pack.toml_files import load_toml
from convive.core.errors import PackError
from convive.core.model import City


def read_city(pack: Path) -> City:
    """Return what ``city.toml`` of a pack says.

    Raises
    ------
    PackError
        CITY_UNREADABLE with every problem of the file.
    """
    log, folder = ProblemLog(), PackFolder(Path(pack))
    path = folder.root / CITY_FILE
    raw = None
    if os.path.lexists(path):
        raw = load_toml(folder, path, CityFile, log)
    else:
        log.fail("PACK_MISSING", CITY_FILE)
    if raw is None or check_city(raw, log) is None or log.has_errors:
        raise PackError("CITY_UNREADABLE", log.problems, pack=folder.root.name)
    return build_city(raw)
