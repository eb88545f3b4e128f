"""How often a whole plan, from the chooser to the verdict, says "worked" where nothing was done."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from convive.app.evaluation.interventions import designs_for
from convive.app.evaluation.protect import protected
from convive.core.evaluation import answer
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import FrozenStudy, Looks, Study
from convive.core.evaluation.study_window import add_months
from convive.core.model import Verdict
from factories.null_areas import NullWorld
from factories.studies import BURGLARY, FIRST, make_panel, make_study

pytestmark = pytest.mark.calibration
RUNS = 200
START, MONTHS = 36, 60
TOWN = NullWorld(30, MONTHS, likeness=0.5)
RESTLESS = NullWorld(30, MONTHS, mean=8.0, noise=0.25, likeness=0.5)

# world, treated areas, how they were chosen, months told, even break, uneven break, looks
SETTINGS = {
    "season, drift, neighbours alike": (TOWN, 3, None, 0, None, None, ()),
    "few incidents, very restless": (RESTLESS, 2, None, 0, None, None, ()),
    "worst year chosen, told": (RESTLESS, 3, "level", 12, None, None, ()),
    "worst year chosen, not told": (RESTLESS, 3, "level", None, None, None, ()),
    "recording break everywhere": (TOWN, 3, None, 0, 20, None, ()),
    "recording break in treated areas": (TOWN, 3, None, 0, None, 20, ()),
    "three looks": (TOWN, 3, None, 0, None, None, (4, 8)),
    "seventy small areas": (NullWorld(70, MONTHS, mean=6.0, likeness=0.5), 4, None, 0, None, None, ()),
}  # fmt: skip


def _treated(counts: np.ndarray, n: int, choice: str | None) -> list[int]:
    """Return a patch of areas, or those that stood highest in the last year."""
    if choice is None:
        return list(range(5, 5 + n))
    return sorted(np.argsort(-counts[:, START - 12 : START].sum(axis=1))[:n].tolist())


def _counts(name: str, rng: np.random.Generator) -> tuple[np.ndarray, list[int]]:
    world, n_treated, choice, _, even, uneven, _ = SETTINGS[name]
    means = world.means(rng)
    if even is not None:
        means[:, even:] *= 0.75
    counts = rng.poisson(means)
    treated = _treated(counts, n_treated, choice)
    if uneven is not None:
        means[treated, :uneven] *= 1.6
        counts = rng.poisson(means)
    return counts.astype(float), treated


def _plan(panel: CountPanel, treated: list[int], name: str) -> Study:
    near = {j for i in treated for j in panel.neighbours[i]} - set(treated)
    others = [i for i in range(len(panel.areas)) if i not in near and i not in treated]
    start = add_months(FIRST, START)
    looks = tuple(add_months(start, month) for month in SETTINGS[name][6])
    bare = {
        "treated": tuple(f"a{i}" for i in treated),
        "comparison": tuple(f"a{i}" for i in others),
        "buffer": tuple(f"a{i}" for i in sorted(near)),
        "starts_on": start, "chosen_months": SETTINGS[name][3], "months_before": 36,
        "looks": Looks(looks) if looks else None,
    }  # fmt: skip
    designs = designs_for(make_study(**bare, designs=()), panel)
    # The others are told beside the first one; they only cost time here.
    return make_study(**bare, designs=designs[:1])


def _verdicts(name: str, rng: np.random.Generator, *, effect: float = 1.0) -> list[set[Verdict]]:
    """Return the verdicts of every look of each town, from coarsened counts."""
    found = []
    for number in range(RUNS):
        counts, treated = _counts(name, rng)
        counts[treated, START:] = rng.binomial(counts[treated, START:].astype(int), effect)
        breaks = tuple(one for one in SETTINGS[name][4:6] if one is not None)
        panel = protected(
            make_panel(counts, breaks=breaks), base=5, secret=number.to_bytes(4, "big")
        )
        plan = _plan(panel, treated, name)
        frozen = FrozenStudy(plan, datetime(2024, 1, 1, tzinfo=UTC))
        days = [*(plan.looks.on if plan.looks else ()), date(2030, 1, 1)]
        found.append(
            {
                answer(
                    frozen, {BURGLARY: panel}, today=day, rng=np.random.default_rng(number)
                ).verdict
                for day in days
            }
        )
    return found


def test_nothing_done_is_rarely_called_worked(record_table) -> None:
    rows, wrong = [], {}
    for number, name in enumerate(SETTINGS):
        found = _verdicts(name, np.random.default_rng(number))
        shares = [
            float(np.mean([verdict in one for one in found]))
            for verdict in (Verdict.WORKED, Verdict.HARMFUL, Verdict.DID_NOT_WORK)
        ]
        wrong[name] = shares[0]
        rows.append([name, *(f"{100 * share:.1f} %" for share in shares)])
    record_table(
        "evaluation_study",
        title="Whole plans, from the chooser to the verdict: nothing was done",
        about=f"{RUNS} invented towns a row with season, trend, overdispersed months that "
        "remember, areas that drift apart and neighbours that are alike; counts coarsened in "
        "steps of five, the best possible design chosen by the rules, three years before and one "
        "after. With looks: at any of them.",
        head=["setting", "false “worked”", "false “harmful”", "“did not work”"],
        rows=rows,
    )
    # Two standard errors of as many runs above 5 %.
    assert {name: share for name, share in wrong.items() if share > 0.05 + 0.031} == {}
    assert np.mean(list(wrong.values())) <= 0.05


def test_a_fall_by_a_third_is_found_in_spite_of_the_coarser_counts() -> None:
    found = _verdicts("season, drift, neighbours alike", np.random.default_rng(9), effect=0.6)
    assert np.mean([Verdict.WORKED in one for one in found]) >= 0.7
