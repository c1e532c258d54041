"""Django's settings, few and fixed: no database, no third-party host, sessions in memory that end with the process."""

from __future__ import annotations

import logging
import secrets

import django
from django.conf import settings

SECURITY = "carnet.web.site.security"


def configure(host: str = "127.0.0.1") -> None:
    """Sets Django up once, before anything of it is imported; host is the only name the pages answer to, the last one said."""
    if settings.configured:
        settings.ALLOWED_HOSTS[:] = [host]
        return
    settings.configure(
        DEBUG=False,
        SECRET_KEY=secrets.token_urlsafe(48),  # sessions do not outlive the process, so neither does the key
        ALLOWED_HOSTS=[host],
        ROOT_URLCONF="carnet.web.site.urls",
        INSTALLED_APPS=["django.contrib.staticfiles", "django_htmx", "carnet.web"],
        MIDDLEWARE=[
            "django.middleware.gzip.GZipMiddleware",
            f"{SECURITY}.headers",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            f"{SECURITY}.entrance",
            "django.middleware.csrf.CsrfViewMiddleware",
            f"{SECURITY}.Refusals",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["carnet.web.site.context.page"]},
            }
        ],
        DATABASES={},
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}}},
        SESSION_ENGINE="django.contrib.sessions.backends.cache",
        SESSION_COOKIE_NAME="carnet",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_EXPIRE_AT_BROWSER_CLOSE=True,
        CSRF_COOKIE_NAME="carnet_csrf",
        CSRF_COOKIE_SAMESITE="Strict",
        CSRF_COOKIE_AGE=None,
        CSRF_FAILURE_VIEW="carnet.web.site.security.stale_form",
        FILE_UPLOAD_HANDLERS=["carnet.web.uploads.SealedUpload"],  # no plaintext file on disk, ever
        DATA_UPLOAD_MAX_MEMORY_SIZE=1_000_000,
        STATIC_URL="/static/",
        WHITENOISE_USE_FINDERS=True,
        WHITENOISE_AUTOREFRESH=False,
        WHITENOISE_MAX_AGE=31_536_000,  # every address carries a digest of the file
        USE_I18N=False,
        USE_TZ=True,
        LOGGING_CONFIG=None,  # what Django would log holds addresses, and those hold what was looked at
    )
    logging.getLogger("django").setLevel(logging.CRITICAL + 1)
    django.setup()
