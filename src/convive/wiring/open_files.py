"""Joins a build to the files that others build on, and to the bundle that anybody can run again."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path

from convive import __version__
from convive.app.corrections import newest_first
from convive.app.ports import Build
from convive.app.rerun import Compared, compare_definitions, compare_files, compare_findings
from convive.app.tables import RESULT_TABLES
from convive.catalogue.texts import localised
from convive.core.errors import NotFoundError, RequestError, StorageError

# ruff: noqa: PLC0415 - adapters are imported where they are used

FORMAT = "convive-rerun/1"
COMMAND = "convive rerun BUNDLE.zip"
MOST_BYTES = 2 * 1024**3
"""Largest bundle that is unpacked."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_DATA, _BUILD, _DEFINITIONS = "data/", "build/", "definitions/"
_README = """# {city}: an audit to run again

`data/` holds the tables as published (CSV, with CSV on the Web metadata and `datapackage.json`),
`build/` the same tables as Parquet with the run record, `definitions/` the indicators.
An empty field is a figure that is not shown or does not apply; it is never zero.

1. Install Convive {version} (see the project's README).
2. Run `{command}`.

The command compares every file with its digest, works the findings out again from the published
tables and the definitions, writes the CSV files again, and says what is the same. It ends with 0
where everything is. Without Convive: `manifest.json` has the SHA-256 of every file.

The evidence behind the tables (single incidents, answers) is not in here: it may be about persons
and stays with the town. `build/run.json` has the digest of every file that was read.
"""


def render_open_file(build: Build, file: str, *, language: str) -> bytes:
    """Return one of the files for others to build on.

    Parameters
    ----------
    file : str
        ``areas.parquet``, ``datapackage.json``, ``rerun.zip`` or ``<table>.csv-metadata.json``.

    Raises
    ------
    NotFoundError
        TABLE_UNKNOWN for another name.
    """
    from convive.reports import tables

    makers: Mapping[str, Callable[[], bytes]] = {
        "areas.parquet": lambda: tables.render_geoparquet(build, language=language),
        "datapackage.json": lambda: _json(tables.datapackage(build)),
        "rerun.zip": lambda: render_bundle(build),
    }
    if file in makers:
        return makers[file]()
    return _json(tables.csvw_metadata(build, file.removesuffix(".csv-metadata.json")))


def render_catalogue(build: Build, kind: str, *, base: str, version: str) -> bytes:
    """Return the catalogue for data portals as ``ttl``, ``jsonld`` or ``rdf``."""
    from convive.reports import dcat

    content: bytes = dcat.rendered(dcat.catalogue_of(build, base=base, version=version), kind)
    return content


def render_bundle(build: Build) -> bytes:
    """Return the audit as a zip: data as published, definitions, digests and the command.

    The same build gives the same bytes.
    """
    files = data_files(build) | _definition_files(build) | _build_files(build)
    manifest = {
        "format": FORMAT,
        "city": build.city.id,
        "built_at": build.run.get("built_at"),
        "code_version": build.run.get("code_version"),
        "command": COMMAND,
        "files": {name: _digest(content) for name, content in sorted(files.items())},
    }
    readme = _README.format(city=build.city.name, version=__version__, command=COMMAND)
    readme += _corrections(build)
    files |= {"README.md": readme.encode(), "manifest.json": _json(manifest)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            told = zipfile.ZipInfo(name, _EPOCH)
            told.external_attr = 0o644 << 16
            archive.writestr(told, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _corrections(build: Build) -> str:
    """Return what the README says of corrections; nothing without any."""
    if not build.corrections:
        return ""
    lines = ["", "## Corrections", ""]
    for one in newest_first(build.corrections):
        told = [localised(text, "en") for text in (one.wrong, one.right) if text]
        lines.append(
            f"- {one.on.isoformat()}, {one.kind.value}, {one.subject.value} `{one.name}`: "
            + " ".join(told)
        )
    lines += [
        "",
        "What was withdrawn is in no file here, nor what it could be worked out from.",
        "",
    ]
    return "\n".join(lines)


def rerun(bundle: Path) -> list[Compared]:
    """Run a bundle again and return what was compared.

    Raises
    ------
    RequestError
        BUNDLE_UNREADABLE where it is no bundle, or larger than `MOST_BYTES`.
    """
    from convive.catalogue import find

    files = _unpacked(bundle)
    try:
        told = json.loads(files.pop("manifest.json"))["files"]
    except (KeyError, ValueError, TypeError) as error:
        raise RequestError("BUNDLE_UNREADABLE", file=bundle.name) from error
    files.pop("README.md", None)
    found = compare_files({name: _digest(one) for name, one in files.items()}, told)
    build = _opened(files, bundle.name)
    indicators = find.indicators()
    found += compare_definitions(build, indicators)
    found.append(compare_findings(build, indicators))
    made = {name: _digest(content) for name, content in data_files(build).items()}
    again = compare_files(made, {k: v for k, v in told.items() if k.startswith(_DATA)})
    return found + [Compared("made_again", one.name, one.is_same) for one in again]


def _opened(files: Mapping[str, bytes], bundle: str) -> Build:
    """Return the build that lies in a bundle."""
    from convive.store import FolderBuildStore

    known = {
        "city.json",
        "run.json",
        "corrections.json",
        *(f"{spec.name}.parquet" for spec in RESULT_TABLES),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name in known:
            if f"{_BUILD}{name}" in files:
                (Path(folder) / name).write_bytes(files[f"{_BUILD}{name}"])
        try:
            return FolderBuildStore().load(Path(folder))
        except (NotFoundError, StorageError) as error:
            raise RequestError("BUNDLE_UNREADABLE", file=bundle) from error


def data_files(build: Build) -> dict[str, bytes]:
    """Return every published table as CSV with what describes it, by name in the bundle."""
    from convive.reports import tables

    found = {f"{_DATA}datapackage.json": _json(tables.datapackage(build))}
    for spec in RESULT_TABLES:
        if spec.is_public and spec.name in build.tables:
            found[f"{_DATA}{spec.name}.csv"] = tables.render_csv(build, spec.name)
            described = tables.csvw_metadata(build, spec.name)
            found[f"{_DATA}{spec.name}.csv-metadata.json"] = _json(described)
    return found


def _definition_files(build: Build) -> dict[str, bytes]:
    """Return the definitions of the audit that this installation has, as they are written."""
    folder = resources.files("convive.catalogue") / "indicators"
    wanted = {one["id"] for one in build.run.get("definitions", ())}
    return {
        f"{_DEFINITIONS}{one.name}": one.read_bytes()
        for one in folder.iterdir()
        if one.name.removesuffix(".yaml") in wanted
    }


def _build_files(build: Build) -> dict[str, bytes]:
    from convive.store import FolderBuildStore

    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "build"
        FolderBuildStore().save(build, folder)
        return {
            f"{_BUILD}{one.name}": one.read_bytes()
            for one in sorted(folder.iterdir())
            if one.name != "history.json"  # of other audits, not of this one
        }


def _unpacked(bundle: Path) -> dict[str, bytes]:
    """Return the files of a bundle; names are only ever looked up, never paths to write to."""
    try:
        with zipfile.ZipFile(bundle) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST_BYTES:
                raise RequestError("BUNDLE_UNREADABLE", file=bundle.name)
            return {one.filename: archive.read(one) for one in archive.infolist()}
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise RequestError("BUNDLE_UNREADABLE", file=bundle.name) from error


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
