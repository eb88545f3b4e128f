"""Write docs/calibration.md from what the simulations of `make calibrate` have measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "var" / "calibration"
PAGE = ROOT / "docs" / "calibration.md"
NOTE = "<!-- Written by `make calibrate`; do not edit. -->\n\n"
ALPHAS = ("0.05", "0.01", "0.001", "0.0001")
HEAD = "".join(f" p < {alpha} |" for alpha in ALPHAS)


def _read(pattern: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob(pattern))]


def _shares(tails: dict[str, int], n: int) -> str:
    """Return the cells of a row: the measured share below each level and its count."""
    return "".join(f" {tails[alpha] / n:.2g} ({tails[alpha]}) |" for alpha in ALPHAS)


def null_towns(found: dict[str, Any]) -> str:
    """Return the chapter on whole audits of towns where nothing is to be found."""
    low, high = (f"{100 * found[side]:.1f}" for side in ("low", "high"))
    codes = ", ".join(f"`{code}`" for code in found["false_findings"]) or "none"
    rows = "".join(
        f"| {name} | {one['n']} | {one['n_tested']} |{_shares(one['tails'], one['n'])}\n"
        for name, one in found["tests"].items()
    )
    return (
        "## Whole audits of towns without any effect\n\n"
        f"The invented town at scale {found['scale']}, with nothing planted: areas, groups and "
        "years differ by chance alone, but counts are overdispersed and autocorrelated, "
        "neighbours answer alike, places differ within areas and files have their faults.\n\n"
        f"**{found['n_wrong']} of {found['n_towns']} audits had a tested finding**, all of them "
        f"false: {100 * found['n_wrong'] / found['n_towns']:.1f} % (exact 95 % interval {low} to "
        f"{high} %); stated are {100 * found['stated']:.0f} %. False findings: {codes}.\n\n"
        "Share (and number) of p-values below each level before the adjustment for many tests. "
        "It should not exceed the level. What is not tested counts as not found; gaps have "
        "rows only in towns where both faces could be brought to a scale. Tests of one "
        "town are related, so that the numbers vary more than independent ones would.\n\n"
        f"| test | rows | tested |{HEAD}\n|---|---|---|---|---|---|---|\n{rows}\n"
    )


def survey_groups(found: list[dict[str, Any]]) -> str:
    """Return the chapter on survey shares of two groups and of areas."""
    rows = "".join(
        f"| {100 * one['share']:g} % | {one['n_a']} | {one['n_b']} | {one['per_cluster']} "
        f"| {one['spread']} | {one['weights']} | {one['n_tested'] / one['n']:.2f} "
        f"|{_shares(one['tails'], one['n'])}\n"
        for one in found
    )
    return (
        "## Survey shares of two groups that are equal\n\n"
        f"{found[0]['n']} samples each. Clusters have their own shares (standard deviation of "
        "their logarithm in the table) and hold people of both groups; weights vary (standard "
        "deviation of their logarithm). Not tested: too few cases were to be expected.\n\n"
        "| share | n of a | n of b | people a cluster | clusters vary by | weights vary by "
        f"| tested |{HEAD}\n|---|---|---|---|---|---|---|---|---|---|---|\n{rows}\n"
    )


def survey_areas(found: dict[str, Any]) -> str:
    """Return the chapter on areas against the rest."""
    return (
        "## Survey shares of areas against the rest\n\n"
        "Twenty areas with ten clusters of ten people, a share of 30 % that varies between "
        f"clusters, unequal weights.\n\n| tests |{HEAD}\n|---|---|---|---|---|\n"
        f"| {found['n']} |{_shares(found['tails'], found['n'])}\n\n"
    )


def chapter(found: dict[str, Any]) -> str:
    """Return the chapter of a table that a simulation has kept."""
    lines = [found["head"], ["---"] * len(found["head"]), *found["rows"]]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"## {found['title']}\n\n{found['about']}\n\n{table}\n"


def page() -> str:
    """Return the page from whatever has been measured."""
    parts = ["# How often Convive is wrong where there is nothing to find\n\n", NOTE]
    parts.extend(null_towns(one) for one in _read("null_towns.json"))
    if groups := _read("survey_groups_*.json"):
        parts.append(survey_groups(groups))
    parts.extend(survey_areas(one) for one in _read("survey_areas.json"))
    parts.extend(chapter(one) for one in _read("table_*.json"))
    return "".join(parts).rstrip("\n") + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
