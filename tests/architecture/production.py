"""The site as it runs over https in production, asked by a stranger and by somebody signed in; prints what it set as cookies and headers.

python -m tests.architecture.production    in an environment of production (see tests/test_settings.py); prints JSON
"""

from __future__ import annotations

import json
import logging
import os
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")

HOST = "museums.example"
PASSWORD = "correct horse battery"


def main() -> None:
    django.setup()
    logging.disable(logging.CRITICAL)
    # Sheets and pictures are not collected for this run.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(json.dumps({"secure": ask(), "plain": plain()}))


def ask() -> list[dict[str, Any]]:
    """Everything of a visit that may set a cookie: reading, choosing a language, failing and managing to sign in, a form after the session."""
    from django.test import Client

    from museumhub.kit import clock
    from museumhub.members.services import create_person
    from tests.architecture import house

    client = Client(headers={"host": HOST, "x-forwarded-proto": "https"})
    answers: list[dict[str, Any]] = []

    def send(method: str, path: str, data: dict[str, str] | None = None) -> Any:
        answer = getattr(client, method)(path, data or {}, secure=True)
        answers.append(
            {
                "path": path,
                "status": answer.status_code,
                "headers": dict(answer.headers.items()),
                "cookies": {
                    name: {key: value for key, value in morsel.items() if value}
                    for name, morsel in answer.cookies.items()
                },
            }
        )
        return answer

    paths = [
        address.route
        for address in house.addresses()
        if not address.has_parameters and not address.route.startswith("/admin/")
    ]
    for path in paths:
        send("get", path)
    send("post", "/language/", {"language": "fr", "next": "/"})
    send("post", "/account/profile/", {"name": "Kept until signing in"})
    create_person(email="ana@museums.example", name="Ana", password=PASSWORD, now=clock.now())
    for password in ("wrong", PASSWORD):
        send("post", "/account/login/", {"login": "ana@museums.example", "password": password})
    for path in paths:
        send("get", path)
    send("post", "/account/profile/", {"name": "Ana", "language": "en", "time_zone": "UTC"})
    send("post", "/account/logout/")
    return answers


def plain() -> dict[str, Any]:
    """What a request without https gets."""
    from django.test import Client

    answer = Client(headers={"host": HOST}).get("/calls/?q=1")
    return {"status": answer.status_code, "headers": dict(answer.headers.items())}


if __name__ == "__main__":
    main()
