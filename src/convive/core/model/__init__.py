"""The words of the domain as immutable types."""

from convive.core.model.city import (
    City,
    Denominator,
    DisclosureRule,
    EngineChoice,
    Intervention,
    KnownBreak,
    Level,
    Text,
)
from convive.core.model.finding import EvidenceLink, Finding
from convive.core.model.harm import HarmWeights
from convive.core.model.indicator import (
    HarmSum,
    IncidentCount,
    Indicator,
    Measure,
    ObservedScore,
    Reference,
    RepeatShare,
    StatisticValue,
    SurveyShare,
)
from convive.core.model.look import PLAIN, Logo, LogoKind, Look
from convive.core.model.period import Period
from convive.core.model.problem import Place, Problem, Severity
from convive.core.model.vocabulary import (
    FACES,
    Certainty,
    Comparability,
    Face,
    Light,
    Side,
    Status,
    Verdict,
)

__all__ = [
    "FACES",
    "PLAIN",
    "Certainty",
    "City",
    "Comparability",
    "Denominator",
    "DisclosureRule",
    "EngineChoice",
    "EvidenceLink",
    "Face",
    "Finding",
    "HarmSum",
    "HarmWeights",
    "IncidentCount",
    "Indicator",
    "Intervention",
    "KnownBreak",
    "Level",
    "Light",
    "Logo",
    "LogoKind",
    "Look",
    "Measure",
    "ObservedScore",
    "Period",
    "Place",
    "Problem",
    "Reference",
    "RepeatShare",
    "Severity",
    "Side",
    "StatisticValue",
    "Status",
    "SurveyShare",
    "Text",
    "Verdict",
]
