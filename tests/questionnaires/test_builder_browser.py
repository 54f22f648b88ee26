"""The builder in a real browser: with the keyboard alone, without scripts, narrow and wide."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from museumhub.questionnaires.structure import structure_of
from tests.factories.questionnaires import build
from tests.questionnaires.test_builder_pages import ASSESSMENT, address, newest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(organiser):
    return build()


@pytest.fixture
def assessment(organiser):
    return build(ASSESSMENT, purpose="assessment", title="Maturity")


def keys(questionnaire, section: int = 0) -> list[str]:
    return [
        question.key for question in structure_of(newest(questionnaire)).sections[section].questions
    ]


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_page_of_the_builder_passes_axe(
    open_window, organiser, form, assessment, width, scheme
):
    window = open_window(width=width, scheme=scheme)
    window.sign_in(organiser)
    pages = {
        "overview": address("overview", form), "kinds": address("add_question", form, "museum"),
        "question": address("question", form, "turnover"), "preview": address("preview", form),
        "publish": address("publish", form), "versions": address("versions", form), "settings": address("settings", form),
        "scores": address("scores", assessment), "levels": address("bands", assessment),
        "dimension": address("dimension", assessment, "people"), "options": address("question", assessment, "who"),
        "remove": address("remove_question", form, "shop"), "place": address("place", form, "shop"),
    }  # fmt: skip
    for name, page in pages.items():
        window.open(page)
        window.shot(f"builder-{name}-{width}")
        window.check()


def test_question_is_moved_with_the_keyboard_and_the_focus_stays(open_window, organiser, form):
    window = open_window()
    window.sign_in(organiser)
    page = window.open(address("overview", form))
    page.locator("#down-about").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#down-about")
    expect(page.locator("#down-about")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator(".builder-item__label").nth(2)).to_have_text("What does your museum do?")
    assert keys(form)[:3] == ["motto", "kind", "about"]


@pytest.mark.parametrize("scripts", [True, False])
def test_question_with_options_and_a_condition_is_added(open_window, organiser, form, scripts):
    window = open_window(scripts=scripts)
    window.sign_in(organiser)
    page = window.open(address("overview", form))
    page.get_by_role("link", name=re.compile("Add a question.*Your plans")).click()
    page.get_by_role("link", name="One choice").click()
    page.get_by_label("Question", exact=True).fill("Which guide?")
    page.get_by_label("Option 1", exact=True).fill("Audio")
    page.get_by_label("Option 2", exact=True).fill("Person")
    page.get_by_label("Option 3", exact=True).fill("Book")
    page.get_by_role("button", name="Add an option").click()
    page.get_by_label("Option 4", exact=True).fill("Film")
    page.get_by_role("button", name="Move option 4 up").click()
    page.get_by_role("button", name="Remove line 4").click()
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Shown when the answer to").select_option("shop")
    if not scripts:
        page.get_by_role("button", name="Show what can be chosen").click()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("link", name="Which guide?", exact=True)).to_be_visible()
    spec = structure_of(newest(form)).by_key["which_guide"]
    assert [option.label for option in spec.options] == ["Audio", "Person", "Film"]
    assert [(c.source, c.test, c.values) for c in spec.conditions] == [("shop", "is", ("no",))]


def test_enter_in_an_option_saves_instead_of_adding_a_line(open_window, organiser, assessment):
    window = open_window()
    window.sign_in(organiser)
    page = window.open(address("question", assessment, "who"))
    page.get_by_label("Option 1", exact=True).fill("No one")
    page.keyboard.press("Enter")
    page.wait_for_url("**#question-who")
    assert structure_of(newest(assessment)).by_key["who"].options[0].label == "No one"


def test_preview_follows_the_answers_at_once_or_by_a_button(open_window, organiser, form):
    window = open_window(width=360)
    window.sign_in(organiser)
    page = window.open(address("preview", form))
    turnover, garden = (
        page.get_by_label("What does the shop turn over?"),
        page.get_by_label("Other: say what"),
    )
    expect(turnover).to_be_hidden()
    expect(garden).to_be_hidden()
    page.get_by_label("Yes", exact=True).check()
    expect(turnover).to_be_visible()
    page.get_by_label("Other", exact=True).check()
    expect(garden).to_be_visible()
    page.get_by_label("No", exact=True).check()
    expect(turnover).to_be_hidden()
    window.check()

    plain = open_window(width=360, scripts=False)
    plain.sign_in(organiser)
    page = plain.open(address("preview", form))
    expect(page.get_by_label("What does the shop turn over?")).to_be_hidden()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Show the questions that follow from my answers").click()
    expect(page.get_by_label("What does the shop turn over?")).to_be_visible()


def test_refused_preview_leads_from_the_summary_to_the_field(open_window, organiser, form):
    window = open_window()
    window.expect("422")
    window.sign_in(organiser)
    page = window.open(address("preview", form))
    page.get_by_role("button", name="Check these answers").click()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="I agree: Tick the box to go on.").click()
    expect(page.get_by_label("I agree")).to_be_focused()
    window.shot("builder-preview-refused")
    window.check()
