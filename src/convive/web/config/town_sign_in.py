"""The town's own sign-in, from the environment or from a closed file in the workspace.

``CONVIVE_OIDC_ISSUER``         address of the issuer; without it there is no such sign-in
``CONVIVE_OIDC_CLIENT_ID``      by which name the issuer knows this installation
``CONVIVE_OIDC_SECRET``         what proves that it is this installation
``CONVIVE_OIDC_SECRET_FILE``    or the file that holds it, closed to other accounts
``CONVIVE_OIDC_CREATE``         "1": somebody whom nobody invited gets an account, as a reader

The file ``oidc.toml`` says the same as ``issuer``, ``client_id``, ``secret``, ``secret_file`` and
``create``; also ``trusts_emails``, and in the tables ``[roles]`` and ``[organisations]`` which
``claim`` means what. The environment wins.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convive.core.errors import StorageError
from convive.web.accounts.oidc.town import Claims, TownSignIn
from convive.web.roles import Role

FILE = "oidc.toml"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_KEYS = frozenset(
    {"issuer", "client_id", "secret", "secret_file", "create", "trusts_emails", "roles",
     "organisations"}
)  # fmt: skip


def town_sign_in(folder: Path | None) -> TownSignIn | None:
    """Return the town's own sign-in, None where none is set up.

    Raises
    ------
    StorageError
        OIDC_SETTINGS with what is wrong; OIDC_FILE_OPEN where others may read the secret.
    """
    said = _said(folder)
    if not said.get("issuer"):
        return None
    secret = _secret(said)
    for key, value in (("issuer", said["issuer"]), ("client_id", said.get("client_id"))):
        if not isinstance(value, str) or not value:
            raise StorageError("OIDC_SETTINGS", setting=key)
    if not secret:
        raise StorageError("OIDC_SETTINGS", setting="secret")
    found = TownSignIn(
        issuer=said["issuer"],
        client_id=said["client_id"],
        secret=secret,
        creates_accounts=said.get("create") is True,
        trusts_emails=said.get("trusts_emails") is True,
        roles=_claims(said, "roles"),
        organisations=_claims(said, "organisations"),
    )
    if not found.may_ask(found.issuer):
        raise StorageError("OIDC_SETTINGS", setting="issuer")
    if set(found.roles.meanings) - set(Role):
        raise StorageError("OIDC_SETTINGS", setting="roles")
    return found


def _said(folder: Path | None) -> dict[str, Any]:
    """Return the settings: those of the file, then those of the environment over them."""
    said = _read(folder / FILE) if folder and (folder / FILE).is_file() else {}
    if set(said) - _KEYS:
        raise StorageError("OIDC_SETTINGS", setting=min(set(said) - _KEYS))
    for key in ("issuer", "client_id", "secret", "secret_file"):
        value = os.environ.get(f"CONVIVE_OIDC_{key.upper()}")
        if value:
            said[key] = value
    if os.environ.get("CONVIVE_OIDC_CREATE"):
        said["create"] = os.environ["CONVIVE_OIDC_CREATE"] == "1"
    return said


def _read(file: Path) -> dict[str, Any]:
    _refuse_open(file)
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError("OIDC_SETTINGS", setting=FILE) from error


def _secret(said: Mapping[str, Any]) -> str:
    if said.get("secret"):
        return str(said["secret"])
    if not said.get("secret_file"):
        return ""
    file = Path(str(said["secret_file"]))
    try:
        _refuse_open(file)
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise StorageError("OIDC_SETTINGS", setting="secret_file") from error


def _refuse_open(file: Path) -> None:
    """Refuse a file that other accounts of the machine may read."""
    if file.stat().st_mode & _OTHERS:
        raise StorageError("OIDC_FILE_OPEN", file=file.name)


def _claims(said: Mapping[str, Any], table: str) -> Claims:
    """Read a table such as ``claim = "groups"``, ``analyst = ["convive-analysts"]``."""
    entries = said.get(table) or {}
    if not isinstance(entries, dict):
        raise StorageError("OIDC_SETTINGS", setting=table)
    meanings = {
        code: (values,) if isinstance(values, str) else tuple(values)
        for code, values in entries.items()
        if code != "claim" and isinstance(values, str | list)
    }
    return Claims(str(entries.get("claim", "")), meanings)
