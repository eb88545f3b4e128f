"""What other parts of the site may want to hear of, as they stand above the accounts."""

from __future__ import annotations

from django.dispatch import Signal

sign_in_renewed = Signal()
"""Somebody else has made a new link for an account, or taken its second factor away: `account`
(whose), `event` (in the log)."""

standing_changed = Signal()
"""An account acts for another organisation or none, or has lost a role: `account`. What it was told
of before, and what it was given to look on, may not be its business any more."""
