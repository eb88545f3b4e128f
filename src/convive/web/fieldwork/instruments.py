"""Instruments as they were served: frozen once, read back for as long as a form of them exists."""

from __future__ import annotations

from functools import lru_cache

from django.db import transaction

from convive.catalogue import find
from convive.catalogue.instrument_files import instrument_from_texts
from convive.core.errors import ConflictError
from convive.core.instruments.model import Instrument
from convive.web.fieldwork.models import FormVersion


def freeze(instrument_id: str) -> FormVersion:
    """Return the form version of an instrument's current definition, made where it is new.

    Raises
    ------
    NotFoundError
        There is no such instrument.
    ConflictError
        FORM_VERSION_CHANGED: this id and version were served with other content before.
    """
    instrument = find.instrument(instrument_id)
    with transaction.atomic():
        form, _ = FormVersion.objects.get_or_create(
            instrument_id=instrument.id,
            version=instrument.version,
            defaults={"digest": instrument.digest, "files": find.instrument_texts(instrument.id)},
        )
    if form.digest != instrument.digest:
        raise ConflictError(
            "FORM_VERSION_CHANGED", instrument=instrument.id, version=instrument.version
        )
    return form


def instrument_of(form: FormVersion) -> Instrument:
    """Return the instrument as it was when it was served."""
    return _read(form.digest, form.pk)


@lru_cache(maxsize=64)
def _read(digest: str, pk: int) -> Instrument:  # noqa: ARG001 - the digest keys the cache
    return instrument_from_texts(FormVersion.objects.get(pk=pk).files)
