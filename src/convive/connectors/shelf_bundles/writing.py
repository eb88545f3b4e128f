"""Writes and signs a bundle; nothing leaves that others would refuse."""

from __future__ import annotations

from convive.app.shelf.ports import Signer
from convive.connectors.shelf_bundles.canonical import canonical
from convive.connectors.shelf_bundles.parts import FORMAT, dump
from convive.connectors.shelf_bundles.reading import SIGNATURE, read_bundle, signed_message
from convive.core.errors import DatasetError
from convive.core.shelf.bundle import Bundle, text_of


def write_bundle(bundle: Bundle, signer: Signer, name: str = "") -> bytes:
    """Return a bundle as its one file: the same bundle gives the same bytes.

    Parameters
    ----------
    bundle : Bundle
        Whose publisher is the owner of the signer's key.
    signer : Signer
    name : str
        Of the file, for the messages.

    Raises
    ------
    DatasetError
        SHELF_NOT_WRITTEN with every problem, where a text or a value would be refused elsewhere:
        markup, hidden characters, something too long.
    """
    raw = {"format": FORMAT, **dump(bundle)}
    try:
        raw[SIGNATURE] = text_of(signer.sign(signed_message(raw)))
        content = canonical(raw)
    except ValueError as error:
        raise DatasetError("SHELF_NOT_WRITTEN", []) from error
    reading = read_bundle(content, name, today=bundle.made_on)
    if reading.problems:
        raise DatasetError("SHELF_NOT_WRITTEN", reading.problems)
    return content
