"""Words with which people ask, and which say nothing about what they ask for."""

from __future__ import annotations

from convive.catalogue.yaml_files import CATALOGUE, load_yaml


def asking_words(language: str) -> tuple[str, ...]:
    """Return those words of a language that stand in no common list of stop words."""
    return tuple(load_yaml(CATALOGUE / "asking_words.yaml")[language])
