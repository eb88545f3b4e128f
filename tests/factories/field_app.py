"""A field app as strict as ODK Collect's own code: what Collect would refuse fails here.

The rules are those of Collect's `OpenRosaXmlFetcher`, `OkHttpConnection` and
`InstanceServerUploader`, in own words; see docs/reference/openrosa.md.
"""

from __future__ import annotations

import hashlib
import http.client
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from convive.app.fieldwork.photo_ports import NOTHING_ASKED, AskedFacts, CleanPhoto

FORMS = "{http://openrosa.org/xforms/xformsList}"
FILES = "{http://openrosa.org/xforms/xformsManifest}"
ANSWER = "{http://openrosa.org/http/response}"
MOST_FILES = 100


class AppRefusalError(AssertionError):
    """What the app tells its user instead of success."""


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def __post_init__(self) -> None:
        self.headers = {name.lower(): value for name, value in self.headers.items()}


class Transport(Protocol):
    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer: ...


class ThroughDjango:
    """Straight into the site, no server."""

    def __init__(self, client: Any, *, secure: bool = False) -> None:
        self.client, self.secure = client, secure

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        parts = urlsplit(url)
        kind = headers.get("Content-Type", "application/octet-stream")
        rest = {k: v for k, v in headers.items() if k != "Content-Type"}
        found = self.client.generic(
            method, urlunsplit(("", "", parts.path, parts.query, "")), body, content_type=kind,
            secure=self.secure, headers=rest,
        )  # fmt: skip
        return Answer(found.status_code, dict(found.headers.items()), found.content)


class ThroughHttp:
    """Over a connection of its own."""

    def __init__(self, timeout: float = 60) -> None:
        self.timeout = timeout

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout)
        try:
            connection.request(
                method,
                urlunsplit(("", "", parts.path, parts.query, "")),
                body or None,
                dict(headers),
            )
            found = connection.getresponse()
            return Answer(found.status, dict(found.getheaders()), found.read())
        finally:
            connection.close()


def multipart(parts: Sequence[tuple[str, str, str, bytes]]) -> tuple[str, bytes]:
    """Return content type and body of (name, file name or "", type, data)."""
    boundary = uuid.uuid4().hex
    body = bytearray()
    for name, filename, kind, data in parts:
        said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
        body += f"--{boundary}\r\nContent-Disposition: {said}\r\n".encode()
        if kind:
            body += f"Content-Type: {kind}\r\n".encode()
        body += f"Content-Length: {len(data)}\r\n\r\n".encode() + data + b"\r\n"
    return f"multipart/form-data; boundary={boundary}", bytes(body) + f"--{boundary}--\r\n".encode()


@dataclass
class Listed:
    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str = ""


@dataclass
class StrictApp:
    """Lists, downloads and sends; raises `AppRefusalError` wherever Collect would give up."""

    base: str
    transport: Transport
    headers: dict[str, str] = field(default_factory=dict)
    device: str = "collect:Ab3dEf9hIjKlMnOp"
    statuses: list[int] = field(default_factory=list)
    """Of the POSTs so far."""

    def get(self, url: str) -> Answer:
        answer = self.transport.send("GET", self._with_device(url), self._sent())
        if answer.status != 200:
            raise AppRefusalError(f"{answer.status} at {url}")
        return answer

    def forms(self) -> list[Listed]:
        root = self._xml(f"{self.base}/formList", FORMS + "xforms")
        found = []
        for node in root.findall(FORMS + "xform"):
            one = {child.tag.removeprefix(FORMS): (child.text or "").strip() for child in node}
            if not (one.get("formID") and one.get("name") and one.get("downloadUrl")):
                raise AppRefusalError("one incomplete entry: the whole list is thrown away")
            found.append(
                Listed(
                    one["formID"], one["name"], one.get("version", ""), one.get("hash", ""),
                    one["downloadUrl"], one.get("manifestUrl", ""),
                )
            )  # fmt: skip
        return found

    def download(self, form: Listed) -> bytes:
        body = self.get(form.download_url).body
        if not form.hash.startswith("md5:"):
            raise AppRefusalError("a hash without md5: is none")
        if hashlib.md5(body).hexdigest() != form.hash[4:]:
            raise AppRefusalError("update available, for ever")
        return body

    def files(self, form: Listed) -> dict[str, bytes]:
        if not form.manifest_url:
            return {}
        found = {}
        for node in self._xml(form.manifest_url, FILES + "manifest").findall(FILES + "mediaFile"):
            one = {child.tag.removeprefix(FILES): (child.text or "").strip() for child in node}
            if not all(one.get(key) for key in ("filename", "hash", "downloadUrl")):
                raise AppRefusalError("one incomplete file: the whole manifest is thrown away")
            body = self.get(one["downloadUrl"]).body
            if f"md5:{hashlib.md5(body).hexdigest()}" != one["hash"]:
                raise AppRefusalError("update available, for ever")
            found[one["filename"]] = body
        return found

    def submit(self, xml: bytes, files: Mapping[str, bytes] | None = None) -> str:
        """Send a form with its files, split as the app splits; return what the server told."""
        url, most = self._head()
        message = ""
        stacks = self._split(list((files or {}).items()), most)
        for number, stack in enumerate(stacks, start=1):
            message = self.post(url, xml, stack, is_last=number == len(stacks))
        return message

    def post(
        self, url: str, xml: bytes, files: Sequence[tuple[str, bytes]], *, is_last: bool = True
    ) -> str:
        parts = [("xml_submission_file", "submission.xml", "text/xml", xml)]
        parts += [(name, name, "image/jpeg", data) for name, data in files]
        if not is_last:
            parts.append(("*isIncomplete*", "", "", b"yes"))
        kind, body = multipart(parts)
        answer = self.transport.send("POST", url, self._sent() | {"Content-Type": kind}, body)
        self.statuses.append(answer.status)
        if answer.status == 200:
            raise AppRefusalError("Network login failure?")
        if answer.status not in {201, 202}:
            raise AppRefusalError(message_of(answer) or f"{answer.status}")
        return message_of(answer)

    def _head(self) -> tuple[str, int]:
        url = self._with_device(f"{self.base}/submission")
        answer = self.transport.send("HEAD", url, self._sent())
        if answer.status == 401:
            raise AppRefusalError("credentials wanted")
        most = 10_000_000
        if answer.status == 204:
            most = int(answer.headers.get("x-openrosa-accept-content-length", most))
            location = answer.headers.get("location", "")
            if location and urlsplit(location).netloc != urlsplit(url).netloc:
                raise AppRefusalError("another host: taken for an attack")
            url = location or url
        elif 200 <= answer.status < 300:
            raise AppRefusalError(f"HEAD answered {answer.status} instead of 204")
        return url, most

    def _split(
        self, files: list[tuple[str, bytes]], most: int
    ) -> list[list[tuple[str, bytes]]]:  # fmt: skip
        stacks: list[list[tuple[str, bytes]]] = [[]]
        size = 0
        for name, data in files:
            if stacks[-1] and (len(stacks[-1]) >= MOST_FILES or size + len(data) > most):
                stacks.append([])
                size = 0
            stacks[-1].append((name, data))
            size += len(data)
        return stacks

    def _xml(self, url: str, root: str) -> ET.Element:
        answer = self.get(url)
        if "text/xml" not in answer.headers.get("content-type", ""):
            raise AppRefusalError("no text/xml: is this a network proxy?")
        found = ET.fromstring(answer.body)
        if found.tag != root:
            raise AppRefusalError(f"not OpenRosa: {found.tag}")
        return found

    def _sent(self) -> dict[str, str]:
        return {"X-OpenRosa-Version": "1.0", "User-Agent": "StrictApp/1", **self.headers}

    def _with_device(self, url: str) -> str:
        parts = urlsplit(url)
        query = [*parse_qsl(parts.query), ("deviceID", self.device)]
        return urlunsplit(parts._replace(query=urlencode(query)))


def message_of(answer: Answer) -> str:
    """Return what the person is shown; nothing unless the body is a right OpenRosaResponse."""
    try:
        root = ET.fromstring(answer.body)
    except ET.ParseError:
        return ""
    node = root.find(ANSWER + "message")
    is_right = root.tag == ANSWER + "OpenRosaResponse" and node is not None
    return (node.text or "").strip() if is_right and node is not None else ""


class QuickCleaner:
    """In the place of the real cleaner where a test is about something else."""

    def clean(self, data: bytes, asked: AskedFacts = NOTHING_ASKED) -> CleanPhoto:  # noqa: ARG002
        from convive.core.errors import RequestError

        if data.startswith(b"broken"):
            raise RequestError("PHOTO_UNREADABLE")
        return CleanPhoto(b"clean " + data[:100], 1, 1, 0, 0)

    def cover(self, data: bytes, boxes: Sequence[Any]) -> CleanPhoto:
        raise NotImplementedError
