"""The letters about calls: subjects that a mail program shows whole, and the digest's way to the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from museumhub.mail.models import Letter
from museumhub.mail.rendering import render
from programmes.applications.services import letters, reminders
from programmes.catalogue.models import Edition
from tests.conftest import NOW
from tests.factories.applications import ApplicationFactory, CallFactory
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.mail import LetterFactory
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db

SEPTEMBER = datetime(2027, 9, 22, 21, 59, tzinfo=UTC)


def reminded(language: str, programme: str, title: str) -> str:
    """The subject of the reminder that a call of this name closes soon."""
    application = ApplicationFactory(
        call=CallFactory(edition__programme__title=programme, edition__title=title)
    )
    edition = application.call.edition
    Edition.objects.filter(pk=edition.pk).update(call_closes_at=SEPTEMBER)
    edition.refresh_from_db()
    letters.closing_soon(application, PersonFactory(language=language), "48h", NOW)
    return render(Letter.objects.get(kind="applications.closing_soon")).subject


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        (
            "en",
            "TRACES: Workshops across borders closes on 22 Sept., 23:59 (Brussels time)",
        ),
        (
            "fr",
            "TRACES\u00a0: Workshops across borders ferme le 22 sept., 23:59 (Bruxelles)",
        ),
        (
            "de",
            "TRACES: Workshops across borders schließt am 22. Sept., 23:59 (Brüssel)",
        ),
    ],
)
def test_reminder_says_which_call_and_when_in_its_subject(language: str, subject: str) -> None:
    assert reminded(language, "TRACES", "Workshops across borders") == subject
    assert len(subject) <= 75


def test_reminder_of_a_call_with_a_long_name_keeps_the_time_in_its_subject() -> None:
    subject = reminded("en", "An Alliance of Maritime Museums", "The second edition of many " * 5)
    assert subject == "An Alliance of Maritime Museums… closes on 22 Sept., 23:59 (Brussels time)"


def test_digest_leads_to_the_letters_that_failed() -> None:
    call = CallFactory(edition__programme__slug="traces", edition__slug="2027")
    ProgrammeRoleFactory(edition=call.edition)
    LetterFactory(edition=call.edition, failed=True)
    reminders.digest(call.edition, "2027-02-01", NOW)
    read = render(Letter.objects.get(kind="applications.organisers_digest"))
    address = "/organise/traces/2027/letters/?state=failed"
    assert address in read.text
    assert f'{address}"' in read.html


def test_name_of_an_edition_is_set_as_each_reader_sets_it():
    """Two people of one museum, in two languages: in French a blank stands before the colon."""
    edition = EditionFactory(
        title="Night 2027", programme__title="Museums by Night", call_open=True
    )
    with override("en"):
        assert edition.full_title == "Museums by Night: Night 2027"
    with override("fr"):
        assert edition.full_title == "Museums by Night\u00a0: Night 2027"
    application = ApplicationFactory(call=CallFactory(edition=edition))
    english, french = application.created_by, PersonFactory(language="fr")
    application.contributors.create(person=french, since=NOW)
    with override("de"):
        letters.withdrawn(application, english, NOW)
    said = {one.person_id: one.context["edition"] for one in Letter.objects.all()}
    assert said == {
        english.pk: "Museums by Night: Night 2027",
        french.pk: "Museums by Night\u00a0: Night 2027",
    }
