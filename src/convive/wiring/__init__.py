"""The one place that reads the environment and joins ports to adapters."""

from __future__ import annotations

import functools
import getpass
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convive import __version__
from convive.app.ports import Build, Progress, silent
from convive.catalogue.texts import languages
from convive.core.errors import NotFoundError, RequestError

if TYPE_CHECKING:
    from datetime import date

    from convive.app.audit import AuditOutcome, AuditPorts
    from convive.app.counting import Aggregator
    from convive.app.ports import PackReading
    from convive.app.protection.holdings import Holding
    from convive.app.protection.weed import Weeding
    from convive.app.view import AuditView
    from convive.core.model import EngineChoice, Problem
    from convive.store import FolderRestrictedStore

# Adapters are imported where they are used: `convive --help` and a notebook that only opens a
# build must not wait for Ibis, Typst and Altair.
# ruff: noqa: PLC0415

BUILD_FOLDER = "build"
RESTRICTED_FOLDER = "restricted"


def restricted_folder(pack: Path) -> Path:
    """Return where the row-level evidence of a pack is kept (CONVIVE_RESTRICTED overrides)."""
    given = os.environ.get("CONVIVE_RESTRICTED")
    return Path(given) if given else Path(pack) / RESTRICTED_FOLDER


def audit_ports(restricted: Path, *, keep: bool = True) -> AuditPorts:
    """Return the adapters of an audit; without `keep` no build is written.

    `restricted` is the folder of the row-level evidence.
    """
    from convive.app.audit import AuditPorts
    from convive.catalogue import find
    from convive.store import FolderBuildStore, FolderRestrictedStore, open_aggregator

    @functools.cache
    def engine(choice: EngineChoice) -> Aggregator:
        return open_aggregator(choice, restricted)

    return AuditPorts(
        read_pack=_read_pack,
        catalogue=find,
        aggregator=lambda city: engine(city.engine),
        clock=_now,
        version=__version__,
        store=FolderBuildStore() if keep else None,
        restricted=lambda _pack: FolderRestrictedStore(restricted, clock=_now),
        actor=acting_person(),
    )


def run_audit(
    pack: Path, *, seed: int | None = None, progress: Progress = silent, keep: bool = True
) -> AuditOutcome:
    """Audit a pack and keep the build in its folder ``build``."""
    from convive.app.audit import audit as run

    if keep:
        from convive.wiring.editions import kept_moments

        ports = audit_ports(restricted_folder(Path(pack)))
        ports = replace(ports, served=functools.partial(kept_moments, Path(pack)))
        return run(Path(pack), ports=ports, progress=progress, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        ports = audit_ports(Path(folder), keep=False)
        return run(Path(pack), ports=ports, progress=progress, seed=seed)


def check_pack(pack: Path, *, progress: Progress = silent) -> tuple[Problem, ...]:
    """Return every problem of a pack; nothing is written."""
    return try_pack(pack, progress=progress).problems


def try_pack(pack: Path, *, progress: Progress = silent) -> PackReading:
    """Return what reading a pack gives, its problems with it; nothing is written."""
    from convive.app.audit import latest_day

    return _read_pack(Path(pack), progress=progress, today=latest_day(_now()))


def _read_pack(pack: Path, **how: Any) -> PackReading:
    """Read the evidence of a pack, and what is already planned.

    A plan that cannot be read is no reason not to audit: its problems stand among the others.
    """
    from convive.app.ports import PackPlan
    from convive.connectors.city_pack import read_pack
    from convive.wiring.plans import plans_of_pack

    reading, found = read_pack(pack, **how), list(plans_of_pack(pack))
    return replace(
        reading,
        problems=(*reading.problems, *(one for _, plan in found for one in plan.problems)),
        plans=tuple(PackPlan(name, one.plan) for name, one in found if one.plan is not None),
    )


def start_pack(folder: Path, answers: Mapping[str, Any]) -> tuple[Path, ...]:
    """Write the skeleton of a pack and return its files."""
    from convive.app.start_pack import start_pack as start

    return start(Path(folder), answers)


def restricted_store(pack: Path) -> FolderRestrictedStore:
    """Return the restricted store of a pack, in its folder ``restricted``."""
    from convive.store import FolderRestrictedStore

    return FolderRestrictedStore(restricted_folder(pack), clock=_now)


def acting_person() -> str:
    """Return who acts, for the access log: CONVIVE_ACTOR, else the account of the system."""
    try:
        return os.environ.get("CONVIVE_ACTOR") or getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def weed_evidence(pack: Path, *, today: date | None = None, is_dry_run: bool = False) -> Weeding:
    """Remove what is older than the mapping files allow; see ``app.protection.weed``."""
    from convive.app.protection.weed import weed
    from convive.connectors.city_pack import read_terms

    return weed(
        read_terms(Path(pack)),
        store=restricted_store(pack),
        clock=_now,
        actor=acting_person(),
        today=today,
        is_dry_run=is_dry_run,
    )


def delete_weeded_files(pack: Path, weeding: Weeding) -> tuple[str, ...]:
    """Delete the delivered files of which every row has expired; return their labels."""
    from convive.app.protection.delivered import delete_delivered
    from convive.connectors.city_pack import read_terms

    return delete_delivered(
        weeding.leftovers,
        read_terms(Path(pack)),
        store=restricted_store(pack),
        actor=acting_person(),
    )


def evidence_holdings(pack: Path) -> tuple[Holding, ...]:
    """Return what the restricted store of a pack holds."""
    from convive.app.protection.holdings import holdings
    from convive.connectors.city_pack import read_terms

    return holdings(read_terms(Path(pack)), store=restricted_store(pack), actor=acting_person())


def evidence_register(pack: Path, *, language: str) -> list[dict[str, str]]:
    """Return the record of processing of a pack, one row a source."""
    from convive.app.protection.register import register
    from convive.connectors.city_pack import read_terms

    return register(read_terms(Path(pack)), language=language)


def _now() -> datetime:
    return datetime.now(UTC)


def locate_build(path: Path) -> Path:
    """Return the folder of the build: of a pack, or the folder itself.

    Raises
    ------
    NotFoundError
        BUILD_NOT_FOUND where neither holds a build.
    """
    for folder in (Path(path), Path(path) / BUILD_FOLDER):
        if (folder / "run.json").is_file():
            return folder
    raise NotFoundError("BUILD_NOT_FOUND", folder=str(path))


def open_build(path: Path) -> Build:
    """Return the build in a folder (or in the folder ``build`` of a pack)."""
    from convive.store.builds import FolderBuildStore

    return FolderBuildStore().load(locate_build(Path(path)))


def open_audit(path: str | Path) -> AuditView:
    """Return a finished audit to look at, from the folder of a build or of its pack.

    Raises
    ------
    NotFoundError
        BUILD_NOT_FOUND.
    """
    from convive.app.view import AuditView

    folder = locate_build(Path(path))
    return AuditView(open_build(folder), draw=chart, folder=folder)


def audit(pack: str | Path, *, seed: int | None = None, keep: bool = True) -> AuditView:
    """Audit a pack and return what it found.

    Parameters
    ----------
    pack : path
        Folder with ``city.toml``.
    seed : int, optional
        Instead of the seed in ``city.toml``.
    keep : bool
        Whether the build is written to the folder ``build`` of the pack.

    Raises
    ------
    PackError
        With every problem of the pack.
    """
    from convive.app.view import AuditView

    outcome = run_audit(Path(pack), seed=seed, keep=keep)
    folder = Path(pack) / BUILD_FOLDER if keep else None
    return AuditView(outcome.build, draw=chart, folder=folder)


def render_document(build: Build, kind: str, *, language: str) -> bytes:
    """Return a finished document.

    Parameters
    ----------
    kind : str
        ``pdf``, ``atlas`` (PDF, too), ``xlsx`` or ``gpkg``.

    Raises
    ------
    RequestError
        DOCUMENT_UNKNOWN for another kind.
    """
    renderers: Mapping[str, Callable[[], Callable[..., bytes]]] = {
        "pdf": _pdf,
        "atlas": _atlas,
        "xlsx": lambda: _tables().render_xlsx,
        "gpkg": lambda: _tables().render_geopackage,
    }
    if kind not in renderers:
        raise RequestError("DOCUMENT_UNKNOWN", kind=kind, known=", ".join(renderers))
    return renderers[kind]()(build, language=language)


def render_csv(build: Build, table: str, *, language: str = "en") -> bytes:  # noqa: ARG001
    """Return a published table as CSV: the same in every language, codes and ISO dates."""
    content: bytes = _tables().render_csv(build, table)
    return content


def render_datapackage(build: Build) -> dict[str, Any]:
    """Return the Frictionless description of the published tables."""
    described: dict[str, Any] = _tables().datapackage(build)
    return described


def areas_geojson(build: Build, **selection: Any) -> Any:
    """Return areas with a figure, for the map of a page."""
    return _tables().areas_geojson(build, **selection)


def chart(build: Build, chart_id: str, *, language: str, **selection: Any) -> Any:
    """Return a chart of the one grammar as an Altair object."""
    from convive.reports import charts

    return charts.chart(build, chart_id, language=language, **selection)


def chart_svg(
    build: Build, chart_id: str, *, language: str, theme: str = "light", **selection: Any
) -> str:
    """Return a chart as SVG."""
    from convive.reports import charts

    return charts.picture(build, chart_id, language=language, theme=theme, **selection)


def preferred_language() -> str:
    """Return the language of the environment (CONVIVE_LANGUAGE, LC_ALL, LANG), else English."""
    for name in ("CONVIVE_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "").replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in languages():
            return code
    return "en"


def _pdf() -> Callable[..., bytes]:
    from convive.reports.pdf import render_report

    return render_report


def _atlas() -> Callable[..., bytes]:
    from convive.reports.atlas import render_atlas

    return render_atlas


def _tables() -> Any:
    from convive.reports import tables

    return tables


__all__ = [
    "acting_person",
    "areas_geojson",
    "audit",
    "audit_ports",
    "chart",
    "chart_svg",
    "check_pack",
    "delete_weeded_files",
    "evidence_holdings",
    "evidence_register",
    "locate_build",
    "open_audit",
    "open_build",
    "preferred_language",
    "render_csv",
    "render_datapackage",
    "render_document",
    "restricted_store",
    "run_audit",
    "start_pack",
    "try_pack",
    "weed_evidence",
]
