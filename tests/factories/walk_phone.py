"""Phones of a walk in a browser: one that can be killed, and what a thumb does on the page."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from factories import photo_files
from factories.browsers import PATIENCE

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Phone:
    """A browser with a memory of its own, which can be killed and opened again."""

    def __init__(self, browser: Any, executable: str, profile: Path) -> None:
        self.launcher, self.executable, self.profile = browser.browser_type, executable, profile
        self.context: Any = None
        self.page: Any = None

    def open(self, address: str, *, offline: bool = False) -> Any:
        self.context = self.launcher.launch_persistent_context(
            str(self.profile), executable_path=self.executable, args=ARGUMENTS,
            viewport={"width": 360, "height": 740}, has_touch=True, locale="en-GB",
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self.context.set_offline(offline)
        self.page = self.context.pages[0]
        self.page.goto(address)
        self.page.wait_for_selector("html[data-started]")
        return self.page

    def kill(self) -> None:
        """End the browser as an empty battery would."""
        wanted = f"--user-data-dir={self.profile}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                said = (folder / "cmdline").read_bytes().split(b"\0")
                if wanted in said and not any(one.startswith(b"--type=") for one in said):
                    os.kill(int(folder.name), signal.SIGKILL)
        with contextlib.suppress(Exception):
            self.context.close()
        for lock in self.profile.glob("Singleton*"):
            lock.unlink()

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.context.close()


def photo_of(stop: int) -> dict[str, Any]:
    """A photo as a camera writes it: place, time and serial number in it."""
    data = photo_files.laden_jpeg(orientation=6, size=(320 + stop, 240))
    return {"name": f"IMG_{stop}.jpg", "mimeType": "image/jpeg", "buffer": data}


def begin(page: Any, stop: int) -> None:
    """Add a stop and answer what is asked first, with a photo."""
    page.click("#add")
    page.wait_for_selector("#form-screen:not([hidden])")
    page.fill("[name=spot_position-latitude]", f"46.{stop:02}")
    page.fill("[name=spot_position-longitude]", "11,12")
    page.set_input_files("#q-photo", photo_of(stop))
    page.wait_for_selector(".photo-view canvas")


def finish(page: Any) -> None:
    page.click("[data-item=seen_at] button")
    page.click("label[for=q-daypart-night]")
    page.click("label[for=q-lighting-1]")
    page.click("#finish")
    page.wait_for_selector("#list-screen:not([hidden])")


def kinds(page: Any) -> list[str]:
    """What became of each stop in the list."""
    found: list[str] = page.eval_on_selector_all(".stop", "all => all.map(one => one.dataset.kind)")
    return found


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)


def words_on(page: Any) -> str:
    """All forms that the phone keeps, as text."""
    found: str = page.evaluate(
        """async () => {
          const { key } = JSON.parse(document.getElementById('walk-data').textContent);
          const done = (asked) => new Promise((end) => (asked.onsuccess = () => end(asked.result)));
          const db = await done(indexedDB.open(`convive-walk-${key}`));
          const forms = await done(db.transaction('forms').objectStore('forms').getAll());
          db.close();
          return JSON.stringify(forms);
        }"""
    )
    return found


def kept_on(page: Any) -> dict[str, int]:
    """How many forms and photos the phone keeps."""
    found: dict[str, int] = page.evaluate(
        """async () => {
          const { key } = JSON.parse(document.getElementById('walk-data').textContent);
          const db = await new Promise((done) => {
            const asked = indexedDB.open(`convive-walk-${key}`);
            asked.onsuccess = () => done(asked.result);
          });
          const count = (name) => new Promise((done) => {
            const asked = db.transaction(name).objectStore(name).count();
            asked.onsuccess = () => done(asked.result);
          });
          const found = { forms: await count('forms'), photos: await count('photos') };
          db.close();
          return found;
        }"""
    )
    return found
