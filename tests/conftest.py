"""Always on: no network beyond this machine, no global randomness, fixed time zone."""

from __future__ import annotations

import gc
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from factories.shared import DEMO, audited_demo_city, made_once, run_folder

settings.register_profile(
    "convive",
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("convive")

ROOT = Path(__file__).resolve().parents[1]
LONGEST_FIRST = ("functional", "integration", "web", "generative", "oracle", "spec")
"""Folders by what a file of theirs takes."""


def pytest_configure() -> None:
    """Fix what a test must not depend on."""
    os.environ["TZ"] = "UTC"
    # The browser driver of the functional tests keeps an event loop in the same process; Django
    # would take every later query of that process for one from asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Drop what the processes of this run have shared on a server, when the last has ended."""
    factory = getattr(config, "_tmp_path_factory", None)
    if factory is not None and "PYTEST_XDIST_WORKER" not in os.environ:
        from factories.databases import drop_template

        drop_template(run_folder(factory))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: at the end no process waits for the other's last."""
    order = {name: rank for rank, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda one: order.get(one.path.parent.name, len(order)))


def pytest_collection_finish() -> None:
    """Leave what is loaded by now, and stays, out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections to anywhere but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if host not in {"127.0.0.1", "::1", "localhost", "local"}:
            raise RuntimeError(f"A test tried to reach {host}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _no_global_randomness() -> Iterator[None]:
    """Fail a test whose code drew from a global generator."""
    numpy_before = np.random.get_state()[1].tobytes()  # noqa: NPY002
    python_before = random.getstate()
    yield
    random.setstate(python_before)
    assert np.random.get_state()[1].tobytes() == numpy_before, "global NumPy randomness was used"  # noqa: NPY002


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data, or skip."""
    folder = Path(os.environ.get("CONVIVE_REAL_DATA", ROOT.parent / "shared" / "data" / "open"))
    if not folder.is_dir():
        pytest.skip("real data absent: set CONVIVE_REAL_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def workspace_template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """Return a SQLite file with the tables as the migrations make them, and no row of ours."""
    from convive.web.config.workspace import DATABASE_FILE
    from factories.databases import migrate_file

    with django_db_blocker.unblock():
        return made_once(run_folder(tmp_path_factory), "workspace", migrate_file) / DATABASE_FILE


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, workspace_template: Path) -> Iterator[None]:
    """Fill the database in memory of `django_db` from the template: the migrations run once."""
    from factories.databases import memory_filled

    memory = memory_filled(workspace_template)
    with django_db_blocker.unblock():
        memory.__enter__()
    yield
    with django_db_blocker.unblock():
        memory.__exit__(None, None, None)


@pytest.fixture(scope="session")
def demo_city_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the invented town, full size and audited; to read, not to change."""
    return made_once(run_folder(tmp_path_factory), "demo-city", audited_demo_city) / DEMO
