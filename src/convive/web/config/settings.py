"""Django settings. The only settings from outside are environment variables read here.

``CONVIVE_BUILD``          folder of the finished audit that the pages show
``CONVIVE_ALLOWED_HOSTS``  host names that the site answers to, comma-separated
``CONVIVE_WORKSPACE``      folder of the workspace: database, signing key, media
``DATABASE_URL``           another database than the one in that folder
``CONVIVE_MEDIA``          another folder for media; never served as it is
``CONVIVE_SECRET_KEY``     signing key instead of the one in the workspace
``CONVIVE_OIDC_…``         the town's own sign-in: `convive.web.config.town_sign_in`
``CONVIVE_HTTPS``          "1" behind a TLS proxy: cookies and browsers stay with https, and the
                           proxy is believed about the address of a visitor
``CONVIVE_SMTP``           server for e-mail, ``smtp://user:password@host:587?starttls=1``, or
                           ``smtps://…``; ``&from=office@town.example`` names the sender
``CONVIVE_API_PER_MINUTE`` requests for open data that one address may make; 0: any number
``CONVIVE_WARM_UP``        "0": the first reader waits for the first page instead of the machine
                           drawing pages and building the search before anybody asks
``CONVIVE_PAGE_MEGABYTES`` memory for finished public pages, of each server process; 0: none are kept
``CONVIVE_ADDRESS``        where people find the site, for e-mails: ``https://town.example``
"""

from __future__ import annotations

import os
from pathlib import Path

from convive.web.config.database import database
from convive.web.config.town_sign_in import town_sign_in
from convive.web.config.workspace import DATABASE_FILE, MEDIA_FOLDER, signing_key

WEB = Path(__file__).resolve().parent.parent
PROJECT = WEB.parent.parent.parent

CONVIVE_BUILD = os.environ.get("CONVIVE_BUILD", "")
CONVIVE_WORKSPACE = os.environ.get("CONVIVE_WORKSPACE", "")
_FOLDER = Path(CONVIVE_WORKSPACE) if CONVIVE_WORKSPACE else None
SECRET_KEY = os.environ.get("CONVIVE_SECRET_KEY") or signing_key(_FOLDER)
DEBUG = False
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get("CONVIVE_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    if host.strip()
]

CONVIVE_API_PER_MINUTE = int(os.environ.get("CONVIVE_API_PER_MINUTE") or 600)
"""Requests for open data that one address may make in a minute, of each server process; 0: any."""
CONVIVE_PAGE_BYTES = int(os.environ.get("CONVIVE_PAGE_MEGABYTES") or 64) * 2**20
"""Room for finished public pages, of each server process; 0: none are kept."""
CONVIVE_SMTP = os.environ.get("CONVIVE_SMTP", "")
"""Without it no letter is sent, and no page offers one."""
CONVIVE_ADDRESS = os.environ.get("CONVIVE_ADDRESS", "").rstrip("/")

CONVIVE_HAS_WORKSPACE = os.environ.get("CONVIVE_NO_WORKSPACE") != "1"
"""Whether there are staff pages; `serve` says so where it shows a build that lies on its own."""

METHODS_FOLDERS = (PROJECT / "docs" / "methods", WEB / "observatory" / "methods")
"""Where method pages are looked for: the repository first, then the copy in the package."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    # Of these only tables and workings are used; pages, texts and addresses are our own.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "convive.web.observatory",
    "convive.web.staff",
    "convive.web.accounts",
    "convive.web.audit_log",
    "convive.web.jobs",
    "convive.web.notices",
    "convive.web.rights",
    "convive.web.fieldwork",
    "convive.web.workspace",
    "convive.web.shelf",
    "convive.web.opendata",
    "convive.web.evaluation",
    "convive.web.editorial",
]
MIDDLEWARE = [
    "convive.web.fieldwork.openrosa_answers.speak_openrosa",
    "django.middleware.security.SecurityMiddleware",
    "convive.web.config.middleware.protect",
    "convive.web.config.static_files.StaticFiles",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Lazy, all four: a public page touches none of them, so it sets no cookie and asks no query.
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "convive.web.config.urls"
WSGI_APPLICATION = "convive.web.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "convive.web.observatory.templatetags.convive_texts",
                "convive.web.staff.templatetags.staff_forms",
                "convive.web.workspace.templatetags.written_forms",
            ],
            "context_processors": [],
        },
    }
]
DATABASES = {
    "default": database(
        os.environ.get("DATABASE_URL", ""), _FOLDER / DATABASE_FILE if _FOLDER else None
    )
}
TASKS = {"default": {"BACKEND": "convive.web.jobs.backend.RunBackend"}}
"""Tasks are kept in our own table of runs: `docs/adr/0018-jobs.md`."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = os.environ.get("CONVIVE_MEDIA") or (str(_FOLDER / MEDIA_FOLDER) if _FOLDER else "")
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
"""A walk of forty stops with forty questions each is one form."""
DATA_UPLOAD_MAX_NUMBER_FILES = 500
MEDIA_URL = ""
"""Media have no address: whoever may see one gets it through a view with an access rule."""
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
MFA_ADAPTER = "convive.web.accounts.second_factor.secrets.SecretsAdapter"
MFA_TOTP_TOLERANCE = 1
"""Half minutes by which the clock of a phone may be wrong; a code works once all the same."""
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
CONVIVE_TOWN_SIGN_IN = town_sign_in(_FOLDER)
"""The town's own sign-in (OIDC), None where there is none."""
SESSION_COOKIE_NAME = "convive_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
"""Half a day: a computer in an office is not always locked."""
CSRF_COOKIE_NAME = "convive_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "convive.web.staff.errors.form_expired"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

USE_I18N = False
"""Texts come from the catalogue; the language stands in the address."""
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
CONVIVE_COMPRESSED = WEB / "compressed"
"""Compressed copies of static files, made at set-up."""
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
CONVIVE_BEHIND_PROXY = False
if os.environ.get("CONVIVE_HTTPS") == "1":
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    CONVIVE_BEHIND_PROXY = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"pages_only": {"()": "convive.web.config.log_addresses.PagesOnly"}},
    "formatters": {"no_values": {"()": "convive.web.config.log_tracebacks.NoValues"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["pages_only"],
            "formatter": "no_values",
        }
    },
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "django.security": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
