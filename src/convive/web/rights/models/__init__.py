"""Tables: agreements, who looked at what and why, and what was erased."""

from convive.web.rights.models.agreement import Agreement
from convive.web.rights.models.proof import Proof
from convive.web.rights.models.reading import RestrictedRead

__all__ = ["Agreement", "Proof", "RestrictedRead"]
