"""What is done to a workspace from outside its pages: opening it, accounts, the log.

Called by name from `convive.wiring.workspace`, so that the command line knows no Django.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convive.core.errors import RequestError, StorageError
from convive.web.config.workspace import open_workspace

COMMAND_LINE = "command line"


def open_site(workspace: Path) -> None:
    """Open the workspace in a folder, made where it is not there, its tables brought up to date.

    ``CONVIVE_WORKSPACE`` in the environment is another folder.

    Raises
    ------
    StorageError
        WORKSPACE_NOT_OPENED.
    """
    import django  # noqa: PLC0415 - the settings are read at import and need the environment
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    folder = open_workspace(Path(os.environ.get("CONVIVE_WORKSPACE") or workspace).resolve())
    os.environ["CONVIVE_WORKSPACE"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()  # workers must not inherit an open one


def sweep() -> None:
    """Remove what was kept long enough: old drafts, ended sessions, what a stopped server left."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from convive.web.fieldwork.actions import drafts, sweep  # noqa: PLC0415

    drafts.sweep(timezone.localdate())
    sweep.sweep_media(now=timezone.now())
    sweep.sweep_draft_folders(now=timezone.now())
    call_command("clearsessions", verbosity=0)


def welcome_path(language: str) -> str | None:
    """Return the one-time path for the first coordinator; None where there are accounts."""
    from django.urls import reverse  # noqa: PLC0415

    from convive.web.accounts.actions import make_welcome  # noqa: PLC0415

    token = make_welcome()
    return reverse("welcome", args=(language, token)) if token else None


def add_account(email: str, *, name: str, roles: Sequence[str], language: str) -> str:
    """Make an account and return the one-time path at which its password is set.

    Raises
    ------
    RequestError
        ACCOUNT_NOT_VALID.
    ConflictError
        ACCOUNT_EXISTS.
    """
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.core.validators import validate_email  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from convive.web.accounts.actions import invite  # noqa: PLC0415
    from convive.web.roles import Role  # noqa: PLC0415

    try:
        validate_email(email)
        held = [Role(role) for role in roles]
    except (ValidationError, ValueError) as error:
        raise RequestError("ACCOUNT_NOT_VALID", roles=[role.value for role in Role]) from error
    _, token = invite(email, name=name, language=language, roles=held, label=COMMAND_LINE)
    return reverse("invitation", args=(language, token))


def list_accounts() -> list[dict[str, Any]]:
    """Return the accounts: email, name, roles, is_active."""
    from convive.web.accounts import selectors  # noqa: PLC0415

    return [
        {
            "email": one.email, "name": one.name, "roles": sorted(one.roles),
            "is_active": one.is_active,
        }
        for one in selectors.list_accounts()
    ]  # fmt: skip


def verify_audit_log() -> tuple[int, str]:
    """Recompute the chain of the log; return how many events hold, and the hash of the last.

    Raises
    ------
    StorageError
        AUDIT_LOG_BROKEN with the first event that does not fit.
    """
    from convive.web.audit_log.selectors import verify_log  # noqa: PLC0415

    found = verify_log()
    if found.broken_id is not None:
        raise StorageError("AUDIT_LOG_BROKEN", event=found.broken_id, n=found.n)
    return found.n, found.head


def list_runs(limit: int) -> list[dict[str, Any]]:
    """Return the newest runs: name, key, state, made_at, finished_at, attempts, error_code."""
    from convive.web.jobs import selectors  # noqa: PLC0415

    told = ("name", "key", "state", "made_at", "finished_at", "attempts", "error_code")
    return list(selectors.list_runs().values(*told)[:limit])
