"""The two networks that look for faces and writing: loaded once a process, run on the processor.

The files are put beside this module at set-up (``tools/photo_models.py``) and checked here again,
so that a damaged or exchanged one lets nothing through.
"""

from __future__ import annotations

import ctypes
import hashlib
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from convive.connectors.photos.turn import TURN
from convive.core.errors import SourceError

FOLDER = Path(__file__).parent / "networks"

FACES = "faces.onnx"
WRITING = "writing.onnx"
SHA256 = {
    FACES: "2fcdb5fb9cafac3e49c977a828743703f97921194cef1a42dea0b099b2a7cd8c",
    WRITING: "d2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9",
}
"""What each file must be: CenterFace (MIT) and the text detector of PP-OCRv4 (Apache-2.0)."""

_loading = threading.Lock()


def installed() -> bool:
    """Tell whether the files of both networks are there (not whether they are right)."""
    return all((FOLDER / name).is_file() for name in SHA256)


def run(name: str, batch: np.ndarray) -> list[np.ndarray]:
    """Run a network.

    Parameters
    ----------
    name : str
        `FACES` or `WRITING`.
    batch : numpy.ndarray
        Shape (1, 3, height, width), ``float32``; height and width are multiples of 32.

    Raises
    ------
    SourceError
        ``PHOTO_DETECTOR``
    """
    with _loading:
        session = _session(name)
    with TURN:
        answers: list[np.ndarray] = session.run(None, {session.get_inputs()[0].name: batch})
        _give_back()
    return answers


@cache
def _trim() -> Callable[[int], object] | None:
    """Return the call by which glibc gives free memory back; None on another system."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):
        return None


def _give_back() -> None:
    """Give the memory of a run back to the system: the pieces would add up over the runs."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _session(name: str) -> Any:
    """Load a network that is what it should be."""
    try:
        import onnxruntime  # noqa: PLC0415 - half a second, only for whoever receives photos

        content = (FOLDER / name).read_bytes()
    except (ImportError, OSError):
        raise SourceError("PHOTO_DETECTOR", name=name) from None
    if hashlib.sha256(content).hexdigest() != SHA256[name]:
        raise SourceError("PHOTO_DETECTOR", name=name)
    options = onnxruntime.SessionOptions()
    # One thread: the same sums in the same order everywhere, and other requests keep a processor.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # gives the memory back after each photo
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
