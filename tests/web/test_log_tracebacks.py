"""The log of failures says where and of what kind, never what was in it."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest

from convive.core.errors import RequestError
from convive.web.config.log_tracebacks import NoValues


def told(function: Any) -> str:
    try:
        function()
    except Exception:  # noqa: BLE001 - any
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
        return NoValues().format(record)
    raise AssertionError


def chained() -> None:
    try:
        int("Jane Smith, 1 High Street")
    except ValueError as error:
        raise RequestError("SOMETHING", name="Jane Smith") from error


@pytest.mark.parametrize("function", [chained, lambda: {}["Jane Smith"]])
def test_no_value_of_an_exception_is_written(function: Any) -> None:
    text = told(function)
    assert "Jane" not in text
    assert "test_log_tracebacks.py" in text


def test_kinds_and_our_own_codes_are_written() -> None:
    text = told(chained)
    assert "builtins.ValueError" in text
    assert "RequestError SOMETHING" in text
