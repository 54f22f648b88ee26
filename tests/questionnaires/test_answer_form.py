"""A version compiled into a form: what it draws, what it checks, what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from museumhub.kit.models import StoredFile
from museumhub.questionnaires import posting, services
from museumhub.questionnaires.forms import AnswerForm, compile_form
from museumhub.questionnaires.models import Answer, AnswerFile, QuestionnaireVersion, Response
from museumhub.questionnaires.services import Seen
from museumhub.questionnaires.structure import structure_of
from tests.factories.questionnaires import NOW, build

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def response():
    return services.start_response(questionnaire=build(), now=NOW)


def sent(form: AnswerForm, **typed: str | list[str]) -> QueryDict:
    """What a browser sends for the page `form` draws, with `typed` in its fields."""
    data = QueryDict(mutable=True)
    for section in form.sections:
        for item in section.items:
            if item.field is not None:
                data[f"{item.question.key}-seen"] = item.seen
                value = item.field.value()
                data.setlist(
                    item.question.key, value if isinstance(value, list) else [str(value or "")]
                )
            if item.other is not None:
                data[f"{item.question.key}-other"] = item.other.value() or ""
    for name, value in typed.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def fresh(response: Response) -> Response:
    return Response.objects.select_related("version").get(pk=response.pk)


def post(response: Response, data: QueryDict, files=None, *, actor_id: int = 1, now=NOW, **options):
    """The way a view does it."""
    files = MultiValueDict({name: [file] for name, file in (files or {}).items()})
    response = fresh(response)
    form = compile_form(response.version, response=response, data=data, files=files, **options)
    saved = services.save_answers(
        response=response,
        values=form.sent.values,
        files=form.sent.files,
        seen=form.sent.seen,
        actor_id=actor_id,
        now=now,
    )
    form.show(saved)
    return form, saved


def page(form: AnswerForm) -> str:
    return render_to_string("questionnaires/answer_form.html", {"form": form})


COMPLETE: dict[str, Any] = {
    "about": "We show many things", "kind": "other", "kind__other": "Garden", "visitors": "1200", "shop": "no",
    "channels": ["site", "social"], "ready": "2", "begin": "2027-03-01", "contact": "ana@museum.example",
    "site": "museum.example", "country": "BE", "consent": "on",
}  # fmt: skip


def test_complete_page_is_valid_and_stored(response):
    form, saved = post(response, sent(compile_form(response.version), **COMPLETE))
    assert form.is_valid(), form.errors
    assert saved.clean
    stored = dict(Answer.objects.values_list("question__key", "value"))
    assert stored == {
        "about": "We show many things", "kind": {"chosen": ["other"], "other": "Garden"}, "visitors": "1200",
        "shop": {"chosen": ["no"], "other": ""}, "channels": {"chosen": ["site", "social"], "other": ""}, "ready": "2",
        "begin": "2027-03-01", "contact": "ana@museum.example", "site": "https://museum.example", "country": "BE",
        "consent": True,
    }  # fmt: skip


def test_stored_answers_are_drawn_into_the_fields(response):
    post(response, sent(compile_form(response.version), **COMPLETE))
    response = fresh(response)
    html = page(compile_form(response.version, response=response))
    assert ">\nWe show many things</textarea>" in html
    assert 'name="kind-other" value="Garden"' in html
    assert '<option value="BE" selected>Belgium</option>' in html
    assert html.count(" checked") == 6  # kind, shop, two channels, ready, consent
    assert 'name="begin" value="2027-03-01"' in html


def test_draft_may_be_incomplete_but_not_malformed(response):
    data = sent(compile_form(response.version), visitors="many")
    form, _saved = post(response, data, require=False)
    assert list(form.errors) == ["visitors"]
    form, _saved = post(response, data, require=True)
    assert list(form.errors) == ["about", "visitors", "shop", "consent"]


def test_malformed_text_is_still_there_when_the_page_comes_back_later(response):
    post(response, sent(compile_form(response.version), visitors="many", begin="soon"))
    response = fresh(response)
    html = page(compile_form(response.version, response=response))
    assert 'name="visitors" value="many"' in html
    assert '<input type="text" name="begin" value="soon"' in html


def test_long_answer_is_refused_at_its_field_and_kept_on_the_page(response):
    text = "word " * 20_000
    form, _saved = post(response, sent(compile_form(response.version), about=text))
    html = page(form)
    assert "This is too long: 99,999 characters" in html
    assert html.count("word word") > 4_000
    assert form["about"].summary_target == "id_about"


def test_hidden_question_is_not_required_and_its_answer_kept_in_the_draft(response):
    form, _saved = post(response, sent(compile_form(response.version), **COMPLETE, turnover="5000"))
    assert form.is_valid(), form.errors
    assert Answer.objects.get(question__key="turnover").value == "5000"
    data = sent(compile_form(response.version, response=fresh(response)), shop="yes")
    form, _saved = post(response, data)
    assert form.is_valid()
    assert "turnover" in form.asked


def test_question_that_follows_is_required_once_it_is_asked(response):
    form, _saved = post(
        response, sent(compile_form(response.version), **{**COMPLETE, "shop": "yes"})
    )
    assert list(form.errors) == ["turnover"]


def test_other_without_a_text_is_an_error_at_the_text(response):
    form, _saved = post(
        response, sent(compile_form(response.version), **{**COMPLETE, "kind__other": " "})
    )
    assert form.errors == {"kind-other": ["Say what “other” is."]}


def test_field_is_tied_to_its_help_and_its_error(response):
    form, _saved = post(response, sent(compile_form(response.version), visitors="many"))
    html = page(form)
    assert 'aria-describedby="id_visitors_helptext id_visitors_error"' in html
    assert (
        html.index('id="id_visitors_helptext"')
        < html.index('id="id_visitors_error"')
        < html.index('name="visitors"')
    )
    assert '<fieldset class="field__set" id="id_shop_set"' in html
    assert "Up to 20 words." in html
    assert 'data-words="20"' in html
    assert 'dir="auto"' in html


def test_markup_in_labels_options_and_answers_is_shown_as_text(organiser):
    bad = "<script>alert(1)</script>"
    made = build(
        {"sections": [{"title": bad, "introduction": bad, "questions": [
            {"key": "a", "kind": "one_choice", "label": bad, "help": bad, "options": [bad, "B"]},
            {"key": "b", "kind": "short_text", "label": "B"},
            {"key": "c", "kind": "statement", "label": bad, "help": f"{bad} [x](javascript:alert(1))"}]}]}
    )  # fmt: skip
    response = services.start_response(questionnaire=made, now=NOW)
    form, _saved = post(response, sent(compile_form(response.version), b=bad))
    html = page(form).replace('<script type="module" src=', "")
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_sections_limit_the_page_and_conditions_look_at_what_is_stored(response):
    post(response, sent(compile_form(response.version), shop="yes"))
    response = fresh(response)
    form = compile_form(response.version, response=response, sections=["plans"])
    assert [section.key for section in form.sections] == ["plans"]
    assert "turnover" in form.asked
    assert "about" not in form.fields


def test_colleagues_answer_to_another_field_stands_when_a_whole_page_is_sent(response):
    first = compile_form(response.version, response=response)
    hers, his = sent(first, about="Hers is new", motto=""), sent(first, motto="His is new")
    post(response, hers, actor_id=1)
    form, saved = post(response, his, actor_id=2, require=False)
    assert (saved.stale, form.is_valid()) == ([], True)
    assert dict(Answer.objects.values_list("question__key", "value")) == {
        "about": "Hers is new",
        "motto": "His is new",
    }


def test_stale_field_shows_both_texts_and_saves_ones_own_the_next_time(response):
    first = compile_form(response.version, response=response)
    post(response, sent(first, motto="Hers <b>"), actor_id=1)
    form, saved = post(
        response, sent(first, motto="His"), actor_id=2, now=NOW + timedelta(minutes=1)
    )
    html = page(form)
    assert [stale.key for stale in saved.stale] == ["motto"]
    assert "Hers &lt;b&gt;" in html
    assert 'name="motto" value="His"' in html
    assert 'name="take-theirs" value="motto"' in html
    again, saved = post(response, sent(form, motto="His"), actor_id=2, require=False)
    assert again.is_valid()
    assert Answer.objects.get().value == "His"


def test_stale_field_can_be_given_up_for_theirs(response):
    first = compile_form(response.version, response=response)
    post(response, sent(first, motto="Hers"), actor_id=1)
    form, saved = post(
        response, sent(first, motto="His", take__theirs="motto"), actor_id=2, require=False
    )
    assert saved.stale == []
    assert Answer.objects.get().value == "Hers"
    assert 'name="motto" value="Hers"' in page(form)


def test_same_page_sent_twice_saves_once_and_is_no_conflict(response):
    data = sent(compile_form(response.version), motto="Look")
    post(response, data)
    _form, saved = post(response, data)
    assert saved.stale == []
    assert Answer.objects.get().revision == 1


def test_text_for_a_question_that_is_gone_comes_back_on_the_page(response):
    data = sent(compile_form(response.version), motto="Look & see")
    services.remove_question(
        questionnaire=response.version.questionnaire, key="motto", actor=None, now=NOW
    )
    form, saved = post(response, data, require=False)
    assert [one.key for one in saved.unknown] == ["motto"]
    assert "Look &amp; see" in page(form)


def test_one_field_is_saved_by_itself(response):
    structure = structure_of(response.version)

    def save(query: str) -> services.Saved:
        response.refresh_from_db()
        one = posting.read_post(structure, QueryDict(query), MultiValueDict())
        return services.save_answers(
            response=response, values=one.values, seen=one.seen, actor_id=1, now=NOW
        )

    saved = save("shop-seen=0&shop=yes")
    assert saved.saved == ["shop"]
    assert "turnover" in saved.asked
    token = posting.seen_token(saved.seen["shop"])
    assert posting.read_token(token) == saved.seen["shop"]
    assert save(f"shop-seen={token}&shop=no").clean


@pytest.mark.parametrize("token", ["", "x", "-1", "1.", "1.zzzzzzzz", "9" * 30, "1.00000000x"])
def test_malformed_token_counts_as_never_having_seen_anything(token):
    assert posting.read_token(token) == Seen()


def test_file_is_kept_offered_replaced_and_taken_away(response, django_capture_on_commit_callbacks):
    file = SimpleUploadedFile("../plan.pdf", PDF)
    form, saved = post(
        response, sent(compile_form(response.version)), {"plan": file}, require=False
    )
    assert saved.clean
    kept = AnswerFile.objects.get()
    assert (kept.file.name, kept.file.size) == ("plan.pdf", len(PDF))
    response = fresh(response)
    form = compile_form(response.version, response=response, file_url=lambda oid: f"/files/{oid}/")
    assert f'href="/files/{kept.oid}/"' in page(form)
    with django_capture_on_commit_callbacks(execute=True):
        post(response, sent(form), {"plan": SimpleUploadedFile("new.pdf", PDF)}, require=False)
    assert [one.file.name for one in AnswerFile.objects.all()] == ["new.pdf"]
    form = compile_form(response.version, response=fresh(response))
    _form, saved = post(response, sent(form, plan__remove="1"), require=False)
    assert Answer.objects.get().value is None
    assert not AnswerFile.objects.exists()


def test_wrong_file_is_refused_at_its_field_and_the_kept_one_stays(response):
    post(
        response,
        sent(compile_form(response.version)),
        {"plan": SimpleUploadedFile("plan.pdf", PDF)},
    )
    form = compile_form(response.version, response=fresh(response))
    form, _saved = post(
        response, sent(form), {"plan": SimpleUploadedFile("plan.pdf", b"<html>")}, require=False
    )
    assert list(form.errors) == ["plan"]
    assert Answer.objects.get().value["name"] == "plan.pdf"


def test_stale_file_keeps_both_and_can_be_chosen(response):
    first = compile_form(response.version, response=response)
    post(response, sent(first), {"plan": SimpleUploadedFile("hers.pdf", PDF)}, actor_id=1)
    form, saved = post(
        response, sent(first), {"plan": SimpleUploadedFile("his.pdf", PDF)}, actor_id=2
    )
    (stale,) = saved.stale
    assert (stale.theirs, stale.yours) == ("hers.pdf", "his.pdf")
    assert stale.yours_file in page(form)
    _form, saved = post(response, sent(form, plan__file=stale.yours_file), actor_id=2)
    assert Answer.objects.get().value["name"] == "his.pdf"


def test_file_of_another_response_cannot_be_chosen(response):
    other = services.start_response(questionnaire=response.version.questionnaire, now=NOW)
    post(
        other, sent(compile_form(response.version)), {"plan": SimpleUploadedFile("secret.pdf", PDF)}
    )
    oid = AnswerFile.objects.get().oid
    _form, saved = post(
        response, sent(compile_form(response.version), plan__file=oid), require=False
    )
    assert [one.sentence for one in saved.refused] == [
        "This file is no longer here. Choose it again."
    ]
    assert not Answer.objects.filter(response=response).exists()


def test_form_takes_four_queries_and_for_a_frozen_version_one(response, django_assert_num_queries):
    version = response.version
    with django_assert_num_queries(4):
        page(compile_form(version))
    post(response, sent(compile_form(version), **COMPLETE))
    response = fresh(response)
    page(compile_form(response.version, response=response))
    with django_assert_num_queries(1):
        page(compile_form(response.version, response=response))


def test_form_takes_no_more_queries_for_many_questions(django_assert_num_queries):
    questions = [
        {"key": f"q{n}", "kind": "one_choice", "label": f"Q{n}?", "options": ["A", "B"],
         "conditions": [{"source": f"q{n - 1}", "test": "is", "values": ["a"]}] if n else []}
        for n in range(40)
    ]  # fmt: skip
    version = QuestionnaireVersion.objects.get(
        questionnaire=build({"sections": [{"title": "S", "questions": questions}]})
    )
    with django_assert_num_queries(4):
        page(compile_form(version))


def test_save_of_a_whole_page_takes_three_statements(response, django_assert_num_queries):
    version = response.version
    post(response, sent(compile_form(version), motto="freeze"))
    other = services.start_response(questionnaire=version.questionnaire, now=NOW)
    response = fresh(other)
    form = compile_form(
        response.version, response=response, data=sent(compile_form(version), **COMPLETE)
    )
    with django_assert_num_queries(3):  # response, answers, one upsert
        services.save_answers(
            response=response, values=form.sent.values, seen=form.sent.seen, actor_id=1, now=NOW
        )


def test_structure_of_a_frozen_version_is_read_once(response, django_assert_num_queries):
    post(response, sent(compile_form(response.version), motto="freeze"))
    version = fresh(response).version
    first = structure_of(version)
    with django_assert_num_queries(0):
        assert structure_of(version) is first


def test_same_file_sent_twice_is_kept_once_and_no_conflict(
    response, django_capture_on_commit_callbacks
):
    data = sent(compile_form(response.version))
    with django_capture_on_commit_callbacks(execute=True):
        post(response, data, {"plan": SimpleUploadedFile("plan.pdf", PDF)}, require=False)
        _form, saved = post(
            response, data, {"plan": SimpleUploadedFile("plan.pdf", PDF)}, require=False
        )
    assert (saved.saved.count("plan"), saved.stale) == (1, [])
    assert Answer.objects.get().revision == 1
    assert StoredFile.objects.count() == 1


def test_files_that_come_too_late_do_not_pile_up(response, django_capture_on_commit_callbacks):
    data = sent(compile_form(response.version))
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(4):
            file = SimpleUploadedFile(f"plan{number}.pdf", PDF)
            post(response, data, {"plan": file}, actor_id=number, require=False)
    assert {one.file.name for one in AnswerFile.objects.all()} == {"plan0.pdf", "plan3.pdf"}
    assert StoredFile.objects.count() == 2


class TestDrawnOnce:
    """A question nobody has answered is drawn once for all (`Item.blank`)."""

    def test_everybody_gets_the_page_as_it_is_drawn_by_itself(self, response, settings):
        other = services.start_response(questionnaire=response.version.questionnaire, now=NOW)
        pages: dict[str, str] = {}
        for once in (False, True, True):
            settings.PAGE_CACHE = once
            for one in (response, other):
                one = fresh(one)
                for language in ("en", "de"):
                    with translation.override(language):
                        html = page(compile_form(one.version, response=one))
                    assert pages.setdefault(language, html) == html
            html = page(compile_form(fresh(response).version))
            assert pages.setdefault("preview", html) == html
        assert len(set(pages.values())) == 3

    def test_what_one_answers_nobody_else_sees_and_it_is_shown_again(self, response, settings):
        other = services.start_response(questionnaire=response.version.questionnaire, now=NOW)
        settings.PAGE_CACHE = True
        before = page(compile_form(fresh(response).version, response=fresh(response)))
        _form, saved = post(
            response, sent(compile_form(response.version, response=response), **COMPLETE)
        )
        assert not saved.refused
        mine = page(compile_form(fresh(response).version, response=fresh(response)))
        for typed in ("We show many things", "Garden", "1200", "2027-03-01", "ana@museum.example"):
            assert typed in mine
        assert page(compile_form(fresh(other).version, response=fresh(other))) == before

    def test_what_was_refused_is_shown_with_its_error(self, response, settings):
        settings.PAGE_CACHE = True
        page(compile_form(fresh(response).version, response=fresh(response)))
        form, _saved = post(
            response, sent(compile_form(response.version, response=response), contact="no address")
        )
        drawn = page(form)
        assert "no address" in drawn
        assert "field--wrong" in drawn
        assert "no address" not in page(
            compile_form(
                fresh(response).version,
                response=services.start_response(
                    questionnaire=response.version.questionnaire, now=NOW
                ),
            )
        )
