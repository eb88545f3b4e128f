"""Keeps what is uploaded in memory: the original of a photo must never touch a disk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponseBase

from convive.web.access import READS_BODY

MOST_BYTES = 96 * 2**20
"""Of one request with all its photos."""
LARGEST_FILE = 24 * 2**20


class InMemoryOnly(FileUploadHandler):
    """Collects files in memory and refuses what is too large, before it has come."""

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002 - the names are Django's
        META: Any,  # noqa: ARG002, N803
        content_length: int,
        boundary: Any,  # noqa: ARG002
        encoding: Any = None,  # noqa: ARG002
    ) -> None:
        if content_length > MOST_BYTES:
            raise RequestDataTooBig("The photos are too large together.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.buffer = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002
        if self.buffer.tell() + len(raw_data) > LARGEST_FILE:
            raise StopUpload(connection_reset=True)
        self.buffer.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.buffer.seek(0)
        return InMemoryUploadedFile(
            self.buffer,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
        )


def in_memory(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view take uploads in memory only; it must stand before anything reads the body."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        request.upload_handlers = [InMemoryOnly(request)]
        return view(request, *args, **kwargs)

    setattr(answer, READS_BODY, True)  # the access rule stands outside and must not look first
    return answer
