"""The mapping wizard: looks at a file, proposes its mapping, shows what it would give, saves it."""

from convive.connectors.city_pack.wizard.proposal import ways_to_fill
from convive.connectors.city_pack.wizard.propose import FAMILIES
from convive.connectors.city_pack.wizard.session import Session, bring_file, open_session
from convive.connectors.city_pack.wizard.writing import save_mapping

__all__ = ["FAMILIES", "Session", "bring_file", "open_session", "save_mapping", "ways_to_fill"]
