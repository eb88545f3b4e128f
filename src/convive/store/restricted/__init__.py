"""Row-level evidence: content-addressed, access-logged, either the old or the new state."""

from convive.store.restricted.store import FolderRestrictedStore

__all__ = ["FolderRestrictedStore"]
