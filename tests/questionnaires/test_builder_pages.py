"""The builder's pages: what they let in, what they refuse and with which status, how many queries they take."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from museumhub.questionnaires import services
from museumhub.questionnaires.content import QuestionContent
from museumhub.questionnaires.models import Question, Questionnaire
from museumhub.questionnaires.structure import scheme_of, structure_of
from tests.factories.members import PersonFactory
from tests.factories.questionnaires import NOW, build

pytestmark = pytest.mark.django_db

ASSESSMENT = {
    "bands": [{"name": "Rudimentary", "least": 0}, {"name": "Higher", "least": 60}],
    "dimensions": [{"key": "people", "name": "People", "texts": {"rudimentary": "Find somebody."}}],
    "sections": [
        {
            "key": "team",
            "title": "Team",
            "questions": [
                {"key": "who", "kind": "one_choice", "label": "Who?", "dimension": "people", "options": [{"key": "nobody", "label": "Nobody", "score": 0}, {"key": "team", "label": "A team", "score": 4}]}
            ],
        }
    ],
}  # fmt: skip


@pytest.fixture
def form(organiser):
    return build()


@pytest.fixture
def assessment(organiser):
    return build(ASSESSMENT, purpose="assessment", title="Maturity")


def address(name, questionnaire, *args):
    return reverse(f"questionnaires:{name}", args=[questionnaire.oid, *args])


def newest(questionnaire):
    return questionnaire.versions.order_by("-number")[0]


def freeze(questionnaire):
    response = services.start_response(questionnaire=questionnaire, now=NOW)
    services.save_answers(
        response=response, values={"motto": "Look"}, seen={}, actor_id=None, now=NOW
    )


PAGES = [
    ("overview", ()), ("settings", ()), ("copy", ()), ("add_section", ()), ("section", ("museum",)),
    ("remove_section", ("museum",)), ("add_question", ("museum",)), ("question", ("turnover",)),
    ("place", ("turnover",)), ("remove_question", ("turnover",)), ("preview", ()), ("versions", ()),
    ("version", (1,)), ("publish", ()), ("discard", ()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_page_of_another_organisers_questionnaire_is_404(client, form, name, args):
    client.force_login(PersonFactory())
    assert client.get(address(name, form, *args)).status_code == 404
    assert client.post(address(name, form, *args)).status_code in {404, 405}


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_page_is_shown_to_its_organiser(builder, form, name, args):
    assert builder.get(address(name, form, *args)).status_code == 200


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("scores", ()),
        ("bands", ()),
        ("add_dimension", ()),
        ("dimension", ("people",)),
        ("remove_dimension", ("people",)),
    ],
)
def test_page_of_scores_is_shown_for_an_assessment_only(builder, form, assessment, name, args):
    assert builder.get(address(name, assessment, *args)).status_code == 200
    assert builder.get(address(name, form, *args)).status_code == 404


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("section", ("gone",)),
        ("question", ("gone",)),
        ("move_question", ("gone",)),
        ("duplicate", ("gone",)),
        ("move_section", ("gone",)),
        ("version", (9,)),
        ("version", (99999999999999999999,)),
    ],
)
def test_unknown_part_is_404(builder, form, name, args):
    answer = builder.post if name in {"move_question", "duplicate", "move_section"} else builder.get
    assert answer(address(name, form, *args)).status_code == 404


def test_list_names_only_ones_own_and_takes_the_same_queries_for_many(
    builder, form, django_assert_num_queries
):
    build(owner="catalogue.edition:99", title="Hidden form")
    builder.get(reverse("questionnaires:index"))
    with django_assert_num_queries(4):
        page = builder.get(reverse("questionnaires:index")).content.decode()
    assert "Application form" in page
    assert "Hidden form" not in page
    for number in range(3):
        build(title=f"Form {number}")
    with django_assert_num_queries(4):
        builder.get(reverse("questionnaires:index"))


def test_overview_takes_the_same_queries_for_many_questions(
    builder, form, django_assert_max_num_queries
):
    with django_assert_max_num_queries(11) as few:
        builder.get(address("overview", form))
    for _ in range(3):
        services.duplicate_question(questionnaire=form, key="turnover", actor=None, now=NOW)
    with django_assert_max_num_queries(len(few)):
        builder.get(address("overview", form))


def test_new_questionnaire_begins_as_a_draft_without_questions(builder):
    answer = builder.post(
        reverse("questionnaires:add"),
        {"title": "Survey", "purpose": "form", "language": "en", "owner": "catalogue.edition:2"},
    )
    made = Questionnaire.objects.get()
    assert answer.url == address("overview", made)
    assert (made.title, made.owner, newest(made).is_draft) == (
        "Survey",
        "catalogue.edition:2",
        True,
    )


def test_new_questionnaire_for_an_owner_of_somebody_else_is_refused(builder):
    answer = builder.post(
        reverse("questionnaires:add"),
        {"title": "Survey", "purpose": "form", "language": "en", "owner": "catalogue.edition:3"},
    )
    assert answer.status_code == 422
    assert not Questionnaire.objects.exists()


def test_section_is_added_and_a_title_of_two_lines_refused(builder, form):
    assert builder.post(address("add_section", form), {"title": "Mo\x0bre"}).status_code == 422
    answer = builder.post(address("add_section", form), {"title": "More", "introduction": "x"})
    assert answer.status_code == 302
    assert structure_of(newest(form)).sections[-1].title == "More"


def test_stale_section_is_409_with_both_texts_and_can_then_be_saved(builder, form):
    builder.post(address("section", form, "museum"), {"seen": 1, "title": "Hers"})
    answer = builder.post(address("section", form, "museum"), {"seen": 1, "title": "His"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Hers" in page
    assert "His" in page
    (seen,) = re.findall(r'name="seen" value="(\d+)"', page)
    assert (
        builder.post(address("section", form, "museum"), {"seen": seen, "title": "His"}).status_code
        == 302
    )
    assert structure_of(newest(form)).sections[0].title == "His"


def question_data(**more):
    return {"label": "Which one?", "help": "", "conditions-total": "0", "seen": "0", **more}


def test_question_with_options_is_added_and_empty_lines_dropped(builder, form):
    answer = builder.post(
        f"{address('add_question', form, 'plans')}?kind=one_choice",
        question_data(
            **{
                "options-total": "3",
                "options-0-label": "A",
                "options-2-label": "B",
                "required": "on",
                "other": "on",
            }
        ),
    )
    assert answer.status_code == 302
    spec = structure_of(newest(form)).by_key["which_one"]
    assert [option.label for option in spec.options] == ["A", "B"]
    assert (spec.required, spec.other) == (True, True)


def test_line_is_added_by_a_button_and_nothing_saved(builder, form):
    answer = builder.post(
        f"{address('add_question', form, 'plans')}?kind=one_choice",
        question_data(**{"options-total": "1", "options-0-label": "Kept <b>", "options-add": "1"}),
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'name="options-1-label"' in page
    assert 'value="Kept &lt;b&gt;"' in page
    assert "field--wrong" not in page
    assert not Question.objects.filter(label="Which one?").exists()


@pytest.mark.parametrize(
    ("command", "labels"),
    [
        ({"options-up": "1"}, ["B", "A", "C"]),
        ({"options-down": "1"}, ["A", "C", "B"]),
        ({"options-remove": "0"}, ["B", "C"]),
        ({"options-up": "0"}, ["A", "B", "C"]),
        ({"options-remove": "x"}, ["B", "C"]),
    ],
)
def test_line_is_moved_or_removed_by_a_button(builder, form, command, labels):
    answer = builder.post(
        f"{address('add_question', form, 'plans')}?kind=one_choice",
        question_data(
            **{
                "options-total": "3",
                "options-0-label": "A",
                "options-1-label": "B",
                "options-2-label": "C",
                **command,
            }
        ),
    )
    assert re.findall(r'name="options-\d-label" value="(\w)"', answer.content.decode()) == labels


def test_condition_is_written_with_what_its_source_offers(builder, form):
    page = builder.post(
        f"{address('add_question', form, 'plans')}?kind=short_text",
        question_data(**{"conditions-total": "1", "conditions-0-source": "shop", "refresh": "1"}),
    ).content.decode()
    assert re.findall(r'name="conditions-0-values" value="(\w+)"', page) == ["yes", "no"]
    answer = builder.post(
        f"{address('add_question', form, 'plans')}?kind=short_text",
        question_data(
            **{
                "conditions-total": "1",
                "conditions-0-source": "shop",
                "conditions-0-test": "is",
                "conditions-0-values": "no",
            }
        ),
    )
    assert answer.status_code == 302
    (condition,) = structure_of(newest(form)).by_key["which_one"].conditions
    assert (condition.source, condition.test, condition.values) == ("shop", "is", ("no",))


@pytest.mark.parametrize(
    "wrong",
    [
        {"conditions-0-source": "shop", "conditions-0-test": "is"},
        {
            "conditions-0-source": "shop",
            "conditions-0-test": "is",
            "conditions-0-values": ["yes", "no"],
        },
        {
            "conditions-0-source": "visitors",
            "conditions-0-test": "at_least",
            "conditions-0-values": "1e999",
        },
        {"conditions-0-source": "about", "conditions-0-test": "is", "conditions-0-values": "x"},
        {"conditions-0-source": "nothing", "conditions-0-test": "is", "conditions-0-values": "x"},
    ],
)
def test_condition_that_makes_no_sense_is_refused_at_its_field(builder, form, wrong):
    answer = builder.post(
        f"{address('add_question', form, 'plans')}?kind=short_text",
        question_data(**{"conditions-total": "1", **wrong}),
    )
    assert answer.status_code == 422
    assert "field--wrong" in answer.content.decode()


def test_stale_question_is_409_with_both_and_the_text_kept(builder, form):
    data = question_data(seen="1", label="Hers")
    assert builder.post(address("question", form, "motto"), data).status_code == 302
    answer = builder.post(address("question", form, "motto"), {**data, "label": "His"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "conflict__version--yours" in page
    assert ">\nHis</textarea>" in page


def test_question_without_a_label_is_refused(builder, form):
    answer = builder.post(address("question", form, "motto"), question_data(seen="1", label=" "))
    assert answer.status_code == 422
    assert "#id_label" in answer.content.decode()


def test_move_comes_back_with_the_focus_on_the_button(builder, form):
    answer = builder.post(address("move_question", form, "motto"), {"step": "up"})
    assert answer.url == address("overview", form) + "#up-motto"


def test_question_is_placed_behind_any_other(builder, form):
    builder.post(address("place", form, "motto"), {"place": "plans:country"})
    keys = [q.key for q in structure_of(newest(form)).sections[1].questions]
    assert keys[keys.index("country") + 1] == "motto"
    assert (
        builder.post(address("place", form, "motto"), {"place": "plans:motto"}).status_code == 422
    )


def test_remove_asks_first_and_says_why_it_cannot(builder, form):
    builder.get(address("remove_question", form, "motto"))
    assert Question.objects.filter(key="motto").exists()
    answer = builder.post(address("remove_question", form, "shop"))
    assert answer.status_code == 422
    assert "What does the shop turn over" in answer.content.decode()
    assert builder.post(address("remove_question", form, "motto")).status_code == 302
    assert not Question.objects.filter(key="motto").exists()


def test_publish_says_what_changes_for_whom_and_then_publishes(builder, form):
    freeze(form)
    builder.post(address("remove_question", form, "country"))
    page = builder.get(address("publish", form)).content.decode()
    assert "In which country?" in page
    assert "1 response that has been begun keeps the version" in page
    assert newest(form).is_draft
    assert builder.post(address("publish", form), {"seen": "1"}).status_code == 409
    assert builder.post(address("publish", form), {"seen": "2"}).status_code == 302
    assert not newest(form).is_draft


def test_publish_of_what_cannot_be_asked_offers_no_button(builder, form):
    freeze(form)
    services.add_question(
        questionnaire=form,
        section="plans",
        content=QuestionContent("one_choice", "Which?"),
        actor=None,
        now=NOW,
    )
    page = builder.get(address("publish", form)).content.decode()
    assert "no options" in page
    assert 'name="seen"' not in page
    assert builder.post(address("publish", form), {"seen": "2"}).status_code == 422


def test_preview_checks_like_an_applicant_would_be_and_keeps_nothing(builder, form):
    data = {
        "about-seen": "0",
        "about": "Too few",
        "consent-seen": "0",
        "shop-seen": "0",
        "shop": "no",
    }
    answer = builder.post(address("preview", form), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Use at least 3 words; you have 2." in page
    assert "Tick the box to go on." in page
    assert builder.post(address("preview", form), {**data, "update": "1"}).status_code == 200
    assert not newest(form).is_frozen


def test_preview_shows_a_question_that_follows_from_the_answers(builder, form):
    def hidden(page):
        return re.findall(r'id="question-turnover"[^>]*', page)[0].endswith("hidden")

    assert hidden(builder.get(address("preview", form)).content.decode())
    page = builder.post(address("preview", form), {"shop-seen": "0", "shop": "yes", "update": "1"})
    assert not hidden(page.content.decode())


def test_preview_of_an_assessment_shows_its_scores(builder, assessment):
    page = builder.post(address("preview", assessment), {"who-seen": "0", "who": "team"})
    assert "100.0" in page.content.decode()
    assert "Higher" in page.content.decode()


def test_levels_are_written_and_a_stale_save_is_409(builder, assessment):
    page = builder.get(address("bands", assessment)).content.decode()
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    data = {
        "seen": seen,
        "bands-total": "2",
        "bands-0-name": "Low",
        "bands-0-least": "0",
        "bands-1-name": "High",
        "bands-1-least": "50.5",
    }
    assert builder.post(address("bands", assessment), data).status_code == 302
    assert [(b.name, str(b.least)) for b in scheme_of(newest(assessment)).bands] == [
        ("Low", "0.00"),
        ("High", "50.50"),
    ]
    answer = builder.post(address("bands", assessment), {**data, "bands-1-name": "Top"})
    assert answer.status_code == 409
    answer = builder.post(address("bands", assessment), {**data, "bands-1-least": "101"})
    assert answer.status_code == 422


@pytest.mark.parametrize(("language", "shown"), [("en", "50.5"), ("de", "50,5"), ("fr", "50,5")])
def test_number_is_taken_with_either_sign_and_shown_with_the_readers(
    builder, organiser, assessment, language, shown
):
    for sent in ("50.5", "50,5"):
        page = builder.get(address("bands", assessment)).content.decode()
        (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
        data = {
            "seen": seen,
            "bands-total": "2",
            "bands-0-name": "Low",
            "bands-0-least": "0",
            "bands-1-name": "High",
            "bands-1-least": sent,
        }
        answer = builder.post(address("bands", assessment), data)
        assert answer.status_code == 302
        assert str(scheme_of(newest(assessment)).bands[1].least) == "50.50"
    organiser.language = language
    organiser.save()
    page = builder.get(address("bands", assessment)).content.decode()
    assert f'value="{shown}"' in page


def test_dimension_says_what_is_told_in_each_level(builder, assessment):
    data = {
        "seen": "1",
        "name": "People and skills",
        "description": "",
        "text-rudimentary": "Look for somebody.",
        "text-higher": "",
    }
    assert builder.post(address("dimension", assessment, "people"), data).status_code == 302
    (dimension,) = scheme_of(newest(assessment)).dimensions
    assert (dimension.name, dimension.texts) == (
        "People and skills",
        (("rudimentary", "Look for somebody."),),
    )
    assert (
        builder.post(
            address("dimension", assessment, "people"), {**data, "name": "Other"}
        ).status_code
        == 409
    )


def test_copy_belongs_to_the_chosen_owner(builder, form):
    answer = builder.post(address("copy", form), {"title": "Again", "owner": "catalogue.edition:2"})
    copied = Questionnaire.objects.get(owner="catalogue.edition:2")
    assert answer.url == address("overview", copied)


def test_settings_change_title_and_language(builder, form):
    builder.post(address("settings", form), {"title": "Candidature", "language": "fr"})
    form.refresh_from_db()
    assert (form.title, newest(form).language) == ("Candidature", "fr")


def test_words_of_the_questions_are_said_to_be_in_their_language(builder, form):
    """For screen readers and spelling: the questions are German, the reader's pages English, and so are the site's own words."""
    form.versions.update(language="de")
    pages = {
        name: builder.get(
            reverse(f"questionnaires:{name}", args=[form.oid, *args])
        ).content.decode()
        for name, args in (
            ("overview", []),
            ("preview", []),
            ("section", ["museum"]),
            ("question", ["motto"]),
            ("remove_question", ["motto"]),
        )
    }
    label = form.versions.get().questions.get(key="motto").label
    for name, said in (
        ("overview", rf'<a class="builder-item__label"[^>]* lang="de"[^>]*>{label}'),
        ("remove_question", rf'<p lang="de" dir="auto"><strong>{label}'),
        ("section", r'<h1 class="page-header__title" lang="de"'),
        ("section", r'<input type="text" name="title"[^>]* lang="de"'),
        ("question", r'<(?:input|textarea)[^>]* name="label"[^>]* lang="de"'),
        ("preview", r'<section class="questions__section"[^>]* lang="de"'),
        ("preview", r'<span class="field__optional" lang="en">\(optional\)'),
    ):
        assert re.search(said, pages[name]), (name, said)
    assert 'lang="en"' not in pages["overview"].split("<main")[1].split("</main")[0]
