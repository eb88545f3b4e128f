"""Nothing but ingest, aggregation, weeding, release memory, room and studies reads the store.

And nothing about people reaches an audit but through it.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from convive.app.protection.rows import ROW_KINDS
from convive.connectors.city_pack.row_files import TABLES
from convive.connectors.city_pack.source_reading import READERS

SOURCE = Path(__file__).resolve().parents[2] / "src" / "convive"
MODULES = sorted(SOURCE.rglob("*.py"))

ROOM = tuple(f"app/evidence_room/{one}.py" for one in ("base", "open", "week_counts"))
"""Counts and protected cubes of the evidence room; never rows, see below."""
STUDY = ("app/evaluation/counts.py", "app/evaluation/asked.py")
"""Counts and sums of answers of studies; never rows, see below."""
MAY_OPEN = ("app/ingest/", "app/protection/", "app/releases.py", "store/restricted/", *ROOM, *STUDY)
"""Modules that may ask a session for a file."""
MAY_NAME = (
    *MAY_OPEN,
    "app/ports.py",
    "app/audit.py",
    "app/assess/prepare.py",
    "app/evaluation/",
    "store/",
    "wiring/",
)
"""Modules that may speak of sessions at all: to pass one on, or to join it to its adapter."""
MAY_READ_PARQUET = (*MAY_OPEN, "store/", "connectors/", "reports/")
"""Modules that may read a Parquet file by its path."""
TYPES = {"StoreSession", "RestrictedStore", "ProtectedSession", "ProtectedStore", "Kept"}
ADAPTER = "FolderRestrictedStore"


def _label(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def _names(tree: ast.AST) -> set[str]:
    """Every name that a module imports or uses."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names}
    return found


def _opens(tree: ast.AST) -> bool:
    """Whether a module calls ``….open(…)`` on something called session."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on = node.func.value
            name = on.id if isinstance(on, ast.Name) else getattr(on, "attr", "")
            if node.func.attr == "open" and "session" in name:
                return True
    return False


def _reads_parquet(tree: ast.AST) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = {alias.name for alias in node.names}
            if "pyarrow.parquet" in {module, *names} or (
                module == "pyarrow" and "parquet" in names
            ):
                return True
    return any(
        isinstance(node, ast.Attribute) and node.attr == "read_parquet" for node in ast.walk(tree)
    )


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.AST]:
    return {_label(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def test_only_aggregation_weeding_and_release_memory_open_what_is_kept(
    trees: dict[str, ast.AST],
) -> None:
    opening = {label for label, tree in trees.items() if _opens(tree)}
    assert opening
    assert sorted(label for label in opening if not label.startswith(MAY_OPEN)) == []


def test_only_they_speak_of_sessions(trees: dict[str, ast.AST]) -> None:
    speaking = {label for label, tree in trees.items() if _names(tree) & TYPES}
    assert sorted(label for label in speaking if not label.startswith(MAY_NAME)) == []


def test_the_evidence_room_opens_no_rows(trees: dict[str, ast.AST]) -> None:
    """It names what the audit has counted, what it has protected and what was released."""
    for label, tree in trees.items():
        if not label.startswith("app/evidence_room/"):
            continue
        assert "ROW_KINDS" not in _names(tree)
        listed = {
            ast.unparse(node.args[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "listed"
        }
        assert listed <= {"KIND", "'release'"}, label
    from convive.app.evidence_room import base, week_counts
    from convive.app.evidence_room import open as opening

    assert not {base.KIND, opening.KIND, week_counts.KIND} & set(ROW_KINDS)


def test_an_evaluation_opens_no_rows(trees: dict[str, ast.AST]) -> None:
    """It names what the audit has counted for studies, and the key that coarsens it."""
    from convive.app.evaluation import counts

    tree = trees["app/evaluation/counts.py"]
    assert "ROW_KINDS" not in _names(tree)
    named = {
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"listed", "find"}
    }
    assert named == {"KIND", "KEY", "AREAS", "name_of(indicator_id)"}
    assert not {counts.KIND, counts.KEY_KIND, counts.AREAS} & set(ROW_KINDS)


def test_nor_does_one_that_asks(trees: dict[str, ast.AST]) -> None:
    """It names the sums of answers that the audit has left."""
    from convive.app.evaluation import asked

    tree = trees["app/evaluation/asked.py"]
    assert "ROW_KINDS" not in _names(tree)
    named = {
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"listed", "find"}
    }
    assert named == {"KIND", "name_of(indicator.id)", "name_of(indicator_id)"}
    assert asked.KIND not in ROW_KINDS


def test_only_wiring_makes_the_store(trees: dict[str, ast.AST]) -> None:
    making = {label for label, tree in trees.items() if ADAPTER in _names(tree)}
    assert any(label.startswith("wiring/") for label in making)
    assert sorted(label for label in making if not label.startswith(("store/", "wiring/"))) == []


def test_rows_about_people_come_from_the_keeper_only(trees: dict[str, ast.AST]) -> None:
    """Families whose rows are kept are read by the two modules that hand them to a keeper."""
    assert {*TABLES, "incidents", "counts", "statistics"} == set(READERS)
    assert {spec.name for specs in TABLES.values() for spec in specs} == {*ROW_KINDS} - {"rows"}
    calling = {
        label
        for label, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"sheets_of", "stretches_of"}
    }
    allowed = ("incident_files.py", "row_files.py", "open_sheets.py", "wizard/")
    base = "connectors/city_pack/"
    assert sorted(one for one in calling if not one.removeprefix(base).startswith(allowed)) == []
    assert {f"{base}incident_files.py", f"{base}row_files.py"} <= calling


def test_nobody_else_reads_parquet_behind_the_back_of_the_log(trees: dict[str, ast.AST]) -> None:
    reading = {label for label, tree in trees.items() if _reads_parquet(tree)}
    assert sorted(label for label in reading if not label.startswith(MAY_READ_PARQUET)) == []


@pytest.mark.parametrize(
    ("code", "is_seen"),
    [
        ("def f(session):\n    return session.open(1)", True),
        ("def f(self):\n    return self._session.open(1)", True),
        ("def f(path):\n    return path.open()", False),
    ],
)
def test_an_opening_is_recognised(code: str, is_seen: bool) -> None:
    assert _opens(ast.parse(code)) is is_seen
