"""The pack's TOML files: `city.toml` and one mapping a source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from . import look
from .fieldwork import DIRECTIONS, FACES, PARAMETERS, THEMES
from .plan import CITY_ID, CRS, LANGUAGES, NAME, OFFENCES, Action
from .survey import ITEMS, NO_ANSWER

Words = Mapping[str, str]


def _quote(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False)


def _table(items: Iterable[tuple[str, str]]) -> str:
    """Return an inline table of strings."""
    return "{ " + ", ".join(f"{key} = {_quote(value)}" for key, value in items) + " }"


def _text(*words: str) -> str:
    """Return a text in the seven languages, given in their order."""
    return _table(zip(LANGUAGES, words, strict=True))


def _list(items: Iterable[str]) -> str:
    """Return an array of strings."""
    return "[" + ", ".join(map(_quote, items)) + "]"


def city_toml(seed: int, actions: tuple[Action, ...]) -> str:
    """Return `city.toml`. The break in recording is not declared: the audit must find it."""
    neighbourhood = _text(
        "Neighbourhood", "Barrio", "Quartier", "Quartiere", "Stadtteil", "Bairro", "Wijk"
    )
    district = _text(
        "District",
        "Distrito",
        "Arrondissement",
        "Circoscrizione",
        "Bezirk",
        "Distrito",
        "Stadsdeel",
    )
    residents = _text(
        "residents", "residentes", "habitants", "residenti", "Einwohner", "residentes", "inwoners"
    )
    workday = _text(
        "people present on a working day", "personas presentes en día laborable", "personnes présentes un jour ouvré",
        "persone presenti in un giorno feriale", "Anwesende an einem Werktag", "pessoas presentes num dia útil",
        "aanwezigen op een werkdag",
    )  # fmt: skip
    dwellings = _text(
        "dwellings", "viviendas", "logements", "abitazioni", "Wohnungen", "habitações", "woningen"
    )
    venues = _text(
        "places of going out", "locales de ocio", "lieux de sortie", "locali di svago", "Lokale", "locais de saída",
        "uitgaansgelegenheden",
    )  # fmt: skip
    head = f"""# {NAME} is an invented town: no such place exists, and every figure is simulated.
[city]
id = "{CITY_ID}"
name = "{NAME}"
country = "ES"
languages = {_list(LANGUAGES)}
time_zone = "Europe/Madrid"
crs = "{CRS}"
base_year = 2021
seed = {seed}

[[levels]]
id = "district"
name = {district}
file = "territory/areas.gpkg"
layer = "distritos"
code = "cod_distrito"
label = "nombre"

[[levels]]
id = "neighbourhood"
name = {neighbourhood}
file = "territory/areas.gpkg"
layer = "barrios"
code = "cod_barrio"
label = "nombre"
parent = "cod_distrito"
analysis = true

[[denominators]]
id = "residents"
name = {residents}

[[denominators]]
id = "workday_population"
name = {workday}

[[denominators]]
id = "dwellings"
name = {dwellings}

[[denominators]]
id = "venues"
name = {venues}

[denominator_of]
burglary_rate = "dwellings"

[disclosure]
min_count = 5
min_respondents = 30
min_observations = 10
reason = "Agreed with the data protection officer"

[harm]
file = "harm.toml"

[look]
logo = "look/logo.svg"
logo_text = {_table(look.LOGO_TEXT.items())}
colour = "{look.COLOUR}"
"""
    return head + "".join(map(_intervention, actions))


INVENTED_WEIGHTS = {
    "robbery": 60, "violence": 40, "sexual_offences": 400, "burglary": 20, "theft": 2, "theft_person": 4,
    "bicycle_theft": 2, "vehicle_theft": 10, "theft_from_vehicle": 3, "shoplifting": 1, "vandalism": 2, "arson": 40,
    "threat": 8, "weapons": 8, "public_order": 2, "drugs": 5, "nuisance": 0.5,
}  # fmt: skip
"""Points of harm; invented with the town, taken from no court and no study."""


def harm_toml() -> str:
    """Return the town's invented harm weights, clearly marked as such."""
    unit = _text("points", "puntos", "points", "punti", "Punkten", "pontos", "punten")
    limits = _text(
        "The weights are invented with the town.",
        "Los pesos están inventados con la ciudad.",
        "Les poids sont inventés avec la ville.",
        "I pesi sono inventati con la città.",
        "Die Gewichte sind mit der Stadt erfunden.",
        "Os pesos foram inventados com a cidade.",
        "De gewichten zijn met de stad verzonnen.",
    )
    rows = "".join(
        f'\n[[weights]]\ncategory = "{category}"\nweight = {weight}\n'
        for category, weight in INVENTED_WEIGHTS.items()
    )
    return f"""# Invented weights of an invented town: an example of the form, not of the numbers.
id = "{CITY_ID}_invented"
version = 1
unit = {unit}
source = "Invented for this demonstration; no court, survey or study stands behind it"
author = "Nobody: the town is invented"
dated = 2024-01-15
cannot_show = {limits}
invented = true
{rows}"""


def _intervention(action: Action) -> str:
    return f"""
[[interventions]]
id = "{action.id}"
title = {_table(action.title)}
level = "neighbourhood"
areas = {_list(action.areas)}
comparison_areas = {_list(action.comparison_areas)}
starts = {action.starts.isoformat()}
categories = {_list(action.categories)}
"""


PROTECTION: Mapping[str, str] = {
    "police": """legal_basis = "Art. 6(1)(e) GDPR; local prevention plan, agreement with the police"
purpose = ["diagnosis of local security", "evaluation of measures"]
retention_months = 120
agreement_ends = 2035-12-31
contact = "Data protection office of the town hall"
personal_data = "pseudonymous"
""",
    "residents_survey": """legal_basis = "Art. 6(1)(a) GDPR; consent of the respondents"
purpose = "residents' experience and feeling of safety"
retention_months = 120
contact = "Data protection office of the town hall"
personal_data = "pseudonymous"
""",
    "walks": """legal_basis = "Art. 6(1)(e) GDPR; observation of public places"
purpose = "rating of places"
retention_months = 120
contact = "Data protection office of the town hall"
personal_data = "pseudonymous"
""",
    "talks": """legal_basis = "Art. 6(1)(e) GDPR"
purpose = "themes of interviews and meetings"
retention_months = 120
contact = "Data protection office of the town hall"
personal_data = "none"
""",
}
"""Terms of the sources whose rows may be about persons."""


def _source(source_id: str, title: str, owner: str, files: Iterable[str]) -> str:
    terms = PROTECTION.get(source_id)
    protection = f"\n[source.protection]\n{terms}" if terms else ""
    return f"""[source]
id = "{source_id}"
title = {title}
owner = {_quote(owner)}
licence = "CC0-1.0 (simulated data)"
files = {_list(files)}
{protection}"""


def incidents_toml() -> str:
    """Return the mapping of the police extract: one file a year."""
    title = _text(
        "Police incidents", "Incidencias policiales", "Faits constatés par la police", "Fatti registrati dalla polizia",
        "Polizeilich erfasste Vorfälle", "Ocorrências policiais", "Door de politie geregistreerde voorvallen",
    )  # fmt: skip
    words = "".join(
        f"{_quote(word)} = {_quote(o.category)}\n" for o in OFFENCES for word in o.words
    )
    return f"""{_source("police", title, f"Policía Local de {NAME}", ["incidencias-*.csv"])}
[format]
delimiter = ";"
decimal = ","
day_first = true

[columns]
id = "Expediente"
starts = ["Fecha desde", "Hora desde"]
ends = ["Fecha hasta", "Hora hasta"]
category = "Tipo"
x = "X"
y = "Y"
crs = "{CRS}"
target = "Objeto"

[categories.map]
{words}"""


def survey_toml() -> str:
    """Return the mapping of the residents' survey: one file a wave."""
    title = _text(
        "Residents' security survey", "Encuesta vecinal de seguridad", "Enquête de sécurité auprès des habitants",
        "Indagine sulla sicurezza dei residenti", "Einwohnerbefragung zur Sicherheit",
        "Inquérito de segurança aos residentes", "Veiligheidsmonitor onder inwoners",
    )  # fmt: skip
    blocks = []
    for item, (column, labels) in ITEMS.items():
        answers = "".join(f"{_quote(label)} = {_quote(code)}\n" for code, label in labels.items())
        blocks.append(f'[items.{item}]\ncolumn = "{column}"\n[items.{item}.answers]\n{answers}\n')
    return f"""age_groups = [16, 25, 45, 65]

{_source("residents_survey", title, f"Ayuntamiento de {NAME}", ["encuesta-*.csv"])}
[survey]
missing = [{_quote(NO_ANSWER)}]

[columns]
respondent = "cuestionario"
weight = "peso"
stratum = "distrito"
cluster = "seccion"
area = "barrio"
area_level = "neighbourhood"
sex = "sexo"
age = "edad"
wave = "oleada"
wave_date = "fecha"

[sex]
"Mujer" = "female"
"Hombre" = "male"

{"".join(blocks)}"""


def statistics_toml() -> str:
    """Return the mapping of the yearly neighbourhood table."""
    title = _text(
        "Neighbourhood register", "Padrón y estadística de barrios", "Statistiques des quartiers",
        "Statistiche dei quartieri", "Stadtteilstatistik", "Estatística dos bairros", "Wijkstatistiek",
    )  # fmt: skip
    pairs = (
        ("residentes", "residents"), ("presentes_laborable", "workday_population"),
        ("viviendas", "dwellings"), ("locales_ocio", "venues"), ("paro_pct", "unemployment"), ("abandono_escolar_pct", "school_leaving"),
    )  # fmt: skip
    values = "".join(
        f'[[values]]\ncolumn = "{column}"\nstatistic = "{statistic}"\n\n'
        for column, statistic in pairs
    )
    return f"""{_source("register", title, "Oficina de Estadística", ["barrios.csv"])}
[columns]
area = "barrio"
area_level = "neighbourhood"
year = "año"

{values}"""


def housing_toml() -> str:
    """Return the mapping of the housing workbook."""
    title = _text(
        "Housing conditions", "Condiciones de la vivienda", "Conditions de logement", "Condizioni abitative",
        "Wohnverhältnisse", "Condições de habitação", "Woonomstandigheden",
    )  # fmt: skip
    pairs = (
        ("Viviendas en alquiler (%)", "rented_housing"), ("Viviendas vacías (%)", "vacant_housing"),
        ("Hogares hacinados (%)", "crowded_housing"),
    )  # fmt: skip
    values = "".join(
        f'[[values]]\ncolumn = "{column}"\nstatistic = "{statistic}"\n\n'
        for column, statistic in pairs
    )
    return f"""{_source("housing", title, "Servicio de Vivienda", ["vivienda.xlsx"])}
[format]
sheet = "Barrios {{year}}"
header_row = 4

[columns]
area = "Código"
area_level = "neighbourhood"

{values}"""


def observations_toml() -> str:
    """Return the mapping of the safety walks."""
    title = _text(
        "Safety walks", "Recorridos de seguridad", "Marches exploratoires", "Camminate esplorative",
        "Sicherheitsbegehungen", "Caminhadas exploratórias", "Veiligheidsschouwen",
    )  # fmt: skip
    items = "".join(f'{item} = "{column}"\n' for item, column in PARAMETERS.items())
    return f"""{_source("walks", title, "Mesa de Prevención", ["recorridos.csv"])}
[columns]
stop = "parada"
place = "lugar"
rater = "observador"
date = "fecha"
daypart = "momento"
x = "x"
y = "y"
crs = "{CRS}"

[dayparts]
day = ["día"]
night = ["noche"]

[items]
{items}"""


def notes_toml() -> str:
    """Return the mapping of the interview notes."""
    title = _text(
        "Interviews and meetings", "Entrevistas y reuniones", "Entretiens et réunions", "Interviste e incontri",
        "Gespräche und Treffen", "Entrevistas e reuniões", "Gesprekken en bijeenkomsten",
    )  # fmt: skip

    def reverse(words: Words) -> str:
        return "".join(f"{_quote(word)} = {_quote(code)}\n" for code, word in words.items())

    return f"""{_source("talks", title, "Mesa de Prevención", ["entrevistas.csv"])}
[columns]
id = "nota"
date = "fecha"
area = "barrio"
area_level = "neighbourhood"
theme = "tema"
face = "aspecto"
direction = "tendencia"

[themes]
{reverse(THEMES)}
[faces]
{reverse(FACES)}
[directions]
{reverse(DIRECTIONS)}"""


STRATEGY = f"""# {NAME}: what is planned (invented)

Municipal prevention plan 2024-2027, short form.

1. Fewer burglaries: home security visits after a burglary, in three neighbourhoods first (from July 2024).
2. Less vandalism in the port district: evening wardens (from January 2024).
3. Streets that women use without fear after dark: lighting review, to be decided.
"""
