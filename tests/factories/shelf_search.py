"""A small shelf and a small vocabulary, by which one can see what the search does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.app.shelf.documents import documents_of
from convive.catalogue.texts import languages
from convive.core.shelf.concept import Concept
from convive.core.shelf.entry import CATALOGUE_PUBLISHER, Entry, Origin, OriginKind
from convive.core.strategy.practice import (
    Approach,
    Practice,
    PracticeCategory,
    PracticeKind,
    PracticeLinks,
    PracticePlace,
    PracticeResults,
    ResultStrength,
    Setting,
)
from convive.core.strategy.vocabulary import ActionKind, Pillar, TargetGroup, TimeOfDay, Topic
from convive.store.shelf_index import TantivyAnalysis, TantivyShelfIndex

NOTHING: Mapping[str, Any] = {
    "version": 1, "status": "checked", "kind": PracticeKind.PRACTICE,
    "category": PracticeCategory.ACTIVITY, "places": (), "years": None, "lead": "",
    "partners": (), "focus": (), "topics": (), "kinds": (), "pillars": (), "levels": (),
    "groups": (), "times": (), "sectors": (), "setting": (), "approach": (), "problem": "",
    "mechanism": "", "activities": "", "resources": "", "cost": None,
    "results": PracticeResults("", ResultStrength.NONE_REPORTED), "success_factors": (),
    "barriers": (), "transferability": "", "end_users": "", "cost_benefit": "", "risk": "",
    "sustainability": "", "cross_cutting": {}, "grades": {}, "contradictions": (), "aliases": (),
    "sources": (), "links": PracticeLinks((), (), ""), "person_risk": False,
}  # fmt: skip

CATALOGUE = Origin(OriginKind.CATALOGUE, CATALOGUE_PUBLISHER, "")


def practice(identifier: str, title: str | Mapping[str, str], **given: Any) -> Practice:
    """Return a practice that has nothing but what is given; a plain text is English."""
    texts = {"title": title, "summary": given.pop("summary", "")}
    told = {
        name: text if isinstance(text, Mapping) else {"en": text} for name, text in texts.items()
    }
    return Practice(**{"id": identifier, **NOTHING, **told, **given})


def entry(
    identifier: str, title: str | Mapping[str, str], *, origin: Origin = CATALOGUE, **given: Any
) -> Entry:
    """Return an entry of such a practice."""
    return Entry(practice(identifier, title, **given), origin)


def concept(
    identifier: str,
    *labels: str,
    broader: tuple[str, ...] = (),
    tags: Mapping[str, tuple[str, ...]] | None = None,
) -> Concept:
    """Return a concept; a label a language in their order, further words behind slashes."""
    words = {
        language: tuple(word.strip() for word in label.split("/"))
        for language, label in zip(languages(), labels, strict=True)
    }
    return Concept(
        identifier,
        {language: found[0] for language, found in words.items()},
        {language: found[1:] for language, found in words.items()},
        broader=broader,
        tags=tags,
    )


def everywhere(text: str) -> dict[str, str]:
    """Return a title that is not translated."""
    return dict.fromkeys(languages(), text)


def index_of(entries: tuple[Entry, ...], concepts: tuple[Concept, ...] = ()) -> TantivyShelfIndex:
    """Return the search over them."""
    return TantivyShelfIndex(documents_of(entries, ()), concepts, TantivyAnalysis())


CONCEPTS = (
    concept(
        "theft", "theft / stealing", "vol / vols", "robo / hurto", "furto", "Diebstahl",
        "furto / roubo", "diefstal", tags={"topics": ("theft",)},
    ),
    concept(
        "pickpocketing", "pickpocketing", "vol à la tire / pickpockets", "carterismo / carterista",
        "borseggio", "Taschendiebstahl", "carteirista", "zakkenrollerij", broader=("theft",),
    ),
    concept(
        "burglary", "burglary / break-in", "cambriolage", "robo en viviendas", "furto in abitazione",
        "Einbruch / Wohnungseinbruch", "assalto a residências", "woninginbraak / inbraak",
    ),
    concept(
        "drug_dealing", "drug dealing / dealers", "deal / trafic de drogue / point de deal",
        "venta de drogas / trapicheo / menudeo", "spaccio", "Drogenhandel / Dealer",
        "tráfico de droga / venda de droga", "drugshandel / dealen", tags={"topics": ("drugs",)},
    ),
    concept(
        "feeling_of_insecurity", "feeling of insecurity / fear of crime", "sentiment d'insécurité",
        "sensación de inseguridad", "senso di insicurezza / percezione di insicurezza",
        "Unsicherheitsgefühl / subjektive Sicherheit", "sentimento de insegurança",
        "onveiligheidsgevoel / onveiligheidsgevoelens",
        tags={"topics": ("feeling_of_insecurity",)},
    ),
    concept(
        "night", "night / at night", "nuit", "noche", "notte", "Nacht / nachts", "noite", "nacht",
        tags={"times": ("night",)},
    ),
)  # fmt: skip

ENTRIES = (
    entry(
        "walks", "Exploratory walks with women",
        summary={
            "en": "Women walk through their neighbourhood and say where they feel unsafe.",
            "fr": "Des femmes parcourent leur quartier et disent où elles ne se sentent pas en sécurité.",
        },
        topics=(Topic.FEELING_OF_INSECURITY, Topic.PUBLIC_SPACE), groups=(TargetGroup.WOMEN,),
        kinds=(ActionKind.KNOWLEDGE,), places=(PracticePlace("Montréal", "CA"),),
        setting=(Setting.STREET,), approach=(Approach.PARTICIPATORY,),
    ),
    entry(
        "tram", {"fr": "Halte aux pickpockets dans le tram", "en": "No pickpockets on the tram"},
        summary={"en": "Plain-clothes teams and announcements in the tram."},
        topics=(Topic.TRANSPORT,), places=(PracticePlace("Nice", "FR"),),
        kinds=(ActionKind.ENFORCEMENT,), pillars=(Pillar.SANCTION,),
        setting=(Setting.PUBLIC_TRANSPORT,),
    ),
    entry(
        "bicycles", {"en": "Marked bicycles", "de": "Codierte Fahrräder"},
        summary={"en": "Bicycles get a code, so that stolen ones are known again."},
        topics=(Topic.THEFT,), places=(PracticePlace("Göttingen", "DE"),),
    ),
    entry(
        "square", {"pt": "Mediação na praça", "en": "Mediation on the square"},
        summary={
            "pt": "Mediadores falam com quem vende droga e com os moradores.",
            "en": "Mediators speak with residents and with those who deal in the square.",
        },
        topics=(Topic.DRUGS,), kinds=(ActionKind.MEDIATION,), times=(TimeOfDay.NIGHT,),
        places=(PracticePlace("Setúbal", "PT"),), groups=(TargetGroup.YOUNG_PEOPLE,),
    ),
    entry(
        "hosts", everywhere("Nachtvlinder"), aliases=("Ask for Nora",),
        summary={"nl": "Gastvrouwen en gastheren in het uitgaansgebied."},
        times=(TimeOfDay.NIGHT,), topics=(Topic.NIGHTLIFE,),
        places=(PracticePlace("Gent", "BE"),),
    ),
    entry(
        "camera", "Cameras that recognise faces", topics=(Topic.TECHNOLOGY, Topic.THEFT),
        summary="Software marks persons on the square and in the tram.", person_risk=True,
    ),
    entry(
        "lamps", "Lamps on the square", topics=(Topic.PUBLIC_SPACE,),
        summary="New lamps on the square and in the tram.", times=(TimeOfDay.NIGHT,),
    ),
)  # fmt: skip
"""Seven entries: what each is for stands in the tests."""
