"""Small plans for tests, and Hypothesis strategies for whole ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from convive.core.model import Certainty, Face, Status
from convive.core.strategy.model import (
    Action,
    Answer,
    BudgetLine,
    Challenge,
    Commitment,
    Decision,
    DiaryEntry,
    Figure,
    KeptFinding,
    LogicModel,
    Meeting,
    Milestone,
    Objective,
    Organisation,
    Plan,
    Risk,
    Spending,
    Spot,
    Target,
)
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Delivery,
    GenderLens,
    Obstacle,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
    Topic,
)


def figure(value: float, half: float, year: int, **more) -> Figure:
    """A shown figure with a symmetric interval over one year."""
    return Figure(
        Status.SHOWN, value, value - half, value + half, n=500, unit="percent",
        period_start=date(year, 1, 1), period_end=date(year + 1, 1, 1), **more,
    )  # fmt: skip


def action(code: str = "lights", **more) -> Action:
    """A running action of a year and a half."""
    known = {
        "title": "Better light at the station", "kind": ActionKind.SITUATIONAL,
        "pillar": Pillar.PREVENTION, "level": PreventionLevel.PRIMARY,
        "state": ActionState.RUNNING, "lead": "works", "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
    }  # fmt: skip
    return Action(code, **(known | more))


def target(**more) -> Target:
    """Fear at night, to fall, measured again two years later."""
    known = {
        "indicator_id": "unsafe_after_dark", "level": "city", "area_id": "city",
        "direction": "down", "baseline": figure(40, 4, 2023), "value": 30.0,
        "due": date(2027, 1, 1), "now": figure(25, 3, 2025),
    }  # fmt: skip
    return Target(**(known | more))


def diary(*days: date, delivery: Delivery = Delivery.AS_PLANNED, **more) -> tuple[DiaryEntry, ...]:
    return tuple(DiaryEntry(day, "works", delivery, **more) for day in days)


def kept_finding(finding_id: str = "f1") -> KeptFinding:
    return KeptFinding(
        finding_id, "people.felt_gap", {"area": "Centre", "value": 41.2, "areas": ["a", "b"]},
        Certainty.LIKELY, "city", "city", "Harbour", (Face.FELT,), ("unsafe_after_dark",),
        date(2025, 11, 2), "b" * 64,
    )  # fmt: skip


def plan(*actions: Action, **more) -> Plan:
    """A plan of one challenge and one objective with these actions."""
    objective = Objective("fear", "Fewer people avoid the station", targets=(target(),))
    challenge = Challenge(
        "station", "The station after dark", Topic.PUBLIC_SPACE, findings=(kept_finding(),),
        objectives=(replace(objective, actions=actions),),
    )  # fmt: skip
    known = {
        "organisations": (
            Organisation("works", "Public works", Sector.MUNICIPALITY),
            Organisation("youth", "Youth house", Sector.YOUTH_WORK),
        ),
        "challenges": (challenge,),
    }
    return Plan("harbour-2026", "A safer Harbour", "Harbour", 2026, 2029, **(known | more))


def full_plan() -> Plan:
    """A plan in which every field of every kind is filled in."""
    first = action(
        about="Lamps, hedges, a second way out.\nIn two steps.",
        groups=(TargetGroup.WOMEN, TargetGroup.YOUNG_PEOPLE),
        times=(TimeOfDay.EVENING, TimeOfDay.NIGHT),
        spots=(Spot("district", "d1", "Centre"), Spot("", "", "Station square")),
        gender_lens=GenderLens.RESPONSIVE, gender_note="Walks with women's groups.",
        partners=("youth",), dose_unit="lamps", dose_planned=120.0, diary_days=14, shelf_ref="convive/ask_for_angela",
        evidence=("finding:f1",), evidence_note="A review of trials.",
        logic=LogicModel("dark corners", "lamps", "to put up", "light", "use", "less fear", "power"),
        budget=(
            BudgetLine(2026, Decimal("12000.50"), Sector.MUNICIPALITY, "lamps"),
            BudgetLine(2027, Decimal("3000.00"), Sector.STATE),
        ),
        spending=(Spending(date(2026, 3, 1), Decimal("4000.25"), "first lot"),),
        milestones=(
            Milestone("Tender", date(2026, 2, 1), date(2026, 1, 30)),
            Milestone("All lamps", date(2026, 10, 1)),
        ),
        targets=(target(),), risks=(Risk("No offers", 2, 3, "Ask again"),),
        diary=(
            DiaryEntry(
                date(2026, 3, 2), "works", Delivery.LESS, 20.0,
                {"women": 30, "unknown": 4}, Obstacle.WEATHER, "Rain",
            ),
        ),
    )  # fmt: skip
    second = action("mediators", title="=Night mediators", kind=ActionKind.MEDIATION,
                    pillar=Pillar.COHESION, lead="youth", state=ActionState.PLANNED)  # fmt: skip
    meeting = Meeting(
        "m1", "council", "Spring meeting", datetime(2026, 3, 3, 18, 0, tzinfo=UTC),
        (Decision("d1", "Lamps first", ("action:lights",)),),
        (
            Commitment("c1", "Tender by May", "works", date(2026, 5, 1), about=("action:lights",),
                       decision="d1"),
            Commitment("c2", "Ask the youth house", "youth", date(2026, 4, 1), date(2026, 3, 20)),
        ),
    )  # fmt: skip
    answers = (
        Answer("manifesto_2025", "police_1", ("action:lights", "challenge:station")),
        Answer("manifesto_2025", "police_2", (), "Not for a town of our size."),
    )
    return plan(
        first, second, state="adopted", about="For four years.", currency="EUR",
        meetings=(meeting,), answers=answers,
    )  # fmt: skip


# --- whole plans at random ----------------------------------------------------------------------
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=20
).map(lambda text: " ".join(text.split()))
TITLES = st.text("abc ÄÉß=+-@#$%<>&\"'{}[]漢", min_size=1, max_size=12).map(
    lambda text: f"t{' '.join(text.split())}"
)
DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
MONEY = st.decimals(Decimal(0), Decimal(10) ** 7, places=2)
AMOUNTS = st.floats(0, 1e5).map(lambda x: round(x, 2))


def some(of: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(of, max_size=most).map(tuple)


def words_of(vocabulary: type) -> st.SearchStrategy:
    return st.lists(st.sampled_from(list(vocabulary)), max_size=3, unique=True).map(tuple)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    status = draw(st.sampled_from(list(Status)))
    start = draw(st.none() | DAYS)
    end = draw(st.none() | st.dates(start or date(2024, 1, 1), date(2029, 12, 31)))
    if status is not Status.SHOWN:
        return Figure(status, unit="percent", period_start=start, reason="too_few")
    low, value, high = sorted(draw(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS)))
    return Figure(
        status, value, low, high, n=draw(st.none() | st.integers(0, 9999)),
        unit=draw(st.sampled_from(["percent", "per_1000"])), period_start=start,
        period_end=end, source_ids=draw(some(st.sampled_from(["s1", "s2"]), 2)),
    )  # fmt: skip


def targets() -> st.SearchStrategy:
    return st.builds(
        Target, st.sampled_from(["unsafe_after_dark", "x"]), st.just("district"),
        st.sampled_from(["d1", "d2"]), st.sampled_from(["down", "up", "hold"]), figures(),
        st.none() | AMOUNTS, st.none() | DAYS, st.none() | figures(),
    )  # fmt: skip


def diaries() -> st.SearchStrategy:
    groups = st.sampled_from([*(str(g) for g in TargetGroup), "unknown"])
    return st.builds(
        DiaryEntry, DAYS, st.sampled_from(["o1", "o2"]), st.sampled_from(list(Delivery)),
        st.none() | AMOUNTS, st.dictionaries(groups, st.integers(0, 999), max_size=3),
        st.none() | st.sampled_from(list(Obstacle)), WORDS,
    )  # fmt: skip


def actions(code: str) -> st.SearchStrategy:
    spots = st.builds(
        Spot, st.just("district"), st.sampled_from(["d1", "d2", "d3"]), TITLES
    ) | st.builds(Spot, st.just(""), st.just(""), TITLES)
    return st.builds(
        Action, st.just(code), TITLES, st.sampled_from(list(ActionKind)),
        st.sampled_from(list(Pillar)), st.sampled_from(list(PreventionLevel)),
        st.sampled_from(list(ActionState)), WORDS, words_of(TargetGroup), words_of(TimeOfDay),
        st.lists(spots, max_size=3, unique=True).map(tuple), st.sampled_from(list(GenderLens)),
        WORDS, st.sampled_from(["", "o1", "o2"]),
        st.lists(st.sampled_from(["o1", "o2"]), max_size=2, unique=True).map(tuple),
        st.none() | DAYS, st.none() | DAYS, WORDS, st.none() | AMOUNTS, st.integers(1, 90),
        st.sampled_from([(), ("finding:f0",)]), WORDS,
        st.sampled_from(["", "practice:calm_street", "card:street_lighting"]),
        st.builds(LogicModel, WORDS, impact=WORDS),
        some(st.builds(BudgetLine, st.integers(2024, 2029), MONEY, st.sampled_from(list(Sector)),
                       WORDS)),
        some(st.builds(Spending, DAYS, MONEY, WORDS)),
        some(st.builds(Milestone, TITLES, DAYS, st.none() | DAYS)), some(targets(), 2),
        some(st.builds(Risk, TITLES, st.integers(1, 3), st.integers(1, 3), WORDS), 2),
        some(diaries()),
    ).map(_in_order)  # fmt: skip


def _in_order(one: Action) -> Action:
    """An action that does not end before it starts."""
    if one.starts_on and one.ends_on and one.ends_on < one.starts_on:
        return replace(one, starts_on=one.ends_on, ends_on=one.starts_on)
    return one


@st.composite
def plans(draw: st.DrawFn, *, most: int = 2) -> Plan:
    """A whole plan in which every reference leads somewhere."""
    challenges = []
    for i in range(draw(st.integers(0, most))):
        objectives = []
        for j in range(draw(st.integers(0, most))):
            made = tuple(draw(actions(f"a{i}-{j}-{k}")) for k in range(draw(st.integers(0, most))))
            objectives.append(
                Objective(f"ob{i}-{j}", draw(TITLES), draw(WORDS), draw(some(targets(), 1)), made)
            )
        findings = (kept_finding(f"f{i}"),) if i == 0 or draw(st.booleans()) else ()
        challenges.append(
            Challenge(f"ch{i}", draw(TITLES), draw(st.sampled_from(list(Topic))), draw(WORDS),
                      findings, tuple(objectives))
        )  # fmt: skip
    known = [c.ref for c in challenges]
    known += [o.ref for c in challenges for o in c.objectives]
    known += [a.ref for c in challenges for o in c.objectives for a in o.actions]
    about = (
        st.lists(st.sampled_from(known), max_size=2, unique=True).map(tuple)
        if known
        else st.just(())
    )
    decision = Decision("dec", draw(TITLES), draw(about))
    promised = tuple(
        Commitment(f"com{n}", draw(TITLES), draw(st.sampled_from(["o1", "o2"])), draw(DAYS),
                   draw(st.none() | DAYS), draw(st.booleans()), draw(about),
                   draw(st.sampled_from(["", "dec"])))
        for n in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    starts = datetime(2026, 5, 4, 17, 30, tzinfo=UTC)
    meeting = Meeting("m0", "council", draw(TITLES), starts, (decision,), promised)
    answer = Answer("manifesto_2025", "police_1", draw(about), "")
    answer = answer if answer.parts else replace(answer, why_not="no")
    return Plan(
        "plan", draw(TITLES), "Harbour", 2024, 2029, draw(st.sampled_from(["EUR", "CHF"])),
        draw(st.sampled_from(["draft", "adopted", "closed"])), draw(WORDS),
        (Organisation("o1", draw(TITLES), Sector.POLICE),
         Organisation("o2", draw(TITLES), Sector.YOUTH_WORK)),
        tuple(challenges), (meeting,), (answer,) if known else (),
    )  # fmt: skip
