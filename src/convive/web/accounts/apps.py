"""Django app of the accounts."""

from django.apps import AppConfig

from convive.web.staff import registry


class AccountsConfig(AppConfig):
    """Accounts, invitations, signing in."""

    name = "convive.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Enter the page of the people."""
        registry.register(
            registry.Entry(
                "people", "accounts.people.title", "accounts.people.card", "office", order=10
            )
        )
