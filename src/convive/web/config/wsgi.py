"""WSGI entry point, for any server: ``convive.web.config.wsgi:application``."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from convive.web.config import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
_site = get_wsgi_application()

from convive.web.config.kept_pages import KeptPages  # noqa: E402 - knows pages: the apps come first

application = KeptPages(_site, settings.CONVIVE_PAGE_BYTES)
warm_up.start_if_asked(application)
