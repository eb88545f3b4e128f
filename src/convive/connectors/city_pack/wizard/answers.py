"""Proposes the mapping of what people said or saw: surveys, observations, coded notes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from convive.catalogue import find
from convive.catalogue.model import Item
from convive.catalogue.vocabulary import fold_words, vocabulary
from convive.connectors.city_pack.wizard.areas import area_choices
from convive.connectors.city_pack.wizard.figures import year_of
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.places import place_choices
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Proposal, Reason
from convive.connectors.city_pack.wizard.roles import Table, choose

MAX_ANSWERS = 12
MIN_ANSWERS = 0.6
RATINGS = (0, 3)
_NO_WORDS = frozenset(
    [
        "the",
        "a",
        "an",
        "of",
        "in",
        "to",
        "you",
        "your",
        "how",
        "do",
        "did",
        "is",
        "are",
        "have",
        "has",
        "been",
        "it",
        "what",
        "or",
    ]
)
_SEXES = {
    "female": ("female", "f", "w", "woman", "femme", "mujer", "donna", "frau", "weiblich", "mulher",
               "vrouw", "feminin", "femenino", "femminile", "feminino", "vrouwelijk"),
    "male": ("male", "m", "man", "homme", "hombre", "uomo", "mann", "mannlich", "homem",
             "masculin", "masculino", "maschile", "mannelijk", "h"),
    "other": ("other", "diverse", "divers", "autre", "otro", "altro", "outro", "anders", "x"),
}  # fmt: skip
_DIRECTIONS = {
    "worse": ("worse", "negative", "pire", "peor", "peggio", "schlechter", "pior", "slechter", "moins bien"),
    "better": ("better", "positive", "mieux", "mejor", "meglio", "besser", "melhor", "beter"),
    "neutral": ("neutral", "same", "neutre", "igual", "uguale", "gleich", "neutro", "neutraal"),
}  # fmt: skip
_FACES = {
    "recorded": ("recorded", "enregistre", "registrado", "registrato", "registriert", "geregistreerd"),
    "experienced": ("experienced", "vecu", "vivido", "vissuto", "erlebt", "ervaren"),
    "felt": ("felt", "ressenti", "sentido", "percepito", "gefuhlt", "empfunden", "gevoeld", "beleefd"),
    "observed": ("observed", "observe", "observado", "osservato", "beobachtet", "waargenomen"),
}  # fmt: skip


def propose_survey(proposal: Proposal, table: Table) -> Proposal:
    """Return the proposal with the design, the person and the questions of a survey."""
    choices: list[Choice] = []
    for part, fit in (
        ("weight", lambda c: c.numbers if c.low > 0 or c.low != c.low else 0.0),
        ("respondent", lambda c: float(c.n_distinct > 0.9 * c.n_filled)),
        ("stratum", lambda c: float(c.n_distinct < 0.5 * c.n_filled)),
        ("cluster", lambda c: float(c.n_distinct < 0.9 * c.n_filled)),
        ("sex", lambda c: float(c.n_distinct <= 5)),
        ("age", lambda c: float(c.within(0, 120))),
        ("age_group", lambda c: float(2 <= c.n_distinct <= 15)),
        ("wave", lambda c: float(c.n_distinct <= 50)),
    ):
        ranked = [c for c in table.rank(part, fit) if c.name >= 0.6]
        choice = choose(("columns", part), ranked)
        has_age = part == "age_group" and any(c.path == ("columns", "age") for c in choices)
        if choice is not None and not has_age:
            table.take(str(choice.value))
            choices.append(choice)
    choices += _wave(table, choices)
    sex = next((c for c in choices if c.path == ("columns", "sex")), None)
    if sex is not None:
        choices += _words_as(("sex",), table.column(str(sex.value)), _SEXES)
    questions = _items(table)
    choices += [*area_choices(table, is_needed=False), *questions]
    missing = () if questions else ("items",)
    found = {choice.path for choice in choices}
    if not found & {("survey", "wave"), ("columns", "wave")}:
        missing = (*missing, "survey.wave, columns.wave")
    if not found & {("survey", "wave_date"), ("columns", "wave_date")}:
        missing = (*missing, "survey.wave_date, columns.wave_date")
    return replace(proposal, choices=tuple(choices), missing=missing)


def _wave(table: Table, choices: list[Choice]) -> list[Choice]:
    """Return wave and its date from a column of dates, or from the year in the file's name."""
    dated = [c for c in table.rank("starts", lambda c: c.dates) if c.name >= 0.4]
    found = []
    if dated:
        table.take(dated[0].column.name)
        found.append(
            Choice(
                ("columns", "wave_date"),
                dated[0].column.name,
                Confidence.LIKELY,
                (Reason("named"),),
            )
        )
    year = year_of(table.file)
    has_wave = any(choice.path == ("columns", "wave") for choice in choices)
    if year is not None and not has_wave:
        reasons = (Reason("file_name", {"word": str(year)}),)
        found.append(Choice(("survey", "wave"), str(year), Confidence.CHECK, reasons))
    return found


def _words_as(
    path: tuple[str, ...], column: Column, known: dict[str, tuple[str, ...]]
) -> list[Choice]:
    """Return source word → code for the words of a column that are known."""
    found = {}
    for word, _ in column.words[:MAX_ANSWERS]:
        hit = next((code for code, words in known.items() if fold_words(word) in words), None)
        if hit is not None and word != hit:
            found[word] = hit
    return [Choice(path, found, Confidence.LIKELY, (Reason("known_words"),))] if found else []


def _items(table: Table) -> list[Choice]:
    """Return the questions of the core list that columns hold the answers to."""
    found = []
    # A column called only "victim" fits every offence alike: the question about any comes first,
    # wherever the questionnaire has it.
    for item in sorted(find.items("survey"), key=lambda item: item.id != "victim_12m"):
        scored = [(_item_score(item, column), column) for column in table.free()]
        fitting = sorted((s for s in scored if s[0] > MIN_ANSWERS), key=lambda s: -s[0])
        if not fitting:
            continue
        score, column = fitting[0]
        is_close = len(fitting) > 1 and score - fitting[1][0] < 0.1
        confidence = Confidence.LIKELY if score > 1 and not is_close else Confidence.CHECK
        if score <= 1:
            continue  # answers alone do not say which question was asked
        table.take(column.name)
        value = {"column": column.name, "answers": _answers(item, column)}
        others = tuple(c.name for _, c in fitting[1:4])
        found.append(Choice(("items", item.id), value, confidence, (Reason("question"),), others))
    return found


def _item_score(item: Item, column: Column) -> float:
    """Return share of answers known, plus the share of the item's words in the column's name."""
    if not 2 <= column.n_distinct <= MAX_ANSWERS:
        return 0.0
    answers = _answers(item, column)
    total = sum(n for _, n in column.words)
    share = sum(n for word, n in column.words if word in answers) / total
    if share < MIN_ANSWERS:
        return 0.0
    texts = (item.id, *item.question.values())
    given = vocabulary().item_score(column.name, item.id)
    if given >= 0.5:
        return share + given
    wanted = {w for text in texts for w in fold_words(text).split()} - _NO_WORDS
    named = set(fold_words(column.name).split())
    return share + (len(named & wanted) / len(named) if named else 0.0)


def _answers(item: Item, column: Column) -> dict[str, str]:
    """Return the source's answer → code of the item."""
    known = {
        fold_words(text): answer.code for answer in item.answers for text in answer.label.values()
    }
    known.update({fold_words(answer.code): answer.code for answer in item.answers})
    pairs = ((word, _code_of(fold_words(word), known)) for word, _ in column.words)
    return {word: code for word, code in pairs if code}


def _code_of(answer: str, known: dict[str, str]) -> str | None:
    """Return the code of an answer: the same words, or the longest known ones at its end."""
    if answer in known:
        return known[answer]
    inside = [label for label in known if " " in label and answer.endswith(f" {label}")]
    is_denied = answer.startswith(("not ", "no ", "nicht ", "pas ", "non ", "niet ", "nao "))
    return None if is_denied or not inside else known[max(inside, key=len)]


def propose_observations(proposal: Proposal, table: Table) -> Proposal:
    """Return the proposal with stop, time, place and ratings of on-site observations."""
    items = rated_items(table)
    choices: list[Choice] = list(place_choices(table))
    fits: dict[str, Any] = {
        "date": ("starts", lambda c: c.dates),
        "daypart": ("daypart", lambda c: float(c.n_distinct <= 6)),
        "time": ("time", lambda c: c.times),
        "rater": ("rater", lambda c: float(c.n_filled > 0)),
        "stop": ("id", lambda c: float(c.is_unique)),
        "place": ("place", lambda c: float(c.n_filled > 0)),
    }
    for key, (part, fit) in fits.items():
        choice = choose(("columns", key), table.rank(part, fit))
        if choice is not None:
            table.take(str(choice.value))
            choices.append(choice)
    if not any(choice.path[-1] == "longitude" for choice in choices):
        choices += area_choices(table, is_needed=True)
    choices += items
    found = {choice.path[-1] for choice in choices}
    needed = [key for key in ("place", "rater", "date") if key not in found]
    missing = tuple(f"columns.{key}" for key in needed)
    return replace(proposal, choices=tuple(choices), missing=missing)


def rated_items(table: Table) -> list[Choice]:
    """Return item → column for columns of ratings from 0 to 3 that are named like an item."""
    found = []
    for item in find.items("observation"):
        ranked = table.rank(item.id, lambda c: float(c.within(*RATINGS)), least_name=0.5)
        choice = choose(("items", item.id), ranked, Reason("ratings"))
        if choice is not None:
            table.take(str(choice.value))
            found.append(choice)
    return found


def propose_notes(proposal: Proposal, table: Table) -> Proposal:
    """Return the proposal for coded notes; the words of a note are never read."""
    choices: list[Choice] = []
    fits: dict[str, Any] = {
        "direction": ("direction", lambda c: float(c.n_distinct <= 12)),
        "face": ("face", lambda c: float(c.n_distinct <= 12)),
        "theme": ("theme", lambda c: float(c.is_words)),
        "date": ("starts", lambda c: c.dates),
        "id": ("id", lambda c: float(c.is_unique)),
    }
    for key, (part, fit) in fits.items():
        choice = choose(("columns", key), table.rank(part, fit))
        if choice is not None:
            table.take(str(choice.value))
            choices.append(choice)
    for key, path, known in (
        ("direction", ("directions",), _DIRECTIONS),
        ("face", ("faces",), _FACES),
    ):
        named = next((c for c in choices if c.path == ("columns", key)), None)
        if named is not None:
            choices += _words_as(path, table.column(str(named.value)), known)
    choices += area_choices(table, is_needed=False)
    found = {choice.path[-1] for choice in choices}
    needed = [key for key in ("theme", "direction") if key not in found]
    missing = tuple(f"columns.{key}" for key in needed)
    if "face" not in found:
        missing = (*missing, "columns.face, columns.constant_face")
    return replace(proposal, choices=tuple(choices), missing=missing)
