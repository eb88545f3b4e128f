"""What the quick loops of the scan rest on."""

from hypothesis import given
from hypothesis import strategies as st

from convive.core.scan.kernel import _may_beat, log_ratio


@given(st.integers(1, 100_000), st.floats(0, 1), st.floats(1e-9, 1 - 1e-9))
def test_no_ratio_lies_above_its_bound(total: int, part: float, share: float) -> None:
    """A zone whose ratio is higher is always let through, whatever its size."""
    cases, expected = round(part * total), share * total
    ratio = log_ratio(cases, expected, total) * (1 - 1e-9) - 1e-14 * total  # less rounding
    if ratio > 0:
        assert _may_beat(float(cases), expected, float(total), ratio)


@given(st.integers(100, 100_000), st.floats(0.05, 0.5), st.floats(0.01, 0.1))
def test_the_bound_is_near(total: int, share: float, excess: float) -> None:
    """It would keep nobody from a logarithm if it were never reached."""
    expected = share * total
    cases = expected * (1 + excess)
    assert not _may_beat(cases, expected, float(total), log_ratio(cases, expected, total) * 1.01)
