"""What the mapping files say about protection, read without reading the evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from convive.app.protection.terms import Delivered, Terms
from convive.connectors.city_pack.city_schema import localise
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Mapping
from convive.connectors.city_pack.open_sheets import find_files
from convive.connectors.city_pack.problem_log import ProblemLog
from convive.connectors.city_pack.protection_schema import Protection
from convive.connectors.city_pack.toml_files import load_toml, mapping_files
from convive.core.errors import PackError
from convive.core.model import Severity


def protection_columns(given: Protection) -> dict[str, Any]:
    """Return the columns of table ``sources`` that speak of protection."""
    return {
        "legal_basis": given.legal_basis,
        "purpose": "; ".join(given.purposes) or None,
        "personal_data": given.personal_data,
        "retention_months": given.retention_months,
        "agreement_ends": given.agreement_ends,
        "contact": given.contact,
    }


def read_terms(pack: Path) -> tuple[Terms, ...]:
    """Return the terms of every source of a pack, sorted by source.

    Raises
    ------
    PackError
        TERMS_UNREADABLE with every problem of a mapping file: whoever weeds must know all terms.
    """
    log = ProblemLog()
    folder = PackFolder(Path(pack))
    if not (folder.root / "city.toml").is_file():
        log.fail("PACK_MISSING", "city.toml")
    found = [
        _terms(folder, path, family, mapping)
        for family, schema, path in mapping_files(folder)
        if (mapping := load_toml(folder, path, schema, log)) is not None
    ]
    errors = [problem for problem in log.problems if problem.severity is Severity.ERROR]
    if errors:
        raise PackError("TERMS_UNREADABLE", errors, pack=folder.root.name)
    return tuple(sorted(found, key=lambda terms: terms.source_id))


def _terms(folder: PackFolder, path: Path, family: str, mapping: Mapping) -> Terms:
    source, given = mapping.source, mapping.source.protection
    # Patterns that match nothing are the audit's to report, not the weeding's.
    files = find_files(path.parent, source.files, ProblemLog(), folder.label(path))
    return Terms(
        source_id=source.id,
        family=family,
        title=localise(source.title, "en"),
        owner=source.owner,
        legal_basis=given.legal_basis,
        purposes=given.purposes,
        retention_months=given.retention_months,
        unlimited_reason=given.reason,
        agreement_ends=given.agreement_ends,
        contact=given.contact,
        personal_data=given.personal_data,
        delivered=tuple(sorted({Delivered(folder.label(one.path), one.path) for one in files})),
    )
