"""A copy of a response says the same, and shares the contents of files until the last copy goes."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from museumhub.kit.models import StoredFile
from museumhub.questionnaires import services
from museumhub.questionnaires.models import Answer, AnswerFile, Kind
from museumhub.questionnaires.queries import shown
from tests.factories.questionnaires import NOW, QuestionFactory, ResponseFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    section = SectionFactory()
    QuestionFactory(section=section, key="name")
    QuestionFactory(section=section, key="plan", kind=Kind.FILE, file_kinds=["txt"])
    response = ResponseFactory(version=section.version)
    services.save_answers(
        response=response,
        values={"name": "A museum"},
        files={"plan": ContentFile(b"Our plan.", "plan.txt")},
        seen={},
        actor_id=7,
        now=NOW,
    )
    return response


def test_copy_of_a_response_shows_the_same_answers_under_files_of_its_own(response):
    copy = services.copy_response(response=response, now=NOW)
    texts = [[(a.key, a.text) for a in s.answers] for s in shown(copy)]
    assert texts == [[("name", "A museum"), ("plan", "plan.txt")]]
    assert Answer.objects.get(response=copy, question__key="name").revision == 1
    kept = AnswerFile.objects.get(response=copy)
    assert Answer.objects.get(response=copy, question__key="plan").value["file"] == kept.oid
    assert kept.oid != AnswerFile.objects.get(response=response).oid


def test_file_taken_from_one_copy_stays_in_the_other_until_that_goes_too(
    response, django_capture_on_commit_callbacks
):
    copy = services.copy_response(response=response, now=NOW)
    path = StoredFile.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_response(response=response)
    assert default_storage.exists(path)
    assert StoredFile.objects.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_response(response=copy)
    assert not default_storage.exists(path)
    assert not StoredFile.objects.exists()
