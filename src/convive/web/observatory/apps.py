"""Django app of the observatory."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """The public pages."""

    name = "convive.web.observatory"
    label = "observatory"
