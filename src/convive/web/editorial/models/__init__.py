"""Tables of editions and corrections.

::

    Edition ── Approval              who has looked at exactly this
    CorrectionRecord ── StoodCorrection   what was confirmed, when; only grows
    ReviewRule                       whether audits wait for two people
"""

from __future__ import annotations

from convive.web.editorial.models.corrections import CorrectionRecord, StoodCorrection
from convive.web.editorial.models.editions import Approval, Edition, ReviewRule

__all__ = ["Approval", "CorrectionRecord", "Edition", "ReviewRule", "StoodCorrection"]
