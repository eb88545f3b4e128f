"""What kind of browser somebody uses, in a word that its owner recognises; no fingerprint."""

from __future__ import annotations

_BROWSERS = (
    ("Firefox/", "firefox"), ("Edg", "edge"), ("OPR/", "opera"), ("SamsungBrowser/", "samsung"),
    ("Chrome/", "chrome"), ("Chromium/", "chrome"), ("Safari/", "safari"),
)  # fmt: skip
"""The first that fits: browsers also name those that they descend from."""
_SYSTEMS = (
    ("Android", "android"), ("iPhone", "ios"), ("iPad", "ios"), ("Windows", "windows"),
    ("Mac OS", "macos"), ("CrOS", "chromeos"), ("Linux", "linux"),
)  # fmt: skip
UNKNOWN = "unknown"


def browser_of(user_agent: str) -> str:
    """Return the code of a browser, ``unknown`` where its name is not known."""
    return _first(_BROWSERS, user_agent)


def system_of(user_agent: str) -> str:
    """Return the code of an operating system."""
    return _first(_SYSTEMS, user_agent)


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((code for mark, code in marks if mark in user_agent), UNKNOWN)
