"""The app as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

from convive.web.accounts.signals import standing_changed
from convive.web.observatory.added_pages import AddedPage, add_page
from convive.web.observatory.added_parts import add_part
from convive.web.staff import panels, registry


class WorkspaceConfig(AppConfig):
    """From finding to decision to delivery: partnership, strategy, meetings, diary."""

    name = "convive.web.workspace"
    label = "workspace"

    def ready(self) -> None:
        """Enter the pages that people start from, and the panels of the home page."""
        from convive.web.workspace.presenters.area_answers import area_answers  # noqa: PLC0415 - needs the addresses
        from convive.web.workspace.presenters.panels import PANELS  # noqa: PLC0415 - needs the tables
        from convive.web.workspace.published_plan import published_stamp  # noqa: PLC0415 - likewise

        enter = registry.register
        enter(registry.Entry("strategies", "strategy.title", "strategy.card", "plan", order=10))
        enter(registry.Entry("diary", "diary.title", "diary.card", "diary", order=10))
        enter(registry.Entry("meetings", "meetings.title", "meetings.card", "meetings", order=10))
        enter(
            registry.Entry(
                "commitments", "commitments.title", "commitments.card", "meetings", order=20
            )
        )
        enter(registry.Entry("partners", "partners.title", "partners.card", "partners", order=10))
        enter(registry.Entry("bodies", "bodies.title", "bodies.card", "partners", order=20))
        enter(registry.Entry("calendar", "calendar.title", "calendar.card", "meetings", order=30))
        add_page(AddedPage("public-plan", "public_plan.nav", published_stamp))
        add_part("plan", "workspace/public/area_answers.html", area_answers)
        for panel in PANELS:
            panels.register(panel)
        standing_changed.connect(_end_what_was_known, dispatch_uid="workspace")


def _end_what_was_known(*, account: Any, **_more: Any) -> None:
    from convive.web.workspace.actions.standing import end_what_was_known  # noqa: PLC0415 - tables

    end_what_was_known(account)
