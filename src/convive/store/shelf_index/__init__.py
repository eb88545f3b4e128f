"""The search of the knowledge shelf: an index in memory, made by Tantivy."""

from convive.store.shelf_index.analysis import TantivyAnalysis
from convive.store.shelf_index.index import TantivyShelfIndex

__all__ = ["TantivyAnalysis", "TantivyShelfIndex"]
