"""Which campaigns an account may know of: what is restricted, or one person's own, has no name here.

An assessment by staff is a campaign of its own whose title says whom or what was assessed. It is
found on the pages of the assessments and nowhere else, whatever the instrument.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from convive.core.instruments.model import Sensitivity
from convive.web.fieldwork.instruments import instrument_of
from convive.web.fieldwork.models import Campaign, FormVersion
from convive.web.roles import Role

ASSESSMENT_CODE = "assessment-"
"""How the codes of assessments by staff begin; a planned round is called after its title."""
NAMED = frozenset({Role.COORDINATOR, Role.DATA_PROTECTION})
"""Who may know of everything that is restricted."""


def by_staff() -> Q:
    """Return the condition for assessments by staff, each a campaign of one form."""
    return Q(kind=Campaign.Kind.ASSESSMENT, code__startswith=ASSESSMENT_CODE)


def is_by_staff(campaign: Campaign) -> bool:
    """Tell whether a campaign is an assessment by staff."""
    is_assessment = campaign.kind == Campaign.Kind.ASSESSMENT
    return is_assessment and campaign.code.startswith(ASSESSMENT_CODE)


def known_to(account: Any) -> Q:
    """Return the condition for campaigns that an account may know of.

    A restricted one is known to those named for it, to whoever made it, and to whoever goes out
    for it.
    """
    if NAMED & account.roles:
        return Q()
    goes_out = Campaign.objects.filter(raters__email__iexact=account.email).values("pk")
    is_open = ~Q(form__in=_restricted_forms())
    return is_open | Q(created_by=account.pk) | Q(pk__in=goes_out)


def may_know(account: Any, campaign: Campaign) -> bool:
    """Tell whether an account may know of a campaign, see `known_to`."""
    return Campaign.objects.filter(known_to(account), pk=campaign.pk).exists()


def _restricted_forms() -> list[int]:
    """Return the form versions of restricted instruments, as they were when they were served."""
    return [
        form.pk
        for form in FormVersion.objects.only("pk", "digest")
        if instrument_of(form).sensitivity is Sensitivity.RESTRICTED
    ]
