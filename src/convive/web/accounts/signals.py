"""What other parts of the site may want to hear of, as they stand above the accounts."""

from __future__ import annotations

from django.dispatch import Signal

second_factor_reset = Signal()
"""A coordinator has taken somebody's second factor away: `account` (whose), `event` (in the log)."""
