"""The folder of the workspace, its database settings, and what the command line does there."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from convive.catalogue.texts import explain
from convive.core.errors import NotFoundError, StorageError
from convive.web.accounts.models import Account, Invitation
from convive.web.accounts.selectors import has_factor
from convive.web.audit_log.models import Event
from convive.web.config import administration
from convive.web.config.database import database
from convive.web.config.workspace import KEY_FILE, open_workspace, signing_key
from convive.wiring.workspace import workspace_folder
from factories import forked
from factories.web_objects.accounts import make_organisation, with_app

RUN = "from convive.cli.main import run; run()"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_workspace_is_closed_to_others_and_keeps_its_key(tmp_path: Path) -> None:
    folder = open_workspace(tmp_path / "workspace")
    key = signing_key(folder)
    assert (mode(folder), mode(folder / "media"), mode(folder / KEY_FILE)) == (0o700, 0o700, 0o600)
    assert (folder / ".gitignore").read_text() == "*\n"
    assert signing_key(open_workspace(folder)) == key
    assert len(key) > 40
    assert signing_key(None) != signing_key(None)
    assert sorted(one.name for one in folder.iterdir()) == [".gitignore", "media", KEY_FILE]


def test_a_workspace_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "workspace").write_text("a file")
    with pytest.raises(StorageError, match="WORKSPACE_NOT_OPENED"):
        open_workspace(tmp_path / "workspace")


def test_sqlite_writers_wait_for_one_another_and_keys_are_kept(tmp_path: Path) -> None:
    options = database(file=tmp_path / "a.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert options["timeout"] >= 20
    assert "journal_mode=WAL" in options["init_command"]
    assert "foreign_keys=ON" in options["init_command"]
    assert "synchronous=NORMAL" in options["init_command"]
    assert database()["NAME"] == ":memory:"
    found = database("postgresql://a:b@db.example/town", tmp_path / "a.sqlite3")
    assert (found["ENGINE"], found["HOST"]) == ("django.db.backends.postgresql", "db.example")


def test_the_workspace_lies_in_the_pack_and_a_bare_build_has_none(tmp_path: Path) -> None:
    pack, bare = tmp_path / "pack", tmp_path / "bare"
    for folder in (pack / "build", bare):
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}")
    (pack / "city.toml").write_text("")
    assert workspace_folder(pack) == pack / "workspace"
    assert workspace_folder(pack / "build") == pack / "workspace"
    assert workspace_folder(bare) is None


def convive(*arguments: str) -> tuple[int, str]:
    """Run the command as a person would; return its exit code and what it said."""
    clean = {k: v for k, v in os.environ.items() if k not in {"CONVIVE_WORKSPACE", "DATABASE_URL"}}
    done = forked.run(["-c", RUN, "-l", "en", *arguments], env=clean)
    return done.returncode, done.stdout + done.stderr


def test_accounts_and_log_from_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text("")
    pack = ("--pack", str(tmp_path))
    code, said = convive("user", "add", "ana@example.org", "--role", "coordinator", *pack)
    assert (code, "/en/work/invitation/" in said) == (0, True)
    assert convive("user", "add", "ANA@example.org", "--role", "reader", *pack)[0] == 16
    assert convive("user", "add", "ben@example.org", "--role", "king", *pack)[0] == 14
    assert "ana@example.org" in convive("user", "list", *pack)[1]
    code, said = convive("user", "link", "ANA@example.org", *pack, "--without-second-factor")
    assert (code, "/en/work/invitation/" in said) == (0, True)
    code, said = convive("audit-log", "verify", str(tmp_path))
    assert (code, "Events: 3." in said) == (0, True)
    spoil(tmp_path / "workspace" / "workspace.sqlite3")
    code, said = convive("audit-log", "verify", str(tmp_path))
    assert (code, "number 1" in said) == (23, True)
    assert convive("user", "list", "--pack", str(tmp_path / "nowhere"))[0] == 15
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.django_db
def test_an_account_for_an_organisation_and_a_link_in_an_emergency() -> None:
    make_organisation("Police")
    with pytest.raises(NotFoundError) as caught:
        administration.add_account(
            "ana@example.org", name="", roles=["reader"], language="en", organisation="polcie"
        )
    assert (
        explain(caught.value)
        == "There is no organisation in use with the code polcie. Codes: police."
    )
    administration.add_account(
        "ana@example.org", name="", roles=["reader"], language="fr", organisation="police"
    )
    assert [one["organisation"] for one in administration.list_accounts()] == ["police"]
    ana = Account.objects.get()
    with_app(ana)
    path = administration.emergency_path(" ANA@example.org", without_second_factor=False)
    assert path.startswith("/fr/work/invitation/")
    assert has_factor(ana)
    administration.emergency_path("ana@example.org", without_second_factor=True)
    assert not has_factor(ana)
    assert Invitation.objects.get(used_at=None).is_emergency
    labels = Event.objects.filter(verb="accounts.link_renewed").values_list(
        "actor_label", flat=True
    )
    assert list(labels) == ["command line"] * 2
    with pytest.raises(NotFoundError, match="ACCOUNT_NOT_FOUND"):
        administration.emergency_path("nobody@example.org", without_second_factor=True)


def spoil(file: Path) -> None:
    """Change the log as its owner could, triggers and all."""
    import sqlite3

    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER audit_log_no_update")
        connection.execute("UPDATE audit_log_event SET verb = 'accounts.forged'")
    connection.close()


@pytest.mark.parametrize("https", ["0", "1"])
def test_behind_https_cookies_travel_by_https_only(https: str) -> None:
    show = (
        "from convive.web.config import settings as s; "
        "print(getattr(s, 'SESSION_COOKIE_SECURE', False), "
        "getattr(s, 'CSRF_COOKIE_SECURE', False), s.CONVIVE_BEHIND_PROXY)"
    )
    done = subprocess.run(
        [sys.executable, "-c", show], env=os.environ | {"CONVIVE_HTTPS": https},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [str(https == "1")] * 3
