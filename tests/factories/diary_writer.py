"""A process that writes one entry of the diary and dies at a step; run as a program."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

from factories import forked
from factories.served import url_of

STEPS = ("entered", "recorded", "refreshed", "committed")
"""After the row, after its event in the log, after the light, after the commit."""


def kill_at(settings: Mapping[str, Any], action: int, key: str, step: str) -> int:
    """Let a process write the entry and be killed at a step; return how it ended."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "convive.web.config.settings",
        "DATABASE_URL": url_of(settings),
        "CONVIVE_SECRET_KEY": "only for this test",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = ["-m", "factories.diary_writer", action, key, step]
    return forked.start(command, env=environment).wait()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying_after(module: Any, name: str) -> None:
    """Let a function of a module be the last thing that the process does."""
    function = getattr(module, name)

    def last(*args: Any, **options: Any) -> None:
        function(*args, **options)
        _die()

    setattr(module, name, last)


def main(action: int, key: str, step: str) -> None:
    """Write the entry and die."""
    import django

    django.setup()
    from convive.core.strategy.vocabulary import Delivery
    from convive.web.workspace.actions import diary
    from convive.web.workspace.models import Action
    from factories.web_objects.delivery import TODAY

    last = {"entered": "keep_once", "recorded": "record", "refreshed": "refresh_action"}
    if step in last:
        _dying_after(diary, last[step])
    found = Action.objects.get(pk=action)
    told = diary.Told(found.lead, TODAY, Delivery.AS_PLANNED)
    diary.write_entry(found, told, key=key, today=TODAY, by=None)
    _die()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
