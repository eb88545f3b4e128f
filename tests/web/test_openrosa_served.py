"""Field apps and a served site: ODK's own engine, two hundred at once, a server that is killed.

On a SQLite file and on PostgreSQL. Times are printed (``pytest -s``), never judged.
"""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import subprocess
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convive.connectors.xlsform import parse_submission
from convive.core.instruments.filling import fill
from convive.web.fieldwork.models import Attachment, Campaign, Submission
from factories import fieldwork, served
from factories.field_app import StrictApp, ThroughHttp, message_of, multipart
from factories.field_forms import filled_xml, link_of
from factories.odk import ROOT
from factories.photo_files import picture

CLIENT = Path(__file__).parents[1] / "factories/odk_client.mjs"
N_AT_ONCE = 200


def _jpeg(shade: int) -> bytes:
    import io

    out = io.BytesIO()
    picture(96 + shade, 64).save(out, "JPEG", exif=_with_position())
    return out.getvalue()


def _with_position() -> Any:
    from factories.photo_files import exif

    return exif()


# --- ODK's own engine over HTTP ---------------------------------------------------------------


def _play(game: dict[str, Any]) -> dict[str, Any]:
    if shutil.which("node") is None or not (ROOT / "node_modules/@getodk/xforms-engine").exists():
        pytest.skip("ODK's engine needs Node and `npm install` of @getodk/xforms-engine and jsdom")
    done = subprocess.run(
        ["node", str(CLIENT)], input=json.dumps(game), capture_output=True, text=True,
        timeout=120, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_odks_engine_lists_downloads_fills_and_sends(
    served_database: dict[str, Any], tmp_path: Path
) -> None:
    campaign, token = link_of("audit-e2e", "safety_audit", languages=["fr", "en"])
    spot = fieldwork.place("P007")
    campaign.places.create(place=spot, position=1)
    instrument = fieldwork.instrument_of_shelf("safety_audit")
    answers = _some_answers(instrument)
    answers |= {"daypart": "night", "photo": "spot-1.jpg", "seen_at": "2026-11-20T21:04:00Z"}
    with served.serving(tmp_path, served_database) as site:
        told = _play({
            "base": f"{site.address}/odk/{token}", "formID": "audit-e2e",
            "answers": answers | {"convive_place": str(spot.pk)},
            "photos": {"spot-1.jpg": base64.b64encode(_jpeg(1)).decode()},
        })  # fmt: skip
    assert (told["status"], told["again"]) == (201, 202), told
    assert told["warnings"] == []
    sent = parse_submission(
        told["xml"].replace('id="audit-e2e"', 'id="safety_audit"').encode(),
        instrument, also={"convive_place"},
    )  # fmt: skip
    kept = Submission.objects.get()
    assert set(answers) <= set(kept.answers)
    assert kept.answers == fill(instrument, sent.answers, today=kept.filled_on).answers
    as_chosen = {key: value for key, value in answers.items() if key != "seen_at"}
    assert {key: kept.answers[key] for key in as_chosen} == as_chosen
    assert datetime.fromisoformat(kept.answers["seen_at"]) == datetime(
        2026, 11, 20, 21, 4, tzinfo=UTC
    )
    assert kept.place == spot
    assert kept.state == Submission.State.COMPLETE
    assert kept.started_at is not None
    photo = Attachment.objects.get()
    data = (tmp_path / "media" / photo.file).read_bytes()
    assert data.startswith(b"\xff\xd8")
    assert b"Exif" not in data, "the real cleaner was at work"


def _some_answers(instrument: Any) -> dict[str, Any]:
    """Return an answer to every required item that offers choices, and a position."""
    found: dict[str, Any] = {}
    for item in instrument.items():
        if item.type == "choice":
            found[item.id] = item.scale.choices[0].code
        elif item.type == "position":
            found[item.id] = {
                "latitude": 50.85, "longitude": 4.35, "altitude": 12.0, "accuracy": 5.0
            }  # fmt: skip
    return found


# --- as it is on the wire ---------------------------------------------------------------------


def test_a_served_site_takes_chunked_bodies_and_speaks_of_what_is_too_large(
    served_database: dict[str, Any], tmp_path: Path
) -> None:
    _, token = link_of("audit-wire", "street_observation")
    with served.serving(tmp_path, served_database) as site:
        app = StrictApp(f"{site.address}/odk/{token}", ThroughHttp())
        xml = filled_xml(app, "street_observation", {"lighting": "2"})
        kind, body = multipart([("xml_submission_file", "s.xml", "text/xml", xml)])
        assert _chunked(site.port, token, kind, body) == (201, "Received. Thank you.")
        assert _chunked(site.port, token, kind, body)[0] == 202
        too_large = b"x" * (49 * 1024**2)
        kind, body = multipart([("a.jpg", "a.jpg", "image/jpeg", too_large)])
        answer = app.transport.send("POST", f"{app.base}/submission", {"Content-Type": kind}, body)
        assert answer.status == 413
        assert "48" in message_of(answer)
        head = app.transport.send("HEAD", f"{app.base}/submission", {})
        assert (head.status, head.body) == (204, b"")
        for name in ("x-openrosa-version", "x-openrosa-accept-content-length", "date"):
            assert name in head.headers


def _chunked(port: int, token: str, kind: str, body: bytes) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    pieces = [body[at : at + 700] for at in range(0, len(body), 700)]
    connection.request(
        "POST", f"/odk/{token}/submission", iter(pieces), {"Content-Type": kind},
        encode_chunked=True,
    )  # fmt: skip
    found = connection.getresponse()
    data = found.read()
    connection.close()
    from factories.field_app import Answer

    return found.status, message_of(Answer(found.status, {}, data))


# --- two hundred at once ----------------------------------------------------------------------


def test_two_hundred_people_send_a_survey_at_once(
    served_database: dict[str, Any], tmp_path: Path, each_database: str
) -> None:
    _, token = link_of("survey-load", "core_survey", kind=Campaign.Kind.SURVEY)
    instrument = fieldwork.instrument_of_shelf("core_survey")
    answers = {
        item.id: item.scale.choices[0].code
        for item in instrument.items()
        if item.type == "choice" and item.scale
    }
    with served.serving(tmp_path, served_database) as site:
        base = f"{site.address}/odk/{token}"
        app = StrictApp(base, ThroughHttp())
        xmls = [filled_xml(app, "core_survey", answers)]
        old = xmls[0].split(b"uuid:")[1][:36]
        xmls += [xmls[0].replace(old, str(uuid.uuid4()).encode()) for _ in range(N_AT_ONCE - 1)]
        together = threading.Barrier(N_AT_ONCE)

        def send(xml: bytes) -> tuple[float, list[int]]:
            own = StrictApp(base, ThroughHttp(timeout=120))
            together.wait(timeout=60)
            began = time.perf_counter()
            own.submit(xml)
            return time.perf_counter() - began, own.statuses

        with ThreadPoolExecutor(N_AT_ONCE) as pool:
            results = list(pool.map(send, xmls))
    assert [statuses for _, statuses in results] == [[201]] * N_AT_ONCE
    assert Submission.objects.filter(state=Submission.State.COMPLETE).count() == N_AT_ONCE
    seconds = np.array([one for one, _ in results])
    print(  # noqa: T201 - for the report
        f"\n{each_database}: {N_AT_ONCE} at once, {len(xmls[0])} bytes each: "
        f"median {np.median(seconds):.2f} s, p95 {np.quantile(seconds, 0.95):.2f} s, "
        f"last {seconds.max():.2f} s"
    )
