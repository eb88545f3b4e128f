"""The one place that reads the environment and joins ports to adapters."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convive import __version__
from convive.app.ports import Build, Progress, silent
from convive.catalogue.texts import languages
from convive.core.errors import NotFoundError, RequestError

if TYPE_CHECKING:
    from convive.app.audit import AuditOutcome, AuditPorts
    from convive.app.view import AuditView
    from convive.core.model import Problem

# Adapters are imported where they are used: `convive --help` and a notebook that only opens a
# build must not wait for Ibis, Typst and Altair.
# ruff: noqa: PLC0415

BUILD_FOLDER = "build"


def audit_ports(*, keep: bool = True) -> AuditPorts:
    """Return the adapters of an audit; without `keep` nothing is written."""
    from convive.app.audit import AuditPorts
    from convive.catalogue import find
    from convive.connectors.city_pack import read_pack
    from convive.store import FolderBuildStore, IbisAggregator

    return AuditPorts(
        read_pack=read_pack,
        catalogue=find,
        aggregator=IbisAggregator(),
        clock=lambda: datetime.now(UTC),
        version=__version__,
        store=FolderBuildStore() if keep else None,
    )


def run_audit(
    pack: Path, *, seed: int | None = None, progress: Progress = silent, keep: bool = True
) -> AuditOutcome:
    """Audit a pack and keep the build in its folder ``build``."""
    from convive.app.audit import audit as run

    return run(Path(pack), ports=audit_ports(keep=keep), progress=progress, seed=seed)


def check_pack(pack: Path, *, progress: Progress = silent) -> tuple[Problem, ...]:
    """Return every problem of a pack; nothing is written."""
    from convive.connectors.city_pack import read_pack

    return read_pack(Path(pack), progress=progress).problems


def start_pack(folder: Path, answers: Mapping[str, Any]) -> tuple[Path, ...]:
    """Write the skeleton of a pack and return its files."""
    from convive.app.start_pack import start_pack as start

    return start(Path(folder), answers)


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
        ``pdf``, ``xlsx`` or ``gpkg``.

    Raises
    ------
    RequestError
        DOCUMENT_UNKNOWN for another kind.
    """
    renderers: Mapping[str, Callable[[], Callable[..., bytes]]] = {
        "pdf": _pdf,
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

    return charts.svg(
        charts.specification(build, chart_id, language=language, **selection), theme=theme
    )


def finding_sentences(build: Build, *, language: str) -> list[str]:
    """Return the findings as sentences, the first to read first."""
    from convive.app.findings import findings_of

    return [found.sentence(language) for found in findings_of(build)]


def serve_build(build: Path, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve the observatory of a build until interrupted."""
    # By name: the web layer stands above this one and is started, not used, from here.
    importlib.import_module("convive.web.config.serve").serve(build, host, port)


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


def _tables() -> Any:
    from convive.reports import tables

    return tables


__all__ = [
    "areas_geojson",
    "audit",
    "audit_ports",
    "chart",
    "chart_svg",
    "check_pack",
    "finding_sentences",
    "locate_build",
    "open_audit",
    "open_build",
    "preferred_language",
    "render_csv",
    "render_datapackage",
    "render_document",
    "run_audit",
    "serve_build",
    "start_pack",
]
