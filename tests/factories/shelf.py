"""Entries, towns and keys of the shelf for tests, and Hypothesis strategies for whole bundles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from convive.catalogue.unit_words import unit_words
from convive.connectors.shelf_bundles import write_bundle
from convive.connectors.shelf_bundles.canonical import canonical
from convive.connectors.shelf_bundles.reading import SIGNATURE, signed_message
from convive.core.model import DisclosureRule
from convive.core.shelf.bundle import (
    Answer,
    Bundle,
    Question,
    Withdrawal,
    publisher_of,
    text_of,
)
from convive.core.shelf.entry import (
    Entry,
    Experience,
    ExperienceVerdict,
    Origin,
    OriginKind,
)
from convive.core.shelf.grading import Grading, GradingScheme
from convive.core.shelf.memory import MemoryWords, Town
from convive.core.shelf.own_practice import own_practice
from convive.core.strategy.practice import (
    PracticeCost,
    PracticeDocument,
    PracticePlace,
    PracticeSource,
    PracticeYears,
    Setting,
)
from convive.store.shelf_keys import SigningKey
from convive.wiring.plans import write_plan
from factories.plans import full_plan

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = SigningKey(b"k" * 32)
OTHER_KEY = SigningKey(b"o" * 32)
WORDS = MemoryWords(
    delivered=lambda one: (
        f"{f'<{one.below}' if one.below else one.amount} of {one.planned} {one.unit}; "
        + ", ".join(f"{told.group} {told.n or f'<{told.below}'}" for told in one.reached)
    ),
    obstacles=lambda counts: ", ".join(f"{name} {n}" for name, n in counts.items()),
    targets=lambda told: ", ".join(reason.code for reason in told),
    units=unit_words(),
)
CITY = """
[city]
id = "{id}"
name = "{name}"
country = "PT"
languages = ["en"]
time_zone = "Europe/Lisbon"
crs = "EPSG:25829"
base_year = 2024

[[levels]]
id = "district"
name = "District"
file = "territory/districts.geojson"
code = "code"
label = "name"
analysis = true
"""


def town(**more: Any) -> Town:
    known = {
        "publisher": KEY.fingerprint, "name": "Harbour", "country": "PT", "language": "en",
        "rule": DisclosureRule(),
    }  # fmt: skip
    return Town(**(known | more))


def entry(identifier: str = "lights", key: SigningKey = KEY, **more: Any) -> Entry:
    """An entry of a town's own; `more` changes fields of the practice."""
    plan = full_plan()
    challenge, _, action = next(plan.actions())
    practice = replace(own_practice(plan, challenge, action, "en", "PT"), id=identifier, **more)
    origin = Origin(OriginKind.OWN, key.fingerprint, "Harbour", DAY)
    told = Experience(
        "Harbour", 2026, None, ExperienceVerdict.NOT_EVALUATED, delivered="20 of 120",
        spent=Decimal("4000.25"), currency="EUR", contact="safety@harbour.example",
    )  # fmt: skip
    graded = Grading(GradingScheme.EMMIE, "effect", "2", "Harbour", DAY, "Before and after, 2026")
    return Entry(practice, origin, (graded,), (told,))


def bundle(*entries: Entry, key: SigningKey = KEY, **more: Any) -> Bundle:
    known = {"publisher": publisher_of("Harbour", key.key), "sequence": 5, "made_on": DAY}
    return Bundle(entries=entries, **(known | more))


def signed(one: Bundle, key: SigningKey = KEY) -> bytes:
    return write_bundle(one, key)


def forged(content: bytes, change: Mapping[str, Any], key: SigningKey | None = KEY) -> bytes:
    """The bundle with other values at its top; signed anew where a key is given."""
    raw = {**json.loads(content), **change}
    if key is not None:
        raw[SIGNATURE] = text_of(key.sign(signed_message(raw)))
    return canonical(raw)


def pack(folder: Path, name: str, plan: Any = None) -> Path:
    """A city pack with nothing but its town and a plan."""
    (folder / "strategy").mkdir(parents=True)
    (folder / "city.toml").write_text(CITY.format(id=name.lower(), name=name))
    (folder / "strategy" / "plan.json").write_bytes(write_plan(plan or full_plan(), "json"))
    return folder


# --- whole bundles at random --------------------------------------------------------------------
_PLAIN = st.text("abc ÄÉß=+-@#$%&\"'{}[]\n漢", max_size=20)
_TITLES = st.text("abcÄ漢", min_size=1, max_size=10)
_DAYS = st.dates(date(2020, 1, 1), DAY)
_MONEY = st.decimals(Decimal(0), Decimal(10) ** 9, places=2)
_LANGUAGES = st.sampled_from(["en", "fr", "es", "it", "de", "pt", "nl"])
_IDS = st.from_regex(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,12}", fullmatch=True)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    base = entry()
    document = PracticeDocument("d", draw(_PLAIN), "p", draw(st.none() | st.just(2020)))
    amount = draw(st.none() | st.floats(0, 1e9, allow_subnormal=False))
    practice = replace(
        base.practice, id=draw(_IDS), version=draw(st.integers(1, 9)),
        title=draw(st.dictionaries(_LANGUAGES, _TITLES, min_size=1)),
        summary=draw(st.dictionaries(_LANGUAGES, _TITLES, min_size=1)),
        problem=draw(_PLAIN), mechanism=draw(_PLAIN), partners=tuple(draw(st.lists(_PLAIN, max_size=3))),
        places=tuple(PracticePlace(name, "PT") for name in draw(st.lists(_TITLES, max_size=2))),
        years=draw(st.none() | st.builds(PracticeYears, st.none() | st.just(2021), st.none())),
        cost=draw(st.none() | st.just(PracticeCost("x", amount, "EUR" if amount is not None else "", ""))),
        setting=tuple(draw(st.lists(st.sampled_from(list(Setting)), max_size=2))),
        cross_cutting=draw(st.dictionaries(st.sampled_from(["gender", "cyber"]), _PLAIN)),
        sources=draw(st.sampled_from([(), (PracticeSource(document, "h", "1-2", ""),)])),
        person_risk=draw(st.booleans()),
    )  # fmt: skip
    spent = draw(st.none() | _MONEY)
    told = replace(
        base.experiences[0], spent=spent, currency="EUR" if spent is not None else "",
        verdict=draw(st.sampled_from(list(ExperienceVerdict))), went_wrong=draw(_PLAIN),
        contact=draw(st.sampled_from(["", "safety@harbour.example"])),
    )  # fmt: skip
    gradings = draw(st.sampled_from([(), base.gradings]))
    return Entry(practice, replace(base.origin, changed_on=draw(_DAYS)), gradings, (told,))


def bundles() -> st.SearchStrategy[Bundle]:
    texts = _TITLES
    withdrawals = st.builds(Withdrawal, _IDS, st.integers(1, 9), _DAYS, _PLAIN)
    questions = st.builds(
        Question, _IDS, st.just(f"{OTHER_KEY.fingerprint}/x"), texts, _LANGUAGES, _DAYS
    )
    answers = st.builds(
        Answer, _IDS, st.just(OTHER_KEY.fingerprint), texts, _LANGUAGES, _DAYS,
        st.sampled_from(["", "a@b.example"]),
    )  # fmt: skip

    def some(of: st.SearchStrategy, by: Any) -> st.SearchStrategy:
        return st.lists(of, max_size=3, unique_by=by).map(tuple)

    return st.builds(
        Bundle, st.just(publisher_of("Harbour", KEY.key)), st.integers(1, 2**53 - 1), st.just(DAY),
        some(entries(), lambda one: one.practice.id), some(withdrawals, lambda one: one.id),
        some(questions, lambda one: one.id), some(answers, lambda one: one.question),
    )  # fmt: skip
