"""What is published, whom this town listens to, and what waits for a decision."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Count, Q, QuerySet

from convive.app.shelf.subscriptions import Subscription
from convive.core.errors import ConflictError, ConviveError
from convive.core.shelf import merge
from convive.core.shelf.bundle import KnownPublisher, Trust
from convive.core.shelf.entry import Entry
from convive.web.fieldwork.pack import own_pack
from convive.web.shelf.models import (
    Letter,
    OwnEntry,
    PartnerTown,
    Proposal,
    Publishing,
    ReceivedEntry,
)
from convive.web.shelf.selectors.on_shelf import OWN, local_gradings
from convive.wiring.shelf_exchange import shelf_keys
from convive.wiring.shelf_parts import entry_of_json


def publishable() -> list[Entry]:
    """Return the chosen entries as they stand on the shelf, with this town's gradings."""
    rows = OwnEntry.objects.filter(is_published=True, is_withdrawn=False, content__isnull=False)
    entries = [entry_of_json(one.content) for one in rows]
    return [
        replace(one, gradings=(*one.gradings, *local_gradings(f"{OWN}/{one.practice.id}")))
        for one in entries
    ]


def with_contact(entry: Entry, contact: str) -> Entry:
    """Return an entry whose experiences name the office that answers."""
    told = tuple(replace(one, contact=contact) for one in entry.experiences)
    return replace(entry, experiences=told)


def own_fingerprint() -> str:
    """Return the fingerprint by which other towns know this one; empty without a pack."""
    try:
        return shelf_keys(own_pack()).open().current.fingerprint
    except ConviveError:
        return ""


def trust_now() -> Trust:
    """Return whose bundles are read here."""
    try:
        own = shelf_keys(own_pack()).open().own
    except ConviveError:
        own = frozenset()
    return Trust(own, {one.fingerprint: known_publisher(one) for one in followed()})


def followed() -> QuerySet[PartnerTown]:
    """Return the towns that this one listens to."""
    return PartnerTown.objects.filter(is_followed=True)


def known_publisher(town: PartnerTown) -> KnownPublisher:
    """Return a town as the exchange knows it."""
    return KnownPublisher(town.name, town.fingerprint, town.last_sequence, tuple(town.formerly))


def subscription_of(town: PartnerTown) -> Subscription:
    """Return a town's feed as the exchange knows it."""
    return Subscription(
        town.feed, town.next_due, town.tag, town.last_good, town.failures, town.error
    )


def accepted_entries() -> list[merge.Accepted]:
    """Return every received entry, as the merge takes it."""
    return [accepted_of(one) for one in ReceivedEntry.objects.all()]


def accepted_of(one: ReceivedEntry) -> merge.Accepted:
    """Return a received entry as the merge takes it."""
    return merge.Accepted(
        entry_of_json(one.base),
        entry_of_json(one.kept),
        note=one.note,
        is_withdrawn=one.is_withdrawn,
    )


def received_of(proposal: Proposal) -> ReceivedEntry | None:
    """Return what stands here of the entry that a proposal is about."""
    return ReceivedEntry.objects.filter(town=proposal.town, name=proposal.name).first()


def plain_proposal(proposal: Proposal) -> merge.Proposal:
    """Return a proposal against what stands here now.

    Raises
    ------
    ConflictError
        SHELF_PROPOSAL_OVER where what it is about is not here (any more).
    """
    sent, kind = entry_of_json(proposal.sent), merge.ProposalKind(proposal.kind)
    row = received_of(proposal)
    if kind is merge.ProposalKind.NEW and row is None:
        return merge.Proposal(kind, sent)
    if row is None:
        raise ConflictError("SHELF_PROPOSAL_OVER")
    before = accepted_of(row)
    if kind is merge.ProposalKind.WITHDRAWN:
        return merge.Proposal(kind, before.base, before, reason=proposal.reason)
    changes = merge.differences(before.base, before.kept, sent)
    return merge.Proposal(merge.ProposalKind.CHANGED, sent, before, changes)


def waiting_proposals() -> QuerySet[Proposal]:
    """Return the proposals that nobody has decided on, the oldest first."""
    found = Proposal.objects.filter(state=Proposal.State.WAITING)
    return found.select_related("town").order_by("town__name", "pk")


def towns_with_counts() -> QuerySet[PartnerTown]:
    """Return every town with how much was accepted and waits."""
    waiting = Count("proposals", filter=Q(proposals__state=Proposal.State.WAITING), distinct=True)
    return PartnerTown.objects.annotate(
        n_waiting=waiting, n_entries=Count("entries", distinct=True)
    )


def town_of_ref(ref: str) -> PartnerTown | None:
    """Return the town that published an entry, None where it is none that this one listens to."""
    publisher = ref.partition("/")[0]
    return next((one for one in followed() if publisher in {one.root, one.fingerprint}), None)


def letters() -> QuerySet[Letter]:
    """Return questions asked and received, the newest first."""
    return Letter.objects.select_related("town")


def contact_now() -> str:
    """Return the mailbox of the office that answers; empty where none is given."""
    return Publishing.objects.values_list("contact", flat=True).first() or ""


def received_at(ref: str) -> ReceivedEntry | None:
    """Return the received entry that stands here under a ref."""
    publisher, _, name = ref.partition("/")
    rows = ReceivedEntry.objects.filter(name=name).select_related("town")
    return next((one for one in rows if one.town.root == publisher), None)
