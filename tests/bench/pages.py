"""How many SQL queries a page takes at 3 and at 300 rows.

python -m tests.bench.pages    on the empty database that DATABASE_URL names; prints JSON
"""

from __future__ import annotations

import json
import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from museumhub.kit import clock  # noqa: E402
from programmes.catalogue.models import Edition  # noqa: E402
from tests.factories.catalogue import EditionFactory, ModuleFactory, PartnerFactory  # noqa: E402


def grow(edition: Edition, rows: int) -> None:
    """`rows` open calls on the site, and as many modules and partners in `edition`."""
    now = clock.now()
    for _ in range(rows - Edition.objects.count()):
        EditionFactory(
            call_opens_at=now - timedelta(days=1), call_closes_at=now + timedelta(days=9)
        )
    for _ in range(rows - edition.modules.count()):
        ModuleFactory(edition=edition)
        PartnerFactory(programme=edition.programme)


def queries(path: str) -> int:
    client = Client(headers={"host": "127.0.0.1"})
    client.get(path)  # fills what is kept for all requests, such as content types
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return len(captured)


def main() -> None:
    now = clock.now()
    edition = EditionFactory(
        call_opens_at=now - timedelta(days=1), call_closes_at=now + timedelta(days=8)
    )
    address = f"/programmes/{edition.programme.slug}/{edition.slug}/"
    pages = {"home": "/", "edition": address, "calls": "/calls/", "call": f"{address}apply/"}
    found: dict[str, dict[int, int]] = {name: {} for name in pages}
    for rows in (3, 300):
        grow(edition, rows)
        for name, path in pages.items():
            found[name][rows] = queries(path)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
