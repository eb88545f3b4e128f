"""What somebody else's bundle changes on this shelf: proposals, never changes by themselves.

Three versions are laid side by side, field by field: as the entry was accepted (base), as it
stands here now (kept), and as its publisher says it now (sent). What only one side changed is
taken; running text that both changed is merged where that can be done honestly; anything else is a
clash that a person decides. Gradings and notes of this town about it are no part of the entry and
stay, whatever comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Literal

from convive.core.errors import ConflictError
from convive.core.shelf.bundle import Bundle, KnownPublisher
from convive.core.shelf.entry import Entry, OriginKind
from convive.core.shelf.grading import Grading
from convive.core.strategy.merged_text import merge_texts
from convive.core.strategy.practice import Practice

_BY_KEY = frozenset({"title", "summary", "cross_cutting", "grades"})
"""Fields that are compared key by key: languages of a text, themes."""
_NO_CONTENT = frozenset({"id", "version"})
_OF_ENTRY = ("gradings", "experiences")
_Fields = Mapping[str, Any]


class ProposalKind(StrEnum):
    """What a bundle proposes."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs; None where a side has none of it."""

    field: str
    """``problem``, ``title.fr``, ``experiences`` …"""
    base: Any
    kept: Any
    sent: Any
    merged: Any
    is_clash: bool
    """Both sides changed it, and nobody but a person can say which holds; `merged` is `kept`."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An entry of somebody else that this town took onto its shelf."""

    base: Entry
    """As its publisher sent it when it was last accepted."""
    kept: Entry
    """As it stands here."""
    gradings: tuple[Grading, ...] = ()
    """Of this town."""
    note: str = ""
    """Of this town."""
    is_withdrawn: bool = False
    """Its publisher no longer stands by it; what was learnt from it may stay."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person here is asked to accept or leave."""

    kind: ProposalKind
    sent: Entry
    """What its publisher says; of a withdrawal the entry as it was accepted."""
    before: Accepted | None = None
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""
    """Why it was withdrawn, where that is told."""

    @property
    def clashes(self) -> tuple[str, ...]:
        """Fields about which somebody must decide."""
        return tuple(one.field for one in self.changes if one.is_clash)


def propose(
    bundle: Bundle, accepted: Iterable[Accepted], publisher: KnownPublisher | None = None
) -> tuple[Proposal, ...]:
    """Return what a bundle proposes to this shelf; nothing for entries that stand here already.

    Parameters
    ----------
    bundle : Bundle
        As it was read and found good.
    accepted : iterable of Accepted
        The shelf's received entries, of any publisher.
    publisher : KnownPublisher, optional
        Whose bundle it is: entries under its former keys are the same entries.
    """
    names = {bundle.publisher.fingerprint, *(publisher.formerly if publisher else ())}
    mine = {one.base.practice.id: one for one in accepted if one.base.origin.publisher in names}
    return (*_sent(bundle, mine), *_withdrawn(bundle, mine))


def accept(
    proposal: Proposal, decided: Mapping[str, Literal["kept", "sent"]] | None = None
) -> Accepted:
    """Return the entry as it stands here once a person has accepted a proposal.

    Parameters
    ----------
    proposal : Proposal
    decided : mapping of field to ``kept`` or ``sent``, optional
        For every field that clashes; may say otherwise for the others, too.

    Raises
    ------
    ConflictError
        SHELF_CLASH_OPEN where a clash was not decided.
    """
    decisions = decided or {}
    open_ = [name for name in proposal.clashes if name not in decisions]
    if open_:
        raise ConflictError("SHELF_CLASH_OPEN", fields=open_)
    before = proposal.before
    if before is None:
        return Accepted(proposal.sent, proposal.sent)
    if proposal.kind is ProposalKind.WITHDRAWN:
        return replace(before, is_withdrawn=True)
    values = {
        one.field: getattr(one, decisions.get(one.field, "merged")) for one in proposal.changes
    }
    kept = _built(proposal.sent, before.kept, values)
    return replace(before, base=proposal.sent, kept=kept, is_withdrawn=False)


def differences(base: Entry, kept: Entry, sent: Entry) -> tuple[FieldChange, ...]:
    """Return every field in which what is sent differs from what is kept."""
    old, here, there = _flat(base), _flat(kept), _flat(sent)
    names = dict.fromkeys([*here, *there])
    return tuple(
        _change(name, old.get(name), here.get(name), there.get(name))
        for name in names
        if here.get(name) != there.get(name)
    )


def _sent(bundle: Bundle, mine: Mapping[str, Accepted]) -> Iterator[Proposal]:
    for told in bundle.entries:
        entry = replace(told, origin=replace(told.origin, kind=OriginKind.RECEIVED))
        before = mine.get(entry.practice.id)
        if before is None:
            yield Proposal(ProposalKind.NEW, entry)
        elif before.is_withdrawn or _flat(before.base) != _flat(entry):
            changes = differences(before.base, before.kept, entry)
            yield Proposal(ProposalKind.CHANGED, entry, before, changes)


def _withdrawn(bundle: Bundle, mine: Mapping[str, Accepted]) -> Iterator[Proposal]:
    sent = {entry.practice.id for entry in bundle.entries}
    for one in bundle.withdrawals:
        before = mine.get(one.id)
        if before is not None and not before.is_withdrawn and one.id not in sent:
            yield Proposal(ProposalKind.WITHDRAWN, before.base, before, reason=one.reason)


def _change(name: str, base: Any, kept: Any, sent: Any) -> FieldChange:
    if sent == base:
        return FieldChange(name, base, kept, sent, kept, is_clash=False)
    if kept == base:
        return FieldChange(name, base, kept, sent, sent, is_clash=False)
    if all(isinstance(one, str) for one in (base, kept, sent)):
        merged = merge_texts(base, kept, sent)
        if merged is not None:
            return FieldChange(name, base, kept, sent, merged, is_clash=False)
    return FieldChange(name, base, kept, sent, kept, is_clash=True)


def _flat(entry: Entry) -> _Fields:
    """Return what an entry says, field by field; version and origin are no content."""
    found: dict[str, Any] = {}
    for name in (one.name for one in fields(Practice) if one.name not in _NO_CONTENT):
        value = getattr(entry.practice, name)
        if name in _BY_KEY:
            found |= {f"{name}.{key}": one for key, one in value.items()}
        else:
            found[name] = value
    return found | {name: getattr(entry, name) for name in _OF_ENTRY}


def _built(sent: Entry, kept: Entry, values: _Fields) -> Entry:
    """Return what stands here with some fields changed, under the version that was sent."""
    practice: dict[str, Any] = {name: dict(getattr(kept.practice, name)) for name in _BY_KEY}
    for path, value in values.items():
        name, _, key = path.partition(".")
        if not key:
            practice[name] = value
        elif value is None:
            practice[name].pop(key, None)
        else:
            practice[name][key] = value
    own = {name: practice.pop(name) for name in _OF_ENTRY if name in practice}
    practice["version"] = sent.practice.version
    return replace(kept, practice=replace(kept.practice, **practice), origin=sent.origin, **own)
