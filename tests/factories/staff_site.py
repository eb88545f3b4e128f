"""A staff site as a town would start it, and people at keyboards in front of it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convive.store import FolderBuildStore
from factories import forked
from factories.build import shared_build
from factories.databases import give_workspace
from factories.served import free_port

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
START = "from convive.cli.main import run; run()"
AT_EASE = {"PYTHONUNBUFFERED": "1", "CONVIVE_WARM_UP": "0"}
"""What is said is told at once, and nothing is made that nobody asks for."""
PASSWORD = "seven lanterns by the quay"


@dataclass
class Running:
    """A site that was started with nothing: its address and that of the welcome."""

    address: str
    welcome: str


@contextmanager
def started_site(pack: Path, template: Path, **settings: str) -> Iterator[Running]:
    """Run `convive serve` on a new pack in an empty folder; settings go into its environment.

    The tables of its workspace are there already, without a row: `template`.
    """
    lay_out(pack, template)
    with served_pack(pack, **settings) as found:
        yield found


def lay_out(pack: Path, template: Path) -> Path:
    """Write a pack that was audited, with an empty workspace; return the folder of that."""
    (pack / "city.toml").write_text('name = "Ribera"\n')
    FolderBuildStore().save(shared_build(), pack / "build")
    give_workspace(template, pack / "workspace")
    return pack / "workspace"


@contextmanager
def served_pack(pack: Path, **settings: str) -> Iterator[Running]:
    """Run `convive serve` on a pack that was audited, without a worker for its jobs.

    Raises
    ------
    AssertionError
        With what the command said, where no site answers.
    """
    port, said = free_port(), pack / "said"
    process = forked.start(
        ["-m", "convive.cli.main", *_command(pack, port), "--no-worker"],
        env=_clean() | AT_EASE | settings, output=said,
    )  # fmt: skip
    try:
        _wait_for(port, lambda: process.poll() is None)
        yield _running(port, (said / "out").read_text("utf-8"))
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextmanager
def served_pack_with_worker(pack: Path) -> Iterator[Running]:
    """Run `convive serve` as a town does: a process of its own, a worker beside it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", START, *_command(pack, port)],
        env=_clean() | AT_EASE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout
    try:
        said = process.stdout.readline()
        _wait_for(port, lambda: process.poll() is None)
        yield _running(port, said)
    finally:
        process.terminate()
        process.wait(timeout=60)
        process.stdout.close()


def _command(pack: Path, port: int) -> list[str]:
    return ["-l", "en", "serve", str(pack), "--port", str(port)]


def _clean() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in {"CONVIVE_WORKSPACE", "DATABASE_URL"}}


def _running(port: int, said: str) -> Running:
    """Tell where the site is; there is a welcome as long as nobody has an account."""
    found = re.search(r"http://\S+/welcome/\S+/", said)
    return Running(f"http://localhost:{port}", found[0] if found else "")


def _wait_for(port: int, lives: Callable[[], bool]) -> None:
    """Wait until the site answers: its address is told before it listens."""
    for _ in range(1200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert lives(), "the site ended by itself"
        time.sleep(0.1)
    raise AssertionError(f"nothing answers on {port}")


@dataclass
class Person:
    """Somebody at a keyboard: never touches the mouse; every page they meet is checked."""

    page: Any
    axe: str

    def meet(self, name: str) -> None:
        """Check the page that is open."""
        self.page.wait_for_load_state("load")
        self.page.evaluate(self.axe)
        for width, scheme in ((1280, "light"), (320, "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            result = self.page.evaluate(
                "rules => axe.run(document, {runOnly: {type: 'tag', values: rules},"
                " resultTypes: ['violations']})",
                RULES,
            )
            faults = [(v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]
            over = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert (faults, over) == ([], 0), (name, width, scheme)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        shots = os.environ.get("CONVIVE_SCREENSHOTS")
        if shots:
            self.take_pictures(Path(shots) / name)

    def take_pictures(self, stem: Path) -> None:
        """Keep the page as pictures for somebody to look at."""
        for width, scheme in ((1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.emulate_media(color_scheme=scheme)
            self.page.screenshot(path=f"{stem}-{width}-{scheme}.png", full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})

    def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _ in range(60):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by keyboard")

    def write(self, name: str, text: str) -> None:
        self.tab_to(f"[name={name}]")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        self.tab_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
