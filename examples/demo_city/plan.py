"""What is true in the invented town: names, rates, seasons, and everything that is planted.

Nothing here is measured anywhere; the numbers are chosen so that a town of this size is
believable and every planted effect is large enough to be found and small enough to be missed
by a careless look.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

NAME = "Marvenza"
CITY_ID = "marvenza"
CRS = "EPSG:25830"
CENTRE = (422_000.0, 5_039_000.0)
"""In the open sea, so that the invented town lies on no real one."""
LANGUAGES = ("en", "es", "fr", "it", "de", "pt", "nl")
YEARS = (2021, 2022, 2023, 2024, 2025)
SURVEY_WAVES = {2021: 3600, 2023: 3300, 2025: 3050}
RESIDENTS = 200_000

DISTRICTS = ("Centro", "Colina", "Puerto", "Vega", "San Telmo", "Molinos")
NEIGHBOURHOODS = (
    ("Porta Vella", "Catedral Vieja", "Mercado Hondo", "Estación", "Teatro"),
    ("Miralba", "Santa Lira", "Tres Fuentes", "Olivar Alto", "Monteverdo", "Viñas", "Cuesta Larga"),
    ("Dársena", "Muelle Grande", "Salinas", "Fábrica Nueva", "Pescadores", "Faro", "Canaleta"),
    ("Huerta Real", "Puente Chico", "Alameda", "Los Juncos", "Vega Baja", "Ribera", "Isla Verde"),
    ("San Telmo", "Las Torres", "Ciudad Jardín", "Campo Santo", "La Loma", "Polígono Sur", "Arrabal"),
    ("Molino Viejo", "Acequia", "Santa Brisa", "Los Tilos", "Tejares", "Cantera", "El Soto"),
)  # fmt: skip


@dataclass(frozen=True)
class Offence:
    """One kind of incident: the town's own words, how often, how it changes, when it happens."""

    category: str
    words: tuple[str, ...]
    per_1000: float
    yearly: float
    peak_month: int
    swing: float
    rhythm: str
    visitors: bool = True
    has_range: float = 0.0
    repeat: float = 0.0
    target: str = ""


# category, own words, per 1,000 a year, change a year, season's peak and swing, day and week
OFFENCES = (
    Offence("burglary", ("Robo en vivienda",), 9.0, -0.06, 12, 0.22, "home", visitors=False, has_range=0.75, repeat=0.12, target="VIV"),
    Offence("robbery", ("Robo con violencia o intimidación",), 2.5, -0.03, 8, 0.08, "night", repeat=0.05, target="PER"),
    Offence("violence", ("Lesiones", "Riña tumultuaria"), 14.0, 0.0, 7, 0.14, "night", repeat=0.15, target="PER"),
    Offence("sexual_offences", ("Delito contra la libertad sexual",), 1.5, 0.02, 7, 0.12, "night"),
    Offence("theft", ("Hurto",), 24.0, 0.0, 8, 0.10, "shop"),
    Offence("theft_person", ("Hurto al descuido (carteristas)",), 9.0, 0.0, 8, 0.25, "shop"),
    Offence("bicycle_theft", ("Sustracción de bicicleta",), 7.0, 0.05, 7, 0.45, "day", has_range=0.85),
    Offence("vehicle_theft", ("Sustracción de vehículo",), 2.5, -0.04, 11, 0.05, "home", has_range=0.8),
    Offence("theft_from_vehicle", ("Robo en interior de vehículo",), 9.0, -0.04, 11, 0.08, "home", has_range=0.7),
    Offence("shoplifting", ("Hurto en establecimiento",), 9.0, 0.0, 12, 0.15, "shop", repeat=0.35, target="EST"),
    Offence("vandalism", ("Daños", "Pintadas"), 15.0, 0.0, 6, 0.08, "night", repeat=0.08, target="BIEN"),
    Offence("arson", ("Incendio provocado",), 0.6, 0.0, 8, 0.20, "night"),
    Offence("drugs", ("Tráfico o consumo de drogas",), 5.0, 0.0, 5, 0.05, "day"),
    Offence("weapons", ("Tenencia de armas",), 0.5, 0.0, 6, 0.05, "night"),
    Offence("public_order", ("Desórdenes públicos",), 6.0, 0.0, 7, 0.12, "night"),
    Offence("nuisance", ("Ruido y molestias", "Botellón", "Comportamiento incívico"), 28.0, 0.0, 7, 0.28, "night"),
    Offence("fraud", ("Estafa",), 6.0, 0.08, 12, 0.05, "day"),
    Offence("threat", ("Amenazas",), 4.0, 0.0, 6, 0.06, "day"),
    Offence("other", ("Otros delitos",), 2.4, 0.0, 6, 0.05, "day"),
)  # fmt: skip
UNMAPPED_WORD = "Otras actuaciones"
"""A word that the mapping does not know: the quality report must say so."""


@dataclass(frozen=True)
class RecordingBreak:
    """A change in what is counted, not in what happens."""

    on: date = date(2023, 3, 1)
    ratio: float = 0.80
    categories: tuple[str, ...] = (
        "theft", "theft_person", "bicycle_theft", "vehicle_theft", "theft_from_vehicle",
        "shoplifting", "nuisance", "public_order",
    )  # fmt: skip


@dataclass(frozen=True)
class Action:
    """An intervention of the town and what it truly does."""

    id: str
    title: tuple[tuple[str, str], ...]
    areas: tuple[str, ...]
    comparison_areas: tuple[str, ...]
    starts: date
    categories: tuple[str, ...]
    effect: float


ACTIONS = (
    Action(
        "home-security",
        (
            ("en", "Home security visits after a burglary"),
            ("es", "Visitas de seguridad tras un robo en casa"),
            ("fr", "Visites de sécurité après un cambriolage"),
            ("it", "Visite di sicurezza dopo un furto in casa"),
            ("de", "Sicherheitsbesuche nach einem Einbruch"),
            ("pt", "Visitas de segurança após um assalto a casa"),
            ("nl", "Veiligheidsbezoek na een inbraak"),
        ),
        ("205", "206", "604"),
        (
            "203",
            "207",
            "306",
            "307",
            "404",
            "405",
            "406",
            "503",
            "504",
            "507",
            "601",
            "602",
            "605",
            "607",
        ),
        date(2024, 7, 1),
        ("burglary",),
        -0.30,
    ),
    Action(
        "evening-wardens",
        (
            ("en", "Evening wardens against vandalism"),
            ("es", "Agentes cívicos de tarde contra los daños"),
            ("fr", "Médiateurs du soir contre les dégradations"),
            ("it", "Operatori serali contro i danneggiamenti"),
            ("de", "Abendstreifen gegen Sachbeschädigung"),
            ("pt", "Vigilantes ao fim do dia contra os danos"),
            ("nl", "Avondwachten tegen vernieling"),
        ),
        ("301", "303", "305", "307"),
        ("204", "304", "306", "402", "406", "505", "506", "606"),
        date(2024, 1, 1),
        ("vandalism",),
        0.0,
    ),
)


@dataclass(frozen=True)
class Plan:
    """Everything that is planted. `NULL_PLAN` plants nothing."""

    visitor_areas: tuple[str, ...] = ("101", "102", "103")
    """Many more visitors than residents: high per resident, ordinary per visitor."""
    fearful_areas: tuple[str, ...] = ("403", "506")
    """Felt much worse than recorded."""
    fear_shift: float = 1.5
    """Log odds added there to feeling unsafe."""
    silent_areas: tuple[str, ...] = ("502",)
    """Few reports, many victims."""
    silent_recorded: float = 0.55
    """Recorded level against the city, all kinds."""
    silent_victims: float = 3.0
    """Victim probability of every kind against the city."""
    silent_reporting: float = 0.20
    reporting: float = 0.48
    """Share of victims who report, there and elsewhere."""
    women_after_dark: float = 0.9
    """Log odds of feeling unsafe after dark, women against men."""
    old_after_dark: float = 0.3
    area_spread: float = 0.28
    """Standard deviation of the true log relative risk between areas."""
    kind_spread: float = 0.12
    """The same, of one kind of offence in one area."""
    night_shift: float = -0.35
    """Points on the rating scale that places lose at night."""
    lenient_raters: tuple[str, ...] = ("O04",)
    harsh_raters: tuple[str, ...] = ("O09",)
    rater_shift: float = 0.6
    recording_break: RecordingBreak | None = RecordingBreak()
    actions: tuple[Action, ...] = ACTIONS
    has_trends: bool = True
    growth: float = 0.002
    """Residents more each year."""
    worry_burglary_yearly: float = -0.05
    """Log odds a year."""
    noise_cv: float = 0.12
    """Overdispersion of one area, month and kind; stays in the null city."""
    noise_month: float = 0.02
    """Of a kind over the whole town, from month to month."""
    noise_memory: float = 0.25
    """Autocorrelation of that noise."""
    cluster_spread: float = 0.2
    """Log odds between survey sections; stays in the null city."""
    place_spread: float = 0.45
    """Points between places of one area; stays in the null city."""

    @property
    def is_null(self) -> bool:
        """Tell whether nothing is planted."""
        return not self.has_trends


FULL_PLAN = Plan()
NULL_PLAN = replace(
    FULL_PLAN,
    visitor_areas=(),
    fearful_areas=(),
    silent_areas=(),
    women_after_dark=0.0,
    old_after_dark=0.0,
    area_spread=0.0,
    kind_spread=0.0,
    night_shift=0.0,
    lenient_raters=(),
    harsh_raters=(),
    recording_break=None,
    actions=tuple(replace(action, effect=0.0) for action in ACTIONS),
    has_trends=False,
    growth=0.0,
    worry_burglary_yearly=0.0,
)
