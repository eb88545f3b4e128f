"""Tables of memory and exchange.

::

    OwnEntry ── OwnVersion      what this town tells of an action, checked by a second person
    PartnerTown                 another town: its key, its feed, the newest bundle that was read
      ReceivedEntry             what was accepted of it
      Proposal                  what it proposes, until somebody decides
      Letter                    a question about an entry, asked or received, and its answer
    LocalGrading                how somebody here judged an entry of anybody's
    Publishing                  whether this town publishes; one row
    ShelfChange                 changes with every change of what stands on the shelf; one row

Entries are kept as the JSON of the exchange format: what is read, kept and sent has one form.
"""

from convive.web.shelf.models.exchange import (
    Letter,
    PartnerTown,
    Proposal,
    Publishing,
    ReceivedEntry,
)
from convive.web.shelf.models.memory import LocalGrading, OwnEntry, OwnVersion, ShelfChange

__all__ = [
    "Letter", "LocalGrading", "OwnEntry", "OwnVersion", "PartnerTown", "Proposal", "Publishing",
    "ReceivedEntry", "ShelfChange",
]  # fmt: skip
