"""The site's settings, composed from the environment; docs/settings.md names every variable.

A site whose SITE_URL is a loopback address is *local*: it makes its own secret key and shows its
letters in a mailbox on the site. Any other site must be told both, and refuses to start without.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from museumhub.env import (
    ROOT,
    email_addresses,
    env,
    host_names,
    read,
    site,
    time_zone,
    url,
)

# Lets Django's generic classes be subscripted at run time as they are in their type stubs.
django_stubs_ext.monkeypatch()

BASE_DIR = ROOT
VAR_DIR = ROOT / "var"
TESTING = "pytest" in sys.modules

# --- Where the site is -------------------------------------------------------------------------
SITE_URL = site("SITE_URL", "http://127.0.0.1:8000")
_site = urlsplit(SITE_URL)
SITE_NAME = "MuseumHub"
SITE_HOST = _site.hostname or "127.0.0.1"
LOCAL = SITE_HOST in {"127.0.0.1", "localhost", "::1"}
SECURE = _site.scheme == "https"

DEBUG = read("DEBUG", env.bool, "expected true or false", default=False)
ALLOWED_HOSTS = host_names(
    "ALLOWED_HOSTS",
    [SITE_HOST, "localhost", "127.0.0.1", "[::1]"] if LOCAL else [SITE_HOST],
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]


def _local_secret_key() -> str:
    """A key of this checkout's own, kept in var/secret-key with access for its owner only."""
    path = VAR_DIR / "secret-key"
    try:
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            # Written aside and then named, so that another process of the same start never reads half of it.
            handle, aside = tempfile.mkstemp(dir=path.parent)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(50))
            with contextlib.suppress(FileExistsError):
                os.link(aside, path)
            os.unlink(aside)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{VAR_DIR} cannot be written ({error.strerror}): "
            "the site keeps its key, its database and its files there."
        ) from error


SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not LOCAL:
        raise ImproperlyConfigured(
            "SECRET_KEY: expected at least 50 random characters, because SITE_URL is not local."
        )
    SECRET_KEY = _local_secret_key()
elif not LOCAL and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY: expected at least 50 random characters; it is shorter.")
SECRET_KEY_FALLBACKS = read(
    "SECRET_KEY_FALLBACKS",
    env.list,
    "expected former keys of at least 50 characters, separated by commas, or nothing",
    default=[],
    validate=lambda keys: all(len(key) >= (1 if LOCAL else 50) for key in keys),
)

# --- Rooms -------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "museumhub.pages",
    "programmes.applications",
    "programmes.catalogue",
    "museumhub.news",
    "frameworks",
    "museumhub.members",
    "museumhub.questionnaires",
    "museumhub.schedule",
    "museumhub.mail",
    "museumhub.kit",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "django_countries",
    "django_htmx",
    "rules.apps.AutodiscoverRulesConfig",
    "taggit",
]

MIDDLEWARE = [
    "museumhub.kit.middleware.request_id",
    "museumhub.kit.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "museumhub.kit.middleware.private_pages",
    "museumhub.kit.middleware.malformed_input",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "museumhub.members.middleware.SignInRequired",
    "museumhub.members.middleware.speak_to_the_person",
    "museumhub.members.middleware.sessions_that_end",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "museumhub.members.middleware.RefusedForms",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "museumhub.kit.middleware.refusals",
]

ROOT_URLCONF = "museumhub.urls"
WSGI_APPLICATION = "museumhub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "museumhub.kit.templatetags.kit",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "museumhub.pages.context.site",
            ],
        },
    }
]
COTTON_DIR = "components"
# A component sees its parameters and what every page has, nothing of the page around it.
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "museumhub.kit.forms.Renderer"

# --- Data --------------------------------------------------------------------------------------
DATABASE_URL = url(
    "DATABASE_URL",
    default=f"sqlite:///{VAR_DIR / 'museumhub.sqlite3'}",
    schemes=("sqlite", "postgres", "postgresql"),
    expected="expected sqlite:///path or postgres://user:password@host:port/name",
)
DATABASES: dict[str, Any] = {"default": env.dj_db_url("DATABASE_URL", default=DATABASE_URL)}
PREPARE_QUERIES = read("PREPARE_QUERIES", env.bool, "expected true or false", default=True)
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # Readers never wait for the writer (WAL), and a writer takes its place in the queue at the
    # start of its transaction instead of failing in the middle of it (IMMEDIATE).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    if str(_database["NAME"]) != ":memory:":
        Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    # A query that comes a fifth time on a connection is planned once and for all: planning its joins
    # costs the database more than answering it. With a pooler that changes connections between
    # transactions (pgbouncer before 1.21) this has to be off.
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "server_side_binding": PREPARE_QUERIES,
        "prepare_threshold": 5 if PREPARE_QUERIES else None,
    }

# Sessions and rate limits live in the database: Redis may be emptied at any time and nobody notices.
SESSION_ENGINE = "museumhub.members.sessions"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Pages that say the same to every stranger are made once (kit.page_cache). Tests change rows behind the site's back.
PAGE_CACHE = read("PAGE_CACHE", env.bool, "expected true or false", default=not (DEBUG or TESTING))

# --- Work that happens later -------------------------------------------------------------------
REDIS_URL = url(
    "REDIS_URL",
    default="",
    schemes=("redis", "rediss", "unix"),
    expected="expected redis://host:port/number, or nothing for the embedded worker",
)
EMBEDDED_WORKER = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "visibility_timeout": 600,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    }
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 540
CELERY_TASK_SOFT_TIME_LIMIT = 500
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# The beat only wakes: what is due stands in the database. A wake-up nobody heard is worth nothing later.
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "schedule.tick", "schedule": 60.0, "options": {"expires": 55}},
    "deliver": {"task": "mail.deliver", "schedule": 5.0, "options": {"expires": 5}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# --- Letters -----------------------------------------------------------------------------------
EMAIL_URL = url(
    "EMAIL_URL",
    default="mailbox:" if LOCAL else "",
    schemes=("mailbox", "smtp", "smtps", "smtp+tls"),
    expected="expected smtp://user:password@host:port, smtp+tls://…, smtps://…, or mailbox:",
)
if not EMAIL_URL:
    raise ImproperlyConfigured(
        "EMAIL_URL: expected smtp://user:password@host:port, because SITE_URL is not local."
    )
[DEFAULT_FROM_EMAIL] = email_addresses(
    "DEFAULT_FROM_EMAIL",
    default=f"MuseumHub <no-reply@{'museumhub.example' if LOCAL else SITE_HOST}>",
    expected="expected one e-mail address such as MuseumHub <site@museums.example>",
    one=True,
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = read(
    "EMAIL_TIMEOUT",
    env.float,
    "expected the seconds to wait for the mail server's answer, such as 60",
    default=60.0,
    validate=lambda seconds: 0 < seconds < 3600,
)
OPERATORS = email_addresses(
    "OPERATORS",
    default="",
    expected="expected e-mail addresses separated by commas, "
    "told when scheduled work is late or fails",
)

# --- People ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.Person"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "museumhub.members.backends.PasswordBackend",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Organisers must have a passkey or an authenticator app; off by default only on a local site, so
# that the demo's sign-ins stay simple.
ORGANISERS_NEED_SECOND_FACTOR = read(
    "ORGANISERS_NEED_SECOND_FACTOR", env.bool, "expected true or false", default=not LOCAL
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/dashboard/"
LOGOUT_REDIRECT_URL = "/"

# How many proxies in front of the site write X-Forwarded-For; with 0 the peer's own address counts
# for rate limits, so behind a proxy all visitors would share one.
ALLAUTH_TRUSTED_PROXY_COUNT = read(
    "ALLAUTH_TRUSTED_PROXY_COUNT",
    env.int,
    "expected the number of proxies in front of the site, such as 1",
    default=0,
    validate=lambda number: number >= 0,
)
ACCOUNT_ADAPTER = "museumhub.members.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_FORMS = {
    "signup": "museumhub.members.forms.accounts.SignUpForm",
    "login": "museumhub.members.forms.accounts.SignInForm",
    "request_login_code": "museumhub.members.forms.accounts.RequestCodeForm",
    "confirm_login_code": "museumhub.members.forms.accounts.SignInCodeForm",
    "confirm_email_verification_code": "museumhub.members.forms.accounts.AddressCodeForm",
    "confirm_password_reset_code": "museumhub.members.forms.accounts.ResetCodeForm",
    "add_email": "museumhub.members.forms.accounts.ChangeAddressForm",
    "change_password": "museumhub.members.forms.accounts.ChangePasswordForm",
    "set_password": "museumhub.members.forms.accounts.SetPasswordForm",
    "reset_password": "museumhub.members.forms.accounts.ForgottenPasswordForm",
    "reset_password_from_key": "museumhub.members.forms.accounts.NewPasswordForm",
    "reauthenticate": "museumhub.members.forms.accounts.ConfirmPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# By network address (ip) and by the address of the account (key). Per day as well where an address is written to,
# so that nobody's mailbox is flooded. Too many wrong passwords close sign-in by password only: a code or a passkey
# still signs in, so nobody can lock somebody else out.
ACCOUNT_RATE_LIMITS = {
    "signup": "20/m/ip,200/d/ip",
    "login": "30/m/ip",
    "login_failed": "10/300s/ip,5/900s/key",
    # A browser the person has signed in with counts by itself (see RequestCodeForm); any other by its network too.
    "request_login_code": "20/m/ip,3/m/key,30/d/key",
    "request_login_code_there": "10/d/key",
    "confirm_email": "1/10s/key,30/d/key",
    "reset_password": "20/m/ip,3/h/key",
}
MFA_ADAPTER = "museumhub.members.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "museumhub.members.forms.accounts.SecondFactorForm",
    "reauthenticate": "museumhub.members.forms.accounts.ConfirmSecondFactorForm",
    "activate_totp": "museumhub.members.forms.accounts.ActivateAppForm",
    "add_webauthn": "museumhub.members.forms.accounts.AddPasskeyForm",
    "edit_webauthn": "museumhub.members.forms.accounts.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL and not SECURE
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1

# --- Words, places, times ----------------------------------------------------------------------
_languages = {"en": _("English"), "fr": _("French"), "de": _("German")}
_chosen = read(
    "LANGUAGES",
    env.list,
    f"expected some of {', '.join(_languages)}, separated by commas",
    default=list(_languages),
    validate=lambda codes: bool(codes) and set(codes) <= set(_languages),
)
LANGUAGES = [(code, _languages[code]) for code in _chosen]
LANGUAGE_CODE = _chosen[0]
LOCALE_PATHS = [ROOT / "museumhub" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = time_zone("TIME_ZONE", "UTC")

# --- Files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "museumhub.kit.sheets.SheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
MEDIA_URL = "/media/"  # nothing is served from here: every file goes through a view with a policy
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

# --- Security ----------------------------------------------------------------------------------
_policy = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "form-action": ["'self'"],
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _policy}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "museumhub.pages.views.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
if SECURE:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- Faults ------------------------------------------------------------------------------------
SENTRY_DSN = url(
    "SENTRY_DSN",
    default="",
    schemes=("http", "https"),
    expected="expected the address Sentry gives for a project, or nothing",
)
if SENTRY_DSN:
    try:
        import sentry_sdk
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN: expected the package sentry-sdk to be installed beside the others."
        ) from error
    # Faults are reported without the person's address, cookies or what was typed into forms.
    sentry_sdk.init(SENTRY_DSN, send_default_pii=False, max_request_body_size="never")

# --- Tags --------------------------------------------------------------------------------------
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = False

# --- Logs --------------------------------------------------------------------------------------
# Records carry ids, never names, addresses or answers.
LOGGING_CONFIG = "museumhub.kit.logs.configure"
LOGGING = {"json": not (DEBUG or LOCAL)}
