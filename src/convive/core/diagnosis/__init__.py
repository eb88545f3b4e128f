"""From tested tables to ranked findings: pure, by code and parameters, never a sentence."""

from convive.core.diagnosis.build import build_findings
from convive.core.diagnosis.facts import Facts, Row, certainty_of_q
from convive.core.diagnosis.front import front_statements
from convive.core.diagnosis.order import ranked, speaks_of_verdict

__all__ = [
    "Facts",
    "Row",
    "build_findings",
    "certainty_of_q",
    "front_statements",
    "ranked",
    "speaks_of_verdict",
]
