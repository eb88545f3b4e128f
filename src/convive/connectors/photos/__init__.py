"""Cleans photos before they touch the disk: see ``convive.app.fieldwork.photo_ports``."""

from convive.connectors.photos.cleaner import LocalPhotoCleaner

__all__ = ["LocalPhotoCleaner"]
