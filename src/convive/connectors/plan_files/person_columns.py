"""Headers of columns about persons: a plan is about places, groups and organisations only."""

from __future__ import annotations

import re
import unicodedata

_HEADERS = """
first name; last name; surname; family name; full name; person; date of birth; birth date; birthday;
born; place of birth; risk score; risk level of person; id number; identity card; passport; phone;
mobile; e-mail; email; home address; nationality; name; contact person; social security number;
prénom; nom de famille; nom et prénom; nom; date de naissance; né le; née le; lieu de naissance;
score de risque; numéro d'identité; passeport; téléphone; courriel; adresse personnelle; nationalité;
numéro de sécurité sociale;
nombre de pila; apellido; apellidos; nombre y apellidos; nombre; fecha de nacimiento; nacido el;
lugar de nacimiento; puntuación de riesgo; dni; nie; pasaporte; teléfono; correo electrónico;
domicilio; nacionalidad;
cognome; nome e cognome; nome; data di nascita; nato il; nata il; luogo di nascita;
punteggio di rischio; codice fiscale; carta d'identità; passaporto; telefono; posta elettronica;
indirizzo di casa; nazionalità; cittadinanza;
vorname; nachname; familienname; name der person; geburtsdatum; geboren am; geburtsort; risikowert;
risikopunkte; ausweisnummer; reisepass; telefon; handy; wohnanschrift; staatsangehörigkeit;
sozialversicherungsnummer;
nome próprio; apelido; sobrenome; nome completo; data de nascimento; nascido em; local de nascimento;
pontuação de risco; cartão de cidadão; nif; passaporte; telefone; telemóvel; morada; nacionalidade;
voornaam; achternaam; familienaam; naam; volledige naam; geboortedatum; geboren op; geboorteplaats;
risicoscore; bsn; rijksregisternummer; paspoort; telefoon; woonadres; nationaliteit
"""
_ROOTS = ("birth", "naissance", "nacimiento", "nascita", "geburt", "nascimento", "geboorte",
          "surname", "apellido", "cognome", "nachname", "vorname", "achternaam", "voornaam",
          "passport", "passeport", "pasaporte", "passaporte", "passaporto", "reisepass",
          "risk score", "risico score", "risicoscore", "risikowert")  # fmt: skip
"""What no column of a plan is called, whatever stands beside it."""


def _plain(header: str) -> str:
    decomposed = unicodedata.normalize("NFKD", header.casefold())
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


_KNOWN = frozenset(_plain(one) for one in _HEADERS.replace("\n", " ").split(";")) - {""}
_FRAGMENTS = tuple(_plain(one) for one in _ROOTS)


def is_about_persons(header: str) -> bool:
    """Tell whether a header that no plan has is one of a list of persons.

    Examples
    --------
    >>> is_about_persons("Date_of_Birth"), is_about_persons("Nachname / Vorname")
    (True, True)
    >>> is_about_persons("Remarks")
    False
    """
    plain = _plain(header)
    return plain in _KNOWN or any(part in plain for part in _FRAGMENTS)
