"""The catalogue and the files of the audit that is shown."""

from convive.web.observatory import current


def _version() -> str:
    return current.current_site().version


BUILDERS = {
    "catalog-file": lambda: {"kind": "ttl"},
    "data-audit": lambda: {"version": _version()},
    "data-file": lambda: {"version": _version(), "file": "trends.csv"},
}
