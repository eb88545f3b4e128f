"""The fieldwork app."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.staff import registry


class FieldworkConfig(AppConfig):
    """Fieldwork: campaigns, places, links, filled-in forms."""

    name = "convive.web.fieldwork"
    label = "fieldwork"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the pages that people start from."""
        enter = registry.register
        enter(registry.Entry("fieldwork", "campaigns.title", "campaigns.card", order=20))
        enter(
            registry.Entry(
                "fieldwork-places", "places.title", "places.card", order=21, is_in_nav=False
            )
        )
        enter(registry.Entry("fieldwork-waves", "waves.title", "waves.card", order=22))
        enter(registry.Entry("fieldwork-paper", "paper.title", "paper.card", order=35))
        enter(registry.Entry("assessments", "assess.title", "assess.card", order=40))
