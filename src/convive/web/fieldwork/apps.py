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
        enter(
            registry.Entry("fieldwork", "campaigns.title", "campaigns.card", "fieldwork", order=10)
        )
        enter(
            registry.Entry("fieldwork-places", "places.title", "places.card", "fieldwork", order=20)
        )
        enter(registry.Entry("fieldwork-waves", "waves.title", "waves.card", "fieldwork", order=30))
        enter(registry.Entry("fieldwork-paper", "paper.title", "paper.card", "fieldwork", order=40))
        enter(registry.Entry("assessments", "assess.title", "assess.card", "fieldwork", order=50))
