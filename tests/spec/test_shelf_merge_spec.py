"""Three versions of an entry, side by side: base, kept here, sent by its publisher."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convive.core.shelf.merge import Accepted, ProposalKind, accept, differences, propose
from factories.shelf import bundle, entry

BASE = entry(problem="one\ntwo", resources="", partners=("A",))


def changed(**more):
    return replace(BASE, practice=replace(BASE.practice, **more))


@pytest.mark.parametrize(
    ("kept", "sent", "merged", "clashes"),
    [
        ({}, {"problem": "one\n2"}, "one\n2", False),
        ({"problem": "1\ntwo"}, {"problem": "one\n2"}, "1\n2", False),
        ({"problem": "uno\ntwo"}, {"problem": "eins\ntwo"}, "uno\ntwo", True),
        ({"problem": "mine"}, {}, "mine", False),
    ],
)
def test_texts(kept, sent, merged, clashes) -> None:
    found = [
        one for one in differences(BASE, changed(**kept), changed(**sent)) if one.field == "problem"
    ]
    assert [(one.merged, one.is_clash) for one in found] == [(merged, clashes)]


def test_lists_that_both_changed_clash_and_languages_are_told_apart() -> None:
    kept = changed(partners=("A", "B"), title={"en": "Mine"})
    sent = changed(partners=("A", "C"), title={**BASE.practice.title, "fr": "Lumière"})
    found = {one.field: one for one in differences(BASE, kept, sent)}
    assert found["partners"].is_clash
    assert (found["title.en"].merged, found["title.en"].is_clash) == ("Mine", False)
    assert (found["title.fr"].base, found["title.fr"].merged) == (None, "Lumière")


def test_a_language_that_is_taken_back_goes() -> None:
    base = changed(title={"en": "Light", "fr": "Lumière"})
    (proposal,) = propose(bundle(BASE), [Accepted(base, base)])
    assert set(accept(proposal).kept.practice.title) == {"en"}


def test_nothing_is_proposed_for_what_stands_here_already() -> None:
    assert propose(bundle(BASE), [Accepted(BASE, BASE)]) == ()
    mine = Accepted(BASE, changed(problem="mine"))
    assert propose(bundle(BASE), [mine]) == (), "what this town changed is its own affair"


def test_gradings_and_notes_of_this_town_stay() -> None:
    mine = Accepted(BASE, BASE, gradings=entry().gradings, note="Ask them.")
    (proposal,) = propose(bundle(replace(changed(problem="new"), gradings=())), [mine])
    assert proposal.kind is ProposalKind.CHANGED
    after = accept(proposal)
    assert (after.gradings, after.note) == (mine.gradings, mine.note)
    assert after.kept.gradings == (), "those of the publisher follow the publisher"


def test_an_entry_of_the_same_name_from_elsewhere_is_another_entry() -> None:
    elsewhere = replace(BASE, origin=replace(BASE.origin, publisher="0" * 64))
    (proposal,) = propose(bundle(BASE), [Accepted(elsewhere, elsewhere)])
    assert proposal.kind is ProposalKind.NEW


def test_what_is_accepted_carries_the_version_that_was_sent() -> None:
    (proposal,) = propose(bundle(changed(version=4, problem="new")), [Accepted(BASE, BASE)])
    after = accept(proposal)
    assert (after.kept.practice.version, after.base.practice.version) == (4, 4)
