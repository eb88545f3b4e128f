"""Makes load on an address of this machine: by wrk where it is there, else by ourselves."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

REPORT = """
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("REPORT %d %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    summary.bytes, e.connect + e.read + e.write + e.timeout + e.status,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)))
end
"""


@dataclass(frozen=True)
class Load:
    """What was answered, times in ms."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    kilobytes: float
    """Of one answer, headers included where wrk counts."""


def measure(url: str, headers: Mapping[str, str], connections: int, seconds: int) -> Load:
    """Ask for one address again and again."""
    _answers(url, headers)
    by = _by_wrk if shutil.which("wrk") else _by_ourselves
    by(url, headers, connections, 1)
    return by(url, headers, connections, seconds)


def _by_wrk(url: str, headers: Mapping[str, str], connections: int, seconds: int) -> Load:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "report.lua"
        script.write_text(REPORT)
        told = [f"-H{name}: {value}" for name, value in _with_gzip(headers).items()]
        out = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", *told, "-s", str(script), url],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
    found = re.search(r"REPORT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", out)
    if found is None:
        raise RuntimeError(out)
    n, micros, n_bytes, errors, *times = (int(number) for number in found.groups())
    p50, p95, p99 = (micro / 1000 for micro in times)
    return Load(n / micros * 1e6, p50, p95, p99, errors, n_bytes / max(n, 1) / 1024)


def _by_ourselves(url: str, headers: Mapping[str, str], connections: int, seconds: int) -> Load:
    parts = urlsplit(url)
    end = time.perf_counter() + seconds
    path = parts.path + (f"?{parts.query}" if parts.query else "")

    def paths() -> Iterable[str]:
        while time.perf_counter() < end:
            yield path

    return _asked(f"{parts.scheme}://{parts.netloc}", [paths] * connections, headers)


def once_each(address: str, paths: list[str], connections: int) -> Load:
    """Ask for every address once, several at a time."""
    left, lock = iter(paths), threading.Lock()

    def next_ones() -> Iterable[str]:
        while True:
            with lock:
                path = next(left, None)
            if path is None:
                return
            yield path

    return _asked(address, [next_ones] * connections, {})


def _asked(
    address: str, sources: list[Callable[[], Iterable[str]]], headers: Mapping[str, str]
) -> Load:
    times: list[float] = []
    sizes: list[int] = []
    errors: list[int] = []

    def ask(paths: Iterable[str]) -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
        for path in paths:
            start = time.perf_counter()
            connection.request("GET", path, headers=_with_gzip(headers))
            answer = connection.getresponse()
            body = answer.read()
            times.append(time.perf_counter() - start)
            sizes.append(len(body))
            if answer.status >= 400:
                errors.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=ask, args=(source(),)) for source in sources]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    p50, p95, p99 = np.percentile(times, [50, 95, 99]) * 1000
    size = float(np.mean(sizes)) / 1024
    return Load(len(times) / seconds, p50, p95, p99, len(errors), size)


def validator(address: str, path: str) -> str:
    """Return the validator of a page as a browser that takes gzip keeps it."""
    return _answers(address + path, {}).get("ETag", "")


def _answers(url: str, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Ask once; a server that refuses is no server to measure."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers=_with_gzip(headers))
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status >= 400:
        raise RuntimeError(f"{url}: {answer.status}")
    return answer.headers


def _with_gzip(headers: Mapping[str, str]) -> dict[str, str]:
    return {"Accept-Encoding": "gzip", **headers}
