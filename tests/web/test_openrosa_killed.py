"""A server that is killed at every step of an upload: nothing lost, nothing doubled."""

from __future__ import annotations

import http.client
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.test import override_settings
from django.utils import timezone

from convive.web.fieldwork.actions.sweep import sweep_media
from convive.web.fieldwork.models import Submission
from factories import served
from factories.field_app import AppRefusalError, StrictApp, ThroughHttp
from factories.field_forms import filled_xml, link_of

KILLED_AT = (0, 1, 2, 3, 4)
"""Steps of a request after which the server is killed; a photo takes two, cleaning and writing."""


def test_a_server_killed_in_the_middle_of_an_upload_loses_and_doubles_nothing(
    served_database: dict[str, Any], tmp_path: Path
) -> None:
    """Killed before, between and after file and row."""
    _, token = link_of("walk-killed", "exploratory_walk")
    names = [f"p{n}.jpg" for n in range(4)]
    photos = {name: f"photo {name}".encode() for name in names}
    with served.serving(tmp_path, served_database) as site:
        app = StrictApp(f"{site.address}/odk/{token}", ThroughHttp())
        stops = [{"stop_photo": name} for name in names]
        xml = filled_xml(app, "exploratory_walk", {"consent": "yes", "stops": stops})
    for n_steps in KILLED_AT:
        _killed_while_sending(app, xml, photos, served_database, tmp_path, n_steps)
    with served.serving(tmp_path, served_database, "0.0", script=served.SLOW) as site:
        app.base = f"{site.address}/odk/{token}"
        app.submit(xml, photos)
    assert app.statuses[-1] in {201, 202}
    kept = Submission.objects.get()
    assert kept.state == Submission.State.COMPLETE
    files = {one.name: one.file for one in kept.attachments.all()}
    assert sorted(files) == names
    media = tmp_path / "media"
    assert all((media / files[name]).read_bytes() == b"clean " + photos[name] for name in names)
    _assert_swept(media, set(files.values()))


def _killed_while_sending(
    app: StrictApp, xml: bytes, photos: dict[str, bytes], database: dict[str, Any],
    folder: Path, n_steps: int,
) -> None:  # fmt: skip
    """Send, and kill the server as soon as it has done so many steps of the request."""
    steps = folder / "steps"
    steps.write_text("")
    site = served.start(served.SLOW, folder, database, "0.6")
    app.base = f"{site.address}/odk/{app.base.rpartition('/')[2]}"
    sending = threading.Thread(target=_give_up_quietly, args=(app, xml, photos))
    sending.start()
    steps_done = 0
    for _ in range(3000):
        steps_done = len(steps.read_text())
        if steps_done >= n_steps:
            break
        time.sleep(0.01)
    assert sending.is_alive()
    assert steps_done == n_steps
    site.kill()
    sending.join(timeout=60)


def _give_up_quietly(app: StrictApp, xml: bytes, photos: dict[str, bytes]) -> None:
    try:
        app.submit(xml, photos)
    except (OSError, http.client.HTTPException, AppRefusalError):
        return


def _assert_swept(media: Path, known: set[str]) -> None:
    """What the killed server left is gone after its sweep; nothing else is."""

    def there() -> set[str]:
        return {one.relative_to(media).as_posix() for one in media.rglob("*") if one.is_file()}

    left = there() - known
    assert left, "killed between file and row at least once"
    with override_settings(MEDIA_ROOT=str(media)):
        assert sweep_media(now=timezone.now()) == 0, "young files may be under way"
        assert there() == left | known
        later = datetime.now(UTC) + timedelta(days=2)
        assert sweep_media(now=later) == len(left)
        assert there() == known
        assert sweep_media(now=later) == 0
