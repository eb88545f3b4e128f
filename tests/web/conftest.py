"""The pages on the synthetic build, without a server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from convive.web.observatory import current
from factories.build import shared_build


@pytest.fixture
def site() -> Iterator[current.Site]:
    """The synthetic build, shown from memory."""
    current.hold(shared_build())
    yield current.current_site()
    current.release()


@pytest.fixture
def client() -> Client:
    """A reader who is not logged in."""
    return Client(headers={"host": "localhost"})
