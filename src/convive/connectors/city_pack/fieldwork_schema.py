"""What a mapping file says of a source that this installation's own fieldwork handed over."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Filled = Annotated[str, Field(pattern=r"\S", max_length=500)]


class Fieldwork(BaseModel):
    """Where a source comes from that this installation's own fieldwork handed over."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    campaign: _Filled
    title: _Filled
    kind: Literal["walk", "audit", "survey", "assessment"]
    instrument: _Filled
    """Id and version, ``core_survey@1``."""
    instrument_digest: _Filled
    sampling: Literal["none", "frame", "open_link"] = "none"
    first_day: date
    last_day: date
    n_forms: Annotated[int, Field(ge=0)]
    n_rows: Annotated[int, Field(ge=0)]
    channels: dict[str, int] = {}
    left_out: dict[str, int] = {}
    """Reason → forms or answers that are not in the file."""
    excluded: dict[str, int] = {}
    """Reason in the coordinator's words → forms."""
    frame: dict[str, str | int | float] = {}
    content_digest: _Filled
    """SHA-256 of the data file."""
    software: _Filled
    handed_over: date
