"""Django app of the audit log."""

from django.apps import AppConfig

from convive.web.staff import registry


class AuditLogConfig(AppConfig):
    """Who did what, in a chain that cannot be changed unseen."""

    name = "convive.web.audit_log"
    label = "audit_log"

    def ready(self) -> None:
        """Enter the page of the log."""
        registry.register(registry.Entry("log", "log.title", "log.card", "office", order=20))
