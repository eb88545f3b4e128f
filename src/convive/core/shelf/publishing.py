"""What the next bundle of a town holds, given what it published last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from convive.core.shelf.bundle import (
    Answer,
    Bundle,
    Publisher,
    Question,
    Successor,
    Withdrawal,
)
from convive.core.shelf.entry import Entry
from convive.core.shelf.memory import versioned


@dataclass(frozen=True, slots=True)
class Mail:
    """Questions to other towns and answers to them, all that stand."""

    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()


def next_bundle(
    entries: Iterable[Entry],
    last: Bundle | None,
    publisher: Publisher,
    *,
    now: datetime,
    mail: Mail = Mail(),
    successor: Successor | None = None,
) -> Bundle:
    """Return the next bundle; `last` itself where there is nothing new to say.

    What was published before and is not among the entries is withdrawn; withdrawals stay, and an
    entry that comes back goes on counting its versions.

    Parameters
    ----------
    entries : iterable of Entry
        All that the town stands by now.
    last : Bundle, optional
        What it published last.
    publisher : Publisher
        Who signs now.
    now : datetime
        With a zone. The sequence is its second, or one more than the last: a restored backup
        must not count again what others have read already.
    mail : Mail
    successor : Successor, optional
        The key that takes over after this bundle.
    """
    before = {one.practice.id: one for one in last.entries} if last else {}
    withdrawn = {one.id: one for one in last.withdrawals} if last else {}
    stood_by = [_signed(_counted(one, before, withdrawn), publisher) for one in entries]
    here = {one.practice.id for one in stood_by}
    gone = {
        name: Withdrawal(name, one.practice.version, now.date()) for name, one in before.items()
    }
    kept = {name: one for name, one in (withdrawn | gone).items() if name not in here}
    made = Bundle(
        publisher=publisher,
        sequence=max(int(now.timestamp()), last.sequence + 1 if last else 1),
        made_on=now.date(),
        entries=tuple(sorted(stood_by, key=lambda one: one.practice.id)),
        withdrawals=tuple(kept[name] for name in sorted(kept)),
        questions=mail.questions,
        answers=mail.answers,
        successor=successor,
    )
    if last is not None and made == replace(last, sequence=made.sequence, made_on=made.made_on):
        return last
    return made


def _counted(entry: Entry, before: dict[str, Entry], withdrawn: dict[str, Withdrawal]) -> Entry:
    name = entry.practice.id
    if name in withdrawn and name not in before:
        version = withdrawn[name].version + 1
        return replace(entry, practice=replace(entry.practice, version=version))
    return versioned(entry, before.get(name))


def _signed(entry: Entry, publisher: Publisher) -> Entry:
    origin = replace(entry.origin, publisher=publisher.fingerprint, name=publisher.name)
    return replace(entry, origin=origin)
