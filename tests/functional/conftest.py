"""A running site on the synthetic build, and the system's Chromium."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from convive.web.observatory import current
from factories.browsers import PATIENCE
from factories.build import shared_build
from factories.staff_site import Person, Running, started_site

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
PROGRAMS = ("chromium-headless-shell", "chromium")
"""The browser without a window takes half the work; the whole one does where it is missing."""
CHROMIUM = os.environ.get("CONVIVE_CHROMIUM") or next(
    (found for name in PROGRAMS if (found := shutil.which(name))), "/usr/bin/chromium"
)

ARGUMENTS = ["--no-sandbox", "--js-flags=--no-opt --no-maglev"]
"""A page is open for a second: making its scripts fast takes longer than they run."""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of the running site, on a free port."""
    from convive.web.config.local_server import make_local_server

    current.hold(shared_build())
    with make_local_server("127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
    current.release()


@pytest.fixture(autouse=True)
def _shown_again(request: pytest.FixtureRequest) -> None:
    """Show the build to visitors of the running site, whatever a file before has put away."""
    if "address" in request.fixturenames:
        request.getfixturevalue("address")
        current.hold(shared_build())


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """The browser, or a skip that says what is missing."""
    if not Path(CHROMIUM).exists():
        pytest.skip(
            f"No Chromium at {CHROMIUM}; install the system package `chromium-headless-shell`"
            " or `chromium`, or name a browser by CONVIVE_CHROMIUM."
        )
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        api.expect.set_options(timeout=PATIENCE)
        found = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in ("new_context", "new_page"):
            setattr(found, name, _patient(getattr(found, name)))
        yield found
        found.close()


def _patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of contexts or pages that wait as long as a busy machine may need."""

    def made(**options: Any) -> Any:
        thing = make(**options)
        thing.set_default_timeout(PATIENCE)
        return thing

    return made


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker, or a skip."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run `npm ci`.")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def newcomer(browser: Any, axe: str) -> Iterator[Any]:
    """Makes people, each with a browser of their own."""
    contexts = []

    def make() -> Person:
        contexts.append(browser.new_context(bypass_csp=True))
        return Person(contexts[-1].new_page(), axe)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, workspace_template: Path
) -> Iterator[Running]:
    """A new site, shared by the tests of this file."""
    with started_site(tmp_path_factory.mktemp("pack"), workspace_template) as found:
        yield found
