"""The demo town's campaigns: planted observers are found, and their strictness is taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.test import Client

from convive.app.fieldwork.ratings import RatedStop, agreement, area_scores, strictness
from convive.web.accounts.models import Account
from convive.web.audit_log.models import Event
from convive.web.fieldwork.models import Campaign, Place, Submission
from convive.web.fieldwork.selectors.progress import progress_of
from convive.web.fieldwork.selectors.rated import rated_stops
from convive.web.roles import Role
from demo_city import build_city
from demo_city.fieldwork import LEVELS, Observations, build_observations
from demo_city.workspace import AUTUMN, SPRING, enter_fieldwork, place_code
from factories.web_objects.accounts import make_account

pytestmark = pytest.mark.django_db
POINTS = 5.0 / 3.0
"""Points of the score (0 to 5) a point of a rating (0 to 3)."""


@pytest.fixture(scope="module")
def town(django_db_setup: Any, django_db_blocker: Any) -> Iterator[SimpleNamespace]:  # noqa: ARG001
    """The town with its fieldwork in the test database, taken out again afterwards."""
    from django.db import transaction

    city = build_city()
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        enter_fieldwork(city)
        campaign = Campaign.objects.get(code=SPRING)
        instrument, stops = rated_stops(campaign)
        yield SimpleNamespace(city=city, campaign=campaign, instrument=instrument, stops=stops)
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def unbiased(city: Any) -> Observations:
    """The very same stops as all observers would rate who are neither lenient nor strict."""
    streams = np.random.default_rng([city.seed, 5])
    plan = replace(city.plan, rater_shift=0.0)
    return build_observations(city.territory, city.security, plan, scale=city.scale, rng=streams)


def area_truth(city: Any) -> dict[str, float]:
    """Score of each area without anybody's strictness, at the town's mix of day and night."""
    seen = unbiased(city)
    objective = seen.ratings[:, : len(LEVELS) - 1].astype(float)
    objective[objective < 0] = np.nan
    scores = np.nanmean(objective, axis=1) * POINTS
    stops = [
        RatedStop(
            place_code(int(seen.place[k])), city.territory.codes[seen.area[k]], "",
            "night" if seen.night[k] else "day", date(2025, 3, 3), {}, float(score),
        )
        for k, score in enumerate(scores)
    ]  # fmt: skip
    return {row.group: row.raw.value for row in area_scores(stops, least=1)}


def test_the_closed_campaign_holds_the_stops_of_the_pack(town):
    seen = town.city.observations
    assert town.campaign.state == Campaign.State.CLOSED
    assert (
        Submission.objects.filter(campaign=town.campaign, state="complete").count()
        == seen.place.size
    )
    assert Place.objects.count() == np.unique(seen.place).size
    place = Place.objects.get(code=place_code(int(seen.place[0])))
    assert place.area_id == town.city.territory.codes[seen.area[0]]
    ratings = sorted(int(one) for one in seen.ratings[:, 0] if one >= 0)
    assert (
        sorted(int(s.values["lighting"]) for s in town.stops if "lighting" in s.values) == ratings
    )
    assert Event.objects.filter(object_kind="form").count() == Submission.objects.count()


@pytest.mark.usefixtures("town")
def test_the_open_campaign_is_half_way():
    campaign = Campaign.objects.get(code=AUTUMN)
    found = progress_of(campaign)
    assert campaign.state == Campaign.State.OPEN
    assert 0.4 < found.visits.done / found.visits.planned < 0.7
    assert found.double.planned == 18
    assert len(found.behind) >= 1
    assert campaign.links.filter(revoked_at=None).count() == 6


def test_the_lenient_and_the_strict_observer_are_found_and_nobody_else(town):
    found = strictness(town.stops)
    apart = set(found.effects.raters[found.apart(5.0)])
    plan = town.city.plan
    assert apart == {*plan.lenient_raters, *plan.harsh_raters}
    effect = dict(zip(found.effects.raters, found.effects.effect, strict=True))
    planted = plan.rater_shift * POINTS
    for label in plan.lenient_raters:
        assert effect[label] == pytest.approx(planted, abs=0.25)
    for label in plan.harsh_raters:
        assert effect[label] == pytest.approx(-planted, abs=0.25)


def test_corrected_scores_are_nearer_to_the_truth_than_raw_ones(town):
    truth = area_truth(town.city)
    rows = {row.group: row for row in area_scores(town.stops, least=10)}
    assert set(rows) == set(truth)
    gap = {
        kind: np.array([getattr(rows[area], kind).value - truth[area] for area in truth])
        for kind in ("raw", "corrected")
    }
    off = {kind: float(np.sqrt((one**2).mean())) for kind, one in gap.items()}
    assert off["corrected"] < 0.75 * off["raw"], off
    inside = [r.corrected.low <= truth[a] <= r.corrected.high for a, r in rows.items()]
    assert np.mean(inside) >= 0.95


def test_kappa_of_every_item_is_known_with_its_interval(town):
    rows = agreement(town.instrument, town.stops)
    assert len(rows) == 9
    for row in rows:
        assert row.kappa.n_units >= 70
        assert -1 <= row.kappa.low < row.kappa.value < row.kappa.high <= 1
        assert row.alpha.low < row.alpha.value < row.alpha.high


def test_the_page_shows_kappa_per_item_and_who_rates_apart(town):
    account: Account = make_account(Role.ANALYST)
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    text = client.get(f"/en/work/fieldwork/campaigns/{SPRING}/results/").content.decode()
    assert "2 observers clearly rate higher or lower" in text
    table = text.split('id="agreement"')[1].split("</table>")[0]
    rows = agreement(town.instrument, town.stops)
    for row in rows:
        assert f">{row.kappa.value:.2f} (".replace("-", "−") in table, row.item
    raters = text.split('id="raters"')[1].split("</table>")[0]
    assert raters.count("clearly higher") == 1
    assert raters.count("clearly lower") == 1
