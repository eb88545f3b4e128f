"""Works out the weights of a closed wave and keeps them with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from convive.app.fieldwork.wave_weights import StratumCount, WaveWeights, design_weights, weigh
from convive.core.errors import ConflictError, RequestError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, SurveyWeight
from convive.web.fieldwork.selectors.waves import counted, disposition_counts

_OF_FRAME = {"stratum": "stratum", "area": "area_id"}
_BATCH = 2_000


def save_weights(
    wave: Campaign, margins: Mapping[str, Mapping[str, float]], *, limit: float | None, by: Any
) -> WaveWeights:
    """Work out weights and keep them; earlier ones are replaced.

    Raises
    ------
    ConflictError
        WEIGHTS_OPEN_LINK: who came by themselves cannot be weighted to a population;
        WEIGHTS_NOT_CLOSED.
    RequestError
        WEIGHTS_UNKNOWN_VARIABLE, WEIGHTS_NO_ANSWERS, and as `app.fieldwork.wave_weights.weigh`.
    MethodError
        As `weigh` and `design_weights`.
    """
    if wave.sampling != Campaign.Sampling.FRAME:
        raise ConflictError("WEIGHTS_OPEN_LINK")
    if wave.state != Campaign.State.CLOSED:
        raise ConflictError("WEIGHTS_NOT_CLOSED")
    keys, strata, labels = _answers(wave, margins)
    if not keys:
        raise RequestError("WEIGHTS_NO_ANSWERS")
    found = weigh(design_weights(strata, _counts(wave)), margins, labels, limit=limit)
    with transaction.atomic():
        SurveyWeight.objects.filter(submission__campaign=wave).delete()
        SurveyWeight.objects.bulk_create(
            (
                SurveyWeight(submission_id=key, design=float(design), weight=float(weight))
                for key, design, weight in zip(keys, found.design, found.weight, strict=True)
            ),
            batch_size=_BATCH,
        )
        wave.plan = wave.plan | {"weights": _summary(found, margins, limit)}
        wave.save(update_fields=["plan"])
        record(
            "fieldwork.weights_saved", actor=by, thing=("campaign", wave.pk), campaign=wave.code,
            margins=sorted(margins), n=len(keys),
        )  # fmt: skip
    return found


def _answers(
    wave: Campaign, margins: Mapping[str, Any]
) -> tuple[list[Any], list[str], dict[str, list[str | None]]]:
    instrument = instrument_of(wave.form)
    for name in margins:
        if name not in _OF_FRAME and instrument.item(name) is None:
            raise RequestError("WEIGHTS_UNKNOWN_VARIABLE", variable=name)
    keys: list[Any] = []
    strata: list[str] = []
    labels: dict[str, list[str | None]] = {name: [] for name in margins}
    for one in counted(wave).iterator(chunk_size=_BATCH):
        keys.append(one.pk)
        strata.append(one.stratum)
        for name, categories in margins.items():
            given = getattr(one, _OF_FRAME[name]) if name in _OF_FRAME else one.answers.get(name)
            text = "" if given is None else str(given)
            # "Do not know" is in no margin: it counts as left open.
            labels[name].append(text if text in categories else None)
    return keys, strata, labels


def _counts(wave: Campaign) -> dict[str, StratumCount]:
    ends: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for cell, found in disposition_counts(wave).items():
        for end, n in found.items():
            ends[cell[0]][end] += n
    people = {one["stratum"]: one["population"] for one in wave.plan["draw"]["strata"]}
    return {
        name: StratumCount(
            population=float(people[name]),
            invited=sum(found.values()),
            not_eligible=found["not_eligible"],
            answered=found["answered"],
        )
        for name, found in ends.items()
    }


def _summary(
    found: WaveWeights, margins: Mapping[str, Mapping[str, float]], limit: float | None
) -> dict[str, Any]:
    return {
        "margins": {name: dict(cells) for name, cells in margins.items()},
        "limit": limit,
        "n": found.after.n,
        "deff_before": found.before.deff,
        "deff": found.after.deff,
        "n_effective": found.after.n_effective,
        "largest_to_median": found.after.largest_to_median,
        "n_trimmed": found.n_trimmed,
        "n_without": found.n_without,
    }
