"""Which build the public sees at a moment, and which versions were published before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from convive.app.corrections import Correction, Subject, corrections_digest
from convive.app.ports import Build
from convive.app.withdrawal import with_corrections
from convive.core.errors import ConviveError
from convive.web.editorial.public_state import (
    Edition,
    PublicState,
    edition_folder,
    state_now,
)
from convive.web.observatory.current import Choice, Version, Versions, open_choice
from convive.web.shared_files import digest_of

MOST_VERSIONS = 60
"""That are listed; the newest."""
_names: dict[tuple[str, str], str] = {}


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was chosen, and for how long that is what would be chosen again."""

    state: PublicState
    since: datetime
    until: datetime | None
    choice: Choice | None

    def holds(self, state: PublicState, at: datetime) -> bool:
        return self.state is state and self.since <= at and (self.until is None or at < self.until)


_answers: dict[str, _Answer] = {}
"""The last one a folder: every page asks, and between two moments of a state nothing changes."""


def choose(folder: str) -> Choice | None:
    """Return what to show now, None for the newest audit as it is."""
    state, at = state_now(), timezone.now()
    known = _answers.get(folder)
    if known is None or not known.holds(state, at):
        known = _Answer(state, at, next_change(state, at), chosen_at(state, folder, at))
        _answers[folder] = known
    return known.choice


def next_change(state: PublicState, at: datetime) -> datetime | None:
    """Return the next moment at which a state shows something else; None where none is known."""
    moments = (
        *(one.visible_from for one in state.editions),
        *(one.at for one in state.corrections),
    )
    return min((one for one in moments if one > at), default=None)


def versions() -> Versions:
    """Return what was published until now, the newest first."""
    return versions_at(state_now(), timezone.now())


def chosen_at(state: PublicState, folder: str, at: datetime) -> Choice | None:
    """Return what to show at a moment.

    With review on it is the newest edition whose day has come and that was not taken back; where
    all were, the newest of them, of which nothing but the notice is left.
    """
    standing = state.standing(at)
    if state.is_reviewed:
        edition = shown_edition(state, at)
        return choice_of(state, edition, at) if edition else Choice("", "", _as_it_is)
    if not standing:
        return None
    since = max(one.at for one in state.corrections if one.at <= at)
    return Choice(folder, corrections_digest(standing), _prepared(standing, None), since)


def shown_edition(state: PublicState, at: datetime) -> Edition | None:
    """Return the edition that is shown at a moment where audits are reviewed."""
    visible = [one for one in state.editions if one.visible_from <= at]
    back = {one.name for one in state.standing(at) if is_of_audit(one)}
    left = [one for one in visible if one.key not in back] or visible
    return max(left, key=lambda one: (one.visible_from, one.key), default=None)


def is_of_audit(one: Correction) -> bool:
    """Tell whether a correction takes a whole audit back."""
    return one.is_withdrawal and one.subject is Subject.AUDIT


def choice_of(state: PublicState, edition: Edition, at: datetime) -> Choice:
    """Return how an edition is shown at a moment."""
    standing = state.standing(at)
    folder = edition_folder(edition.key)
    moments = [one.at for one in state.corrections if one.at <= at]
    since = max([edition.visible_from, *moments])
    known = sorted({edition.key, *(one.key for one in state.editions if one.visible_from <= at)})
    name = digest_of([edition.key, corrections_digest(standing), edition.words, known])
    return Choice(str(folder or ""), name, _prepared(standing, edition, known), since)


def versions_at(state: PublicState, at: datetime) -> Versions:
    """Return what was published until a moment, the newest first, what is shown included."""
    if not state.is_reviewed:
        return ()
    moments = sorted({
        *(one.visible_from for one in state.editions if one.visible_from <= at),
        *(one.at for one in state.corrections if one.at <= at),
    })  # fmt: skip
    found: dict[str, Version] = {}
    for moment in moments[-MOST_VERSIONS:]:
        edition = shown_edition(state, moment)
        if edition is None:
            continue
        choice = choice_of(state, edition, moment)
        version = _version(choice)
        if version:
            taken = is_taken_back(edition, state.standing(moment), state.standing(at))
            found.setdefault(version, Version(version, edition.built_at, moment, taken, choice))
    return tuple(sorted(found.values(), key=lambda one: one.shown_from, reverse=True))


def is_taken_back(edition: Edition, then: Sequence[Correction], now: Sequence[Correction]) -> bool:
    """Tell whether something that a version of an edition shows was withdrawn since."""
    known = {
        (one.subject, one.name) for one in then if one.is_withdrawal and _concerns(edition, one)
    }
    return any(
        is_of_audit(one) or (one.subject, one.name) not in known
        for one in now
        if one.is_withdrawal and _concerns(edition, one)
    )


def _concerns(edition: Edition, one: Correction) -> bool:
    try:
        built = datetime.fromisoformat(edition.built_at).date()
    except ValueError:
        built = date.min
    if one.subject is Subject.AUDIT:
        return one.name == edition.key
    return one.applies_to(built)


def _version(choice: Choice) -> str:
    """Return the name of a version, empty where it cannot be opened; it is opened once for it."""
    key = (choice.folder, choice.name)
    known = _names.get(key)
    if known is None:
        try:
            # Of sixty versions the six that stay open should be those that somebody reads.
            known = open_choice(choice, keep=False).version
        except ConviveError:
            return ""
        _names[key] = known
    return known


def _prepared(
    standing: Sequence[Correction], edition: Edition | None, known: Sequence[str] = ()
) -> Callable[[Build], Build]:
    """Return what makes a kept build the one that is shown.

    Of its history only audits that were published are told.
    """
    # In one order, as the file of what is public has them: what is shown says the same before it.
    words = (
        {part: dict(sorted(texts.items())) for part, texts in sorted(edition.words.items())}
        if edition
        else {}
    )

    def prepare(build: Build) -> Build:
        if edition is not None:
            told = tuple(one for one in build.history if str(one["digest"])[:12] in known)
            build = replace(build, history=told)
        return with_corrections(build, standing, words=words) if standing or words else build

    return prepare


def _as_it_is(build: Build) -> Build:
    return build
