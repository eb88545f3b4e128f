"""Fills a workspace for tests in a browser and says the tokens."""

from __future__ import annotations

from datetime import date


def seed() -> dict[str, str]:
    """An open survey, a rater's audit, a group's walk, a closed and a revoked link."""
    from django.utils import timezone

    from convive.web.fieldwork.models import Assignment, Campaign, CampaignPlace
    from factories import fieldwork
    from factories.web_objects.accounts import make_account

    languages = ["en", "fr", "de"]
    survey = fieldwork.campaign(
        code="survey", kind="survey", title="Survey 2026", languages=languages,
        form=fieldwork.small_survey(), closes_on=date(2099, 3, 31),
    )  # fmt: skip
    audit = fieldwork.campaign(
        code="audit", form=fieldwork.form_version("safety_audit"), languages=languages
    )
    rater = fieldwork.rater(audit, "R03")
    for number, name in enumerate(("Station square", "Molino passage", "River path"), 1):
        place = fieldwork.place(f"P{number:03}", name=name)
        CampaignPlace.objects.create(campaign=audit, place=place, position=number)
        for part in ("day", "night")[: 3 - number]:
            Assignment.objects.create(campaign=audit, place=place, rater=rater, daypart=part)
    walk = fieldwork.campaign(
        code="walk", kind="walk", title="Walk in Molino", languages=languages,
        form=fieldwork.form_version("exploratory_walk"),
    )  # fmt: skip
    closed = fieldwork.campaign(code="closed", state=Campaign.State.CLOSED)
    revoked, revoked_token = fieldwork.link(audit, "group")
    revoked.revoked_at = timezone.now()
    revoked.save()
    make_account("coordinator", email="ana@example.org", password="seven lanterns by the quay")
    return {
        "survey": fieldwork.link(survey, "open_survey")[1],
        "audit": fieldwork.link(audit, rater=rater)[1],
        "walk": fieldwork.link(walk, "group")[1],
        "closed": fieldwork.link(closed, "group")[1],
        "revoked": revoked_token,
    }
