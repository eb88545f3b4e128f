"""ODK's own judges: ODK Validate (Java) and the engine of its web forms (Node)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = Path(__file__).with_name("odk_engine.mjs")


def validate_forms(forms: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """Return what ODK Validate says of each form, by one start of Java; empty: valid."""
    import pyxform

    jar = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
    if shutil.which("java") is None or not jar.exists():
        pytest.skip("ODK Validate needs Java, which is not on this machine")
    paths = {}
    for number, (name, form) in enumerate(forms.items()):
        paths[name] = folder / f"form-{number:04d}.xml"
        paths[name].write_bytes(form)
    command = ["java", "-jar", str(jar), *map(str, paths.values())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    said = done.stdout + done.stderr
    if done.returncode == 0:
        assert said.count("Xform is valid!") == len(forms), said[-2000:]
        return {}
    failed = said.partition("The following files failed validation:")[2]
    return {name: said[-4000:] for name, path in paths.items() if path.name in failed}


def play(games: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what the engine makes of forms with answers, by one start of Node."""
    if shutil.which("node") is None or not (ROOT / "node_modules/@getodk/xforms-engine").exists():
        pytest.skip("ODK's engine needs Node and `npm install` of @getodk/xforms-engine and jsdom")
    lines = "".join(json.dumps(game, ensure_ascii=False) + "\n" for game in games)
    done = subprocess.run(
        ["node", str(ENGINE)], input=lines, capture_output=True, text=True, timeout=300,
        check=False, cwd=ROOT,
    )  # fmt: skip
    results: Sequence[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == lines.count("\n"), done.stderr[-3000:]
    return list(results)
