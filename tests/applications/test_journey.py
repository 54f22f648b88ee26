"""A museum applies, page by page and without scripts."""

import pytest
from django.urls import reverse

from museumhub.kit.models import AuditEvent
from museumhub.mail.models import Letter
from programmes.applications.models import Application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def seen(response) -> dict[str, str]:
    """What the page's form showed as seen, for each of its questions."""
    form = response.context["form"]
    return {
        f"{item.question.key}-seen": item.seen
        for section in form.sections
        for item in section.items
        if item.field is not None
    }


def fill(client, address, answers, button="continue", **more):
    """Open a section, write into it, press a button."""
    shown = seen(client.get(address))
    return client.post(address, {**shown, **answers, **more, button: "1"})


@pytest.fixture
def started(browser, alice, call):
    client = browser(alice)
    start = reverse("applications:start", args=["traces", "2027"])
    begin = reverse("applications:begin", args=["traces", "2027"])
    assert client.get(start).status_code == 200
    organisation = alice.memberships.get().organisation
    response = client.post(begin, {"organisation": organisation.oid})
    application = Application.objects.get()
    assert response["Location"] == client.at("tasks", application)
    return client, application


def test_museum_applies_from_the_call_to_the_acknowledgement(started, alice):
    client, application = started
    tasks = client.get(client.at("tasks", application))
    assert [(t.name, t.part, t.status) for t in tasks.context["tasks"]] == [
        ("assessment", "part_plan_level", "todo"),
        ("assessment", "part_skills", "todo"),
        ("level", "", "todo"),
        ("questions", "about", "todo"),
        ("questions", "numbers", "todo"),
        ("modules", "", "todo"),
        ("team", "", "todo"),
    ]

    first = client.at("assessment", application, "part_plan_level")
    second = client.at("assessment", application, "part_skills")
    assert fill(client, first, {"plan_level": "3"})["Location"] == second
    assert fill(client, second, {"skills": "2"})["Location"] == client.at("level", application)
    level = client.get(client.at("level", application))
    assert level.context["maturity"].calculated == "medium"
    assert level.context["recommended"].title == "Module medium"
    assert [str(one.score) for one in level.context["maturity"].dimensions] == ["50.0", "25.0"]

    about, numbers = (client.at("questions", application, key) for key in ("about", "numbers"))
    assert fill(client, about, {"why": "To reach more people."})["Location"] == numbers
    assert fill(client, numbers, {"visitors": "12 000"})["Location"] == client.at(
        "tasks", application
    )

    modules = client.get(client.at("modules", application))
    ranks = {
        f"rank-{row['module'].oid}": rank
        for row, rank in zip(modules.context["rows"], ["", "1", "2"], strict=True)
    }
    response = client.post(client.at("modules", application), {**ranks, "seen": "1"})
    assert response["Location"] == client.at("tasks", application)

    response = client.post(
        client.at("team", application),
        {"name": "Ana Costa", "email": "ana@tides.example", "role": "Curator"},
    )
    assert response["Location"] == client.at("team", application)

    check = client.get(client.at("check", application))
    assert check.context["sheet"].gaps == ()
    assert b"To reach more people." in check.content
    response = client.post(client.at("check", application), {"submit": "1"})
    assert response["Location"] == client.at("sent", application)
    page = client.get(client.at("sent", application))
    assert application.reference.encode() in page.content

    application.refresh_from_db()
    assert (application.status, application.late, application.times_sent) == ("submitted", False, 1)
    letter = Letter.objects.get(kind="applications.received")
    assert (letter.to, letter.person_id) == (alice.email, alice.pk)
    assert letter.context["sections"][0]["rows"][0] == {
        "label": "Why do you apply?",
        "value": "To reach more people.",
    }
    assert [event.verb for event in AuditEvent.objects.filter(verb__startswith="applications.")][
        ::-1
    ] == ["applications.draft_started", "applications.submitted"]


def test_check_page_of_an_empty_draft_links_to_everything_that_is_missing(started):
    client, application = started
    page = client.get(client.at("check", application))
    gaps = [(gap.task, gap.part, gap.field) for gap in page.context["sheet"].gaps]
    assert gaps == [
        ("assessment", "part_plan_level", "plan_level"),
        ("assessment", "part_skills", "skills"),
        ("questions", "about", "why"),
        ("questions", "numbers", "visitors"),
        ("modules", "", "rank_1"),
        ("team", "", "name"),
    ]
    assert f"{client.at('questions', application, 'about')}#question-why".encode() in page.content
    refused = client.post(client.at("check", application), {"submit": "1"})
    assert refused.status_code == 422
    application.refresh_from_db()
    assert application.status == "draft"
    assert not Letter.objects.filter(kind="applications.received").exists()


def test_answers_that_cannot_be_read_stay_on_the_page_and_are_kept(started):
    client, application = started
    address = client.at("questions", application, "numbers")
    response = fill(client, address, {"visitors": "many, many"})
    assert response.status_code == 422
    assert b"many, many" in response.content
    assert b"many, many" in client.get(address).content
