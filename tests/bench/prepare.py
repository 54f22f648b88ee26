"""Makes what the journeys need in the site's database: people who are signed in, each with a museum that has not applied.

python -m tests.bench.prepare NUMBER    prints JSON: the session key of each, and the address of the call
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import transaction  # noqa: E402

from museumhub.kit import clock  # noqa: E402
from museumhub.members.models import Membership, Organisation, Person  # noqa: E402
from programmes.catalogue.models import Edition  # noqa: E402

BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def main(number: int) -> None:
    now = clock.now()
    edition = Edition.objects.calls_open_at(now).select_related("programme")[0]
    start = Person.objects.count()
    sessions = []
    with transaction.atomic():
        for index in range(start, start + number):
            person = Person.objects.create_user(
                f"visitor{index}@bench.example", name="Bench Visitor"
            )
            EmailAddress.objects.create(
                user=person, email=person.email, verified=True, primary=True
            )
            organisation = Organisation.objects.create(
                name=f"Harbour Museum {index}",
                slug=f"harbour-museum-{index}",
                kind=Organisation.Kind.MUSEUM,
                country="PT",
                place="Nazaré",
                created_at=now,
            )
            Membership.objects.create(
                person=person, organisation=organisation, role="administrator", since=now
            )
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = BACKEND
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.create()
            sessions.append(session.session_key)
    address = f"/programmes/{edition.programme.slug}/{edition.slug}/"
    print(json.dumps({"sessions": sessions, "edition": address}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
