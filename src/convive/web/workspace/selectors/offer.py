"""What a strategy has to answer the points of frameworks with, however many actions it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import TextField
from django.db.models.functions import Cast

from convive.core.strategy.coverage import Candidates, Offer, Tags, tags_of_partner
from convive.web.accounts.models import Organisation
from convive.web.workspace.models import Action, Challenge, Strategy
from convive.web.workspace.selectors.columns import Row, below, codes_in, objectives_in_order
from convive.web.workspace.selectors.plan_meetings import answers_of

_KINDS = ("topics", "kinds", "pillars", "levels", "groups", "times", "sectors")


def offer_in(strategy: Strategy) -> Offer:
    """Return the offer of a strategy as it is now."""
    answers = answers_of(strategy)
    organisations = list(Organisation.objects.order_by("code").values_list("pk", "code", "sector"))
    sectors = {pk: sector for pk, _, sector in organisations}
    return Offer(
        {(one.framework, one.point): one for one in answers},
        frozenset(ref for one in answers for ref in one.parts),  # the tables hold no others
        Candidates(_parts(strategy, sectors)),
        Candidates(tags_of_partner(code, sector) for _, code, sector in organisations),
    )


def _parts(strategy: Strategy, sectors: dict[int, str]) -> Iterator[tuple[str, Tags]]:
    """Yield challenges, then actions, in the order of the plan, with what each is sorted by."""
    for code, topic in Challenge.objects.filter(strategy=strategy).values_list("code", "topic"):
        yield f"challenge:{code}", {"topics": frozenset((topic,))}
    who = _partners(strategy, sectors)
    rows = Action.objects.filter(strategy=strategy).values_list(
        "objective", "pk", "code", "lead", "kind", "pillar", "level",
        Cast("groups", TextField()), Cast("times", TextField()),
    )  # fmt: skip
    known: dict[Row, Tags] = {}
    for objective, row in below(objectives_in_order(strategy, "challenge__topic"), rows):
        _, pk, code, lead, *words = row
        leading = (sectors[lead],) if lead else ()
        key = (objective[1], *words, frozenset((*leading, *who.get(pk, ()))))
        if key not in known:
            known[key] = _tags(key)
        yield f"action:{code}", known[key]


def _partners(strategy: Strategy, sectors: dict[int, str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    pairs = Action.partners.through.objects.filter(action__strategy=strategy)
    for action, organisation in pairs.values_list("action_id", "organisation_id"):
        found[action].append(sectors[organisation])
    return found


def _tags(key: Row) -> Tags:
    *single, groups, times, sectors = key
    lists = frozenset(codes_in(groups)), frozenset(codes_in(times)), sectors
    single = [frozenset((code,)) for code in single]
    return dict(zip(_KINDS, (*single, *lists), strict=True))
