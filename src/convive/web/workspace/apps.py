"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.observatory.added_pages import AddedPage, add_page
from convive.web.staff import panels, registry


class WorkspaceConfig(AppConfig):
    """From finding to decision to delivery: partnership, strategy, meetings, diary."""

    name = "convive.web.workspace"
    label = "workspace"

    def ready(self) -> None:
        """Enter the pages that people start from, and the panels of the home page."""
        from convive.web.workspace.presenters.panels import PANELS  # noqa: PLC0415 - needs the tables
        from convive.web.workspace.published_plan import published_stamp  # noqa: PLC0415 - likewise

        enter = registry.register
        enter(registry.Entry("strategies", "strategy.title", "strategy.card", order=11))
        enter(registry.Entry("diary", "diary.title", "diary.card", order=10))
        enter(registry.Entry("meetings", "meetings.title", "meetings.card", order=12))
        enter(registry.Entry("commitments", "commitments.title", "commitments.card", order=13))
        enter(registry.Entry("partners", "partners.title", "partners.card", order=14))
        enter(registry.Entry("bodies", "bodies.title", "bodies.card", order=15, is_in_nav=False))
        enter(registry.Entry("calendar", "calendar.title", "calendar.card", order=16, is_in_nav=False))  # fmt: skip
        add_page(AddedPage("public-plan", "public_plan.nav", published_stamp))
        for panel in PANELS:
            panels.register(panel)
