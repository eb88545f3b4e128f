"""Bodies of field apps: what was put together comes apart again; what is mangled is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser
from hypothesis import example, given
from hypothesis import strategies as st

from convive.connectors.openrosa import Part, parse_multipart, read_chunked, read_to_end
from convive.core.errors import RequestError
from factories.field_app import multipart

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\\r\n%', exclude_categories=("Cc", "Cs")),
    min_size=1, max_size=40,
).filter(lambda name: name.strip() == name)  # fmt: skip
DATA = st.binary(max_size=300) | st.sampled_from([b"\r\n", b"--", b"\r\n--", b"\r\n\r\n--x--\r\n"])
PARTS = st.lists(st.tuples(NAMES, st.just("") | NAMES, st.just("text/xml"), DATA), max_size=6)


def _refusal(reader: Callable[..., Any], *given_: Any) -> str:
    """Return the code with which something is refused; empty: it is taken."""
    try:
        reader(*given_)
    except RequestError as error:
        return error.code
    return ""


@given(PARTS)
def test_parts_come_back_as_they_were_put_in(parts: list[tuple[str, str, str, bytes]]) -> None:
    kind, body = multipart(parts)
    found = parse_multipart(kind, body) if parts else ()
    assert found == tuple(Part(name, filename, data) for name, filename, _, data in parts)


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,8}\.jpg", fullmatch=True), DATA), min_size=1))
def test_django_reads_the_same(files: list[tuple[str, bytes]]) -> None:
    """Django's own parser as a second opinion."""
    kind, body = multipart([(name, name, "image/jpeg", data) for name, data in files])
    handler = MemoryFileUploadHandler()
    handler.activated = True
    meta = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
    handler.handle_raw_input(None, meta, len(body), b"")
    _, theirs = MultiPartParser(meta, io.BytesIO(body), [handler]).parse()
    ours = parse_multipart(kind, body)
    for name in {name for name, _ in files}:
        expected = [file.read() for file in theirs.getlist(name)]
        assert [part.data for part in ours if part.name == name] == expected


@given(PARTS.filter(bool), st.data())
def test_a_body_that_was_cut_short_is_refused(
    parts: list[tuple[str, str, str, bytes]], data: st.DataObject
) -> None:
    kind, body = multipart(parts)
    end = len(body) - len(b"--\r\n")
    cut = data.draw(st.integers(0, end))
    with pytest.raises(RequestError, match="OPENROSA_MULTIPART"):
        parse_multipart(kind, body[:cut])


@given(st.text(max_size=80), st.binary(max_size=400))
@example("multipart/form-data; boundary=b", b"--b\r\n\r\n\r\n--b--")
@example("multipart/form-data; boundary=b", b"--b" + b" " * 200 + b"\r\n--b--")
@example('multipart/form-data; boundary=";"', b"--;--")
def test_whatever_comes_ends_in_parts_or_a_refusal(kind: str, body: bytes) -> None:
    for said in (kind, "multipart/form-data; boundary=b"):
        assert _refusal(parse_multipart, said, body) in {"", "OPENROSA_MULTIPART"}


def test_too_many_parts_are_refused() -> None:
    kind, body = multipart([("a", "a", "", b"")] * 128)
    assert len(parse_multipart(kind, body)) == 128
    kind, body = multipart([("a", "a", "", b"")] * 129)
    with pytest.raises(RequestError):
        parse_multipart(kind, body)


@pytest.mark.parametrize(
    ("said", "name", "filename"),
    [
        ('form-data; name="a\\"b"; filename="c\\\\d"', 'a"b', "c\\d"),
        ('form-data; name="a%22b"; filename="c.jpg"', 'a"b', "c.jpg"),
        ("form-data; name=plain; filename=c.jpg", "plain", "c.jpg"),
        ('form-data; name="f"; filename="x"; filename*=UTF-8\'\'%C3%A9.jpg', "f", "é.jpg"),
        ('Form-Data ; name="f" ; filename="é.jpg"', "f", "é.jpg"),
    ],
)
def test_names_are_read_as_clients_spell_them(said: str, name: str, filename: str) -> None:
    body = f"--b\r\nCONTENT-disposition: {said}\r\n\r\nx\r\n--b--".encode()
    assert parse_multipart("multipart/form-data; boundary=b", body) == (Part(name, filename, b"x"),)


@given(st.binary(max_size=3000), st.lists(st.integers(1, 500), min_size=1, max_size=9))
def test_chunks_come_back_as_one_body(body: bytes, sizes: list[int]) -> None:
    sent, at, turn = b"", 0, 0
    while at < len(body):
        piece = body[at : at + sizes[turn % len(sizes)]]
        sent += b"%X;n=v\r\n%s\r\n" % (len(piece), piece)
        at, turn = at + len(piece), turn + 1
    stream = io.BytesIO(sent + b"0\r\nTrailer: x\r\n\r\nnext request")
    assert read_chunked(stream, most=3000) == body
    assert stream.read() == b"next request"
    assert read_to_end(io.BytesIO(body), most=3000) == body


@given(st.binary(max_size=200))
@example(b"-1\r\n")
@example(b"0x1\r\n")
@example(b"5\r\nab")
@example(b"1\r\nab\r\n")
@example("²\r\n".encode())
def test_mangled_chunks_are_refused_or_end(sent: bytes) -> None:
    known = {"", "OPENROSA_CUT_SHORT", "OPENROSA_TOO_LARGE"}
    assert _refusal(partial(read_chunked, most=100), io.BytesIO(sent)) in known


@pytest.mark.parametrize("reader", [read_chunked, read_to_end])
def test_a_body_above_the_limit_is_refused(reader: object) -> None:
    sent = b"65\r\n" + b"x" * 0x65 + b"\r\n0\r\n\r\n" if reader is read_chunked else b"x" * 101
    with pytest.raises(RequestError, match="OPENROSA_TOO_LARGE"):
        reader(io.BytesIO(sent), most=100)
