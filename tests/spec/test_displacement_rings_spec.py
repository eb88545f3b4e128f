"""Moved next door, fell there too, or nobody can tell."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    ControlledCounts,
    Moved,
    displacement_quotient,
    displacement_rings,
    harm_weighted_difference,
    month_dispersion,
    total_net_effect,
    weighted_displacement_difference,
    widened,
)
from convive.core.model import Verdict

QUIET = np.full((8, 24), 40.0)


def _course(before: float, after: float) -> np.ndarray:
    return np.array([before] * 12 + [after] * 12, dtype=float)


COUNTS = ControlledCounts(_course(40, 20), QUIET, 12, chosen_months=0)


@pytest.mark.parametrize(
    ("after", "moved"), [(60, Moved.MOVED), (25, Moved.FELL_TOO), (40, Moved.CANNOT_TELL)]
)
def test_one_answer_for_the_ring(after: int, moved: Moved) -> None:
    found = displacement_rings(COUNTS, {"200 m": _course(40, after)})
    assert found.together.moved is moved
    assert found.net.avoided == pytest.approx(12 * (20 + 40 - after))


def test_what_moved_takes_the_verdict_of_the_treated_area_away() -> None:
    moved = displacement_rings(COUNTS, {"200 m": _course(40, 60)})
    assert moved.treated.verdict is Verdict.CANNOT_TELL
    assert [check.code for check in moved.treated.failed] == ["ring"]
    stayed = displacement_rings(COUNTS, {"200 m": _course(40, 40)})
    assert stayed.treated.verdict is Verdict.WORKED
    assert stayed.treated.checks[-1].outcome is CheckOutcome.PASSED


def test_every_band_has_its_answer_and_all_together_one() -> None:
    rings = {"near": _course(40, 62), "far": _course(40, 40)}
    found = displacement_rings(COUNTS, rings)
    assert [(one.name, one.moved) for one in found.rings] == [
        ("near", Moved.MOVED),
        ("far", Moved.CANNOT_TELL),
    ]
    assert found.together.quotient == pytest.approx(-22 / 20)
    assert found.rings[0].quotient == pytest.approx(-22 / 20)
    assert found.rings[1].quotient == 0.0


def test_without_a_fall_nothing_can_have_moved() -> None:
    flat = ControlledCounts(_course(40, 40), QUIET, 12, chosen_months=0)
    found = displacement_rings(flat, {"200 m": _course(40, 70)})
    assert found.together.moved is Moved.CANNOT_TELL
    assert found.together.quotient is None


def test_too_short_a_time_gives_a_reason_for_all() -> None:
    short = ControlledCounts(_course(40, 20)[8:], QUIET[:, 8:], 4, chosen_months=0)
    found = displacement_rings(short, {"200 m": _course(40, 60)[8:]})
    assert found.treated.reason == found.net.reason == "EFFECT_TOO_SHORT"
    assert found.together.moved is Moved.CANNOT_TELL


def test_the_quotient_with_zeros_stays_finite() -> None:
    assert displacement_quotient((10, 0), (5, 0), (10, 10)) == pytest.approx(
        (0.5 - 5.5) / (0.5 - 10.5)
    )
    assert displacement_quotient((0, 0), (5, 5), (0, 0)) is None


def test_the_net_effect_with_an_empty_control_stays_finite() -> None:
    assert total_net_effect((10, 5), [], (0, 0)) == 5.0


def test_several_rings_add_up() -> None:
    two = weighted_displacement_difference(
        (40, 20), (30, 30), ((20, 25), (10, 10), (15, 16), (9, 8))
    )
    assert two.difference == -20 + 5 + (1 + 1)
    assert two.standard_error**2 == pytest.approx(40 + 20 + 60 + 45 + 20 + 31 + 17)


def test_harm_decides_what_counts() -> None:
    theft = weighted_displacement_difference((60, 20), (50, 50))
    assault = weighted_displacement_difference((9, 19), (10, 10))
    assert harm_weighted_difference([theft, assault], [1, 0]).difference == -40
    assert harm_weighted_difference([theft, assault], [1, 10]).difference == 60


def test_restless_months_widen_the_error() -> None:
    rng = np.random.default_rng(1)
    restless = rng.poisson(40 * np.exp(rng.normal(0, 0.4, (4, 48))))
    assert month_dispersion(np.full((4, 48), 40), 24) == 1.0
    assert month_dispersion(restless, 24) > 4.0
    assert month_dispersion(restless[:1], 24) is None
    assert month_dispersion(restless, 3) is None
    plain = weighted_displacement_difference((60, 20), (50, 50))
    assert widened(plain, 4.0).standard_error == pytest.approx(2 * plain.standard_error)


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        displacement_rings(COUNTS, {})
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        displacement_rings(COUNTS, {"near": _course(1, 1)[1:]})
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        weighted_displacement_difference((1, 1), (1, 1), ((1, 1),))
    with pytest.raises(MethodError, match="EFFECT_WEIGHTS"):
        widened(weighted_displacement_difference((1, 1), (1, 1)), 0.5)
    with pytest.raises(MethodError, match="EFFECT_WEIGHTS"):
        harm_weighted_difference([], [1.0])
    for refused in (
        lambda: displacement_quotient((-1, 1), (1, 1), (1, 1)),
        lambda: total_net_effect((-1, 1), [], (1, 1)),
        lambda: month_dispersion([[1, -1], [1, 1]], 1),
    ):
        with pytest.raises(MethodError, match="EFFECT_NEGATIVE_COUNT"):
            refused()
