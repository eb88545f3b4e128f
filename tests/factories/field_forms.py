"""Campaigns for field apps, and forms of them as filled in."""

from __future__ import annotations

import uuid
from typing import Any

from convive.connectors.xlsform import write_submission
from convive.web.fieldwork.models import Campaign
from factories import fieldwork
from factories.field_app import StrictApp


def link_of(code: str, instrument: str, **fields: Any) -> tuple[Campaign, str]:
    """A campaign with an instrument and the token of a group."""
    made = fieldwork.campaign(
        code=code, title=code, form=fieldwork.form_version(instrument), **fields
    )
    return made, fieldwork.link(made, "group")[1]


def filled_xml(
    app: StrictApp, instrument: str, answers: dict[str, Any], instance: str = ""
) -> bytes:
    """A filled-in form as the campaign's form of the server would be."""
    [form] = app.forms()
    return write_submission(
        answers, fieldwork.instrument_of_shelf(instrument),
        instance_id=instance or f"uuid:{uuid.uuid4()}", version=form.version,
    ).replace(f'id="{instrument}"'.encode(), f'id="{form.form_id}"'.encode())  # fmt: skip
