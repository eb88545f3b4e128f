"""Instruments for tests: one rich sample written by hand, and Hypothesis-made ones.

`rich_sample` has every type of item, nested groups, repeats of both kinds, missing choices, two
languages and every method of scoring. `instruments()` draws whole ones, `fillings(instrument)`
draws answers of the right type for every item, asked or not.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from convive.core.instruments.model import (
    Audience,
    Band,
    Choice,
    Instrument,
    InstrumentKind,
    Item,
    ItemType,
    LabelRule,
    Missing,
    Provenance,
    Scale,
    Score,
    ScoreMethod,
    Section,
    Sensitivity,
)
from convive.core.model.indicator import Reference
from convive.core.model.vocabulary import Face

QUALITY = Scale(
    "quality",
    (
        Choice("0", {"en": "Poor", "fr": "Mauvais"}, value=0.0),
        Choice("1", {"en": "Weak", "fr": "Faible"}, value=1.0),
        Choice("2", {"en": "Fair", "fr": "Moyen"}, value=2.0),
        Choice("3", {"en": "Good", "fr": "Bon"}, value=3.0),
        Choice("na", {"en": "Not applicable", "fr": "Sans objet"}, missing=Missing.NOT_APPLICABLE),
        Choice("dk", {"en": "I do not know", "fr": "Je ne sais pas"}, missing=Missing.DONT_KNOW),
    ),
)
YES_NO = Scale(
    "yes_no",
    (Choice("yes", {"en": "Yes", "fr": "Oui"}, value=1.0), Choice("no", {"en": "No", "fr": "Non"}, value=0.0)),
)  # fmt: skip
WHO = Scale(
    "who",
    (
        Choice("women", {"en": "Women", "fr": "Des femmes"}),
        Choice("men", {"en": "Men", "fr": "Des hommes"}),
        Choice("children", {"en": "Children", "fr": "Des enfants"}),
        Choice("nobody", {"en": "Nobody", "fr": "Personne"}),
    ),
)
LIGHT = Scale(
    "quality",
    tuple(
        replace(choice, anchor=anchor)
        for choice, anchor in zip(
            QUALITY.choices,
            ({"en": "No light", "fr": "Aucune lumière"}, {}, {}, {"en": "All is bright", "fr": "Tout est clair"}, {}, {}),
            strict=True,
        )
    ),
)  # fmt: skip


def _item(name: str, kind: ItemType, english: str, french: str, **more: Any) -> Item:
    return Item(name, kind, {"en": english, "fr": french}, **more)


def _spot() -> Section:
    return Section(
        "spot",
        {"en": "The spot", "fr": "Le lieu"},
        (
            _item("welcome", ItemType.NOTE, "Stand still & look around.", "Restez sur place."),
            _item("day", ItemType.DATE, "Which day is it?", "Quel jour est-ce ?"),
            _item("hour", ItemType.TIME, "What time is it?", "Quelle heure est-il ?"),
            _item("arrived", ItemType.DATETIME, "When did you arrive?", "Quand êtes-vous arrivé ?"),
            _item("where", ItemType.POSITION, "Where are you?", "Où êtes-vous ?"),
            _item(
                "lighting", ItemType.CHOICE, "How well is it lit?", "L'éclairage est-il bon ?",
                hint={"en": "Look at the ground.", "fr": "Regardez le sol."}, scale=LIGHT,
                is_required=True, face=Face.OBSERVED, feeds="lighting", appearance="likert",
                provenance=Provenance.INFERRED,
            ),
            _item("openness", ItemType.CHOICE, "Can one see far?", "Voit-on loin ?", scale=QUALITY, face=Face.OBSERVED),
            _item(
                "feeling", ItemType.CHOICE, "How safe do you feel?", "Vous sentez-vous en sécurité ?",
                scale=QUALITY, face=Face.FELT, is_objective=False,
            ),
            _item("people", ItemType.CHOICES, "Who is here?", "Qui est là ?", scale=WHO, default=["women", "men"]),
            Section(
                "crowd",
                {"en": "The people", "fr": "Les gens"},
                (
                    _item(
                        "n_people", ItemType.INTEGER, "How many people?", "Combien de personnes ?",
                        constraint=". >= 0 and . <= 500",
                        constraint_message={"en": "Between 0 and 500.", "fr": "Entre 0 et 500."},
                    ),
                    Section(
                        "youth",
                        {"en": "Young people", "fr": "Les jeunes"},
                        (
                            _item(
                                "n_young", ItemType.INTEGER, "How many are young?", "Combien de jeunes ?",
                                constraint=". >= 0 and . <= ${n_people}", default=0,
                            ),
                            _item("share_young", ItemType.CALCULATED, "Share of young people", "Part des jeunes",
                                  calculation="if(${n_people} > 0, round(${n_young} div ${n_people}, 2), 0)"),
                        ),
                        relevant="${n_people} > 0",
                    ),
                ),
                introduction={"en": "Count for one minute.", "fr": "Comptez pendant une minute."},
                relevant="selected(${people}, 'women') or selected(${people}, 'men')",
            ),
        ),
        introduction={"en": "What you see now.", "fr": "Ce que vous voyez."},
    )  # fmt: skip


def _walk() -> tuple[Section, ...]:
    stops = Section(
        "stops",
        {"en": "Stop", "fr": "Arrêt"},
        (
            _item("stop_light", ItemType.CHOICE, "Light at the stop", "Lumière à l'arrêt", scale=QUALITY),
            _item("stop_open", ItemType.CHOICE, "View at the stop", "Vue à l'arrêt", scale=QUALITY),
            _item("stop_photo", ItemType.PHOTO, "A photo without faces", "Une photo sans visages"),
            _item(
                "stop_note", ItemType.TEXT, "What strikes you?", "Qu'est-ce qui vous frappe ?",
                relevant="${stop_light} = '0'", appearance="multiline", is_personal=True,
            ),
        ),
        introduction={"en": "Five minutes a stop.", "fr": "Cinq minutes par arrêt."},
        repeats=True,
        at_least=1,
        at_most=40,
    )  # fmt: skip
    lamps = Section(
        "lamps",
        {"en": "Lamp", "fr": "Lampadaire"},
        (
            _item("lamp_height", ItemType.DECIMAL, "Height in metres", "Hauteur en mètres", default=4.5),
            _item("lamp_works", ItemType.CHOICE, "Does it work?", "Fonctionne-t-il ?", scale=YES_NO),
        ),
        repeats=True,
        repeat_count="${n_lamps}",
    )  # fmt: skip
    end = Section(
        "end",
        {"en": "To finish", "fr": "Pour finir"},
        (
            _item("n_lamps", ItemType.INTEGER, "How many lamps?", "Combien de lampadaires ?",
                  constraint=". <= 5", constraint_message={"en": "Five at most."}),
            lamps,
            _item("n_stops", ItemType.CALCULATED, "Stops", "Arrêts", calculation="count(${stops})"),
            _item("height", ItemType.CALCULATED, "Sum of heights", "Somme", calculation="sum(${lamp_height})"),
            _item("remarks", ItemType.TEXT, "Anything else?", "Autre chose ?", is_personal=True, default="none"),
        ),
    )  # fmt: skip
    return stops, end


def _scores() -> tuple[Score, ...]:
    bands = (
        Band("poor", {"en": "Poor", "fr": "Mauvais"}, below=1.5),
        Band("good", {"en": "Good", "fr": "Bon"}),
    )
    return (
        Score("spot_score", {"en": "Score of the spot", "fr": "Note du lieu"}, ScoreMethod.WEIGHTED_MEAN,
              {"lighting": 1.0, "openness": 0.5}, rescale_to=5.0, minimum_answered=0.75, bands=bands,
              provenance=Provenance.VERIFIED),
        Score("stop_sum", {"en": "Points of the stop", "fr": "Points"}, ScoreMethod.WEIGHTED_SUM,
              {"stop_light": 1.0, "stop_open": 1.0}, per="stops"),
        Score("share", {"en": "Share reached", "fr": "Part atteinte"}, ScoreMethod.SHARE_OF_MAXIMUM,
              {"lighting": 1.0, "openness": 2.0}),
        Score("risk", {"en": "Risk", "fr": "Risque"}, ScoreMethod.MATRIX, {"lighting": 1.0, "openness": 1.0}),
        Score("double", {"en": "Twice", "fr": "Deux fois"}, ScoreMethod.EXPRESSION, expression="${share} * 2"),
        Score("gate", {"en": "Well lit", "fr": "Bien éclairé"}, ScoreMethod.GATE, expression="${lighting} >= 2"),
        Score("verdict", {"en": "Verdict", "fr": "Avis"}, ScoreMethod.LABEL,
              rules=(LabelRule("fine", {"en": "Fine", "fr": "Bien"}, "${gate} and ${share} >= 60"),
                     LabelRule("open", {"en": "Open", "fr": "Ouvert"}, ""))),
    )  # fmt: skip


def rich_sample() -> Instrument:
    """Return an instrument that has everything the format knows."""
    return Instrument(
        id="rich_sample",
        version=3,
        effective_from=date(2026, 11, 21),
        kind=InstrumentKind.OBSERVATION,
        status="checked",
        audience=Audience.RESIDENTS,
        sensitivity=Sensitivity.PUBLIC,
        title={"en": "Walk through the <quarter>", "fr": "Marche dans le quartier"},
        summary={"en": "How a street is seen.", "fr": "Comment on voit une rue."},
        introduction={"en": "Give no names.", "fr": "Ne donnez pas de noms."},
        when_not={"en": "Not in heavy rain.", "fr": "Pas sous une forte pluie."},
        inspired_by="An old walk",
        content=(_spot(), *_walk()),
        scores=_scores(),
        languages=("en", "fr"),
        is_at_place=True,
        by_daypart=True,
        minimum_n=10,
        references=(
            Reference("A book, 1999", "https://example.org/book"),
            Reference("Our own work"),
        ),
        authored_by="Convive maintainers",
        checked_by="Definition tests",
        digest="0123456789abcdef" * 4,
    )


def rich_answers() -> dict[str, Any]:
    """Return answers to the rich sample in which everything that can be asked is answered."""
    return {
        "day": "2026-11-21",
        "hour": "21:30",
        "arrived": "2026-11-21T21:30:00+01:00",
        "where": {"latitude": 46.0679, "longitude": 11.1211, "altitude": 194.0, "accuracy": 4.5},
        "lighting": "0",
        "openness": "na",
        "feeling": "2",
        "people": ["women", "children"],
        "n_people": 8,
        "n_young": 2,
        "share_young": 0.25,
        "stops": [
            {"stop_light": "0", "stop_open": "3", "stop_photo": "stop-1.jpg", "stop_note": "A <dark> & wet corner"},
            {"stop_light": "2", "stop_open": "dk"},
        ],
        "n_lamps": 2,
        "lamps": [
            {"lamp_height": 4.5, "lamp_works": "yes"},
            {"lamp_height": 6.0, "lamp_works": "no"},
        ],
        "n_stops": 2,
        "height": 10.5,
        "remarks": "Nothing else",
    }  # fmt: skip


# --- Hypothesis ---------------------------------------------------------------------------------

LANGUAGES = ("en", "fr", "de")
_WORDS = st.text(
    alphabet=st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp"), exclude_characters="${}\ufeff"
    ),
    min_size=1,
    max_size=30,
).map(str.strip).filter(bool)  # fmt: skip
_CODES = st.from_regex(r"[a-z0-9_]{1,6}", fullmatch=True)
_NUMBERS = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 6) + 0.0)


@st.composite
def texts(draw: st.DrawFn, *, may_be_empty: bool = False) -> dict[str, str]:
    """Draw a text in English and perhaps other languages."""
    if may_be_empty and draw(st.booleans()):
        return {}
    languages = ["en", *(code for code in LANGUAGES[1:] if draw(st.booleans()))]
    return {code: draw(_WORDS) for code in languages}


@st.composite
def scales(draw: st.DrawFn, name: str) -> Scale:
    """Draw a scale of two to five choices, some of them missing answers."""
    codes = draw(st.lists(_CODES, min_size=2, max_size=5, unique=True))
    choices = []
    for code in codes:
        missing = draw(st.sampled_from([None, None, None, *Missing]))
        value = None if missing else draw(st.none() | _NUMBERS)
        anchor = draw(texts(may_be_empty=True))
        choices.append(Choice(code, draw(texts()), value, missing, anchor))
    return Scale(name, tuple(choices))


class _Names:
    """Hands out ids that are used once in an instrument."""

    def __init__(self) -> None:
        self.count = 0
        self.asked: list[str] = []
        """Items with a number that later rules can refer to, outside of repeats."""

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{stem}_{self.count}"


_TYPES = st.sampled_from(list(ItemType))


def _answer_of(item_type: ItemType, scale: Scale | None) -> st.SearchStrategy[Any]:
    """Return a strategy of answers of a type."""
    codes = [choice.code for choice in scale.choices] if scale else []
    plain: dict[ItemType, st.SearchStrategy[Any]] = {
        ItemType.INTEGER: st.integers(-10_000, 10_000),
        ItemType.DECIMAL: _NUMBERS,
        ItemType.TEXT: _WORDS,
        ItemType.DATE: st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(lambda d: d.isoformat()),
        ItemType.TIME: st.times().map(lambda t: t.strftime("%H:%M")),
        ItemType.DATETIME: st.builds(
            lambda day, hour: f"{day.isoformat()}T{hour.strftime('%H:%M')}:00+01:00",
            st.dates(date(1990, 1, 1), date(2090, 1, 1)),
            st.times(),
        ),
        ItemType.POSITION: st.builds(
            lambda lat, lon, rest: {"latitude": lat, "longitude": lon, **rest},
            st.floats(-90, 90).map(lambda x: round(x, 6) + 0.0),
            st.floats(-180, 180).map(lambda x: round(x, 6) + 0.0),
            st.sampled_from([{}, {"altitude": 10.5, "accuracy": 4.0}, {"accuracy": 8.0}]),
        ),
        ItemType.PHOTO: st.from_regex(r"[a-z0-9-]{1,12}\.jpg", fullmatch=True),
    }
    if item_type is ItemType.CHOICE:
        return st.sampled_from(codes)
    if item_type is ItemType.CHOICES:
        return st.sets(st.sampled_from(codes), min_size=1).map(
            lambda chosen: [code for code in codes if code in chosen]
        )
    return plain[item_type]


@st.composite
def items(draw: st.DrawFn, names: _Names, shared: tuple[Scale, ...], *, is_round: bool) -> Item:
    """Draw an item; rules refer to numbers asked before, outside of repeats."""
    kind = draw(_TYPES)
    name = names.fresh("q")
    more: dict[str, Any] = {}
    rule = (
        f"${{{draw(st.sampled_from(names.asked))}}} > {draw(st.integers(-5, 5))}"
        if names.asked
        else ""
    )
    if kind in {ItemType.CHOICE, ItemType.CHOICES}:
        more["scale"] = draw(st.sampled_from(shared) | scales(f"own_{name}"))
    if kind is ItemType.CALCULATED:
        more["calculation"] = f"number(${{{names.asked[-1]}}}) + 1" if names.asked else "1 + 1"
    elif kind is not ItemType.NOTE:
        more["is_required"] = draw(st.booleans())
        more["default"] = draw(st.none() | _answer_of(kind, more.get("scale")))
        if kind in {ItemType.POSITION, ItemType.PHOTO}:
            more["default"] = None
    if kind in {ItemType.INTEGER, ItemType.DECIMAL} and draw(st.booleans()):
        more["constraint"] = ". >= -20000 and . <= 2000000"
        more["constraint_message"] = draw(texts(may_be_empty=True))
    if draw(st.booleans()):
        more["relevant"] = rule
    item = Item(
        name, kind, draw(texts()), hint=draw(texts(may_be_empty=True)),
        appearance=draw(st.sampled_from(["", "", "multiline"])) if kind is ItemType.TEXT else "",
        face=draw(st.none() | st.sampled_from(list(Face))),
        feeds=draw(st.sampled_from(["", "lighting"])), is_objective=draw(st.booleans()),
        is_personal=draw(st.booleans()), provenance=draw(st.sampled_from(list(Provenance))), **more,
    )  # fmt: skip
    if kind is ItemType.INTEGER and not is_round:
        names.asked.append(name)
    return item


@st.composite
def sections(
    draw: st.DrawFn,
    names: _Names,
    shared: tuple[Scale, ...],
    *,
    depth: int = 0,
    is_round: bool = False,
) -> Section:
    """Draw a section: a group or repeat of items and, two levels deep, of sections."""
    name = names.fresh("s")
    repeats = draw(st.booleans())
    relevant = ""
    if names.asked and draw(st.booleans()):
        relevant = f"${{{names.asked[0]}}} != 3"
    count = f"${{{names.asked[-1]}}}" if repeats and names.asked and draw(st.booleans()) else ""
    inner = is_round or repeats
    content: list[Item | Section] = [
        draw(items(names, shared, is_round=inner)) for _ in range(draw(st.integers(1, 3)))
    ]
    if depth < 2 and draw(st.booleans()):
        content.insert(draw(st.integers(0, len(content))),
                       draw(sections(names, shared, depth=depth + 1, is_round=inner)))  # fmt: skip
    bounds = {"at_least": draw(st.integers(0, 2)), "at_most": draw(st.integers(3, 120))}
    return Section(
        name, draw(texts()), tuple(content), introduction=draw(texts(may_be_empty=True)),
        relevant=relevant, repeats=repeats, repeat_count=count, **(bounds if repeats else {}),
    )  # fmt: skip


@st.composite
def scores(draw: st.DrawFn, number: int, choices: list[str], repeats: list[str]) -> Score:
    """Draw a score; it need not make sense, only be kept."""
    method = draw(st.sampled_from(list(ScoreMethod)))
    chosen = draw(st.lists(st.sampled_from(choices), max_size=3, unique=True)) if choices else []
    bands = [Band(f"b{i}", draw(texts()), draw(_NUMBERS)) for i in range(draw(st.integers(0, 2)))]
    rules = [LabelRule(f"r{i}", draw(texts()), "1 = 1") for i in range(draw(st.integers(0, 2)))]
    return Score(
        f"score_{number}", draw(texts()), method,
        weights={name: draw(st.just(1.0) | _NUMBERS) for name in chosen},
        per=draw(st.sampled_from(["", *repeats])),
        expression="1 + 1" if method in {ScoreMethod.EXPRESSION, ScoreMethod.GATE} else "",
        rescale_to=draw(st.none() | st.just(5.0)),
        minimum_answered=draw(st.sampled_from([0.5, 0.75, 1.0])),
        bands=(*bands, Band("last", draw(texts()))) if bands else (),
        rules=tuple(rules), provenance=draw(st.sampled_from(list(Provenance))),
    )  # fmt: skip


@st.composite
def instruments(draw: st.DrawFn, *, with_scores: bool = True) -> Instrument:
    """Draw an instrument; every id is used once, rules refer to what is asked before."""
    names = _Names()
    shared = (draw(scales("scale_a")), draw(scales("scale_b")))
    content = tuple(draw(sections(names, shared)) for _ in range(draw(st.integers(1, 3))))
    made = Instrument(
        id=draw(st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)),
        version=draw(st.integers(1, 99)), effective_from=draw(st.dates()),
        kind=draw(st.sampled_from(list(InstrumentKind))),
        status=draw(st.sampled_from(["draft", "checked", "reviewed", "retired"])),
        audience=draw(st.sampled_from(list(Audience))),
        sensitivity=draw(st.sampled_from(list(Sensitivity))),
        title=draw(texts()), summary=draw(texts()), content=content,
        introduction=draw(texts(may_be_empty=True)), when_not=draw(texts(may_be_empty=True)),
        no_score_reason=draw(texts(may_be_empty=True)), inspired_by=draw(st.just("") | _WORDS),
        languages=draw(st.sampled_from([("en",), ("en", "fr"), LANGUAGES])),
        is_at_place=draw(st.booleans()), by_daypart=draw(st.booleans()),
        minimum_n=draw(st.integers(1, 30)),
        references=tuple(draw(st.lists(st.builds(Reference, _WORDS, st.just("") | _WORDS), max_size=2))),
        authored_by=draw(st.just("") | _WORDS), checked_by=draw(st.just("") | _WORDS),
        digest=draw(st.from_regex(r"[0-9a-f]{64}", fullmatch=True)),
    )  # fmt: skip
    if not with_scores:
        return made
    choices = [item.id for item in made.items() if item.type is ItemType.CHOICE]
    repeats = [section.id for section in made.sections() if section.repeats]
    n_scores = draw(st.integers(0, 3))
    return replace(made, scores=tuple(draw(scores(i, choices, repeats)) for i in range(n_scores)))


@st.composite
def fillings(draw: st.DrawFn, instrument: Instrument) -> dict[str, Any]:
    """Draw answers of the right type to every item, whether its rule holds or not."""
    found: dict[str, Any] = {}
    for section in instrument.content:
        _fill(draw, section, found)
    return found


def _fill(draw: st.DrawFn, section: Section, into: dict[str, Any]) -> None:
    if section.repeats:
        rounds = into.setdefault(section.id, [])
        for _ in range(draw(st.integers(0, 2))):
            rounds.append({})
            _fill_content(draw, section, rounds[-1])
        if not rounds:
            del into[section.id]
        return
    _fill_content(draw, section, into)


def _fill_content(draw: st.DrawFn, section: Section, into: dict[str, Any]) -> None:
    for part in section.content:
        if isinstance(part, Section):
            _fill(draw, part, into)
        elif part.type not in {ItemType.NOTE, ItemType.CALCULATED} and draw(st.booleans()):
            into[part.id] = draw(_answer_of(part.type, part.scale))
