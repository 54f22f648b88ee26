"""Building a questionnaire: versions, copies, order, and two organisers at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused, Stale
from museumhub.questionnaires import services
from museumhub.questionnaires.content import ConditionContent, OptionContent, QuestionContent
from museumhub.questionnaires.models import Condition, Question, QuestionnaireVersion, Response
from museumhub.questionnaires.queries import current_version
from museumhub.questionnaires.services.building import read_content
from museumhub.questionnaires.structure import structure_of
from tests.factories.questionnaires import NOW, build

pytestmark = pytest.mark.django_db
WHO: Any = {"actor": None, "now": NOW}


@pytest.fixture
def form():
    return build()


def keys(version: QuestionnaireVersion) -> dict[str, list[str]]:
    return {s.key: [q.key for q in s.questions] for s in structure_of(version).sections}


def newest(questionnaire):
    return questionnaire.versions.order_by("-number")[0]


def freeze(questionnaire) -> Response:
    response = services.start_response(questionnaire=questionnaire, now=NOW)
    services.save_answers(
        response=response, values={"motto": "Look"}, seen={}, actor_id=None, now=NOW
    )
    return response


def content(questionnaire, key: str) -> tuple[QuestionContent, int]:
    question = newest(questionnaire).questions.get(key=key)
    return read_content(question.version, question)[0], question.revision


def test_edit_before_the_first_answer_changes_the_published_version(form):
    found, revision = content(form, "motto")
    services.change_question(
        questionnaire=form,
        key="motto",
        seen=revision,
        content=replace(found, label="Motto?"),
        **WHO,
    )
    assert form.versions.count() == 1
    assert Question.objects.get(key="motto").label == "Motto?"


def test_edit_after_the_first_answer_makes_a_draft_and_leaves_what_was_asked(form):
    response = freeze(form)
    found, revision = content(form, "motto")
    services.change_question(
        questionnaire=form,
        key="motto",
        seen=revision,
        content=replace(found, label="Motto?"),
        **WHO,
    )
    first, second = form.versions.order_by("number")
    assert (first.questions.get(key="motto").label, second.questions.get(key="motto").label) == (
        "Your motto",
        "Motto?",
    )
    assert second.is_draft
    assert current_version(form.pk) == first
    response.refresh_from_db()
    assert response.version == first
    assert keys(first) == keys(second)
    assert (
        structure_of(second).by_key["turnover"].conditions
        == structure_of(first).by_key["turnover"].conditions
    )
    assert not Condition.objects.filter(question__version=second, source__version=first).exists()


def test_second_edit_goes_to_the_same_draft(form):
    freeze(form)
    services.move_question(questionnaire=form, key="motto", step=-1, **WHO)
    services.move_section(questionnaire=form, key="plans", step=-1, **WHO)
    assert form.versions.count() == 2
    assert list(keys(newest(form))) == ["plans", "museum"]
    assert keys(newest(form))["museum"][:2] == ["motto", "about"]


def test_published_draft_is_given_to_those_who_start_from_then_on(form):
    old = freeze(form)
    services.remove_question(questionnaire=form, key="motto", **WHO)
    services.publish_version(questionnaire=form, seen=2, **WHO)
    new = services.start_response(questionnaire=form, now=NOW)
    assert (old.version.number, new.version.number) == (1, 2)
    services.publish_version(questionnaire=form, seen=2, **WHO)
    assert AuditEvent.objects.filter(verb="questionnaires.published").count() == 2


def test_publish_of_a_version_that_was_not_read_is_refused(form):
    freeze(form)
    services.remove_question(questionnaire=form, key="motto", **WHO)
    with pytest.raises(Stale):
        services.publish_version(questionnaire=form, seen=1, **WHO)
    assert newest(form).is_draft


def test_publish_of_a_choice_without_options_is_refused(form):
    freeze(form)
    services.add_question(
        questionnaire=form, section="plans", content=QuestionContent("one_choice", "Which?"), **WHO
    )
    with pytest.raises(Refused, match="no options"):
        services.publish_version(questionnaire=form, seen=2, **WHO)


def test_stale_change_of_a_question_gives_both_texts_and_changes_nothing(form):
    found, revision = content(form, "motto")
    services.change_question(
        questionnaire=form, key="motto", seen=revision, content=replace(found, label="Hers"), **WHO
    )
    with pytest.raises(Stale) as caught:
        services.change_question(
            questionnaire=form,
            key="motto",
            seen=revision,
            content=replace(found, label="His"),
            **WHO,
        )
    assert caught.value.status == 409
    assert "Hers" in str(caught.value.theirs)
    assert "His" in str(caught.value.yours)
    assert Question.objects.get(key="motto").label == "Hers"


def test_change_that_changes_nothing_makes_no_draft_revision(form):
    found, revision = content(form, "shop")
    services.change_question(questionnaire=form, key="shop", seen=0, content=found, **WHO)
    assert Question.objects.get(key="shop").revision == revision


def test_option_keeps_its_key_when_its_label_changes(form):
    found, revision = content(form, "shop")
    options = (OptionContent("yes", "Yes, we have"), found.options[1], OptionContent("", "Yes"))
    services.change_question(
        questionnaire=form,
        key="shop",
        seen=revision,
        content=replace(found, options=options),
        **WHO,
    )
    spec = structure_of(newest(form)).by_key["shop"]
    assert [(o.key, o.label) for o in spec.options] == [
        ("yes", "Yes, we have"),
        ("no", "No"),
        ("yes_2", "Yes"),
    ]


def test_remove_of_a_question_others_depend_on_is_refused(form):
    with pytest.raises(Refused, match="What does the shop turn over"):
        services.remove_question(questionnaire=form, key="shop", **WHO)
    with pytest.raises(Refused, match="no longer there"):
        services.remove_question(questionnaire=form, key="gone", **WHO)


def test_remove_of_a_section_removes_its_questions_and_their_conditions(form):
    services.remove_section(questionnaire=form, key="museum", **WHO)
    assert list(keys(newest(form))) == ["plans"]
    assert not Condition.objects.exists()


def test_duplicate_stands_right_below_with_options_and_conditions(form):
    copied = services.duplicate_question(questionnaire=form, key="turnover", **WHO)
    structure = structure_of(newest(form))
    assert keys(newest(form))["museum"][-2:] == ["turnover", "turnover_2"]
    assert copied.label == "What does the shop turn over? (copy)"
    assert structure.by_key["turnover_2"].conditions == structure.by_key["turnover"].conditions


@pytest.mark.parametrize(
    ("key", "step", "museum", "plans"),
    [
        ("motto", 1, ["about", "kind", "motto"], ["channels"]),
        ("about", -1, ["about", "motto", "kind"], ["channels"]),
        ("channels", -1, ["about", "motto", "kind"], ["ready"]),
    ],
)
def test_move_goes_one_place_and_over_the_end_of_a_section(form, key, step, museum, plans):
    services.move_question(questionnaire=form, key=key, step=step, **WHO)
    now = keys(newest(form))
    assert (now["museum"][:3], now["plans"][:1]) == (museum, plans)


def test_place_puts_a_question_behind_another_in_any_section(form):
    services.place_question(
        questionnaire=form, key="consent", section="museum", after="about", **WHO
    )
    assert keys(newest(form))["museum"][:3] == ["about", "consent", "motto"]
    services.place_question(questionnaire=form, key="motto", section="plans", **WHO)
    assert keys(newest(form))["plans"][-1] == "motto"
    services.place_question(questionnaire=form, key="motto", section="plans", after="", **WHO)
    assert keys(newest(form))["plans"][0] == "motto"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (QuestionContent("one_choice", " "), "label"),
        (QuestionContent("long_text", "Why?", least=9, most=3), "most"),
        (QuestionContent("one_choice", "Which?", options=(OptionContent(label="A"), OptionContent(label=" a "))), "options"),
        (QuestionContent("scale", "How?", options=(OptionContent(),)), "points"),
        (QuestionContent("file", "Plan"), "file_kinds"),
        (QuestionContent("short_text", "Why?", conditions=(ConditionContent("shop", "is"),)), "conditions"),
        (QuestionContent("short_text", "Why?", conditions=(ConditionContent("about", "is", ("x",)),)), "conditions"),
        (QuestionContent("short_text", "Why?", conditions=(ConditionContent("gone", "answered"),)), "conditions"),
        (QuestionContent("short_text", "Why?", dimension="gone"), ""),
    ],
)  # fmt: skip
def test_question_that_makes_no_sense_is_refused_at_its_field(form, wrong, field):
    if not field:  # a setting that does not count for the kind is left out
        services.add_question(questionnaire=form, section="plans", content=wrong, **WHO)
        return
    with pytest.raises(Refused) as caught:
        services.add_question(questionnaire=form, section="plans", content=wrong, **WHO)
    assert caught.value.field == field
    assert not Question.objects.filter(label=wrong.label).exists()


def test_discarded_draft_leaves_the_published_version(form):
    freeze(form)
    services.remove_question(questionnaire=form, key="motto", **WHO)
    services.discard_draft(questionnaire=form, **WHO)
    assert [v.number for v in form.versions.all()] == [1]
    services.discard_draft(questionnaire=form, **WHO)


def test_only_version_cannot_be_discarded():
    form = build(publish=False)
    with pytest.raises(Refused):
        services.discard_draft(questionnaire=form, **WHO)


def test_copy_for_another_owner_has_the_same_questions_and_no_answers(form):
    freeze(form)
    copied = services.copy_questionnaire(
        source=form, owner="catalogue.edition:2", title="Next year", **WHO
    )
    assert (copied.owner, copied.title) == ("catalogue.edition:2", "Next year")
    assert keys(newest(copied)) == keys(newest(form))
    assert newest(copied).is_draft
    assert not Response.objects.filter(version__questionnaire=copied).exists()


def test_copy_takes_the_same_number_of_statements_for_any_size(form, django_assert_max_num_queries):
    with django_assert_max_num_queries(26):
        services.copy_questionnaire(source=form, owner="catalogue.edition:2", **WHO)


def test_every_edit_is_recorded_for_the_owners_organisers(form):
    services.add_section(questionnaire=form, title="More", **WHO)
    event = AuditEvent.objects.get(verb="questionnaires.section_added", after__section="more")
    assert (event.subject, event.context) == (
        f"questionnaires.questionnaire:{form.pk}",
        "catalogue.edition:1",
    )
