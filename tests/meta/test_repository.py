"""Rules about the repository itself."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from convive.catalogue.texts import has_text, languages

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "convive"
MODULES = sorted(SOURCE.rglob("*.py"))
BANNED_NAMES = {"utils", "helpers", "misc", "common", "manager", "handler", "processor"}


def _tracked() -> list[Path]:
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name.decode() for name in listing.split(b"\0") if name]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, the docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_drawer_modules() -> None:
    assert not [path for path in MODULES if path.stem in BANNED_NAMES]


def test_modules_are_short() -> None:
    long = {p.relative_to(ROOT): n for p in MODULES if (n := len(p.read_text().splitlines())) > 400}
    assert len(long) <= 0.05 * len(MODULES), long


def test_functions_are_short() -> None:
    lengths = {
        f"{path.relative_to(ROOT)}:{function.name}": _length(function)
        for path in MODULES
        for function in _functions(path)
    }
    long = {name: length for name, length in lengths.items() if length > 40}
    assert len(long) <= 0.05 * len(lengths), long


def test_no_asserts_in_source() -> None:
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert not guilty


@pytest.mark.parametrize("package", ["convive", "convive.core.model", "convive.core.survey"])
def test_public_names_are_there(package: str) -> None:
    """Ruff keeps them sorted."""
    module = importlib.import_module(package)
    names = list(module.__all__)
    assert len(names) == len(set(names))
    for name in names:
        assert getattr(module, name) is not None


def _codes_raised(pattern: str) -> set[str]:
    return {
        code
        for path in MODULES
        for code in re.findall(pattern, path.read_text(encoding="utf-8"), flags=re.DOTALL)
    }


ERROR_CALL = (
    r"raise (?:Convive|User|Pack|Dataset|Definition|Request|NotFound|Conflict|Method|Disclosure"
    r"|Source|Storage)Error\(\s*\"([A-Z][A-Z0-9_]+)\""
)


def test_every_error_code_has_a_sentence_in_every_language() -> None:
    codes = _codes_raised(ERROR_CALL)
    assert codes
    missing = [
        (c, lang) for c in sorted(codes) for lang in languages() if not has_text(f"error.{c}", lang)
    ]
    assert not missing


def test_every_problem_code_has_a_sentence_and_a_remedy_in_every_language() -> None:
    codes = _codes_raised(r"Problem\(\s*(?:code=)?\"([A-Z][A-Z0-9_]+)\"")
    missing = [
        (code, language)
        for code in sorted(codes)
        for language in languages()
        for key in (f"problem.{code}", f"problem.{code}.remedy")
        if not has_text(key, language)
    ]
    assert not missing


TEXT_SUFFIXES = {".py", ".md", ".toml", ".txt", ".json", ".yaml", ".sh", ".html", ".css", ".js", ""}
PACKAGE_ADDRESS = re.compile(
    r"https?://[^ \"]+\.(whl|tgz|tar\.gz|deb)([#\" ]|$)|--(extra-)?index-url"
)
MACHINE_PATH = re.compile(r"(^|[^a-zA-Z0-9.])/(" + "work|ro" + r"ot|home)/[a-z.]")


def test_no_registry_address_and_no_path_of_a_machine() -> None:
    guilty = []
    for path in _tracked():
        if path.suffix not in TEXT_SUFFIXES or path == Path(__file__) or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        name = str(path.relative_to(ROOT))
        if MACHINE_PATH.search(text) or (name != "Makefile" and PACKAGE_ADDRESS.search(text)):
            guilty.append(name)
    assert not guilty


def test_no_large_files() -> None:
    assert not [path for path in _tracked() if path.is_file() and path.stat().st_size > 1_000_000]
