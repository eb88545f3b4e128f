"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.staff import registry

_PAGES = (
    ("evaluations", "evaluation_page.list"), ("evaluation-chooser", "evaluation_page.guide"),
)  # fmt: skip
"""Address → key of its texts, in the order of the menu."""


class EvaluationConfig(AppConfig):
    """What came of the actions of a plan, and how one will know."""

    name = "convive.web.evaluation"
    label = "evaluation"

    def ready(self) -> None:
        """Enter the pages that people start from, and what the page of an action tells of it."""
        from convive.web.evaluation import agenda  # noqa: PLC0415 - needs the tables
        from convive.web.evaluation.presenters import of_action  # noqa: PLC0415 - likewise
        from convive.web.workspace.presenters.action_sections import SECTIONS  # noqa: PLC0415 - likewise

        for order, (name, key) in enumerate(_PAGES, start=6):
            registry.register(
                registry.Entry(name, f"{key}.title", f"{key}.card", "plan", order=10 * order)
            )
        if of_action.EVALUATION not in SECTIONS:
            SECTIONS.insert(0, of_action.EVALUATION)
        of_action.enter_into_thread()
        agenda.enter_into_agenda()
