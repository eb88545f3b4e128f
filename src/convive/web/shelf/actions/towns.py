"""Other towns: whom this one listens to, what came in, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.app.shelf.exchange import Received, answers_to, questions_to, receive
from convive.app.shelf.subscriptions import Look, Subscription
from convive.core.errors import ConflictError
from convive.core.model import Place, Problem
from convive.core.shelf.bundle import Bundle
from convive.core.shelf.merge import Proposal as PlainProposal
from convive.core.shelf.merge import ProposalKind
from convive.web.audit_log.actions import record
from convive.web.shelf.actions.telling import tell_editors
from convive.web.shelf.models import Letter, PartnerTown, Proposal
from convive.web.shelf.selectors.exchange import accepted_entries, trust_now
from convive.wiring.shelf_exchange import BundleFiles
from convive.wiring.shelf_parts import digest_of, entry_as_json

MOST_WAITING = 20
"""Questions of one town that wait for an answer; what comes beyond them is left out and told."""
_MOST_TOLD = 40
"""Problems of a bundle that are kept for the page."""


@dataclass(frozen=True)
class TakenIn:
    """What came of a bundle."""

    town: PartnerTown | None
    n_proposals: int = 0
    n_letters: int = 0
    problems: tuple[Problem, ...] = ()


@transaction.atomic
def follow_town(name: str, fingerprint: str, feed: str, *, by: Any) -> PartnerTown:
    """Listen to a town whose fingerprint somebody has compared; one left before is taken up again.

    Raises
    ------
    ConflictError
        SHELF_TOWN_KNOWN, SHELF_OWN_KEY.
    """
    if fingerprint in trust_now().own:
        raise ConflictError("SHELF_OWN_KEY")
    known = next((one for one in PartnerTown.objects.select_for_update()
                  if fingerprint in {one.fingerprint, *one.formerly}), None)  # fmt: skip
    if known is not None and known.is_followed:
        raise ConflictError("SHELF_TOWN_KNOWN", town=known.name)
    town = known or PartnerTown(fingerprint=fingerprint)
    town.name, town.feed, town.is_followed, town.next_due = name, feed, True, timezone.now()
    town.tag, town.failures, town.error, town.problems = "", 0, "", []
    town.save()
    record("shelf.town_followed", actor=by, thing=("partner_town", town.pk))
    return town


@transaction.atomic
def leave_town(town: PartnerTown, *, by: Any) -> None:
    """Listen to a town no more; what was accepted of it stays."""
    if PartnerTown.objects.filter(pk=town.pk, is_followed=True).update(is_followed=False):
        record("shelf.town_left", actor=by, thing=("partner_town", town.pk))


@transaction.atomic
def take_file(data: bytes, name: str, *, today: date, by: Any) -> TakenIn:
    """Read a bundle that somebody has as a file: it becomes proposals, or is refused whole."""
    trust = trust_now()
    received = receive(
        data, name, files=BundleFiles(), trust=trust, accepted=accepted_entries(), today=today
    )
    if received.bundle is None:
        return TakenIn(None, problems=received.problems)
    town = PartnerTown.objects.select_for_update().get(
        fingerprint=received.bundle.publisher.fingerprint
    )
    taken = _take_in(town, received, received.bundle, own=trust.own)
    record(
        "shelf.bundle_read", actor=by, thing=("partner_town", town.pk),
        sequence=received.bundle.sequence, n=taken.n_proposals,
    )  # fmt: skip
    return taken


def take_look(town_id: int, before: Subscription, seen: Look) -> TakenIn:
    """Keep what came of a look at a feed; in the caller's transaction.

    A bundle that somebody handed in as a file meanwhile is not read twice; a feed whose address
    was changed meanwhile is looked at anew.
    """
    town = PartnerTown.objects.select_for_update().get(pk=town_id)
    if town.feed != before.address or not town.is_followed:
        return TakenIn(None)
    own, n_proposals, n_letters = trust_now().own, 0, 0
    problems: list[Problem] = list(seen.problems)
    for received in seen.received:
        bundle = received.bundle
        is_new = bundle is not None and bundle.sequence > town.last_sequence
        if not is_new:
            problems += received.problems
        if bundle is None or bundle.publisher.fingerprint != town.fingerprint:
            continue
        if is_new:
            taken = _take_in(town, received, bundle, own=own)
            problems += taken.problems
            n_proposals, n_letters = n_proposals + taken.n_proposals, n_letters + taken.n_letters
    _keep_subscription(town, seen.subscription, problems)
    record(
        "shelf.feed_read", label="worker", thing=("partner_town", town.pk),
        n=n_proposals, error=seen.subscription.error,
    )  # fmt: skip
    return TakenIn(town, n_proposals, n_letters, tuple(problems))


def due_towns(now: datetime) -> list[PartnerTown]:
    """Return the towns at whose feed it is time to look."""
    found = PartnerTown.objects.filter(is_followed=True, next_due__lte=now).exclude(feed="")
    return list(found)


def _take_in(
    town: PartnerTown, received: Received, bundle: Bundle, *, own: frozenset[str]
) -> TakenIn:
    """Keep proposals and letters of a bundle, and that it was read."""
    n_proposals = _keep_proposals(town, received.proposals)
    n_asked, is_too_much = _keep_questions(town, bundle, own)
    n_letters = n_asked + _keep_answers(town, bundle, own)
    town.last_sequence = bundle.sequence
    problems = received.problems
    if is_too_much:
        problems = (Problem("SHELF_LETTERS_WAIT", Place("")), *problems)
    town.problems = _as_json(problems)
    if bundle.successor is not None:
        town.formerly = [*town.formerly, town.fingerprint]
        town.fingerprint = bundle.successor.fingerprint
    town.save()
    if n_proposals:
        tell_editors("shelf_proposals", f"proposals:{town.pk}:{bundle.sequence}", ("shelf-exchange", ()),
                     thing=("partner_town", town.pk), town=town.name, n=n_proposals)  # fmt: skip
    return TakenIn(town, n_proposals, n_letters, problems)


def _keep_proposals(town: PartnerTown, proposals: tuple[PlainProposal, ...]) -> int:
    """Replace what waits by what is proposed now; what was rejected is not asked again."""
    waiting = {one.digest: one for one in town.proposals.filter(state=Proposal.State.WAITING)}
    rejected = set(
        town.proposals.filter(state=Proposal.State.REJECTED).values_list("digest", flat=True)
    )
    n = 0
    for one in proposals:
        sent = entry_as_json(one.sent)
        digest = digest_of(one.kind.value, sent, one.reason)
        if waiting.pop(digest, None) is not None or digest in rejected:
            continue
        Proposal.objects.create(
            town=town, name=one.sent.practice.id, kind=one.kind, sent=sent, digest=digest,
            reason=one.reason if one.kind is ProposalKind.WITHDRAWN else "",
        )  # fmt: skip
        n += 1
    gone = [one.pk for one in waiting.values()]
    Proposal.objects.filter(pk__in=gone).update(state=Proposal.State.REPLACED)
    return n


def _keep_questions(town: PartnerTown, bundle: Bundle, own: frozenset[str]) -> tuple[int, bool]:
    """Return how many are new, and whether some were left out; editors get one notice for all."""
    known = set(town.letters.filter(is_asked_here=False).values_list("code", flat=True))
    new = [one for one in questions_to(bundle, own) if one.id not in known]
    waiting = town.letters.filter(is_asked_here=False, answer="").count()
    kept = new[: max(0, MOST_WAITING - waiting)]
    made = [
        Letter.objects.create(
            town=town, is_asked_here=False, code=one.id, about=one.about, text=one.text,
            language=one.language, on=one.on, contact=one.contact,
        )
        for one in kept
    ]  # fmt: skip
    if made:
        page = ("shelf-letter", (made[0].pk,)) if len(made) == 1 else ("shelf-letters", ())
        tell_editors("shelf_question", f"question:{made[0].pk}", page,
                     thing=("letter", made[0].pk), town=town.name)  # fmt: skip
    return len(made), len(kept) < len(new)


def _keep_answers(town: PartnerTown, bundle: Bundle, own: frozenset[str]) -> int:
    n = 0
    for one in answers_to(bundle, own):
        asked = Letter.objects.filter(town=town, is_asked_here=True, code=one.question, answer="")
        n_kept = asked.update(
            answer=one.text, answer_language=one.language, answered_on=one.on,
            answer_contact=one.contact,
        )  # fmt: skip
        if n_kept:
            letter = Letter.objects.get(town=town, is_asked_here=True, code=one.question)
            n += 1
            tell_editors("shelf_answer", f"answer:{letter.pk}", ("shelf-letter", (letter.pk,)),
                         thing=("letter", letter.pk), town=town.name)  # fmt: skip
    return n


def _keep_subscription(town: PartnerTown, kept: Subscription, problems: list[Problem]) -> None:
    town.tag, town.next_due, town.last_good = kept.tag, kept.next_due, kept.last_good
    town.failures, town.error = kept.failures, kept.error
    town.problems = _as_json(tuple(problems))
    town.save()


def _as_json(problems: tuple[Problem, ...]) -> list[dict[str, Any]]:
    return [
        {"code": one.code, "row": one.place.row, "column": one.place.column or "",
         "data": {key: str(value) for key, value in one.data.items()}}
        for one in problems[:_MOST_TOLD]
    ]  # fmt: skip
