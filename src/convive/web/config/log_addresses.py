"""What the log of failures says of an address: which page it was, never the key in it."""

from __future__ import annotations

import logging


class PagesOnly(logging.Filter):
    """Puts the pattern of an address in the place of the address.

    An address may hold the token of a link, which opens what the link opens: whoever keeps the
    log must not have it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; none is left out."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path is not None and isinstance(record.args, tuple):
            match = getattr(request, "resolver_match", None)
            page = f"/{match.route}" if match else "(no page)"
            written = path.encode("unicode_escape").decode("ascii")
            record.args = tuple(page if one in (path, written) else one for one in record.args)
        return True
