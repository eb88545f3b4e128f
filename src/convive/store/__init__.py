"""Adapters that keep and count: builds on disk, the lake through Ibis."""

from convive.store.builds import FolderBuildStore
from convive.store.lake import IbisAggregator, open_aggregator
from convive.store.restricted import FolderRestrictedStore

__all__ = ["FolderBuildStore", "FolderRestrictedStore", "IbisAggregator", "open_aggregator"]
