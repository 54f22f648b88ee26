"""Makes what the journeys need in the site's database: people who are signed in, each with a museum that has not applied.

python -m tests.bench.prepare NUMBER CALL    prints JSON: the session key of each, and the address of the call

CALL is `demo`, the demo's open call with its self-assessment, modules and team, or `plain`, a call that asks what the
bare form asks: sixteen texts on one page.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from importlib import import_module

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import transaction  # noqa: E402

from museumhub.kit import clock  # noqa: E402
from museumhub.kit.references import reference  # noqa: E402
from museumhub.members.models import Membership, Organisation, Person  # noqa: E402
from museumhub.questionnaires.services import build_questionnaire  # noqa: E402
from programmes.applications.models import Call  # noqa: E402
from programmes.catalogue.models import Edition  # noqa: E402

BACKEND = settings.AUTHENTICATION_BACKENDS[-1]


def plain_edition(like: Edition, now: datetime) -> Edition:
    """An edition beside `like` whose call asks sixteen texts on one page; made where it is missing."""
    found = Edition.objects.filter(programme=like.programme, slug="plain").first()
    if found is not None:
        return found
    edition = Edition.objects.create(
        programme=like.programme,
        slug="plain",
        title="Sixteen questions",
        time_zone="Europe/Lisbon",
        call_opens_at=now - timedelta(days=1),
        call_closes_at=now + timedelta(days=90),
        published_at=now,
        created_at=now,
        updated_at=now,
    )
    questions = [
        {"key": f"answer_{number}", "kind": "long_text", "label": f"Answer {number}"}
        for number in range(16)
    ]
    form = build_questionnaire(
        title="Sixteen questions",
        owner=reference(edition),
        plan={"sections": [{"key": "all", "title": "Questions", "questions": questions}]},
        actor=Person.objects.filter(is_superuser=True)[0],
        now=now,
    )
    Call.objects.create(edition=edition, form=form, reference_prefix="PLAIN", asks_team=False)
    return edition


def main(number: int, call: str = "demo") -> None:
    now = clock.now()
    edition = (
        Edition.objects.calls_open_at(now)
        .exclude(slug="plain")
        .select_related("programme")
        .order_by("pk")[0]
    )
    if call == "plain":
        edition = plain_edition(edition, now)
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
            session.set_expiry(now + timedelta(seconds=settings.SESSION_COOKIE_AGE))
            session.create()
            sessions.append(session.session_key)
    address = f"/programmes/{edition.programme.slug}/{edition.slug}/"
    print(json.dumps({"sessions": sessions, "edition": address}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
