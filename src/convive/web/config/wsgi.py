"""WSGI entry point, for any server: ``convive.web.config.wsgi:application``."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from convive.web.config import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
application = get_wsgi_application()
warm_up.start_if_asked(application)
