"""Django settings. The only settings from outside are environment variables read here.

``CONVIVE_BUILD``          folder of the finished audit that the pages show
``CONVIVE_ALLOWED_HOSTS``  host names that the site answers to, comma-separated
``CONVIVE_SECRET_KEY``     signing key; the public pages sign nothing, so one is made up
``CONVIVE_HTTPS``          "1" behind a TLS proxy: tells browsers to stay with https
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent
PROJECT = WEB.parent.parent.parent

CONVIVE_BUILD = os.environ.get("CONVIVE_BUILD", "")
SECRET_KEY = os.environ.get("CONVIVE_SECRET_KEY") or secrets.token_urlsafe(50)
DEBUG = False
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("CONVIVE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]

METHODS_FOLDERS = (PROJECT / "docs" / "methods", WEB / "observatory" / "methods")
"""Where method pages are looked for: the repository first, then the copy in the package."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "convive.web.observatory",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "convive.web.config.middleware.protect",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "convive.web.config.urls"
WSGI_APPLICATION = "convive.web.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["convive.web.observatory.templatetags.convive_texts"],
            "context_processors": [],
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
"""The public pages read one finished audit and nothing else."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_I18N = False
"""Texts come from the catalogue; the language stands in the address."""
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
WHITENOISE_ROOT = None
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

APPEND_SLASH = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if os.environ.get("CONVIVE_HTTPS") == "1":
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
