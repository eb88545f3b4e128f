"""The maintained vocabulary: the same thing said in seven languages is one concept.

Each row is what officials or residents say, in the order en, fr, es, it, de, pt, nl.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from convive.catalogue import find
from convive.catalogue.vocabulary import fold_words
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.shelf.concept import Concept
from convive.core.strategy import vocabulary
from convive.core.strategy.practice import Approach, Setting

SAID = [
    # What residents say.
    ("public_drinking", "people drinking in the park", "gens qui boivent dans le parc",
     "gente bebiendo en el parque", "gente che beve nel parco", "Trinker im Park",
     "pessoas a beber no parque", "drinken in het park"),
    ("drug_market", "dealers at the station", "points de deal", "puntos de venta de droga",
     "piazza di spaccio", "Dealer am Bahnhof", "pontos de venda de droga", "dealers op straat"),
    ("safe_way_home", "afraid to walk home", "peur de rentrer seule", "miedo a volver sola",
     "paura di tornare a casa", "Angst auf dem Heimweg", "medo de voltar para casa",
     "bang om naar huis te lopen"),
    ("street_lighting", "dark streets", "rues sombres", "calles oscuras", "strade buie",
     "dunkle Wege", "ruas escuras", "donkere straten"),
    ("loitering", "youths hanging around", "jeunes qui traînent", "grupos de jóvenes",
     "compagnie di ragazzi", "herumhängende Jugendliche", "jovens na rua", "hangjongeren"),
    ("noise", "loud music", "tapage nocturne", "música alta", "schiamazzi", "Ruhestörung",
     "barulho", "herrie"),
    # What officials say.
    ("local_council_security", "CSP", "CLSPD", "Junta Local de Seguridad",
     "Comitato provinciale per l'ordine e la sicurezza pubblica", "Präventionsrat",
     "Conselho Municipal de Segurança", "lokale driehoek"),
    ("security_contract", "local security contract", "contrat local de sécurité",
     "pacto de seguridad", "patto per la sicurezza", "Ordnungspartnerschaft",
     "Contrato Local de Segurança", "veiligheidsconvenant"),
    ("participation", "citizen participation", "concertation", "participación vecinal",
     "partecipazione dei cittadini", "Bürgerbeteiligung", "participação cidadã",
     "burgerparticipatie"),
    ("municipal_police", "municipal police", "police municipale", "Policía Local",
     "polizia locale", "Stadtpolizei", "polícia municipal", "gemeentepolitie"),
    ("policing", "police", "gendarmerie", "Guardia Civil", "Carabinieri", "Landespolizei", "GNR",
     "politie"),
    ("municipal_order_office", "order office", "agents constatateurs", "inspectores municipales",
     "accertatori comunali", "Ordnungsamt", "fiscalização municipal", "boa"),
    ("security_coordinator", "city marine", "coordinateur CLSPD", "técnico de prevención",
     "referente per la prevenzione", "Präventionsbeauftragter", "técnico de prevenção",
     "stadsmarinier"),
    # What the field says.
    ("gender_based_violence", "VAW", "violences faites aux femmes", "violencia machista",
     "violenza contro le donne", "Gewalt gegen Frauen", "violência de gênero",
     "geweld tegen vrouwen"),
    ("cpted", "CPTED", "prévention par l'aménagement", "seguridad desde el diseño",
     "spazio difendibile", "städtebauliche Kriminalprävention", "espaço defensável",
     "sociaal veilig ontwerpen"),
    ("consumption_room", "drug consumption room", "salle de shoot", "narcosala",
     "stanza del buco", "Fixerstube", "sala de chuto", "gebruikersruimte"),
    ("restorative_justice", "restorative justice", "justice restaurative",
     "justicia restaurativa", "giustizia riparativa", "Täter-Opfer-Ausgleich",
     "justiça restaurativa", "herstelbemiddeling"),
    ("exploratory_walk", "safety walk", "marche exploratoire", "marcha exploratoria",
     "passeggiata esplorativa", "Sicherheitsbegehung", "marcha exploratória", "buurtschouw"),
    ("administrative_approach", "administrative approach", "approche administrative",
     "enfoque administrativo", "approccio amministrativo", "administrativer Ansatz",
     "abordagem administrativa", "bestuurlijke aanpak"),
    ("evaluation", "does it work", "est-ce que ça marche", "medir resultados", "valutazione",
     "Wirkungsmessung", "avaliação de impacto", "effectmeting"),
]  # fmt: skip

KINDS_OF = [
    ("pickpocketing", "property_crime"),
    ("femicide", "violence"),
    ("street_harassment", "nuisance"),
    ("street_harassment", "gender_based_violence"),
    ("consumption_room", "drug_policy"),
    ("station", "public_transport"),
    ("vienna", "europe"),
    ("night_mediation", "mediation"),
]

WORLD = {"europe", "canada"}
"""Under these stand towns, most of which have one name only."""

CLOSED = {
    "topics": vocabulary.Topic,
    "groups": vocabulary.TargetGroup,
    "times": vocabulary.TimeOfDay,
    "kinds": vocabulary.ActionKind,
    "sectors": vocabulary.Sector,
    "setting": Setting,
    "approach": Approach,
}


def words_of(concept: Concept, language: str) -> tuple[str, ...]:
    return (concept.labels[language], *concept.synonyms[language])


def named(text: str, language: str) -> set[str]:
    """Return the concepts that are called so."""
    folded = fold_words(text.lower())
    return {
        concept.id
        for concept in find.concepts()
        if folded in {fold_words(word.lower()) for word in words_of(concept, language)}
    }


def above(name: str) -> Iterator[str]:
    """Yield everything that a concept is a kind of."""
    (concept,) = (one for one in find.concepts() if one.id == name)
    for broader in concept.broader:
        yield broader
        yield from above(broader)


@pytest.mark.parametrize("row", SAID, ids=[row[0] for row in SAID])
def test_the_same_thing_is_one_concept_in_every_language(row: tuple[str, ...]) -> None:
    concept, *said = row
    assert [named(text, language) for text, language in zip(said, LANGUAGES, strict=True)] == [
        {concept}
    ] * len(LANGUAGES)


@pytest.mark.parametrize(("british", "american"), [
    ("neighbourhood", "neighborhood"), ("city centre", "city center"),
    ("organised crime", "organized crime"), ("radicalisation", "radicalization"),
    ("offence", "offense"), ("anti-social behaviour", "antisocial behavior"),
])  # fmt: skip
def test_both_spellings_of_english_name_the_same(british: str, american: str) -> None:
    assert named(british, "en") == named(american, "en") != set()


@pytest.mark.parametrize(("portugal", "brazil"), [
    ("autocarro", "ônibus"), ("câmara municipal", "prefeitura"), ("violação", "estupro"),
    ("graffiti", "pichação"), ("branqueamento de capitais", "lavagem de dinheiro"),
    ("canábis", "maconha"), ("desporto", "esporte"),
])  # fmt: skip
def test_portuguese_of_portugal_and_brazil_names_the_same(portugal: str, brazil: str) -> None:
    assert named(portugal, "pt") == named(brazil, "pt") != set()


@pytest.mark.parametrize(("narrower", "broader"), KINDS_OF)
def test_kinds_are_found_under_what_they_are_kinds_of(narrower: str, broader: str) -> None:
    assert broader in set(above(narrower))


def test_a_word_that_means_two_things_names_both() -> None:
    assert named("enquête", "fr") == {"survey", "investigation"}
    assert named("Verkehr", "de") == {"traffic", "mobility"}


@pytest.mark.parametrize("name", CLOSED)
def test_every_closed_word_has_a_concept(name: str) -> None:
    tagged = {code for concept in find.concepts() for code in (concept.tags or {}).get(name, ())}
    assert {word.value for word in CLOSED[name]} - tagged == set()


def test_there_are_many_concepts_and_each_has_other_words_too() -> None:
    subjects = [one for one in find.concepts() if not WORLD & {one.id, *above(one.id)}]
    assert len(subjects) >= 450
    for language in LANGUAGES:
        bare = [concept.id for concept in subjects if not concept.synonyms[language]]
        assert bare == [], language


def test_every_practice_speaks_of_something_that_has_a_concept() -> None:
    tagged = {
        (name, code)
        for concept in find.concepts()
        for name, codes in (concept.tags or {}).items()
        for code in codes
    }
    for practice in find.practices():
        tags = {(name, str(code)) for name in CLOSED for code in getattr(practice, name)}
        assert tags, practice.id
        assert tags - tagged == set(), practice.id
