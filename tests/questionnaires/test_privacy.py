"""Answers and files as personal data: handed out whole, and gone when they are erased."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from museumhub.kit import privacy
from museumhub.kit.models import StoredFile
from museumhub.questionnaires import privacy as answers
from museumhub.questionnaires import services
from museumhub.questionnaires.models import Answer, AnswerFile, Response
from tests.factories.members import PersonFactory
from tests.factories.questionnaires import NOW, build

CANARY = "Kanarienvogel"


def holding() -> privacy.Holding:
    return next(one for one in privacy.holdings() if one.name == "answers")


@pytest.fixture
def person(db, monkeypatch):
    monkeypatch.setattr(answers, "_finders", {})
    return PersonFactory()


@pytest.fixture
def response(person):
    response = services.start_response(questionnaire=build(), now=NOW)
    services.save_answers(
        response=response,
        values={"motto": CANARY, "visitors": f"{CANARY} many"},
        files={"plan": SimpleUploadedFile(f"{CANARY}.pdf", b"%PDF-1.7\n%%EOF")},
        seen={},
        actor_id=person.pk,
        now=NOW,
    )
    answers.responses_of(
        "tests",
        lambda who: (
            Response.objects.filter(pk=response.pk) if who == person else Response.objects.none()
        ),
    )
    return response


def test_export_holds_every_answer_in_words(person, response):
    (row,) = holding().export(person)
    assert (row["from"], row["questions"]) == ("tests", "Application form")
    assert row["answers"] == [
        {"question": "Your motto", "answer": CANARY},
        {"question": "Visitors a year", "answer": f"{CANARY} many"},
        {"question": "Your plan", "answer": f"{CANARY}.pdf"},
    ]
    assert list(holding().export(PersonFactory())) == []


def test_erase_leaves_no_answer_no_file_and_no_name(
    person, response, django_capture_on_commit_callbacks
):
    path = StoredFile.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        holding().erase(PersonFactory(), NOW)
        assert Answer.objects.count() == 3
        holding().erase(person, NOW)
    assert not Answer.objects.exists()
    assert not AnswerFile.objects.exists()
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(path)
    assert Response.objects.filter(pk=response.pk).exists()


def test_answer_in_what_others_wrote_is_handed_out_and_stays_without_the_mark(person, response):
    helper = PersonFactory()
    services.save_answers(
        response=response,
        values={"about": "We show how birds sing."},
        seen={},
        actor_id=helper.pk,
        now=NOW,
    )
    (row,) = holding().export(helper)
    assert row["answers"] == [
        {"question": "What does your museum do?", "answer": "We show how birds sing."}
    ]
    holding().erase(helper, NOW)
    assert not Answer.objects.filter(saved_by_id=helper.pk).exists()
    assert Answer.objects.filter(saved_by_id=person.pk).count() == 3
    assert Answer.objects.get(question__key="about").value == "We show how birds sing."


def test_responses_of_one_name_cannot_be_registered_twice(person, response):
    with pytest.raises(ValueError, match="twice"):
        answers.responses_of("tests", lambda who: Response.objects.none())
