"""Reads a city pack: a folder with city.toml, territory and evidence."""

from convive.connectors.city_pack.protection import read_terms
from convive.connectors.city_pack.reading import read_pack

__all__ = ["read_pack", "read_terms"]
