"""Loading the whole demo: idempotent, and relative to the day it is loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import transaction

from museumhub.mail.models import Suppression
from museumhub.members.models import Organisation, Person
from museumhub.pages.demo import applications, feeds, news, people, pictures, programmes, questions
from museumhub.pages.demo.content import HERE, instant, read
from programmes.applications.models import Call
from programmes.applications.services.calls import create_call
from programmes.catalogue.models import Edition
from programmes.catalogue.models.role import Role
from programmes.catalogue.services import change_timetable

FRAMEWORKS = HERE.parent.parent.parent / "frameworks" / "data"

# TRACES was to close this long ago; the organisers then gave more time. One museum sent its
# application minutes after the first deadline, which is why it is marked late.
FIRST_DEADLINE = {"days": -4, "at": "23:59"}
EXTENDED = timedelta(hours=11)

# The questions stood this long before the call opened.
PREPARED = timedelta(days=9)

# An address that was refused before the demo begins: its letters fail, and the organiser can send them again.
BOUNCED = "contact@canal-museum-stourport.example"
REFUSAL = "550 5.1.1 The mailbox you tried to reach does not exist"

Say = Callable[[str], Any]


def load(*, now: datetime, scale: int = 1, say: Say) -> list[tuple[Person, dict[str, Any]]]:
    """Bring the site to the state the demo shows; what stands already is left as it is.

    `scale` multiplies the museums and their applications. Returns the people to sign in as.
    """
    for framework in sorted(FRAMEWORKS.glob("*.yaml")):
        call_command("load_framework", str(framework), stdout=StringIO())
    with transaction.atomic():
        organisations = people.load_organisations(now=now)
        signed_in = people.load_people(organisations, now=now)
        editions = programmes.load_programmes(organisations, now=now)
        feeds.load_feeds(organisations, now=now)
        for person, given in signed_in:
            for entry, role in (("organises", Role.ORGANISER), ("reviews", Role.REVIEWER)):
                for edition in editions.values():
                    if edition.programme.slug == given.get(entry):
                        programmes.give_role(person, edition.programme, role, now=now)
    drawn = pictures.load_pictures(now=now)
    editor = next(person for person, given in signed_in if given.get("edits"))
    news.load_editor(editor, now=now)
    written = news.load_news(organisations, drawn, editor=editor, now=now)
    administrator = next(person for person, given in signed_in if given.get("site"))
    news.load_endorsements(organisations, administrator=administrator, now=now)
    for person, given in signed_in:
        if frequency := given.get("newsletter"):
            news.load_newsletter(person, frequency, now=now)
    if written:
        say(f"{written} items of news")
    call = _load_call(editions["traces"], now=now)
    if not call.applications.exists():
        _apply(call, organisations, now=now, say=say)
    for number in range(2, scale + 1):
        _apply_again(call, number, now=now, say=say)
    return signed_in


def _load_call(edition: Edition, *, now: datetime) -> Call:
    document = read("traces")
    built = (edition.call_opens_at or now) - PREPARED
    form = questions.load_form(document["form"], owner=edition, now=built)
    assessment = questions.load_assessment(document["assessment"], owner=edition, now=built)
    standing = Call.objects.filter(edition=edition).first()
    if standing is not None:
        return standing
    return create_call(
        edition=edition,
        form=form,
        assessment=assessment,
        one_per_organisation=True,
        modules_to_rank=3,
        asks_team=True,
        reference_prefix="TRACES",
        actor=None,
        now=now,
    )


def _apply(call: Call, organisations: dict[str, Organisation], *, now: datetime, say: Say) -> None:
    """All applications of the document, and the extended deadline between them."""
    edition = call.edition
    extended_to = edition.call_closes_at
    closed = instant(FIRST_DEADLINE, zone=edition.time_zone, now=now)
    opened = edition.call_opens_at
    assert opened is not None  # noqa: S101  (the document of TRACES says when the call opens)
    with transaction.atomic():
        Suppression.objects.get_or_create(
            address=BOUNCED, defaults={"reason": REFUSAL, "since": opened}
        )
        change_timetable(
            edition=edition, actor=None, changes={"call_closes_at": closed}, now=opened
        )
        told = list(applications.stories())
        for number, one in enumerate(told):
            began = opened + (closed - opened) * (number + 1) / (len(told) + 2)
            applications.apply(
                one,
                _fresh(call),
                organisations[one.given["slug"]],
                began=began,
                closed=closed,
            )
        change_timetable(
            edition=edition,
            actor=None,
            changes={"call_closes_at": extended_to},
            now=closed + EXTENDED,
        )
    say(f"{len(told)} applications to {edition}")


def _apply_again(call: Call, number: int, *, now: datetime, say: Say) -> None:
    """The museums of the document once more under other names, for benchmarks."""
    edition = _fresh(call).edition
    closed = edition.call_closes_at
    assert closed is not None  # noqa: S101
    for one in applications.stories():
        slug = f"{one.given['slug']}-{number}"
        if Organisation.objects.filter(slug=slug).exists():
            continue
        given = {**one.given, "slug": slug, "name": f"{one.given['name']} {number}"}
        if given["state"] == "late":
            given["state"] = "submitted"
        with transaction.atomic():
            organisation = people.load_museum(given, now=now)
            applications.apply(
                replace(one, given=given),
                _fresh(call),
                organisation,
                began=now - timedelta(days=3),
                closed=closed,
            )
    say(f"museums and applications, {number} times")


def _fresh(call: Call) -> Call:
    return Call.objects.select_related("edition__programme").get(pk=call.pk)
