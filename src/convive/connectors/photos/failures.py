"""What the decoders may raise on a damaged or hostile file."""

from __future__ import annotations

import struct
import zlib

DECODING: tuple[type[Exception], ...] = (
    OSError,
    SyntaxError,  # Pillow's word for a broken header
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,  # libheif
    MemoryError,
    struct.error,
    zlib.error,
    Warning,  # where the process turns warnings into errors
)
"""All of them mean the same to a sender: the photo cannot be read."""
