"""Writes an instrument as the files of its folder: what `instrument_files` reads, for people."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from convive.catalogue.instrument_texts import TRANSLATIONS
from convive.core.instruments.model import (
    Choice,
    Instrument,
    Item,
    Provenance,
    Scale,
    Score,
    Section,
)
from convive.core.model import Text

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_]")
_WIDTH = 100


def instrument_folder(instrument: Instrument) -> dict[str, str]:
    """Return the files of an instrument's folder, name → YAML, the same for the same instrument.

    ``instrument.yaml`` with the English texts, and a file for each further language of the
    catalogue that has some. Worked cases are not part of an instrument: ``cases.yaml`` is left to
    whoever works them out. A text that is not there in English is given in the first language it
    has, so that nothing is lost; `check_folder` tells what a folder still lacks.
    """
    writer = _Writer(instrument)
    files = {"instrument.yaml": _yaml(writer.definition())}
    for language in TRANSLATIONS:
        texts = {key: text[language] for key, text in writer.texts.items() if text.get(language)}
        if texts:
            files[f"{language}.yaml"] = _yaml(texts)
    return files


def _yaml(document: Mapping[str, Any]) -> str:
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    into = io.StringIO()
    yaml.dump(dict(document) if not isinstance(document, CommentedMap) else document, into)
    return into.getvalue()


def _line(**values: Any) -> CommentedMap:
    """Return a mapping that is written on one line; what is empty is left out."""
    line = CommentedMap({key: value for key, value in values.items() if value not in (None, "")})
    line.fa.set_flow_style()
    return line


def _number(value: float | None) -> int | float | None:
    """Return a whole number as one: ``3``, not ``3.0``."""
    return int(value) if value is not None and float(value).is_integer() else value


def _bare(scale: Scale) -> tuple[Choice, ...]:
    """Return choices without anchors, which belong to the item."""
    return tuple(replace(choice, anchor={}) for choice in scale.choices)


@dataclass
class _Writer:
    """Builds the definition and gathers every text under the key of its translations."""

    instrument: Instrument
    texts: dict[str, Text] = field(default_factory=dict)
    scales: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def say(self, key: str, text: Text) -> str | None:
        """Return the English of a text, and keep all of it for the translations."""
        if not text:
            return None
        self.texts[key] = text
        return text.get("en") or next(iter(text.values()))

    def definition(self) -> CommentedMap:
        one = self.instrument
        head = {
            "id": one.id,
            "version": one.version,
            "effective_from": one.effective_from,
            "kind": one.kind.value,
            "status": one.status,
            "audience": one.audience.value,
            "sensitivity": one.sensitivity.value,
            "inspired_by": one.inspired_by,
            "title": self.say("title", one.title),
            "summary": self.say("summary", one.summary),
            "introduction": self.say("introduction", one.introduction),
            "when_not": self.say("when_not", one.when_not),
            "place": one.is_at_place or None,
            "by_daypart": one.by_daypart or None,
            "minimum_n": one.minimum_n if one.minimum_n != 1 else None,
            "references": [
                _line(cite=r.cite, url=r.url, provenance=r.provenance) for r in one.references
            ],
            "authored_by": one.authored_by,
            "checked_by": one.checked_by,
        }
        names = self._scale_names()
        content = [self._section(section, names) for section in one.content]
        scores = [self._score(score) for score in one.scores]
        tail: dict[str, Any] = {"scales": self._scales(), "content": content, "scores": scores}
        tail["no_score"] = self.say("no_score", one.no_score_reason)
        return _filled(head | tail)

    def _scale_names(self) -> dict[str, str]:
        """Return item → shared scale, for items whose choices are not their own alone."""
        names: dict[str, str] = {}
        users = [item for item in self.instrument.items() if item.scale is not None]
        for item in users:
            scale = item.scale
            if scale is None or (scale.id == item.id and _only_user(item, users)):
                continue
            stem = _NOT_IN_A_NAME.sub("_", scale.id)
            stem = stem if stem[:1].isalpha() else f"scale_{stem}"
            name, number = stem, 1
            while name in self.scales and self.scales[name] != _bare(scale):
                number += 1
                name = f"{stem}_{number}"
            self.scales[name] = _bare(scale)
            names[item.id] = name
        return names

    def _scales(self) -> dict[str, CommentedSeq]:
        return {
            name: self._choices(choices, f"scale.{name}") for name, choices in self.scales.items()
        }

    def _choices(self, choices: tuple[Choice, ...], lead: str) -> CommentedSeq:
        return CommentedSeq(
            _line(
                code=choice.code,
                label=self.say(f"{lead}.{choice.code}", choice.label),
                value=_number(choice.value),
                missing=choice.missing.value if choice.missing else None,
            )
            for choice in choices
        )

    def _section(self, section: Section, names: Mapping[str, str]) -> CommentedMap:
        lead = f"section.{section.id}"
        return _filled(
            {
                "section": section.id,
                "title": self.say(f"{lead}.title", section.title),
                "introduction": self.say(f"{lead}.introduction", section.introduction),
                "relevant": section.relevant,
                "repeats": _repeats(section),
                "content": [
                    self._item(part, names)
                    if isinstance(part, Item)
                    else self._section(part, names)
                    for part in section.content
                ],
            }
        )

    def _item(self, item: Item, names: Mapping[str, str]) -> CommentedMap:
        lead = f"item.{item.id}"
        own = item.scale is not None and item.id not in names
        is_plain = item.provenance is Provenance.RECONSTRUCTION
        return _filled(
            {
                "item": item.id,
                "type": item.type.value,
                "question": self.say(f"{lead}.question", item.question),
                "hint": self.say(f"{lead}.hint", item.hint),
                "scale": names.get(item.id),
                "choices": self._choices(item.scale.choices, f"{lead}.choice")
                if own and item.scale
                else None,
                "anchors": self._anchors(item),
                "required": item.is_required or None,
                "relevant": item.relevant,
                "constraint": item.constraint,
                "constraint_message": self.say(
                    f"{lead}.constraint_message", item.constraint_message
                ),
                "calculation": item.calculation,
                "default": item.default,
                "appearance": item.appearance,
                "face": item.face.value if item.face else None,
                "feeds": item.feeds,
                "objective": None if item.is_objective else False,
                "personal": item.is_personal or None,
                "provenance": None if is_plain else item.provenance.value,
            }
        )

    def _anchors(self, item: Item) -> dict[str, str | None]:
        lead = f"item.{item.id}.anchor"
        choices = item.scale.choices if item.scale else ()
        return {c.code: self.say(f"{lead}.{c.code}", c.anchor) for c in choices if c.anchor}

    def _score(self, score: Score) -> CommentedMap:
        lead = f"score.{score.id}"
        is_plain = score.provenance is Provenance.RECONSTRUCTION
        return _filled(
            {
                "score": score.id,
                "label": self.say(f"{lead}.label", score.label),
                "method": score.method.value,
                "of": _of(score),
                "per": score.per,
                "expression": score.expression,
                "to": _number(score.rescale_to),
                "minimum_answered": (
                    None if score.minimum_answered == 0.5 else _number(score.minimum_answered)
                ),
                "bands": list(self._bands(score, lead)),
                "rules": list(self._rules(score, lead)),
                "provenance": None if is_plain else score.provenance.value,
            }
        )

    def _bands(self, score: Score, lead: str) -> Iterator[CommentedMap]:
        for band in score.bands:
            label = self.say(f"{lead}.band.{band.code}", band.label)
            yield _line(code=band.code, label=label, below=_number(band.below))

    def _rules(self, score: Score, lead: str) -> Iterator[CommentedMap]:
        for rule in score.rules:
            label = self.say(f"{lead}.rule.{rule.code}", rule.label)
            yield _line(code=rule.code, label=label, when=rule.when)


def _only_user(item: Item, users: list[Item]) -> bool:
    """Tell whether no other item has choices under the same id."""
    return (
        sum(1 for one in users if one.scale and item.scale and one.scale.id == item.scale.id) == 1
    )


def _filled(document: Mapping[str, Any]) -> CommentedMap:
    """Return a mapping without what is not said; an empty `repeats` says something."""
    return CommentedMap(
        {
            key: value
            for key, value in document.items()
            if (key == "repeats" and value is not None) or value not in (None, "", [], {})
        }
    )


def _repeats(section: Section) -> CommentedMap | None:
    if not section.repeats:
        return None
    return _line(
        at_least=section.at_least or None,
        at_most=section.at_most if section.at_most != 100 else None,
        count=section.repeat_count,
    )


def _of(score: Score) -> Any:
    """Return the items of a score as a list where all weigh the same, else with their weights."""
    if all(weight == 1 for weight in score.weights.values()):
        names = CommentedSeq(score.weights)
        names.fa.set_flow_style()
        return names
    return {name: _number(weight) for name, weight in score.weights.items()}
