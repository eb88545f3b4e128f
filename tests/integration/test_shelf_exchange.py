"""Two installations exchange, change and merge an entry; each knows the other by its key alone."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import timedelta

import pytest

from convive.app.shelf.exchange import answers_to, publish, questions_to, receive
from convive.app.shelf.feed import feed_of
from convive.app.shelf.memory_words import memory_words
from convive.cli.main import main
from convive.core.errors import ConflictError, DatasetError, NotFoundError, StorageError
from convive.core.shelf.bundle import Answer, KnownPublisher, Question, Trust
from convive.core.shelf.memory import own_entries
from convive.core.shelf.merge import ProposalKind, accept
from convive.core.shelf.publishing import Mail
from convive.core.strategy.vocabulary import ActionState
from convive.wiring.plans import write_plan
from convive.wiring.shelf_exchange import BundleFiles, check_bundle, export_bundle, shelf_keys
from factories.plans import full_plan
from factories.shelf import DAY, NOW, entry, pack, town

FILES = BundleFiles()
ONE = full_plan()


def _plan_with(**change):
    """The plan with its first action changed."""
    challenge = ONE.challenges[0]
    objective = challenge.objectives[0]
    first, *others = objective.actions
    changed = replace(objective, actions=(replace(first, **change), *others))
    return replace(ONE, challenges=(replace(challenge, objectives=(changed,)),))


def _stopped():
    return _plan_with(state=ActionState.STOPPED, about="The lamps were stolen.")


def _entries(keys, plan):
    fingerprint = keys.open().current.fingerprint
    return own_entries(plan, town(publisher=fingerprint), memory_words("en"), today=DAY)


def _trust(keys, name="Harbour"):
    fingerprint = keys.open().current.fingerprint
    return Trust(known={fingerprint: KnownPublisher(name, fingerprint)})


def test_an_entry_travels_changes_and_is_merged(tmp_path) -> None:
    harbour = shelf_keys(pack(tmp_path / "harbour", "Harbour"))
    hill = _trust(harbour)
    first = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    got = receive(first.content, "b", files=FILES, trust=hill, accepted=(), today=DAY)
    (new,) = got.proposals
    assert (new.kind, new.sent.origin.kind, new.sent.practice.version) == ("new", "received", 1)
    accepted = accept(new)
    grading = entry().gradings
    here = replace(accepted.kept, practice=replace(accepted.kept.practice, resources="and a crane"))
    accepted = replace(accepted, kept=here, gradings=grading, note="Ask about theft.")

    later = NOW + timedelta(days=1)
    second = publish(_entries(harbour, _stopped()), "Harbour", keys=harbour, files=FILES, now=later)
    got = receive(
        second.content, "b", files=FILES, trust=got.trust, accepted=[accepted], today=later.date()
    )
    (changed,) = got.proposals
    assert (changed.kind, changed.sent.practice.version) == (ProposalKind.CHANGED, 2)
    fields = {one.field: one for one in changed.changes}
    assert {"summary.en", "experiences", "resources"} <= set(fields)
    assert fields["summary.en"].merged == "The lamps were stolen."
    assert fields["resources"].merged == "and a crane"
    assert not changed.clashes
    merged = accept(changed)
    assert merged.kept.practice.summary["en"] == "The lamps were stolen."
    assert merged.kept.practice.resources == "and a crane"
    assert merged.kept.practice.version == 2
    assert merged.kept.experiences[0].verdict == "stopped"
    assert (merged.gradings, merged.note) == (grading, "Ask about theft.")

    again = receive(
        second.content, "b", files=FILES, trust=got.trust, accepted=[merged], today=later.date()
    )
    assert [one.code for one in again.problems] == ["SHELF_REPLAYED"]
    assert (again.proposals, again.trust) == ((), got.trust)


def test_what_both_changed_is_decided_by_a_person(tmp_path) -> None:
    harbour = shelf_keys(pack(tmp_path / "harbour", "Harbour"))
    first = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    got = receive(first.content, "b", files=FILES, trust=_trust(harbour), accepted=(), today=DAY)
    accepted = accept(got.proposals[0])
    here = replace(accepted.kept, practice=replace(accepted.kept.practice, title={"en": "Lamps"}))
    accepted = replace(accepted, kept=here)
    plan = _plan_with(title="More light at the station")
    second = publish(_entries(harbour, plan), "Harbour", keys=harbour, files=FILES, now=NOW)
    got = receive(second.content, "b", files=FILES, trust=got.trust, accepted=[accepted], today=DAY)
    assert got.proposals[0].clashes == ("title.en",)
    with pytest.raises(ConflictError, match="SHELF_CLASH_OPEN"):
        accept(got.proposals[0])
    kept = accept(got.proposals[0], {"title.en": "kept"})
    sent = accept(got.proposals[0], {"title.en": "sent"})
    assert kept.kept.practice.title["en"] == "Lamps"
    assert sent.kept.practice.title["en"] == "More light at the station"


def test_what_its_publisher_withdraws_is_proposed_as_withdrawn(tmp_path) -> None:
    harbour = shelf_keys(pack(tmp_path / "harbour", "Harbour"))
    first = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    got = receive(first.content, "b", files=FILES, trust=_trust(harbour), accepted=(), today=DAY)
    accepted = accept(got.proposals[0])
    second = publish((), "Harbour", keys=harbour, files=FILES, now=NOW)
    got = receive(second.content, "b", files=FILES, trust=got.trust, accepted=[accepted], today=DAY)
    (proposal,) = got.proposals
    gone = accept(proposal)
    assert (proposal.kind, gone.is_withdrawn, gone.kept) == ("withdrawn", True, accepted.kept)
    third = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    assert third.bundle.entries[0].practice.version == 2
    got = receive(third.content, "b", files=FILES, trust=got.trust, accepted=[gone], today=DAY)
    assert not accept(got.proposals[0]).is_withdrawn


def test_a_new_key_is_announced_by_the_old_one(tmp_path) -> None:
    harbour = shelf_keys(pack(tmp_path / "harbour", "Harbour"))
    hill = _trust(harbour)
    first = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    got = receive(first.content, "b", files=FILES, trust=hill, accepted=(), today=DAY)
    accepted = accept(got.proposals[0])
    old = harbour.open().current.fingerprint
    new = harbour.rotate().following.fingerprint
    with pytest.raises(ConflictError, match="SHELF_KEY_ON_ITS_WAY"):
        harbour.rotate()
    told = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    assert (told.bundle.publisher.fingerprint, told.bundle.successor.fingerprint) == (old, new)
    got = receive(told.content, "b", files=FILES, trust=got.trust, accepted=[accepted], today=DAY)
    assert (got.proposals, set(got.trust.known)) == ((), {new})
    ring = harbour.open()
    assert (ring.current.fingerprint, ring.own) == (new, frozenset({old, new}))
    after = publish(_entries(harbour, _stopped()), "Harbour", keys=harbour, files=FILES, now=NOW)
    stranger = receive(after.content, "b", files=FILES, trust=hill, accepted=(), today=DAY)
    assert [one.code for one in stranger.problems] == ["SHELF_KEY_OTHER"]
    got = receive(after.content, "b", files=FILES, trust=got.trust, accepted=[accepted], today=DAY)
    assert [(one.kind, one.sent.practice.version) for one in got.proposals] == [("changed", 2)]
    late = receive(told.content, "b", files=FILES, trust=got.trust, accepted=(), today=DAY)
    assert [one.code for one in late.problems] == ["SHELF_KEY_OTHER"], "the old key is over"


def test_a_new_key_counts_although_the_machine_stopped_in_between(tmp_path) -> None:
    harbour = shelf_keys(pack(tmp_path / "harbour", "Harbour"))
    new = harbour.rotate().following.fingerprint
    file = tmp_path / "harbour" / "restricted" / "shelf.key"
    before = file.read_bytes()
    first = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    file.write_bytes(before)  # the bundle was kept, the key not yet
    again = publish(_entries(harbour, ONE), "Harbour", keys=harbour, files=FILES, now=NOW)
    assert (again.is_new, again.content) == (False, first.content)
    assert harbour.open().current.fingerprint == new


def test_questions_and_answers_go_both_ways(tmp_path) -> None:
    harbour = shelf_keys(pack(tmp_path / "harbour", "Harbour"))
    hill = shelf_keys(pack(tmp_path / "hill", "Hill"))
    entries = _entries(harbour, ONE)
    question = Question("q1", entries[0].ref, "Who paid?", "en", DAY, "safety@hill.example")
    asked = publish((), "Hill", keys=hill, files=FILES, now=NOW, mail=Mail((question,)))
    got = receive(asked.content, "b", files=FILES, trust=_trust(hill, "Hill"), accepted=(), today=DAY)  # fmt: skip
    own = harbour.open().own
    assert questions_to(got.bundle, own) == (question,)
    assert questions_to(got.bundle, hill.open().own) == ()
    answer = Answer("q1", got.bundle.publisher.fingerprint, "The state, half.", "en", DAY)
    said = publish(entries, "Harbour", keys=harbour, files=FILES, now=NOW, mail=Mail((), (answer,)))
    back = receive(said.content, "b", files=FILES, trust=_trust(harbour), accepted=(), today=DAY)
    assert answers_to(back.bundle, hill.open().own) == (answer,)


def test_the_same_plan_is_not_published_twice_and_versions_count_changes(tmp_path) -> None:
    folder = pack(tmp_path / "harbour", "Harbour")
    first = export_bundle(folder, tmp_path / "a.json")
    second = export_bundle(folder, tmp_path / "b.json")
    assert (first.is_new, second.is_new) == (True, False)
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    (folder / "strategy" / "plan.json").write_bytes(write_plan(_stopped(), "json"))
    third = export_bundle(folder, tmp_path / "c.json")
    assert [one.practice.version for one in third.bundle.entries] == [2]
    assert third.bundle.sequence > first.bundle.sequence
    assert check_bundle(tmp_path / "c.json").bundle == third.bundle


def test_nothing_leaves_that_others_would_refuse(tmp_path) -> None:
    folder = pack(tmp_path / "harbour", "Harbour", _plan_with(about="See <script>here</script>"))
    with pytest.raises(DatasetError) as refused:
        export_bundle(folder, tmp_path / "a.json")
    assert {one.code for one in refused.value.problems} == {"SHELF_TEXT_UNSAFE"}
    assert not (tmp_path / "a.json").exists()
    assert shelf_keys(folder).published() is None


def test_the_key_is_closed_and_a_damaged_one_is_never_replaced(tmp_path) -> None:
    folder = pack(tmp_path / "harbour", "Harbour")
    keys = shelf_keys(folder)
    ring = keys.open()
    file = folder / "restricted" / "shelf.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    secret = json.loads(file.read_text())["current"]
    assert secret not in repr(ring) + str(ring.current)
    content = export_bundle(folder, tmp_path / "a.json").content
    assert secret.encode() not in content
    file.write_text(file.read_text()[:40])
    with pytest.raises(StorageError, match="SHELF_KEY_UNREADABLE"):
        shelf_keys(folder).open()


def test_the_feed_names_the_bundle(tmp_path) -> None:
    folder = pack(tmp_path / "harbour", "Harbour")
    made = export_bundle(folder, tmp_path / "a.json")
    feed = feed_of(made.bundle, "https://harbour.example/shelf.json", language="en")
    assert feed.bundles == ("https://harbour.example/shelf.json",)
    assert [one.title for one in feed.items] == ["Better light at the station"]


def test_on_the_command_line(tmp_path, capsys) -> None:
    folder, file = pack(tmp_path / "harbour", "Harbour"), tmp_path / "a.json"
    assert main(["--language", "en", "shelf", "export", str(folder), "-o", str(file)]) == 0
    assert main(["--language", "en", "shelf", "check", str(file)]) == 0
    assert main(["--language", "fr", "shelf", "key", str(folder), "--new"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Better light at the station (version 1)" in told
    assert "bundle of “Harbour”" in told
    assert "Le prochain paquet annonce une nouvelle clé" in told
    assert main(["shelf", "check", str(tmp_path / "none.json")]) == NotFoundError.exit_code
    file.write_bytes(file.read_bytes().replace(b"Harbour", b"Harbor!", 1))
    assert main(["--language", "en", "shelf", "check", str(file)]) == DatasetError.exit_code
    assert "changed or forged" in " ".join(capsys.readouterr().out.split())
    assert main(["shelf", "export", str(tmp_path), "-o", str(tmp_path / "b.json")]) == 11
