"""Write docs/reference/real-files.md: what the wizard makes of every file of the open data at hand.

Run with CONVIVE_REAL_DATA set. What a person had to correct stands in real_files.yaml, read by a
person, file by file; a correction that the wizard no longer needs is an error, so that the page
cannot praise or blame it for what it does not do. Facts and counts only: no row and no value of
the data comes onto the page.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, deque
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from convive.catalogue.yaml_files import parse_yaml
from convive.connectors.city_pack.wizard import open_session
from convive.connectors.city_pack.wizard.session import Session
from convive.core.errors import ConviveError, ProblemsError

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "real-files.md"
REVIEW = Path(__file__).with_suffix(".yaml")
SKIPPED = ("README.md",)
AT_ONCE = 3
HEAD = (
    "| file | found | proposed | right | asked | corrected or added by hand | rows looked at | left out | CPU s | MB |",
    "|---|---|--:|--:|--:|---|--:|---|--:|--:|",
)


def main() -> int:
    """Look at every file and write the page; 1 where the review does not fit the wizard any more."""
    data = Path(os.environ["CONVIVE_REAL_DATA"])
    review = parse_yaml(REVIEW.read_text(encoding="utf-8"), REVIEW.name)
    files = [f for f in sorted(data.rglob("*")) if f.is_file() and f.name not in SKIPPED]
    found: dict[str, dict[str, Any]] = {}
    waiting: deque[tuple[str, int, int]] = deque()
    for file in [*files, *[None] * AT_ONCE]:
        if len(waiting) == AT_ONCE or (file is None and waiting):
            name, child, answer = waiting.popleft()
            found[name] = finished(child, answer)
            print(name, kind_of(found[name]), file=sys.stderr, flush=True)
        if file is not None:
            waiting.append((file.relative_to(data).as_posix(), *in_a_child(file)))
    outdated = [fault for name, one in found.items() for fault in faults(name, one, review)]
    for fault in outdated:
        print(fault, file=sys.stderr)
    PAGE.write_text(page(found, review), encoding="utf-8")
    return 1 if outdated else 0


def in_a_child(path: Path) -> tuple[int, int]:
    """Begin to look at a file in a process of its own, so that its memory is its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as out:
            out.write(json.dumps(look(path)))
        os._exit(0)
    os.close(writing)
    return child, reading


def finished(child: int, answer: int) -> dict[str, Any]:
    """Return what a process has found, and the processor time and memory that it took."""
    with os.fdopen(answer) as said:
        text = said.read()
    _, _, used = os.wait4(child, 0)
    # A child that died has written nothing.
    found: dict[str, Any] = json.loads(text) if text else {"refused": "TRACEBACK"}
    return {**found, "cpu": used.ru_utime + used.ru_stime, "mb": used.ru_maxrss / 1024}


def look(path: Path) -> dict[str, Any]:
    """Return what the wizard proposes for a file and what the preview makes of it."""
    try:
        session = open_session(path)
    except ProblemsError as told:
        return {"refused": told.problems[0].code}
    except ConviveError as told:
        return {"refused": told.code}
    return {**proposed(session), **previewed(session)}


def proposed(session: Session) -> dict[str, Any]:
    """Return kind, profile and keys of the proposal."""
    proposal = session.proposal
    return {
        "family": proposal.family.id,
        "shape": proposal.family.shape,
        "why": [reason.code for reason in proposal.family.reasons],
        "declined": proposal.declined.code if proposal.declined else "",
        "profile": proposal.profile.id if proposal.profile else "",
        "keys": {choice.key: str(choice.value) for choice in proposal.choices},
        "asked": [choice.key for choice in proposal.unsure],
        "missing": list(proposal.missing),
        "words": sum(word.category is None for word in proposal.words),
        "looked_at": sum(sheet.n_rows for sheet in session.sample.sheets),
        "is_whole": session.sample.is_whole,
    }


def previewed(session: Session) -> dict[str, Any]:
    """Return how many rows of the sample are left out, and why."""
    shown = session.preview()
    reasons: Counter[str] = Counter()
    for problem in shown.problems:
        if problem.severity != "note":
            reasons[problem.code] += problem.rows
    return {"rejected": shown.rows_rejected, "problems": dict(reasons)}


def faults(name: str, found: dict[str, Any], review: dict[str, Any]) -> list[str]:
    """Return what the review says of a file that is not so any more."""
    told = review["files"].get(name, {})
    keys, missing = found.get("keys", {}), " ".join(found.get("missing", ()))
    wrong = [
        f"{name}: {key} is said to be wrong, but is not proposed"
        for key in told.get("wrong", {})
        if key not in keys and key != "kind"
    ]
    added = [
        f"{name}: {key} is said to be added by hand, but is proposed"
        for key in told.get("add", {})
        if key in keys and key not in missing
    ]
    return [*wrong, *added]


def kind_of(found: dict[str, Any]) -> str:
    """Return what a file was taken for."""
    if "refused" in found:
        return f"refused: `{found['refused']}`"
    if found["declined"]:
        return f"declined: `{found['declined']}`"
    if not found["family"]:
        return f"no evidence: `{', '.join(found['why'])}`"
    kind = f"{found['family']}, {found['shape']}" if found["shape"] else found["family"]
    return f"{kind} (profile `{found['profile']}`)" if found["profile"] else kind


def row(name: str, found: dict[str, Any], review: dict[str, Any]) -> str:
    """Return the line of one file."""
    told = review["files"].get(name, {})
    keys, asked = found.get("keys", {}), found.get("asked", [])
    wrong, added = told.get("wrong", {}), told.get("add", {})
    right = 0 if "kind" in wrong else sum(key not in wrong for key in keys)
    hand = [f"`{key}`: {why}" for key, why in {**wrong, **added}.items()]
    hand += [
        f"`{key}`: {'to be chosen' if key in keys else 'not in the file'}"
        for key in found.get("missing", ())
        if not set(key.split(", ")) & set(added)
    ]
    hand += [told["note"]] if "note" in told else []
    left = [f"{code} {n:,}" if n else code for code, n in found.get("problems", {}).items()]
    out = f"{found.get('rejected', 0):,}" + (f" ({'; '.join(left)})" if left else "")
    looked = f"{found.get('looked_at', 0):,}" + ("" if found.get("is_whole", True) else " first")
    numbers = (str(len(keys)), str(right), str(len(asked))) if keys else ("", "", "")
    cells = [f"`{name}`", kind_of(found), *numbers, "; ".join(hand)]
    cells += [looked, out, f"{found['cpu']:.1f}", f"{found['mb']:.0f}"]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page(found: dict[str, dict[str, Any]], review: dict[str, Any]) -> str:
    """Return the page."""
    usable = [f for f in found.values() if f.get("family") and not f.get("declined")]
    n_keys = sum(len(f["keys"]) for f in usable)
    told = [review["files"].get(name, {}) for name in found]
    n_wrong = sum("kind" not in t.get("wrong", {}) and len(t.get("wrong", {})) for t in told)
    n_kinds = sum("kind" in t.get("wrong", {}) for t in told)
    n_lacking = sum(
        bool(t.get("add")) or any(key not in f["keys"] for key in f.get("missing", ()))
        for t, f in zip(told, found.values(), strict=True)
        if f.get("family") and not f.get("declined")
    )
    parts = [review["before"].strip(), ""]
    parts.append(
        f"Looked at on {datetime.now(UTC):%d %B %Y}: {len(found)} files, {len(usable)} of them taken for "
        f"evidence or areas, {n_kinds} of these wrongly; of {n_keys} proposed keys {n_wrong} others were wrong, the rest stood "
        f"as proposed or was only to be confirmed. {n_lacking} of the files need keys besides: a person "
        f"adds them, or no mapping comes of the file. Most memory: {max(f['mb'] for f in found.values()):.0f} MB."
    )
    for folder in sorted({name.partition("/")[0] for name in found}):
        parts += ["", f"## {folder}", "", *HEAD]
        parts += [row(n, f, review) for n, f in found.items() if n.startswith(f"{folder}/")]
    return "\n".join([*parts, "", review["after"].strip(), ""])


if __name__ == "__main__":
    sys.exit(main())
