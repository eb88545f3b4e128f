"""Reads ``corrections.toml``: what a town without a workspace says of errors in what it published."""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated

from pydantic import Field

from convive.app.corrections import WITHDRAWABLE, Correction, CorrectionKind, Subject
from convive.connectors.city_pack.city_schema import localise
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Closed, Filled, Ident, LanguageText
from convive.connectors.city_pack.problem_log import ProblemLog
from convive.connectors.city_pack.toml_files import load_toml

CORRECTIONS_FILE = "corrections.toml"
_KINDS = "|".join(CorrectionKind)
_SUBJECTS = "|".join(Subject)
_TAKEN_AWAY = WITHDRAWABLE - {Subject.AUDIT}
"""What a pack can withdraw: an audit is named by what it will have become, which nobody knows yet."""


class CorrectionTable(Closed):
    """One ``[[correction]]``."""

    id: Ident
    on: date
    kind: Annotated[str, Field(pattern=f"^({_KINDS})$")] = CorrectionKind.CORRECTION.value
    subject: Annotated[str, Field(pattern=f"^({_SUBJECTS})$")]
    name: Filled
    wrong: LanguageText
    right: LanguageText = ""
    since: Annotated[str, Field(pattern=r"^([0-9a-f]{12})?$")] = ""
    until: date | None = None


class CorrectionsFile(Closed):
    """The file."""

    correction: list[CorrectionTable] = Field(default_factory=list)


def read_corrections(folder: PackFolder, language: str, log: ProblemLog) -> tuple[Correction, ...]:
    """Return the corrections of a pack; none where there is no such file, or it is wrong.

    Parameters
    ----------
    language : str
        Of texts that name none: the first of the town.
    """
    path = folder.root / CORRECTIONS_FILE
    if not os.path.lexists(path):
        return ()
    raw = load_toml(folder, path, CorrectionsFile, log)
    if raw is None:
        return ()
    found: dict[str, Correction] = {}
    for number, table in enumerate(raw.correction):
        one = _correction(table, language)
        key = f"correction.{number}"
        if one.id in found:
            log.fail("VALUE_INVALID", CORRECTIONS_FILE, key=f"{key}.id", value=one.id, line=1,
                     allowed="…")  # fmt: skip
        if one.is_withdrawal and one.subject not in _TAKEN_AWAY:
            allowed = ", ".join(sorted(_TAKEN_AWAY))
            log.fail("VALUE_INVALID", CORRECTIONS_FILE, key=f"{key}.subject", line=1,
                     value=one.subject.value, allowed=allowed)  # fmt: skip
        found[one.id] = one
    return tuple(found.values())


def _correction(table: CorrectionTable, language: str) -> Correction:
    return Correction(
        table.id, table.on, CorrectionKind(table.kind), Subject(table.subject), table.name,
        localise(table.wrong, language), localise(table.right, language) if table.right else {},
        table.since, table.until,
    )  # fmt: skip
