"""The answers of a wave as rows: for export and for the evidence; streamed, never all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from convive.core.instruments.model import Instrument, Item, ItemType
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.waves import counted

CHUNK = 1_000
SEX_ITEMS = ("sex", "gender")
AGE_ITEMS = ("age_group", "age")


@dataclass(frozen=True)
class WaveRow:
    """An answer with what the evidence knows beside it; nothing that names or dates it."""

    weight: float | None
    """None before weights were worked out, and always for an open link."""
    design_weight: float | None
    stratum: str
    cluster: str
    """Always empty: people are drawn singly."""
    area: str
    sex: str
    age_group: str
    wave: str
    week: str
    """Monday of the week; ISO 8601."""
    answers: Mapping[str, Any] = field(default_factory=dict)


def wave_rows(campaign: Campaign) -> Iterator[WaveRow]:
    """Yield the answers that count, in an order that tells nothing."""
    instrument = instrument_of(campaign.form)
    sex, age = _first(instrument, SEX_ITEMS), _first(instrument, AGE_ITEMS)
    rows = counted(campaign).values_list(
        "answers", "stratum", "area_id", "filled_on", "survey_weight__design",
        "survey_weight__weight",
    )  # fmt: skip
    for answers, stratum, area, day, design, weight in rows.iterator(chunk_size=CHUNK):
        yield WaveRow(
            weight=weight,
            design_weight=design,
            stratum=stratum,
            cluster="",
            area=area,
            sex=str(answers.get(sex) or "") if sex else "",
            age_group=str(answers.get(age) or "") if age else "",
            wave=campaign.wave or campaign.code,
            week=day.isoformat(),
            answers=answers,
        )


def columns_of(instrument: Instrument) -> list[Item]:
    """Return the items that an export has columns for: without notes and personal texts."""
    return [
        item
        for section in instrument.content
        if not section.repeats
        for item in section.items()
        if item.type is not ItemType.NOTE and not item.is_personal
    ]


def export_head(instrument: Instrument) -> list[str]:
    """Return the column names of an export."""
    fixed = ["wave", "week", "stratum", "area", "design_weight", "weight"]
    return fixed + [item.id for item in columns_of(instrument)]


def export_rows(campaign: Campaign) -> Iterator[list[Any]]:
    """Yield the rows of an export, as `export_head` names them."""
    items = [item.id for item in columns_of(instrument_of(campaign.form))]
    for row in wave_rows(campaign):
        fixed = [row.wave, row.week, row.stratum, row.area, row.design_weight, row.weight]
        yield fixed + [_cell(row.answers.get(name)) for name in items]


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value) if isinstance(value, dict | bool) else value


def _first(instrument: Instrument, names: tuple[str, ...]) -> str:
    return next((name for name in names if instrument.item(name) is not None), "")
