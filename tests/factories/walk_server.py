"""A served process for the phone page: a workspace on a file, and a server that can be killed.

Its photo cleaner is quick but for the first photos.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
import sqlite3
import sys
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from convive.app.fieldwork.photo_ports import NOTHING_ASKED, AskedFacts, CleanPhoto, PhotoCleaner
from factories import forked
from factories.databases import written_into

WALKS = (
    "group", "versions", "full", "pair", "windows", "background", "cover", "look", "keyboard", "change",
)  # fmt: skip
"""Walks with a safety audit: one a test, so that they do not meet."""
TESTS = Path(__file__).resolve().parents[1]


class QuickCleaner:
    """Lets photos through as they came, so that a test sees what left the phone; slowly if told.

    The first `n_real` go through the real one.
    """

    def __init__(self, real: Any, n_real: int, seconds: float) -> None:
        self.real, self.left, self.seconds = real, n_real, seconds

    def clean(self, data: bytes, asked: AskedFacts = NOTHING_ASKED) -> CleanPhoto:
        if self.left > 0:
            self.left -= 1
            found: CleanPhoto = self.real().clean(data, asked)
            return found
        time.sleep(self.seconds)
        return CleanPhoto(data, 1, 1, 0, 0)


@dataclass
class WalkServer:
    """A server on a folder that is started, killed and started again at the same address."""

    folder: Path
    n_real: int = 0
    seconds: float = 0.0
    port: int = 0
    process: forked.Forked | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    @property
    def address(self) -> str:
        # A worker needs https, or this very name.
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        return clean | {
            "CONVIVE_WORKSPACE": str(self.folder), "CONVIVE_ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "convive.web.config.settings",
            "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path]),
        }  # fmt: skip

    def prepare(self) -> dict[str, Any]:
        """Fill the workspace; return tokens and ids. Its tables must be there already."""
        with written_into(self.folder):
            self.facts = _prepare()
        return self.facts

    def start(self) -> None:
        command = ["-m", "factories.walk_server", self.port, self.n_real, self.seconds]
        self.process = forked.start(command, env=self.environment)
        for _ in range(600):
            try:
                urlopen(f"{self.address}/static/observatory/mark.svg", timeout=60).close()
            except URLError:
                assert self.process.poll() is None, "the server ended by itself"
                time.sleep(0.1)
            else:
                return
        raise AssertionError("the server never answered")

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process
        self.process.kill()
        self.process.wait(timeout=30)
        self.process = None

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query finds in the database."""
        with sqlite3.connect(self.folder / "workspace.sqlite3", timeout=30) as database:
            return database.execute(query, values).fetchall()

    def write(self, statement: str, *values: Any) -> None:
        """Change something behind the server's back, as a colleague would at a desk."""
        with sqlite3.connect(self.folder / "workspace.sqlite3", timeout=30) as database:
            database.execute(statement, values)

    def hash_of(self, token: str) -> str:
        """Return what the database keeps of a token."""
        return hashlib.sha256(token.encode()).hexdigest()

    def added_link(self, token: str) -> str:
        """Add a link to the campaign of another; any text can be its token."""
        new = secrets.token_hex(16)
        self.write(
            "insert into fieldwork_accesslink (id, campaign_id, kind, token_hash, created_at)"
            " select ?, campaign_id, kind, ?, created_at from fieldwork_accesslink"
            " where token_hash = ?",
            uuid.uuid4().hex, self.hash_of(new), self.hash_of(token),
        )  # fmt: skip
        return new

    def publish_version_2(self, code: str) -> None:
        """Serve a second version of a campaign's form."""
        self.write(
            "insert into fieldwork_formversion (instrument_id, version, digest, files, created_at)"
            " select instrument_id, 2, 'second', replace(files, 'version: 1\\n', 'version: 2\\n'),"
            " created_at from fieldwork_formversion where instrument_id = 'safety_audit'"
        )
        self.write(
            "update fieldwork_campaign set form_id = (select id from fieldwork_formversion"
            " where instrument_id = 'safety_audit' and version = 2) where code = ?",
            code,
        )


def _prepare() -> dict[str, Any]:
    from convive.web.fieldwork.models import Assignment, Campaign, CampaignPlace
    from factories import fieldwork

    form = fieldwork.form_version("safety_audit")
    walks = {
        code: fieldwork.campaign(
            form=form, kind=Campaign.Kind.WALK, code=code, title="Evening walk by the river"
        )
        for code in WALKS
    }
    audit = fieldwork.campaign(form=form, code="audit", title="Audit of the squares")
    places = [fieldwork.place(f"P{n:03}", name=f"Square {n}") for n in (1, 2)]
    rater = fieldwork.rater(audit)
    for position, place in enumerate(places, 1):
        CampaignPlace.objects.create(campaign=audit, place=place, position=position)
        for daypart in ("day", "night"):
            Assignment.objects.create(campaign=audit, place=place, rater=rater, daypart=daypart)
    rounds = fieldwork.campaign(
        form=fieldwork.form_version("exploratory_walk"), kind=Campaign.Kind.WALK, code="rounds",
        title="Exploratory walk",
    )  # fmt: skip
    return {
        **{code: fieldwork.link(walk, "group")[1] for code, walk in walks.items()},
        "rater": fieldwork.link(audit, rater=rater)[1],
        "rounds": fieldwork.link(rounds, "group")[1],
        "places": [str(place.pk) for place in places],
    }


def _serve(arguments: list[str]) -> None:
    """Serve at PORT, the first N_REAL photos cleaned, each other one SECONDS long."""
    import convive.wiring.fieldwork as wiring

    port, n_real, seconds = arguments
    real = wiring.photo_cleaner
    cleaner: PhotoCleaner = QuickCleaner(real, int(n_real), float(seconds))  # type: ignore[assignment]
    wiring.photo_cleaner = lambda: cleaner  # type: ignore[assignment]
    from convive.web.config.local_server import make_local_server

    with make_local_server("127.0.0.1", int(port)) as server:
        server.serve_forever()


if __name__ == "__main__":
    _serve(sys.argv[1:])
