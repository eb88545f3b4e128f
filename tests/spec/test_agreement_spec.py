"""What agreement of raters means, when one cannot tell, and how double ratings are planned."""

import numpy as np
import pytest

from convive.core.agreement import agreement_by_item, cohen_kappa, kappa, krippendorff_alpha
from convive.core.double_rating import plan_double_rating, stops_for_kappa
from convive.core.errors import MethodError

NAN = float("nan")


def test_kappa_by_hand() -> None:
    """20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: seen .7, by chance .5, kappa .4."""
    first = [1] * 25 + [0] * 25
    second = [1] * 20 + [0] * 5 + [1] * 10 + [0] * 15
    found = cohen_kappa(first, second)
    assert found.observed == pytest.approx(0.7)
    assert found.value == pytest.approx(0.4)
    assert found.bias == pytest.approx(0.1)
    assert found.low < 0.4 < found.high
    assert found.verdict == "unreliable"


def test_what_one_rater_alone_saw_tells_nothing() -> None:
    both = cohen_kappa([1, 0, 1, 0, NAN], [1, 0, 1, 1, 0])
    assert both.n_units == 4
    assert both.value == cohen_kappa([1, 0, 1, 0], [1, 0, 1, 1]).value


def test_agreement_with_one_prevailing_category_is_a_paradox() -> None:
    first = [1] * 94 + [0] * 2 + [1] * 4
    second = [1] * 94 + [1] * 2 + [0] * 4
    found = cohen_kappa(first, second)
    assert found.observed == pytest.approx(0.94)
    assert found.value < 0
    assert found.is_paradox
    assert kappa([first, second], kind="ac1").value > 0.9
    assert not cohen_kappa([1, 0] * 20, [1, 0] * 20).is_paradox


def test_one_category_only_gives_no_coefficient() -> None:
    for found in (
        cohen_kappa([1, 1, 1], [1, 1, 1]),
        kappa([[1, 1, 1], [1, 1, 1]], kind="fleiss"),
        krippendorff_alpha([[1, 1, 1], [1, 1, 1]]),
    ):
        assert np.isnan(found.value)
        assert found.verdict == "cannot_tell"


def test_few_doubles_cannot_tell_even_if_all_agree() -> None:
    few = krippendorff_alpha([[0, 1, 2, 3, 0, 1]] * 2)
    assert few.value == pytest.approx(1.0)
    assert few.verdict == "cannot_tell"
    some = kappa([[0, 1, 2, 3] * 3] * 2)
    assert some.low < 0.7  # the rule of three: 3 of 12 may differ
    many = kappa([[0, 1, 2, 3] * 30] * 2)
    assert many.verdict == "reliable"


def test_near_misses_count_in_part() -> None:
    first, second = [0, 1, 2, 3, 0, 1, 2, 3, 3, 0], [1, 2, 3, 3, 0, 0, 1, 3, 2, 0]
    nominal, linear, quadratic = (
        cohen_kappa(first, second, weighting=w).value for w in ("nominal", "linear", "quadratic")
    )
    assert nominal < linear < quadratic


def test_items_stand_side_by_side_and_an_item_seen_once_has_none() -> None:
    good = [[0, 1, 2, 3] * 5, [0, 1, 2, 3] * 5]
    found = agreement_by_item({"lighting": good, "noise": [[1, NAN, NAN], [NAN, 2, 1]]})
    assert found["noise"] is None
    assert found["lighting"].value == pytest.approx(1.0)
    with pytest.raises(MethodError, match="AGREEMENT_OPTION"):
        agreement_by_item({"lighting": good}, measure="interval scale")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: cohen_kappa([1, 2], [1, 2, 3]), "AGREEMENT_SHAPE"),
        (lambda: kappa([[1, 2, 3]]), "AGREEMENT_SHAPE"),
        (lambda: kappa([[1, NAN], [NAN, 2]]), "AGREEMENT_TOO_FEW"),
        (lambda: kappa([[1, 2], [1, 2]], kind="scott"), "AGREEMENT_OPTION"),
        (lambda: kappa([[1, 2], [1, 2]], kind="ac1", weighting="linear"), "AGREEMENT_OPTION"),
        (lambda: cohen_kappa([1, 2], [1, 2], weighting="cubic"), "AGREEMENT_OPTION"),
        (lambda: krippendorff_alpha([[-1, 2], [1, 2]], measure="ratio"), "AGREEMENT_OPTION"),
        (lambda: stops_for_kappa(0.1, [1.0], 100), "AGREEMENT_PLAN"),
        (lambda: stops_for_kappa(0.0, [0.5, 0.5], 100), "AGREEMENT_PLAN"),
    ],
)
def test_refusals(call, code: str) -> None:
    with pytest.raises(MethodError) as error:
        call()
    assert error.value.code == code


def test_a_plan_connects_all_raters_by_day_and_by_night() -> None:
    rng = np.random.default_rng(1)
    areas, night = np.arange(240) % 12, np.arange(240) < 90
    plan = plan_double_rating(areas, night, 8, share=0.15, rng=rng)
    assert plan.n_double == 36
    assert plan.is_connected
    assert np.ptp(plan.stops_per_rater) <= 2
    assert (plan.first != plan.second).all()
    twice = plan.second >= 0
    assert 0.25 < night[twice].mean() < 0.5
    for rater in range(8):
        assert {True, False} == set(night[plan.first == rater].tolist())
    with pytest.raises(MethodError, match="AGREEMENT_PLAN"):
        plan_double_rating(areas[:20], night[:20], 8, share=0.1, rng=rng)


def test_more_precision_needs_more_stops() -> None:
    rough, fine = (stops_for_kappa(w, [0.5, 0.3, 0.2], 600) for w in (0.2, 0.1))
    assert fine.n_needed == pytest.approx(4 * rough.n_needed, abs=4)
    assert rough.is_reachable
    assert rough.advised_share == 0.10
    assert not stops_for_kappa(0.05, [0.5, 0.3, 0.2], 600).is_reachable
