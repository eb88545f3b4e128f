"""What must not come in: forged, replayed, oversized, from the future, one's own; each by its name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest

import convive
from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.catalogue.texts import has_text, languages
from convive.connectors.shelf_bundles import FORMAT, read_bundle
from convive.connectors.shelf_bundles.canonical import canonical
from convive.connectors.shelf_bundles.parts import MOST
from convive.core.shelf.bundle import KnownPublisher, Successor, Trust, publisher_of, text_of
from factories.shelf import DAY, KEY, OTHER_KEY, bundle, entry, forged, signed

WHOLE = signed(bundle(entry(), entry("mediators")))
HARBOUR = KnownPublisher("Harbour", KEY.fingerprint, last_sequence=4)
TRUST = Trust(known={KEY.fingerprint: HARBOUR})


def _codes(content: bytes, trust: Trust | None = TRUST, today=DAY) -> list[str]:
    reading = read_bundle(content, "b", today=today, trust=trust)
    assert reading.bundle is None
    return [one.code for one in reading.problems]


def test_the_whole_one_is_taken() -> None:
    reading = read_bundle(WHOLE, "b", today=DAY, trust=TRUST)
    assert (len(reading.bundle.entries), reading.problems) == (2, ())


def _head(**change) -> bytes:
    return forged(WHOLE, change)


OTHERS = signed(bundle(entry(key=OTHER_KEY), key=OTHER_KEY), OTHER_KEY)
NAMELESS = signed(bundle(publisher=publisher_of("Elsewhere", OTHER_KEY.key)), OTHER_KEY)
PUBLISHER = json.loads(WHOLE)["publisher"]
NOT_PROVEN = {
    "key": text_of(OTHER_KEY.key),
    "fingerprint": OTHER_KEY.fingerprint,
    "proof": "A" * 86,
}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(WHOLE.replace(b"Harbour", b"harbour", 1), "SHELF_SIGNATURE_BAD", id="a changed byte"),
        pytest.param(forged(WHOLE, {"sequence": 9}, key=None), "SHELF_SIGNATURE_BAD", id="a changed number"),
        pytest.param(forged(WHOLE, {}, key=OTHER_KEY), "SHELF_SIGNATURE_BAD", id="another's signature"),
        pytest.param(forged(WHOLE, {"signature": ""}, key=None), "SHELF_SIGNATURE_BAD", id="no signature"),
        pytest.param(OTHERS, "SHELF_KEY_OTHER", id="a known name under another key"),
        pytest.param(NAMELESS, "SHELF_KEY_UNKNOWN", id="nobody known"),
        pytest.param(
            _head(publisher={**PUBLISHER, "fingerprint": OTHER_KEY.fingerprint}),
            "SHELF_KEY_MISMATCH", id="a fingerprint that is not the key's",
        ),
        pytest.param(_head(sequence=4), "SHELF_REPLAYED", id="read already"),
        pytest.param(_head(sequence=1), "SHELF_REPLAYED", id="older"),
        pytest.param(_head(made_on="2026-11-23"), "SHELF_FROM_FUTURE", id="from the future"),
        pytest.param(_head(successor=NOT_PROVEN), "SHELF_SUCCESSOR_BAD", id="a key that nobody proves"),
        pytest.param(WHOLE + b" " * MOST_BUNDLE_BYTES, "SHELF_TOO_LARGE", id="too large"),
        pytest.param(WHOLE + b"\n", "SHELF_NOT_CANONICAL", id="a line more"),
        pytest.param(json.dumps(json.loads(WHOLE), indent=1).encode(), "SHELF_NOT_CANONICAL", id="written anew"),
        pytest.param(b"[" * 100_000, "SHELF_TOO_DEEP", id="a well without end"),
        pytest.param(b"[" * 40 + b"]" * 40, "SHELF_TOO_DEEP", id="deep"),
        pytest.param(b'{"a":1.5}', "SHELF_NOT_JSON", id="a fraction"),
        pytest.param(b'{"a":NaN}', "SHELF_NOT_JSON", id="no number"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", "SHELF_NOT_JSON", id="a number of many digits"),
        pytest.param(b'{"a":1,"a":1}', "SHELF_NOT_JSON", id="a key twice"),
        pytest.param(b'{"a":"\xff"}', "SHELF_NOT_JSON", id="no UTF-8"),
        pytest.param(b'{"a":"\\ud800"}', "SHELF_NOT_CANONICAL", id="half a character"),
        pytest.param(b'{"a":99999999999999999}', "SHELF_NOT_CANONICAL", id="a number too large"),
        pytest.param(b'{"format":"convive-plan/1"}', "SHELF_NOT_A_BUNDLE", id="a plan"),
        pytest.param(b"[]", "SHELF_NOT_A_BUNDLE", id="a list"),
        pytest.param(
            canonical({"format": FORMAT, "entries": [0] * (MOST["entries"] + 1)}),
            "SHELF_TOO_MANY", id="too many entries",
        ),
        pytest.param(_head(more=1), "SHELF_BAD_HEAD", id="a field more"),
        pytest.param(_head(sequence=True), "SHELF_BAD_HEAD", id="a truth for a number"),
        pytest.param(_head(made_on="20261121"), "SHELF_BAD_HEAD", id="a day in another form"),
        pytest.param(_head(publisher={**PUBLISHER, "name": "<b>Harbour"}), "SHELF_BAD_HEAD", id="markup for a name"),
        pytest.param(_head(entries={}), "SHELF_BAD_HEAD", id="no list"),
    ],
)  # fmt: skip
def test_refused_whole(content, code) -> None:
    assert _codes(content) == [code]


def test_every_fault_of_the_head_at_once() -> None:
    raw = json.loads(WHOLE)
    del raw["answers"]
    raw |= {"sequence": 0, "made_on": "soon"}
    reading = read_bundle(canonical(raw), "b", today=DAY, trust=TRUST)
    assert [one.place.column for one in reading.problems] == ["answers", "sequence", "made_on"]


def test_ones_own_bundle_comes_back() -> None:
    own = Trust(own=frozenset({KEY.fingerprint}))
    assert _codes(WHOLE, own) == ["SHELF_OWN_BUNDLE"]


def test_tomorrow_is_not_the_future_yet() -> None:
    assert read_bundle(WHOLE, "b", today=DAY - timedelta(days=1), trust=TRUST).bundle is not None
    assert _codes(WHOLE, today=DAY - timedelta(days=2)) == ["SHELF_FROM_FUTURE"]


def test_a_key_cannot_be_taken_over_by_announcing_somebody_elses() -> None:
    proof = text_of(OTHER_KEY.sign(b"something else"))
    successor = Successor(text_of(OTHER_KEY.key), OTHER_KEY.fingerprint, proof)
    content = forged(WHOLE, {"successor": {"key": successor.key, "fingerprint": successor.fingerprint, "proof": proof}})  # fmt: skip
    assert _codes(content) == ["SHELF_SUCCESSOR_BAD"]


def _first(change) -> bytes:
    """The bundle with its first entry changed, signed by its publisher."""
    raw = json.loads(WHOLE)
    change(raw["entries"][0])
    return forged(WHOLE, {"entries": raw["entries"]})


def _set(path: str, value):
    def change(raw) -> None:
        *most, last = path.split(".")
        for key in most:
            raw = raw[int(key)] if isinstance(raw, list) else raw[key]
        raw[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (_set("practice.title.en", "<script>x</script>"), "SHELF_TEXT_UNSAFE", "practice.title.en"),
        (_set("practice.title.en", "<!--"), "SHELF_TEXT_UNSAFE", "practice.title.en"),
        (_set("practice.problem", "a\u202eb"), "SHELF_TEXT_UNSAFE", "practice.problem"),
        (_set("practice.problem", "a\u0000b"), "SHELF_TEXT_UNSAFE", "practice.problem"),
        (_set("practice.problem", "x" * 16_001), "SHELF_TEXT_LONG", "practice.problem"),
        (_set("practice.title.en", "x" * 201), "SHELF_TEXT_LONG", "practice.title.en"),
        (_set("practice.partners", ["x"] * 201), "SHELF_LIST_LONG", "practice.partners"),
        (_set("practice.password", "x"), "SHELF_FIELD_UNKNOWN", "practice.password"),
        (_set("practice.version", "1"), "SHELF_BAD_VALUE", "practice.version"),
        (_set("practice.version", 0), "SHELF_BAD_VALUE", "practice.version"),
        (_set("practice.version", None), "SHELF_BAD_VALUE", "practice.version"),
        (_set("practice.title", {}), "SHELF_BAD_VALUE", "practice.title"),
        (_set("practice.title", {"tlh": "nuq"}), "SHELF_BAD_VALUE", "practice.title"),
        (_set("practice.kind", "weapon"), "SHELF_BAD_VALUE", "practice.kind"),
        (_set("practice.cost.amount", "1e9"), "SHELF_BAD_VALUE", "practice.cost.amount"),
        (_set("practice.cost.amount", "Infinity"), "SHELF_BAD_VALUE", "practice.cost.amount"),
        (_set("practice.cost.amount", 5), "SHELF_BAD_VALUE", "practice.cost.amount"),
        (_set("practice.id", "../../etc"), "SHELF_BAD_VALUE", "practice.id"),
        (_set("origin.publisher", OTHER_KEY.fingerprint), "SHELF_NOT_THEIRS", "origin.publisher"),
        (_set("origin.name", "Hill"), "SHELF_NOT_THEIRS", "origin.name"),
        (_set("origin.kind", "catalogue"), "SHELF_NOT_THEIRS", "origin.publisher"),
        (_set("origin.changed_on", "2027-01-01"), "SHELF_BAD_VALUE", "origin.changed_on"),
        (_set("gradings.0.grade", "5"), "SHELF_GRADE_UNKNOWN", "gradings.0"),
        (_set("gradings.0.dimension", "beauty"), "SHELF_GRADE_UNKNOWN", "gradings.0"),
        (_set("experiences.0.contact", "https://a.example"), "SHELF_CONTACT", "experiences.0.contact"),
        (_set("experiences.0.spent", "-1.00"), "SHELF_BAD_VALUE", "experiences.0.spent"),
        (lambda raw: raw["practice"].pop("risk"), "SHELF_FIELD_MISSING", "practice.risk"),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_is_named_and_the_other_stays(change, code, field) -> None:
    reading = read_bundle(_first(change), "b", today=DAY, trust=TRUST)
    (problem,) = reading.problems
    assert (problem.code, problem.place.row, problem.place.column) == (code, 1, field)
    assert [one.practice.id for one in reading.bundle.entries] == ["mediators"]


def test_all_faults_of_all_entries_are_told_at_once() -> None:
    raw = json.loads(WHOLE)
    raw["entries"][0]["practice"]["kind"] = "x"
    raw["entries"][0]["practice"]["more"] = 1
    raw["entries"][0]["practice"]["title"]["en"] = "<b>x"
    raw["entries"][1]["practice"]["status"] = "x"
    raw["entries"][1]["gradings"][0]["grade"] = "9"
    raw["entries"][1]["practice"]["problem"] = "<b>x"
    reading = read_bundle(forged(WHOLE, raw), "b", today=DAY, trust=TRUST)
    assert reading.bundle.entries == ()
    assert {(one.place.row, one.place.column) for one in reading.problems} == {
        (1, "practice.kind"), (1, "practice.more"), (1, "practice.title.en"),
        (2, "practice.status"), (2, "gradings.0"), (2, "practice.problem"),
    }  # fmt: skip


def test_what_a_message_repeats_cannot_command_a_terminal() -> None:
    raw = json.loads(WHOLE)
    raw["entries"][0]["practice"]["id"] = "\x1b[2J" + "x" * 500
    raw["entries"][0]["\x1b]0;owned\x07"] = 1
    reading = read_bundle(forged(WHOLE, raw), "b", today=DAY, trust=TRUST)
    told = [str(one.data) + str(one.place.column) for one in reading.problems]
    told += [str(one.place) for one in read_bundle(forged(WHOLE, {"\x1b[2J": 1}), "b", today=DAY).problems]  # fmt: skip
    assert len(told) >= 3
    assert not any("\x1b" in one or "\\x1b" in one for one in told)
    assert max(map(len, told)) < 500


def test_an_entry_that_stands_there_twice_counts_once() -> None:
    raw = json.loads(WHOLE)
    content = forged(WHOLE, {"entries": [*raw["entries"], raw["entries"][0]]})
    reading = read_bundle(content, "b", today=DAY, trust=TRUST)
    assert [one.code for one in reading.problems] == ["SHELF_TWICE"]
    assert len(reading.bundle.entries) == 2


def test_a_refused_bundle_leaves_trust_as_it_was() -> None:
    from convive.app.shelf.exchange import receive
    from convive.wiring.shelf_exchange import BundleFiles

    got = receive(OTHERS, "b", files=BundleFiles(), trust=TRUST, accepted=(), today=DAY)
    assert (got.bundle, got.proposals, got.trust) == (None, (), TRUST)


def test_a_text_of_mathematics_is_no_markup() -> None:
    one = replace(entry(problem="a < b, 3 <4, R&D, „x“"), gradings=())
    assert read_bundle(signed(bundle(one)), "b", today=DAY, trust=TRUST).problems == ()


def test_the_schema_takes_a_bundle_and_nothing_more() -> None:
    from jsonschema import Draft202012Validator

    from convive.connectors.shelf_bundles import bundle_schema

    validator = Draft202012Validator(bundle_schema())
    raw = json.loads(WHOLE)
    assert list(validator.iter_errors(raw)) == []
    raw["entries"][0]["practice"]["more"] = 1
    raw["entries"][1]["practice"].pop("risk")
    assert len(list(validator.iter_errors(raw))) == 2


def test_every_code_has_its_words_in_every_language() -> None:
    source = Path(convive.__file__).parent
    files = [
        one
        for name in ("app", "cli", "connectors", "core", "store", "wiring")
        for one in (source / name).rglob("*.py")
    ]
    codes = {
        code
        for one in files
        for code in re.findall(r"[\"](SHELF_[A-Z_]+|FEED_[A-Z_]+)[\"]", one.read_text("utf-8"))
    }
    assert len(codes) > 40
    for code, language in product(codes, languages()):
        is_problem = all(has_text(f"problem.{code}{part}", language) for part in ("", ".remedy"))
        assert is_problem or has_text(f"error.{code}", language), (code, language)
