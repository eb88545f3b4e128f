"""Builds every finding that the tested tables allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convive.core.diagnosis.changes import changes
from convive.core.diagnosis.effects import effects
from convive.core.diagnosis.evidence import (
    biased_raters,
    data_gaps,
    doubtful_sources,
    rate_checks,
    recording_breaks,
    reference_surveys,
)
from convive.core.diagnosis.facts import Facts, Row
from convive.core.diagnosis.levers import with_lever
from convive.core.diagnosis.order import ranked
from convive.core.diagnosis.people import group_differences, repeats, times
from convive.core.diagnosis.places import (
    areas_above,
    areas_below,
    few_places,
    gaps,
    lowest_band,
    misleading_rates,
)
from convive.core.model import City, Finding, Indicator

MAKERS = (
    changes,
    areas_above,
    areas_below,
    gaps,
    misleading_rates,
    lowest_band,
    few_places,
    group_differences,
    repeats,
    times,
    recording_breaks,
    biased_raters,
    effects,
    reference_surveys,
    doubtful_sources,
    rate_checks,
    data_gaps,
)


def build_findings(
    tables: Mapping[str, Sequence[Row]],
    *,
    city: City,
    indicators: Sequence[Indicator],
    fdr: float = 0.05,
) -> tuple[Finding, ...]:
    """Return the ranked findings of an audit.

    A finding that claims a difference, a change or an effect comes only from a row whose `q`,
    adjusted over all tests of the audit, is at most `fdr`. In a city where nothing differs, the
    chance of even one such finding is then at most `fdr` (Benjamini-Hochberg controls the
    family-wise error where every hypothesis is true and tests are independent or rise together). Everything else is a description and says
    so by certainty ``tentative`` and caveat ``untested``. Rows that are suppressed or unavailable
    are never spoken of. Do not call it on tables that have not been adjusted: it trusts `q`.

    Parameters
    ----------
    tables : mapping of str to sequence of mappings
        Result tables as ``app.tables`` describes them, one mapping a row, JSON columns decoded;
        a table that is left out counts as empty.
    city : City
        The city as its pack declares it.
    indicators : sequence of Indicator
        Those that the audit ran.
    fdr : float, in (0, 1)
        Greatest q of a tested finding.

    Returns
    -------
    tuple of Finding
        First to read first; ids are the same in every run on the same evidence.

    References
    ----------
    .. [1] Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of
       the Royal Statistical Society B 57(1), 289-300.
    """
    facts = Facts(tables, city, {indicator.id: indicator for indicator in indicators}, fdr)
    return ranked(with_lever(facts, found) for make in MAKERS for found in make(facts))
