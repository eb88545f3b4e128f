"""What is done to a workspace from outside its pages: opening it, accounts, the log.

Called by name from `convive.wiring.workspace`, so that the command line knows no Django.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convive.core.errors import NotFoundError, RequestError, StorageError
from convive.web.config.workspace import open_workspace

COMMAND_LINE = "command line"


def open_site(workspace: Path) -> None:
    """Open the workspace in a folder, made where it is not there, its tables brought up to date.

    ``CONVIVE_WORKSPACE`` in the environment is another folder.

    Raises
    ------
    StorageError
        WORKSPACE_NOT_OPENED; EDITIONS_NOT_WRITTEN where what is published was lost.
    """
    import django  # noqa: PLC0415 - the settings are read at import and need the environment
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection, connections  # noqa: PLC0415

    from convive.web.config.new_tables import make_tables  # noqa: PLC0415

    folder = open_workspace(Path(os.environ.get("CONVIVE_WORKSPACE") or workspace).resolve())
    os.environ["CONVIVE_WORKSPACE"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
    django.setup()
    make_tables(connection)
    call_command("migrate", verbosity=0, interactive=False)
    _publish_what_is_lost()
    connections.close_all()  # workers must not inherit an open one


def _publish_what_is_lost() -> None:
    """Write the file of what is public again where it is gone: without it all would be shown."""
    from convive.web.editorial.actions.publishing import publish_lost_state  # noqa: PLC0415

    publish_lost_state()


def welcome_path(language: str) -> str | None:
    """Return the one-time path for the first coordinator; None where there are accounts."""
    from django.urls import reverse  # noqa: PLC0415

    from convive.web.accounts.actions import make_welcome  # noqa: PLC0415

    token = make_welcome()
    return reverse("welcome", args=(language, token)) if token else None


def add_account(
    email: str, *, name: str, roles: Sequence[str], language: str, organisation: str = ""
) -> str:
    """Make an account and return the one-time path at which its password is set.

    Raises
    ------
    RequestError
        ACCOUNT_NOT_VALID.
    NotFoundError
        ORGANISATION_NOT_FOUND with the codes that there are.
    ConflictError
        ACCOUNT_EXISTS.
    """
    from django.core.exceptions import ValidationError  # noqa: PLC0415
    from django.core.validators import validate_email  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    from convive.web.accounts import selectors  # noqa: PLC0415
    from convive.web.accounts.actions import invite  # noqa: PLC0415
    from convive.web.roles import Role  # noqa: PLC0415

    try:
        validate_email(email)
        held = [Role(role) for role in roles]
    except (ValidationError, ValueError) as error:
        raise RequestError("ACCOUNT_NOT_VALID", roles=[role.value for role in Role]) from error
    found = selectors.organisation_of_code(organisation) if organisation else None
    if organisation and found is None:
        known = [one.code for one in selectors.organisations_to_choose()]
        raise NotFoundError("ORGANISATION_NOT_FOUND", organisation=organisation[:60], known=known)
    _, token = invite(
        email, name=name, language=language, roles=held, organisation=found, by=COMMAND_LINE
    )
    return reverse("invitation", args=(language, token))


def emergency_path(email: str, *, without_second_factor: bool) -> str:
    """Return a one-time path that lets an account in, also where passwords are switched off.

    Raises
    ------
    NotFoundError
        ACCOUNT_NOT_FOUND.
    """
    from django.urls import reverse  # noqa: PLC0415

    from convive.web.accounts import selectors  # noqa: PLC0415
    from convive.web.accounts.actions import renew_link  # noqa: PLC0415
    from convive.web.accounts.actions.second_factor import reset_second_factor  # noqa: PLC0415
    from convive.web.accounts.models import plain_email  # noqa: PLC0415

    account = selectors.find_account_by_email(plain_email(email))
    if account is None or not account.is_active:
        raise NotFoundError("ACCOUNT_NOT_FOUND")
    if without_second_factor:
        reset_second_factor(account, by=COMMAND_LINE)
    return reverse("invitation", args=(account.language, renew_link(account, by=COMMAND_LINE)))


def list_accounts() -> list[dict[str, Any]]:
    """Return the accounts: email, name, roles, organisation, is_active."""
    from convive.web.accounts import selectors  # noqa: PLC0415

    return [
        {
            "email": one.email, "name": one.name, "roles": sorted(one.roles),
            "organisation": one.organisation.code if one.organisation else "",
            "is_active": one.is_active,
        }
        for one in selectors.list_accounts()
    ]  # fmt: skip


def verify_audit_log(head: str = "") -> tuple[int, str]:
    """Recompute the chain of the log; return how many events hold, and the hash of the last.

    `head` is one that was written down: it must be an event of the chain. So must all seals.

    Raises
    ------
    StorageError
        AUDIT_LOG_BROKEN with the first event that does not fit; AUDIT_LOG_CUT with a head that is
        not there any more.
    """
    from convive.web.audit_log.selectors import missing_heads, verify_log  # noqa: PLC0415

    found = verify_log()
    if found.broken_id is not None:
        raise StorageError("AUDIT_LOG_BROKEN", event=found.broken_id, n=found.n)
    gone = missing_heads(*([head] if head else []))
    if gone:
        raise StorageError("AUDIT_LOG_CUT", head=gone[0][:64], n=len(gone))
    return found.n, found.head


def export_plan(code: str, kind: str, language: str) -> bytes:
    """Return a strategy whole as ``json``, ``xlsx``, ``pdf`` or ``docx``; the log tells that.

    Raises
    ------
    NotFoundError
        STRATEGY_NOT_FOUND.
    """
    from convive.web.workspace import plan_papers  # noqa: PLC0415

    strategy, told = _told_whole(code)
    content = plan_papers.plan_file(strategy, told, kind, language)
    plan_papers.note_export(strategy, "plan", kind, is_outline=False, label=COMMAND_LINE)
    return content


def export_brief(code: str, kind: str, language: str) -> bytes:
    """Return the page for the council as ``pdf`` or ``docx``, whole; the log tells that.

    Raises
    ------
    NotFoundError
        STRATEGY_NOT_FOUND; BUILD_NOT_FOUND.
    """
    from convive.web.workspace import plan_papers  # noqa: PLC0415

    strategy, told = _told_whole(code)
    document = plan_papers.brief_of(strategy, told, language)
    content = plan_papers.rendered(lambda: document, kind)
    plan_papers.note_export(strategy, "brief", kind, is_outline=False, label=COMMAND_LINE)
    return content


def _told_whole(code: str) -> tuple[Any, Any]:
    """Return a strategy and everything that is in it."""
    from convive.web.workspace.models import Strategy  # noqa: PLC0415
    from convive.web.workspace.selectors.plan import plan_of  # noqa: PLC0415
    from convive.web.workspace.selectors.told_plan import ToldPlan  # noqa: PLC0415

    strategy = Strategy.objects.filter(code=code).first()
    if strategy is None:
        raise NotFoundError("STRATEGY_NOT_FOUND", strategy=code)
    return strategy, ToldPlan(plan_of(strategy), is_outline=False)


def list_runs(limit: int) -> list[dict[str, Any]]:
    """Return the newest runs: name, key, state, made_at, finished_at, attempts, error_code."""
    from convive.web.jobs import selectors  # noqa: PLC0415

    told = ("name", "key", "state", "made_at", "finished_at", "attempts", "error_code")
    return list(selectors.list_runs().values(*told)[:limit])
