"""Does once, right after the start, what the first reader would otherwise wait for."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from typing import Any

WANTED = "CONVIVE_WARM_UP"
PAGES = ("", "findings/", "indicators/", "areas/", "instruments/")


def ask_for() -> None:
    """Have the processes that serve the pages warm up, unless the environment says otherwise."""
    os.environ.setdefault(WANTED, "1")


def start_if_asked(application: Callable[..., Any]) -> threading.Thread | None:
    """Start warming up beside the server, where `ask_for` was called; None where it was not."""
    if os.environ.get(WANTED) != "1":
        return None
    thread = threading.Thread(target=warm_up, args=(application,), name="warm-up", daemon=True)
    thread.start()
    return thread


def warm_up(application: Callable[..., Any]) -> None:
    """Open the audit and draw its first pages as a reader would, languages of the city first.

    Then the search of the shelf is built, which takes some seconds.

    What fails here fails again, and is told, when somebody asks for the page.
    """
    from django.conf import settings  # noqa: PLC0415 - after the start
    from django.db import connection  # noqa: PLC0415

    from convive.catalogue.texts import languages  # noqa: PLC0415
    from convive.web.observatory.current import current_site  # noqa: PLC0415
    from convive.web.shelf.selectors.on_shelf import index_now  # noqa: PLC0415

    with contextlib.suppress(Exception):
        own = [one for one in current_site().build.city.languages if one in languages()]
        for language in dict.fromkeys(("en", *own)):
            for page in PAGES if language == "en" else PAGES[:1]:
                _read(application, f"/{language}/{page}")
    if settings.CONVIVE_HAS_WORKSPACE:
        with contextlib.suppress(Exception), contextlib.closing(connection):
            index_now()


def _read(application: Callable[..., Any], path: str) -> None:
    from django.test import RequestFactory  # noqa: PLC0415 - builds a request without a network

    environ = RequestFactory(headers={"host": "localhost"}).get(path).environ
    response = application(environ, lambda *_args: None)
    for _ in response:
        pass
    close = getattr(response, "close", None)
    if close:
        close()
