"""From the checked files of an instrument to the core's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from convive.catalogue.instrument_schema import (
    ChoiceFile,
    InstrumentFile,
    ItemFile,
    ScoreFile,
    SectionFile,
)
from convive.catalogue.instrument_texts import Wording, complete_languages
from convive.core.instruments.model import (
    Band,
    Choice,
    Instrument,
    Item,
    LabelRule,
    Scale,
    Score,
    Section,
)
from convive.core.model import Reference


class Builder:
    """Builds one instrument: knows its texts and its shared scales."""

    def __init__(
        self,
        raw: InstrumentFile,
        english: Mapping[str, str],
        translations: Mapping[str, Mapping[str, str]],
        digest: str,
    ) -> None:
        self.raw = raw
        self.digest = digest
        self.languages = complete_languages(english, translations)
        self.words = Wording(english, translations)

    def instrument(self) -> Instrument:
        """Return the whole."""
        raw, words = self.raw, self.words
        return Instrument(
            id=raw.id,
            version=raw.version,
            effective_from=raw.effective_from,
            kind=raw.kind,
            status=raw.status,
            audience=raw.audience,
            sensitivity=raw.sensitivity,
            title=words.of("title"),
            summary=words.of("summary"),
            content=tuple(self._section(section) for section in raw.content),
            introduction=words.of("introduction"),
            when_not=words.of("when_not"),
            no_score_reason=words.of("no_score"),
            inspired_by=raw.inspired_by or "",
            scores=tuple(self._score(score) for score in raw.scores),
            languages=self.languages,
            is_at_place=raw.place,
            by_daypart=raw.by_daypart,
            minimum_n=raw.minimum_n,
            references=tuple(Reference(r.cite, r.url, r.provenance) for r in raw.references),
            authored_by=raw.authored_by,
            checked_by=raw.checked_by,
            digest=self.digest,
        )

    def _section(self, raw: SectionFile) -> Section:
        words, lead = self.words, f"section.{raw.section}"
        repeats = raw.repeats
        return Section(
            id=raw.section,
            title=words.of(f"{lead}.title"),
            content=tuple(
                self._item(part) if isinstance(part, ItemFile) else self._section(part)
                for part in raw.content
            ),
            introduction=words.of(f"{lead}.introduction"),
            relevant=raw.relevant,
            repeats=repeats is not None,
            repeat_count=repeats.count if repeats else "",
            at_least=repeats.at_least if repeats else 0,
            at_most=repeats.at_most if repeats else 100,
        )

    def _item(self, raw: ItemFile) -> Item:
        words, lead = self.words, f"item.{raw.item}"
        return Item(
            id=raw.item,
            type=raw.type,
            question=words.of(f"{lead}.question"),
            hint=words.of(f"{lead}.hint"),
            scale=self._scale(raw),
            is_required=raw.required,
            relevant=raw.relevant,
            constraint=raw.constraint,
            constraint_message=words.of(f"{lead}.constraint_message"),
            calculation=raw.calculation,
            default=list(raw.default) if isinstance(raw.default, tuple) else raw.default,
            appearance=raw.appearance,
            face=raw.face,
            feeds=raw.feeds or "",
            is_objective=raw.objective,
            provenance=raw.provenance,
            is_personal=raw.personal,
        )

    def _scale(self, raw: ItemFile) -> Scale | None:
        """Return an item's scale with the item's own anchors; its own choices bear its id."""
        shared = raw.scale is not None
        choices = self.raw.scales.get(raw.scale or "", ()) if shared else raw.choices
        if not choices:
            return None
        lead = f"scale.{raw.scale}" if shared else f"item.{raw.item}.choice"
        return Scale(raw.scale or raw.item, tuple(self._choices(choices, lead, raw.item)))

    def _choices(self, choices: Iterable[ChoiceFile], lead: str, item: str) -> Iterable[Choice]:
        for choice in choices:
            yield Choice(
                code=choice.code,
                label=self.words.of(f"{lead}.{choice.code}"),
                value=choice.value,
                missing=choice.missing,
                anchor=self.words.of(f"item.{item}.anchor.{choice.code}"),
            )

    def _score(self, raw: ScoreFile) -> Score:
        words, lead = self.words, f"score.{raw.score}"
        return Score(
            id=raw.score,
            label=words.of(f"{lead}.label"),
            method=raw.method,
            weights=raw.of,
            per=raw.per or "",
            expression=raw.expression,
            rescale_to=raw.to,
            minimum_answered=raw.minimum_answered,
            bands=tuple(
                Band(band.code, words.of(f"{lead}.band.{band.code}"), band.below)
                for band in raw.bands
            ),
            rules=tuple(
                LabelRule(rule.code, words.of(f"{lead}.rule.{rule.code}"), rule.when)
                for rule in raw.rules
            ),
            provenance=raw.provenance,
        )
