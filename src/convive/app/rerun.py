"""What follows from the published tables is worked out again and compared with what was published.

Whoever has the tables of an audit, the definitions and this software can do it; the evidence
behind the tables stays with the town.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from convive.app.audit import findings_table
from convive.app.ports import Build
from convive.core.model import Indicator


@dataclass(frozen=True, slots=True)
class Compared:
    """One thing that was compared: what kind (`code`), which one, and whether it is the same."""

    code: str
    name: str
    is_same: bool


def compare_findings(build: Build, indicators: tuple[Indicator, ...]) -> Compared:
    """Work the findings out again from the other tables and compare them, row by row.

    Parameters
    ----------
    build : Build
        As it was published.
    indicators : tuple of Indicator
        The definitions of this installation.
    """
    again = findings_table(build.tables, build.city, indicators)
    published = build.tables["findings"]
    if build.gone or any(one.is_withdrawal for one in build.corrections):
        # What else fell with a withdrawal cannot be told apart: what is left must follow.
        return Compared("findings", "findings", _told(published) <= _told(again))
    return Compared("findings", "findings", again.to_pylist() == published.to_pylist())


def _told(findings: pa.Table) -> set[tuple[str, str, str]]:
    """Return what findings say, whatever their rank."""
    rows = findings.select(["finding_id", "verdict", "certainty"]).to_pylist()
    return {(row["finding_id"], row["verdict"], row["certainty"]) for row in rows}


def compare_definitions(build: Build, indicators: Sequence[Indicator]) -> list[Compared]:
    """Compare the definitions of the audit with those of this installation, by their digests."""
    known = {one.id: one.digest for one in indicators}
    return [
        Compared("definition", one["id"], known.get(one["id"]) == one["digest"])
        for one in build.run.get("definitions", ())
    ]


def compare_files(made: Mapping[str, str], told: Mapping[str, str]) -> list[Compared]:
    """Compare digests by the names of their files; a file on one side only is not the same.

    Parameters
    ----------
    made, told : mapping of str to str
        Name → SHA-256 of what was made now, and of what was published.
    """
    names = sorted(set(made) | set(told))
    return [Compared("file", name, made.get(name) == told.get(name)) for name in names]
