"""The settings of ODK Collect and KoboCollect as they are read from a QR code."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any


def settings_code(server_url: str, *, project: str, username: str = "") -> str:
    """Return what the QR code holds: the settings as JSON, packed, in base64.

    Parameters
    ----------
    server_url : str
        Base address, without a slash at the end.
    project : str
        Name under which the app shows it.
    username : str
        For an account; its password is never part of the code, the app asks for it.

    Notes
    -----
    ``match_exactly`` keeps the forms of the phone equal to the server's list, so that nobody has
    to fetch them; ``autosend`` sends as soon as there is a connection. A setting that is left
    out gets the app's own default.
    """
    general: dict[str, Any] = {
        "server_url": server_url,
        "form_update_mode": "match_exactly",
        "periodic_form_updates_check": "every_fifteen_minutes",
        "autosend": "wifi_and_cellular",
    }
    if username:
        general["username"] = username
    settings = {"general": general, "admin": {}, "project": {"name": project[:60]}}
    packed = zlib.compress(json.dumps(settings, ensure_ascii=False).encode("utf-8"), 9)
    return base64.b64encode(packed).decode("ascii")
