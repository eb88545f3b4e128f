"""Reads the harm weights that a pack brings, or finds those of the catalogue that it names."""

from __future__ import annotations

from pathlib import PurePosixPath

from convive.catalogue.harm_weights import HarmFile, build_harm, harm_weights
from convive.connectors.city_pack.city_schema import HarmTable
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.problem_log import ProblemLog
from convive.connectors.city_pack.toml_files import load_toml
from convive.core.errors import NotFoundError
from convive.core.model import HarmWeights

CITY_FILE = "city.toml"


def read_harm(folder: PackFolder, table: HarmTable | None, log: ProblemLog) -> HarmWeights | None:
    """Return the weights; None without ``[harm]``, or after noting what is wrong with them."""
    if table is None:
        return None
    if (table.file is None) == (table.id is None):
        log.fail("KEY_MISSING", CITY_FILE, key="harm.file / harm.id", line=1)
        return None
    if table.id is not None:
        try:
            return harm_weights(table.id)
        except NotFoundError as missing:
            known = str(missing.data["known"])
            log.fail("VALUE_INVALID", CITY_FILE, key="harm.id", value=table.id, allowed=known)
            return None
    parts = PurePosixPath(table.file or "")
    if parts.is_absolute() or ".." in parts.parts:
        log.fail("FILE_OUTSIDE_PACK", CITY_FILE, label=table.file)
        return None
    raw = load_toml(folder, folder.root / parts, HarmFile, log)
    return build_harm(raw) if raw is not None else None
