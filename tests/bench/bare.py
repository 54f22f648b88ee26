"""The bare Django form that the journey is measured beside: one page, one POST, one INSERT, nothing else.

Sixteen text fields of the size of an application's answers, CSRF protection, Django's own template engine
and form rendering; no sessions, no accounts, no work later. `tests.bench.bare:application` is its WSGI
entry point; DATABASE_URL says where its one table is.
"""

from __future__ import annotations

import sys

import django_stubs_ext
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from environs import Env

django_stubs_ext.monkeypatch()


def configure() -> None:
    database = Env().dj_db_url("DATABASE_URL")
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        database["CONN_MAX_AGE"] = 60
    settings.configure(
        SECRET_KEY="bare" * 16,
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="tests.bench.bare_form.urls",
        DATABASES={"default": database},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=["tests.bench.bare_form"],
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        USE_TZ=True,
    )


configure()
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
