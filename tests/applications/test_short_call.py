"""A call that asks for one page of questions and nothing else has no list of tasks in its way."""

from __future__ import annotations

import pytest
from django.urls import reverse

from programmes.applications.models import Application
from tests.applications.test_journey import fill
from tests.factories.applications import CallFactory
from tests.factories.members import MembershipFactory
from tests.factories.questionnaires import QuestionFactory, SectionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def short_call():
    call = CallFactory(edition__programme__slug="grants", edition__slug="2027")
    version = call.form.versions.get()
    version.sections.exclude(key="about").delete()
    return call


def begin(client, alice):
    address = reverse("applications:begin", args=["grants", "2027"])
    organisation = alice.memberships.get().organisation
    return client.post(address, {"organisation": organisation.oid})


def test_beginning_leads_to_the_questions_and_they_to_the_check(browser, alice, short_call):
    client = browser(alice)
    moved = begin(client, alice)
    application = Application.objects.get()
    [section] = short_call.form.versions.get().sections.all()
    questions = client.at("questions", application, section.key)
    assert moved["Location"] == questions
    keys = [question.key for question in section.questions.all()]
    moved = fill(client, questions, dict.fromkeys(keys, "We mend nets."))
    assert moved["Location"] == client.at("check", application)
    moved = fill(client, questions, dict.fromkeys(keys, "We mend nets and boats."), button="stop")
    assert moved["Location"] == client.at("tasks", application)


def test_a_team_to_name_keeps_the_list_of_tasks(browser, alice, short_call):
    short_call.asks_team = True
    short_call.save()
    client = browser(alice)
    moved = begin(client, alice)
    assert moved["Location"] == client.at("tasks", Application.objects.get())


def test_a_second_page_of_questions_keeps_the_list_of_tasks(browser, alice, short_call):
    section = SectionFactory(version=short_call.form.versions.get(), key="more", title="More")
    QuestionFactory(section=section, key="more", label="What else?")
    client = browser(alice)
    moved = begin(client, alice)
    assert moved["Location"] == client.at("tasks", Application.objects.get())


def test_who_acts_for_one_organisation_begins_with_one_press(browser, alice, short_call):
    client = browser(alice)
    start = reverse("applications:start", args=["grants", "2027"])
    organisation = alice.memberships.get().organisation
    page = client.get(start).content.decode()
    assert f'name="organisation" value="{organisation.oid}"' in page
    other = MembershipFactory(person=alice, role="editor").organisation
    page = client.get(start).content.decode()
    assert organisation.oid not in page
    assert other.oid not in page
