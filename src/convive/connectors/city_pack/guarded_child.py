"""The child of ``guarded_process``: opens one file after the other and sends its tables back."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from convive.connectors.city_pack.problem_log import RefusedError

MEMORY_BYTES = 1900 * 1024 * 1024
Tables = Iterator[tuple[dict[str, Any], pa.Table] | RefusedError]
Task = Callable[[Path, Mapping[str, Any]], Tables]


def _workbook(path: Path, options: Mapping[str, Any]) -> Tables:
    from convive.connectors.city_pack.workbook_rows import read_rows  # noqa: PLC0415

    return read_rows(path, options)


def _statistical(path: Path, options: Mapping[str, Any]) -> Tables:
    from convive.connectors.city_pack.statistical_files import read_rows  # noqa: PLC0415

    return read_rows(path, options)


def _features(path: Path, options: Mapping[str, Any]) -> Tables:
    from convive.connectors.city_pack.geo_features import read_rows  # noqa: PLC0415

    return read_rows(path, options)


def _columnar(path: Path, options: Mapping[str, Any]) -> Tables:
    from convive.connectors.city_pack.columnar_files import read_rows  # noqa: PLC0415

    return read_rows(path, options)


# Each is imported when it is first needed: most packs need one or two of them.
TASKS: Mapping[str, Task] = {
    "workbook": _workbook,
    "statistical": _statistical,
    "features": _features,
    "columnar": _columnar,
}


def main() -> None:
    """Answer requests until the parent goes away."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not mix with the answers
    _bound_memory()
    for line in sys.stdin:
        request = json.loads(line)
        _answer(channel, request)
        channel.flush()


def _bound_memory() -> None:
    try:
        import resource  # noqa: PLC0415 - POSIX only

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return


def _answer(channel: BinaryIO, request: Mapping[str, Any]) -> None:
    try:
        for found in TASKS[request["task"]](Path(request["path"]), request["options"]):
            if isinstance(found, RefusedError):
                _send(channel, {"refused": found.code, "data": found.data})
                continue
            meta, table = found
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as stream:
                stream.write_table(table)
            payload = sink.getvalue()
            _send(channel, {"meta": meta, "bytes": payload.size}, payload)
    except RefusedError as refused:
        _send(channel, {"fatal": True, "refused": refused.code, "data": refused.data})
    except MemoryError:
        _send(channel, {"fatal": True, "refused": "READING_STOPPED", "data": {}})
    except BaseException as problem:  # a panic of a Rust library is no Exception
        if isinstance(problem, KeyboardInterrupt | SystemExit):
            raise
        _send(channel, {"fatal": True, "refused": "TABLE_UNREADABLE", "data": {}})
    else:
        _send(channel, {"done": True})


def _send(channel: BinaryIO, message: Mapping[str, Any], payload: pa.Buffer | bytes = b"") -> None:
    channel.write(json.dumps(message, default=str).encode("utf-8", "replace") + b"\n")
    channel.write(payload)


if __name__ == "__main__":
    main()
