"""Buttons pressed many times at once, through the pages: one draft, one submission, one letter."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from museumhub.kit.models import AuditEvent
from museumhub.mail.models import Letter
from museumhub.members.models import Person
from programmes.applications.models import Application
from programmes.applications.services import drafts, sending, working
from tests.applications.conftest import Visitor
from tests.conftest import NOW
from tests.factories.applications import ApplicationFactory, CallFactory
from tests.together import at_once

pytestmark = pytest.mark.usefixtures("many_connections", "now")


def pressing(person: Person, path: str, data: dict[str, str]) -> Callable[[], tuple[int, str]]:
    """A browser of the person's own, signed in, whose finger is on the button."""
    client = Visitor()
    client.force_login(person)

    def press() -> tuple[int, str]:
        answer = client.post(path, data)
        return answer.status_code, answer.headers.get("Location", "")

    return press


def test_fifty_submissions_at_once_send_one_application_and_one_acknowledgement(museum, alice, bob):
    application = ApplicationFactory(
        call=CallFactory(), organisation=museum, begun_by=alice, complete=True
    )
    check = Visitor().at("check", application)
    buttons = [pressing(person, check, {}) for person in (alice, bob) for _ in range(25)]
    assert at_once(buttons) == [(302, Visitor().at("sent", application))] * 50
    application.refresh_from_db()
    assert (application.status, application.times_sent) == ("submitted", 1)
    assert Letter.objects.filter(kind="applications.received").count() == 1
    assert AuditEvent.objects.filter(verb="applications.submitted").count() == 1


def test_one_museum_that_begins_twenty_times_at_once_has_one_draft(museum, alice, bob):
    edition = CallFactory().edition
    begin = f"/programmes/{edition.programme.slug}/{edition.slug}/apply/begin/"
    data = {"organisation": museum.oid}
    came = at_once([pressing(person, begin, data) for person in (alice, bob) for _ in range(10)])
    application = Application.objects.get()
    assert came == [(302, Visitor().at("tasks", application))] * 20
    assert Letter.objects.filter(kind="applications.draft_started").count() == 1


def test_page_read_while_a_colleague_sends_changes_is_shown(museum, alice, bob, monkeypatch):
    application = ApplicationFactory(
        call=CallFactory(), organisation=museum, begun_by=alice, submitted=True
    )
    answers = {"story": "Our house was a ropewalk."}
    drafts.save_application_answers(
        application=application, part="form", values=answers, seen={}, actor=alice, now=NOW
    )

    def sent_meanwhile(read: Application) -> Application:
        monkeypatch.undo()
        now = Application.objects.get(pk=read.pk)
        sending.send_changes(application=now, actor=bob, now=NOW)
        return working.with_dossiers(read)

    monkeypatch.setattr("programmes.applications.views.finding.with_dossiers", sent_meanwhile)
    browser = Visitor()
    browser.force_login(alice)
    answer = browser.get(browser.at("read", application))
    assert (answer.status_code, answers["story"] in answer.content.decode()) == (200, True)
