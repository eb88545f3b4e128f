"""Django app of the staff layout."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Layout, navigation and forms of the pages for people who are signed in."""

    name = "convive.web.staff"
    label = "staff"
