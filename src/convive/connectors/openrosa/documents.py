"""The three XML documents of the protocol.

Clients look for the namespace and for each element by name; one entry without its id, name or
address makes ODK Collect throw the whole list away. So entries are complete by construction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

CONTENT_TYPE = "text/xml; charset=utf-8"
"""Of every answer: without ``text/xml`` Collect suspects a network proxy."""

FORM_LIST_NAMESPACE = "http://openrosa.org/xforms/xformsList"
MANIFEST_NAMESPACE = "http://openrosa.org/xforms/xformsManifest"
RESPONSE_NAMESPACE = "http://openrosa.org/http/response"
SUCCESS, FAILURE = "submit_success", "submit_error"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class FormEntry:
    """A form that can be downloaded."""

    form_id: str
    name: str
    version: str
    md5: str
    """Hexadecimal, of the very bytes that `download_url` gives."""
    download_url: str
    manifest_url: str = ""
    """Empty: the form needs no files."""
    description: str = ""


@dataclass(frozen=True)
class MediaFile:
    """A file that a form needs beside it."""

    filename: str
    md5: str
    download_url: str


def md5_of(data: bytes) -> str:
    """Return the MD5 of bytes, hexadecimal: what the protocol tells changes by, no protection.

    Examples
    --------
    >>> md5_of(b"")
    'd41d8cd98f00b204e9800998ecf8427e'
    """
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def form_list(entries: Iterable[FormEntry], *, verbose: bool = False) -> bytes:
    """Return the list of forms; descriptions only where they are asked for."""
    root = Element("xforms", {"xmlns": FORM_LIST_NAMESPACE})
    for entry in entries:
        node = SubElement(root, "xform")
        _add(node, "formID", entry.form_id)
        _add(node, "name", entry.name)
        _add(node, "version", entry.version)
        _add(node, "hash", f"md5:{entry.md5}")
        if verbose and entry.description:
            _add(node, "descriptionText", entry.description)
        _add(node, "downloadUrl", entry.download_url)
        if entry.manifest_url:
            _add(node, "manifestUrl", entry.manifest_url)
    return _bytes(root)


def manifest(files: Iterable[MediaFile]) -> bytes:
    """Return the list of files of a form; it may be empty."""
    root = Element("manifest", {"xmlns": MANIFEST_NAMESPACE})
    for file in files:
        node = SubElement(root, "mediaFile")
        _add(node, "filename", file.filename)
        _add(node, "hash", f"md5:{file.md5}")
        _add(node, "downloadUrl", file.download_url)
    return _bytes(root)


def response(message: str, nature: str = SUCCESS) -> bytes:
    """Return an answer that a client shows to the person; any other body it does not show."""
    root = Element("OpenRosaResponse", {"xmlns": RESPONSE_NAMESPACE})
    _add(root, "message", message).set("nature", nature)
    return _bytes(root)


def _add(parent: Element, tag: str, text: str) -> Element:
    node = SubElement(parent, tag)
    node.text = _NOT_XML.sub("", text)
    return node


def _bytes(root: Element) -> bytes:
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
