"""A section of questions without scripts: two colleagues on one page, and questions that follow from answers."""

from __future__ import annotations

import re

import pytest

from museumhub.questionnaires.models import Answer, Question
from tests.factories.applications import ApplicationFactory
from tests.factories.questionnaires import ConditionFactory

pytestmark = pytest.mark.django_db


def seen(page: str, key: str) -> str:
    token: str
    (token,) = re.findall(f'name="{key}-seen" value="([^"]*)"', page)
    return token


@pytest.fixture
def application(now, call, museum, alice):
    return ApplicationFactory(call=call, organisation=museum)


def test_stale_section_shows_both_texts_and_can_then_be_saved(browser, application, alice, bob):
    hers, his = browser(alice), browser(bob)
    address = hers.at("questions", application, "about")
    token = seen(his.get(address).content.decode(), "story")
    hers.post(address, {"story-seen": token, "story": "Hers"})
    answer = his.post(address, {"story-seen": token, "story": "His"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("Hers") == 1
    assert page.count("His") == 2  # in the field, and beside hers
    assert his.post(address, {"story-seen": seen(page, "story"), "story": "His"}).status_code == 302
    assert Answer.objects.get(question__key="story").value == "His"


def test_question_that_follows_is_shown_by_the_button_on_the_same_page(browser, application, alice):
    questions = {q.key: q for q in Question.objects.filter(key__in=["why", "story"])}
    ConditionFactory(question=questions["story"], source=questions["why"], test="answered")
    client = browser(alice)
    address = client.at("questions", application, "about")
    page = client.get(address).content.decode()
    assert 'name="update"' in page
    hidden = re.compile(r'id="question-story"[^>]*hidden')
    assert hidden.search(page)
    answer = client.post(
        address, {"why-seen": seen(page, "why"), "why": "To learn.", "update": "1"}, follow=True
    )
    assert answer.redirect_chain == [(address, 302)]
    assert not hidden.search(answer.content.decode())
