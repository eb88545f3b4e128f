"""Does once, right after the start, what the first reader would otherwise wait for."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from convive.web.config.one_at_a_time import one_at_a_time

WANTED = "CONVIVE_WARM_UP"
PAGES = ("", "findings/", "indicators/", "areas/", "instruments/")
MOST_AREAS = 48
"""Areas whose pages are drawn ahead: what words take in a chart is then known for the others."""
SOON = 0.0005
"""Seconds after which what is built here lets a page go first; Python's own are ten times that.
A page that waits for a file lets go of the interpreter a dozen times, and waits each time."""
LOCK_FILE = "warm-up.lock"


def ask_for() -> None:
    """Have the processes that serve the pages warm up, unless the environment says otherwise."""
    os.environ.setdefault(WANTED, "1")


def start_if_asked(application: Callable[..., Any]) -> threading.Thread | None:
    """Warm up where `ask_for` was called: what every page needs at once, the rest beside the server.

    A server takes no request before this returns. So whoever asks gets an answer from a process
    that has the audit open, instead of waiting in one that does not.
    """
    if os.environ.get(WANTED) != "1":
        return None
    open_first(application)
    thread = threading.Thread(target=warm_up, args=(application,), name="warm-up", daemon=True)
    thread.start()
    return thread


def open_first(application: Callable[..., Any]) -> None:
    """Open the audit and draw the front page and one area's, with everything that is loaded for it.

    What fails here fails again, and is told, when somebody asks for the page.
    """
    with contextlib.suppress(Exception):
        for page in ("", *_area_pages(_site())[:1]):
            _read(application, f"/en/{page}")


def warm_up(application: Callable[..., Any]) -> None:
    """Draw the first pages as a reader would, languages of the city first, then some of areas.

    Then the search of the shelf is built, which takes some seconds: by one process after the
    other, so that not all are busy with it at once, and pages that are asked for go first.
    """
    from django.conf import settings  # noqa: PLC0415 - after the start
    from django.db import connection  # noqa: PLC0415

    from convive.web.shelf.selectors.on_shelf import index_now  # noqa: PLC0415

    with contextlib.suppress(Exception), _pages_first():
        for page in _first_pages():
            _read(application, page)
    if settings.CONVIVE_HAS_WORKSPACE:
        folder = settings.CONVIVE_WORKSPACE
        with (
            contextlib.suppress(Exception), contextlib.closing(connection),
            one_at_a_time(Path(folder) / LOCK_FILE if folder else None), _pages_first(),
        ):  # fmt: skip
            index_now()


def _first_pages() -> Iterator[str]:
    from convive.catalogue.texts import languages  # noqa: PLC0415 - after the start

    site = _site()
    own = [one for one in site.build.city.languages if one in languages()]
    for language in dict.fromkeys(("en", *own)):
        for page in PAGES if language == "en" else PAGES[:1]:
            yield f"/{language}/{page}"
    yield from (f"/{own[0] if own else 'en'}/{page}" for page in _area_pages(site))


def _site() -> Any:
    from convive.web.observatory.current import current_site  # noqa: PLC0415 - after the start

    return current_site()


def _area_pages(site: Any) -> list[str]:
    """Return pages of areas evenly from all those of the level that findings are made at."""
    from convive.web.observatory.selectors import analysis_level, list_areas  # noqa: PLC0415

    areas = list_areas(site, analysis_level(site))
    chosen = areas[:: max(1, -(-len(areas) // MOST_AREAS))]
    return [f"areas/{one['level']}/{one['area_id']}/" for one in chosen]


@contextlib.contextmanager
def _pages_first() -> Iterator[None]:
    """Let go of the interpreter sooner than usual for as long as this lasts."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SOON)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _read(application: Callable[..., Any], path: str) -> None:
    from django.test import RequestFactory  # noqa: PLC0415 - builds a request without a network

    environ = RequestFactory(headers={"host": "localhost"}).get(path).environ
    response = application(environ, lambda *_args: None)
    for _ in response:
        pass
    close = getattr(response, "close", None)
    if close:
        close()
