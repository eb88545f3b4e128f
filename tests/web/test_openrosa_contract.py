"""ODK Collect's rules, one test each: what its code refuses must never be answered.

Sources: docs/reference/openrosa.md. `StrictApp` gives up wherever Collect does.
"""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from convive.connectors.xlsform import write_submission
from convive.web.fieldwork.models import Attachment, Campaign, Submission
from convive.web.fieldwork.openrosa_answers import ACCEPTED_BYTES, MOST_BYTES
from factories import fieldwork
from factories.field_app import (
    Answer,
    AppRefusalError,
    QuickCleaner,
    StrictApp,
    ThroughDjango,
    message_of,
    multipart,
)

pytestmark = pytest.mark.django_db
HEADERS = {"x-openrosa-version": "1.0", "x-openrosa-accept-content-length": str(ACCEPTED_BYTES)}


@pytest.fixture(autouse=True)
def _keeps_photos(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    monkeypatch.setattr("convive.web.fieldwork.actions.photos.photo_cleaner", QuickCleaner)


@pytest.fixture
def walk() -> Campaign:
    return fieldwork.campaign(
        code="walk-2026", title="Walk <by> night & day", kind=Campaign.Kind.WALK,
        form=fieldwork.form_version("exploratory_walk"), languages=["fr", "en"],
    )  # fmt: skip


@pytest.fixture
def token(walk: Campaign) -> str:
    return fieldwork.link(walk, "group")[1]


@pytest.fixture
def app(token: str) -> StrictApp:
    return StrictApp(f"http://localhost/odk/{token}", ThroughDjango(_client()))


def _client() -> Client:
    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


def _stops(*photos: str) -> dict[str, Any]:
    return {"consent": "yes", "stops": [{"stop_photo": name} for name in photos]}


def _filled(
    app: StrictApp, answers: dict[str, Any], instance: str = "", version: str = "",
    form_id: str = "walk-2026", instrument: str = "exploratory_walk",
) -> bytes:  # fmt: skip
    """Return the XML of a filled-in form of the campaign."""
    xml = write_submission(
        answers, fieldwork.instrument_of_shelf(instrument),
        instance_id=instance or f"uuid:{uuid.uuid4()}", version=version or app.forms()[0].version,
        started="2026-11-20T20:01:02.000+01:00", ended="2026-11-20T20:31:02.000+01:00",
    )  # fmt: skip
    return xml.replace(f'id="{instrument}"'.encode(), f'id="{form_id}"'.encode())


def _send(app: StrictApp, method: str, path: str, **more: Any) -> Answer:
    return app.transport.send(method, app.base + path, more.pop("headers", {}), **more)


def _post(app: StrictApp, parts: list[tuple[str, str, str, bytes]]) -> Answer:
    kind, body = multipart(parts)
    return _send(app, "POST", "/submission", headers={"Content-Type": kind}, body=body)


# --- lists and downloads ----------------------------------------------------------------------


def test_list_and_manifest_are_text_xml_and_exactly_200(app: StrictApp, walk: Campaign) -> None:
    _plan(walk)
    for url in (f"{app.base}/formList", app.forms()[0].manifest_url):
        answer = app.get(url)
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"


def test_every_form_has_id_name_version_hash_and_address(app: StrictApp) -> None:
    [form] = app.forms()
    assert (form.form_id, form.name) == ("walk-2026", "Walk <by> night & day")
    assert re.fullmatch(r"1-[0-9a-f]{8}", form.version)
    assert re.fullmatch(r"md5:[0-9a-f]{32}", form.hash)
    assert form.download_url.startswith(app.base)
    assert form.manifest_url == ""


def test_every_file_of_a_manifest_has_name_hash_and_address(app: StrictApp, walk: Campaign) -> None:
    _plan(walk)
    files = app.files(app.forms()[0])
    assert list(files) == ["places.csv"]
    assert files["places.csv"].decode().splitlines()[0] == "name,label,geometry"


def test_the_hash_is_the_md5_of_the_very_bytes_that_are_served(app: StrictApp) -> None:
    first = app.download(app.forms()[0])
    assert app.download(app.forms()[0]) == first
    assert b'id="walk-2026"' in first


def test_a_compressed_download_is_the_same_bytes(app: StrictApp) -> None:
    import gzip

    form = app.forms()[0]
    path = form.download_url.removeprefix(app.base)
    answer = _send(app, "GET", path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == app.download(form)


def test_unknown_parameters_of_an_address_are_ignored(app: StrictApp, walk: Campaign) -> None:
    _plan(walk)
    form = app.forms()[0]
    for url in (f"{app.base}/formList", form.download_url, form.manifest_url):
        assert app.get(f"{url}?deviceID=collect%3Ax&openRosaVersion=1.0&whatever=%00").status == 200


def test_descriptions_come_only_when_they_are_asked_for(app: StrictApp) -> None:
    assert b"descriptionText" not in app.get(f"{app.base}/formList").body
    assert b"descriptionText" in app.get(f"{app.base}/formList?verbose=true").body


def test_one_form_can_be_asked_for_by_its_id(app: StrictApp) -> None:
    assert b"<formID>" in app.get(f"{app.base}/formList?formID=walk-2026").body
    assert b"<formID>" not in app.get(f"{app.base}/formList?formID=other").body


def test_another_content_never_has_the_version_of_an_earlier_one(
    app: StrictApp, walk: Campaign
) -> None:
    before = app.forms()[0]
    old = app.download(before)
    walk.title = "Walk by day"
    walk.save()
    after = app.forms()[0]
    assert (after.version, after.hash) != (before.version, before.hash)
    assert app.download(after) != old
    assert app.download(before) == old, "what was given out stays"
    every = app.get(f"{app.base}/formList?listAllVersions=true").body
    assert before.version.encode() in every
    assert after.version.encode() in every


# --- headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/formList", 200),
        ("HEAD", "/submission", 204),
        ("GET", "/submission", 405),
        ("POST", "/formList", 405),
        ("POST", "/submission", 400),
        ("GET", "/forms/walk-2026/9-none.xml", 404),
        ("GET", "/forms/walk-2026/9-none/manifest", 404),
        ("GET", "/formlist", 404),
        ("GET", "/formList/", 404),
        ("POST", "/submission/", 404),
        ("GET", "", 404),
        ("GET", "/../../etc/passwd", 404),
    ],
)
def test_every_answer_has_the_headers_and_no_cookie(
    app: StrictApp, method: str, path: str, status: int
) -> None:
    answer = _send(app, method, path)
    assert answer.status == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "date" in answer.headers
    assert "set-cookie" not in answer.headers
    if status >= 400:
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        assert message_of(answer)


@pytest.mark.parametrize(("method", "path"), [("GET", "/submission"), ("GET", "/nowhere")])
def test_a_refusal_has_every_header_of_protection(app: StrictApp, method: str, path: str) -> None:
    headers = {name.lower() for name in _send(app, method, path).headers}
    page = app.transport.send("GET", "http://localhost/en/nowhere/", {})
    wanted = {
        "content-security-policy", "permissions-policy", "cross-origin-resource-policy",
        "cross-origin-opener-policy", "referrer-policy", "x-content-type-options",
        "x-frame-options",
    }  # fmt: skip
    assert wanted & {name.lower() for name in page.headers} <= headers
    assert {"permissions-policy", "cross-origin-resource-policy"} <= headers


def test_a_page_that_is_no_address_of_field_apps_has_none_of_this(app: StrictApp) -> None:
    answer = app.transport.send("GET", "http://localhost/en/work/sign-in/", {})
    assert "x-openrosa-version" not in answer.headers


# --- HEAD -------------------------------------------------------------------------------------


def test_head_of_submission_is_204_and_leads_nowhere_else(app: StrictApp) -> None:
    answer = _send(app, "HEAD", "/submission?deviceID=x")
    assert answer.status == 204
    assert answer.body == b""
    assert "location" not in answer.headers


# --- POST -------------------------------------------------------------------------------------


def test_a_new_form_is_201_with_a_message(app: StrictApp) -> None:
    assert app.submit(_filled(app, {"route": "g"})) == "Bien reçu. Merci."
    assert app.statuses == [201]
    assert Submission.objects.get().state == Submission.State.COMPLETE


def test_the_same_form_again_is_202_and_kept_once(app: StrictApp) -> None:
    xml = _filled(app, {})
    app.submit(xml)
    app.submit(xml)
    assert app.statuses == [201, 202]
    assert Submission.objects.count() == 1


def test_the_same_id_with_other_content_is_409(app: StrictApp) -> None:
    instance = f"uuid:{uuid.uuid4()}"
    app.submit(_filled(app, _stops("a.jpg"), instance))
    with pytest.raises(AppRefusalError, match="réponses"):
        app.submit(_filled(app, _stops("b.jpg"), instance))
    assert app.statuses == [201, 409]


def test_a_post_is_never_200_or_204(app: StrictApp) -> None:
    xml = _filled(app, _stops("a.jpg"))
    for files in ({}, {"a.jpg": b"photo"}, {"a.jpg": b"photo"}, {"z.jpg": b"not named"}):
        app.submit(xml, files)
    assert set(app.statuses) <= {201, 202}


def test_above_a_hundred_files_a_form_comes_in_several_requests(app: StrictApp) -> None:
    files = {f"p{n}.jpg": b"photo %d" % n for n in range(230)}
    # A walk has at most forty stops: what the form does not name is left out and does no harm.
    named = [*list(files)[:10], *list(files)[110:120], *list(files)[-20:]]
    xml = _filled(app, _stops(*named))
    app.submit(xml, files)
    assert app.statuses == [201, 202, 202]
    assert Submission.objects.get().state == Submission.State.COMPLETE
    assert Attachment.objects.exclude(file="").count() == 40


def test_above_the_accepted_length_a_form_comes_in_several_requests(app: StrictApp) -> None:
    names = ("a.jpg", "b.jpg", "c.jpg")
    xml = _filled(app, _stops(*names))
    app.submit(xml, dict.fromkeys(names, b"x" * (9 * 1024**2)))
    assert app.statuses == [201, 202]
    assert Submission.objects.get().state == Submission.State.COMPLETE


def test_a_form_is_whole_when_its_photos_are_there_whatever_the_mark_says(app: StrictApp) -> None:
    xml = _filled(app, _stops("a.jpg", "b.jpg"))
    url = f"{app.base}/submission"
    said = app.post(url, xml, [("a.jpg", b"1")], is_last=True)
    assert "manque encore" in said
    assert Submission.objects.get().state == Submission.State.WAITING
    app.post(url, xml, [("b.jpg", b"2")], is_last=False)
    assert Submission.objects.get().state == Submission.State.COMPLETE


def test_two_identical_photos_of_one_form_are_both_kept(app: StrictApp) -> None:
    """Known trouble of another server (ODK Central issue 299): told apart by name, not content."""
    app.submit(_filled(app, _stops("a.jpg", "b.jpg")), {"a.jpg": b"same", "b.jpg": b"same"})
    assert app.statuses == [201]
    assert Attachment.objects.exclude(file="").count() == 2


def test_photos_of_a_split_upload_are_not_lost(app: StrictApp) -> None:
    """Known trouble of another server (kobocat issue 432)."""
    xml = _filled(app, _stops("a.jpg", "b.jpg"))
    url = f"{app.base}/submission"
    for name in ("b.jpg", "a.jpg", "b.jpg"):
        app.post(url, xml, [(name, name.encode())], is_last=False)
    assert app.statuses == [201, 202, 202]
    assert Submission.objects.get().state == Submission.State.COMPLETE


def test_the_same_photo_again_is_fine_and_another_under_its_name_is_409(app: StrictApp) -> None:
    xml = _filled(app, _stops("a.jpg"))
    app.submit(xml, {"a.jpg": b"one"})
    app.submit(xml, {"a.jpg": b"one"})
    with pytest.raises(AppRefusalError):
        app.submit(xml, {"a.jpg": b"two"})
    assert app.statuses == [201, 202, 409]


def test_a_broken_photo_does_not_keep_the_others_away(app: StrictApp) -> None:
    xml = _filled(app, _stops("a.jpg", "b.jpg"))
    with pytest.raises(AppRefusalError, match="photo"):
        app.submit(xml, {"a.jpg": b"broken", "b.jpg": b"fine"})
    assert Attachment.objects.exclude(file="").get().name == "b.jpg"
    assert Submission.objects.get().state == Submission.State.WAITING


@pytest.mark.parametrize("lost", ["form", "version"])
def test_an_unknown_form_or_version_is_a_readable_404(app: StrictApp, lost: str) -> None:
    """Known trouble of another server (ODK Central issue 629)."""
    wrong = {"form_id": "elsewhere"} if lost == "form" else {"version": "7-00000000"}
    with pytest.raises(AppRefusalError, match="reste sur le téléphone"):
        app.submit(_filled(app, {}, **wrong))
    assert app.statuses == [404]
    assert not Submission.objects.exists()


def test_a_form_without_a_version_is_a_readable_404(app: StrictApp) -> None:
    xml = re.sub(rb' version="[^"]*"', b"", _filled(app, {}), count=1)
    with pytest.raises(AppRefusalError, match="version"):
        app.submit(xml)


def test_an_earlier_version_of_the_instrument_is_still_taken(
    app: StrictApp, walk: Campaign
) -> None:
    xml = _filled(app, {"route": "before"})
    old = walk.form
    walk.form = type(old).objects.create(
        instrument_id=old.instrument_id, version=2, digest="f" * 64, files=old.files
    )
    walk.save()
    assert app.forms()[0].version.startswith("2-")
    app.submit(xml)
    assert app.statuses == [201]
    assert Submission.objects.get().form == old


def test_a_form_that_was_handed_out_as_a_file_is_taken(app: StrictApp) -> None:
    instrument = fieldwork.instrument_of_shelf("exploratory_walk")
    version = f"{instrument.version}-{instrument.digest[:8]}"
    app.submit(_filled(app, {}, version=version, form_id="exploratory_walk"))
    assert app.statuses == [201]


def test_an_id_that_is_no_uuid_is_still_one_form(app: StrictApp) -> None:
    for _ in range(2):
        app.submit(_filled(app, {}, "device-7/form-12"))
    assert app.statuses == [201, 202]


def test_a_form_without_an_id_is_refused(app: StrictApp) -> None:
    xml = re.sub(rb"<instanceID>[^<]*</instanceID>", b"<instanceID/>", _filled(app, {}))
    assert _post(app, [("xml_submission_file", "s.xml", "text/xml", xml)]).status == 400


def test_error_texts_are_shown_in_the_language_of_the_person(app: StrictApp) -> None:
    for wanted, start in (("nl-BE,nl;q=0.9", "Dit formulier"), ("xx", "Ce formulaire")):
        app.headers["Accept-Language"] = wanted
        with pytest.raises(AppRefusalError, match=start):
            app.submit(_filled(app, {}, form_id="elsewhere"))


def test_a_body_that_is_too_large_is_413_with_a_message(app: StrictApp) -> None:
    answer = _send(
        app, "POST", "/submission",
        headers={"Content-Type": "multipart/form-data; boundary=x"}, body=b"x" * (MOST_BYTES + 1),
    )  # fmt: skip
    assert answer.status == 413
    assert "48" in message_of(answer)


# --- hostile ----------------------------------------------------------------------------------

BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]>
<data id="walk-2026" version="1-0">&y;</data>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<data id="walk-2026" version="1-0">&x;</data>"""


@pytest.mark.parametrize(
    "xml", [b"", b"no xml", BOMB, OUTSIDE, b"<data", b"<a>" * 5000, b"\x00\xff"]
)
def test_hostile_xml_is_refused(app: StrictApp, xml: bytes) -> None:
    answer = _post(app, [("xml_submission_file", "s.xml", "text/xml", xml)])
    assert answer.status in {400, 404, 413}
    assert message_of(answer)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["../../x.jpg", "/etc/x.jpg", "a\\b.jpg", "..", ".", "x\0.jpg"])
def test_names_that_lead_elsewhere_never_reach_the_disk(
    app: StrictApp, name: str, tmp_path: Any
) -> None:
    try:
        app.submit(_filled(app, _stops(name.replace("\0", ""))), {name: b"photo"})
    except AppRefusalError:
        return
    assert not Attachment.objects.exclude(file="").exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=" + "b" * 80, b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\n"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        ("application/x-www-form-urlencoded", b"xml_submission_file=x"),
        ("", b""),
    ],
)  # fmt: skip
def test_a_body_that_is_no_multipart_is_refused(app: StrictApp, kind: str, body: bytes) -> None:
    answer = _send(app, "POST", "/submission", headers={"Content-Type": kind}, body=body)
    assert answer.status == 400
    assert message_of(answer)


# --- chunked ----------------------------------------------------------------------------------


def _chunks(body: bytes) -> bytes:
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    return (
        b"".join(b"%x;ext=1\r\n%s\r\n" % (len(one), one) for one in pieces) + b"0\r\nT: 1\r\n\r\n"
    )


@pytest.mark.parametrize("terminated", [True, False], ids=["unpacked by the server", "as it is"])
def test_a_chunked_body_is_taken(app: StrictApp, token: str, *, terminated: bool) -> None:
    import io

    from django.core.handlers.wsgi import WSGIRequest
    from django.urls import resolve

    kind, body = multipart(
        [("xml_submission_file", "s.xml", "text/xml", _filled(app, {"route": "g" * 3000}))]
    )
    sent = body if terminated else _chunks(body)
    request = WSGIRequest({
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/odk/{token}/submission", "CONTENT_TYPE": kind,
        "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(sent),
        "wsgi.input_terminated": terminated, "SERVER_NAME": "localhost", "SERVER_PORT": "80",
    })  # fmt: skip
    view, args, kwargs = resolve(request.path_info)
    assert view(request, *args, **kwargs).status_code == 201


# --- links, campaigns -------------------------------------------------------------------------


def _plan(walk: Campaign, *codes: str) -> None:
    for number, code in enumerate(codes or ("P001", "P002"), start=1):
        walk.places.create(place=fieldwork.place(code), position=number)


def test_a_revoked_link_is_a_404_that_says_what_to_do(app: StrictApp, walk: Campaign) -> None:
    from django.utils import timezone

    xml = _filled(app, {})
    walk.links.update(revoked_at=timezone.now())
    with pytest.raises(AppRefusalError, match="new QR code"):
        app.submit(xml)
    assert _send(app, "GET", "/formList").status == 404


def test_a_link_for_everybodys_survey_opens_nothing_here(walk: Campaign) -> None:
    _, token = fieldwork.link(walk, "open_survey")
    app = StrictApp(f"http://localhost/odk/{token}", ThroughDjango(_client()))
    assert _send(app, "GET", "/formList").status == 404


def test_a_closed_campaign_offers_nothing_refuses_new_forms_and_takes_missing_photos(
    app: StrictApp, walk: Campaign
) -> None:
    begun, new = _filled(app, _stops("a.jpg")), _filled(app, {})
    app.submit(begun)
    walk.state = Campaign.State.CLOSED
    walk.save()
    assert app.forms() == []
    with pytest.raises(AppRefusalError, match="campagne"):
        app.submit(new)
    app.submit(begun, {"a.jpg": b"late"})
    assert app.statuses == [201, 403, 202]
    assert Submission.objects.get().state == Submission.State.COMPLETE


def test_a_campaign_outside_its_days_offers_nothing_but_takes_what_was_filled_in(
    app: StrictApp, walk: Campaign
) -> None:
    from datetime import date

    xml = _filled(app, {})
    walk.closes_on = date(2020, 1, 1)
    walk.save()
    assert app.forms() == []
    app.submit(xml)
    assert app.statuses == [201]


def test_an_anonymous_survey_keeps_neither_link_nor_time(app: StrictApp, walk: Campaign) -> None:
    xml = _filled(app, {})
    walk.kind = Campaign.Kind.SURVEY
    walk.save()
    app.submit(xml)
    kept = Submission.objects.get()
    assert (kept.link, kept.rater, kept.started_at, kept.ended_at) == (None, None, None, None)


def test_a_walk_of_twelve_stops_by_forty_phones_is_not_slowed_down() -> None:
    from convive.web.fieldwork.views.openrosa import SENDINGS

    requests = 40 * 12 * 4  # form and three late photos each
    assert requests * 2 < SENDINGS.limit


def test_who_sends_without_end_is_told_to_wait(
    app: StrictApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convive.web.fieldwork.allowance import Allowance

    monkeypatch.setattr("convive.web.fieldwork.views.openrosa.SENDINGS", Allowance(2, 1000))
    xml = _filled(app, {})
    app.submit(xml)
    app.submit(xml)
    with pytest.raises(AppRefusalError, match="Rien n’est perdu"):
        app.submit(xml)
    assert app.statuses == [201, 202, 429]


# --- places -----------------------------------------------------------------------------------


def test_planned_places_are_chosen_from_a_file_and_kept_with_the_form(
    app: StrictApp, walk: Campaign
) -> None:
    _plan(walk, "P001", "P002")
    form = app.forms()[0]
    assert b"convive_place" in app.download(form)
    name = app.files(form)["places.csv"].decode().splitlines()[2].split(",")[0]
    chosen = f"<convive_place>{name}</convive_place><start>".encode()
    app.submit(_filled(app, {}).replace(b"<start>", chosen))
    kept = Submission.objects.get()
    assert kept.place is not None
    assert kept.place.code == "P002"
    assert kept.aside == {}


def test_a_rater_gets_the_own_visits_by_day_and_by_night(walk: Campaign) -> None:
    _plan(walk, "P001", "P002", "P003")
    rater = fieldwork.rater(walk)
    places = {one.place.code: one.place for one in walk.places.select_related("place")}
    for code, daypart in (("P002", "day"), ("P002", "night")):
        walk.assignments.create(place=places[code], rater=rater, daypart=daypart)
    _, token = fieldwork.link(walk, rater=rater)
    app = StrictApp(f"http://localhost/odk/{token}", ThroughDjango(_client()))
    lines = app.files(app.forms()[0])["places.csv"].decode().splitlines()[1:]
    assert [line.split(",")[1].strip('"') for line in lines] == ["P002 Spot P002"] * 2
    assert [line.split(",")[0].rpartition(".")[2] for line in lines] == ["day", "night"]
    night = f"<convive_place>{lines[1].split(',')[0]}</convive_place><start>".encode()
    app.submit(_filled(app, {}).replace(b"<start>", night))
    kept = Submission.objects.get()
    assert (kept.place, kept.daypart, kept.rater) == (places["P002"], "night", rater)


def test_a_place_of_nobodys_plan_is_kept_aside(app: StrictApp, walk: Campaign) -> None:
    _plan(walk)
    stranger = fieldwork.place("X9")
    chosen = f"<convive_place>{stranger.pk}</convive_place><start>".encode()
    app.submit(_filled(app, {}).replace(b"<start>", chosen))
    kept = Submission.objects.get()
    assert kept.place is None
    assert kept.aside == {"/convive_place": str(stranger.pk)}
    assert {"code": "ANSWER_ASIDE", "path": ["/convive_place"]} in kept.problems


def test_what_no_item_can_take_is_kept_aside(app: StrictApp) -> None:
    xml = _filled(app, {}).replace(b"<start>", b"<added>said</added><start>")
    app.submit(xml)
    assert Submission.objects.get().aside == {"/added": "said"}
    with pytest.raises(AppRefusalError):
        app.submit(xml.replace(b"said", b"unsaid"))
