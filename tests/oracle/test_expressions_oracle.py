"""Rules mean the same in the engine of ODK Web Forms (`@getodk/xforms-engine`), row by row.

Each case becomes a group of one XForm with its answers and a calculation. Left out are rows that
say so (``"odk": false``), refusals, rows about ``.`` and about the clock.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from convive.core.instruments.expression import parse
from convive.core.instruments.expression_values import from_answer, to_text

ROOT = Path(__file__).resolve().parents[2]
MODULES = (ROOT / "node_modules").resolve()
CASES = json.loads((ROOT / "tests/factories/expression_cases.json").read_text(encoding="utf-8"))


def _is_odk(row: dict[str, Any]) -> bool:
    is_refusal = isinstance(row["expected"], dict) and "error" in row["expected"]
    is_clock = "today()" in row["expression"] or "now()" in row["expression"]
    return row.get("odk", True) and not is_refusal and not is_clock and "this" not in row


ROWS = [row for row in CASES["cases"] if _is_odk(row)]


def _expected(row: dict[str, Any]) -> str:
    value = row["expected"]
    text = value["number"] if isinstance(value, dict) else to_text(from_answer(value))
    return "" if text == "NaN" else text  # as the engine writes no number down


class _Form:
    """Writes the instance, the binds and the body of one XForm."""

    def __init__(self) -> None:
        self.binds: dict[str, str] = {}
        self.repeats: list[str] = []
        self.paths: dict[str, str] = {}

    def nodes(self, answers: dict[str, Any], path: str) -> str:
        return "".join(self.node(name, answer, f"{path}/{name}") for name, answer in answers.items())  # fmt: skip

    def node(self, name: str, answer: Any, path: str) -> str:
        self.paths[name] = path
        if isinstance(answer, list) and answer and isinstance(answer[0], dict):
            names = dict.fromkeys(key for each in answer for key in each)
            if path not in self.repeats:
                self.repeats.append(path)
            rounds = [{key: each.get(key) for key in names} for each in answer]
            return "".join(f"<{name}>{self.nodes(each, path)}</{name}>" for each in rounds)
        self.binds[path] = f'<bind nodeset="{path}" type="string"/>'
        return f"<{name}>{escape(to_text(from_answer(answer)))}</{name}>"


def _xform() -> str:
    form, instance = _Form(), ""
    for number, row in enumerate(ROWS):
        form.paths = {}
        path = f"/data/r{number}"
        inside = form.nodes(row["answers"], path)
        parsed = parse(row["expression"])
        for name in parsed.names:
            if name not in form.paths:
                inside += form.node(name, None, f"{path}/{name}")
        instance += f"<r{number}>{inside}<out/></r{number}>"
        calculation = quoteattr(f"string({parsed.to_xpath(form.paths)})")
        form.binds[f"{path}/out"] = f'<bind nodeset="{path}/out" type="string" calculate={calculation}/>'  # fmt: skip
    body = "".join(
        f'<group ref="{path}"><label>x</label><repeat nodeset="{path}"/></group>'
        for path in form.repeats
    )
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
      xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>t</h:title><model>
      <instance><data id="t" version="1">{instance}<orx:meta><orx:instanceID/></orx:meta></data></instance>
      {"".join(form.binds.values())}<bind nodeset="/data/orx:meta/orx:instanceID" type="string"/></model></h:head>
      <h:body>{body}</h:body></h:html>"""


def test_odk_means_the_same(tmp_path: Path) -> None:
    node = shutil.which("node")
    if (
        node is None
        or not (MODULES / "@getodk/xforms-engine").is_dir()
        or not (MODULES / "jsdom").is_dir()
    ):
        pytest.skip("node, @getodk/xforms-engine and jsdom are not all installed")
    given = tmp_path / "form.xml"
    given.write_text(_xform(), encoding="utf-8")
    script = ROOT / "tests/factories/run_odk.mjs"
    run = subprocess.run(
        [node, script, given, MODULES], capture_output=True, check=False, timeout=120
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    found = json.loads(run.stdout)
    wrong = [
        (row["expression"], row["answers"], _expected(row), found[f"r{number}"])
        for number, row in enumerate(ROWS)
        if found[f"r{number}"] != _expected(row)
    ]
    assert len(found) == len(ROWS) > 120
    assert wrong == []
