"""What is too large is turned away before it is read, whoever sends it."""

from __future__ import annotations

import pytest

from convive.web.config.middleware import MOST_BYTES

ADDRESSES = ("/en/work/sign-in/", "/en/work/fieldwork/", "/en/fill/none/", "/odk/none/submission")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("length", [str(MOST_BYTES + 1), "9" * 30])
def test_a_giant_is_refused_unread(client, address, length):
    class Unread:
        def read(self, *_):
            raise AssertionError("a byte of it was read")

        readline = read

    answer = client.generic(
        "POST", address, b"x", CONTENT_LENGTH=length, **{"wsgi.input": Unread()}
    )
    assert answer.status_code == 413
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
