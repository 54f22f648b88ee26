"""The news room in a real browser: accessible at both widths, with a preview while one writes, and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from museumhub.kit import clock
from museumhub.members.models import Membership, Person
from museumhub.news import services
from museumhub.news.models import Item
from tests.browser import Window
from tests.factories.frameworks import TopicFactory
from tests.factories.members import MembershipFactory
from tests.factories.news import ItemFactory, NewsRoleFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., Window]

TEXT = """# What happens

The museum opens at night, with **fewer lamps** and more time.

- Tours at seven and at nine
- A bar between the wings

## Who can come

Everybody. See [the calls](/calls/).
"""


@pytest.fixture(autouse=True)
def one_factor(settings: Any) -> None:
    settings.ORGANISERS_NEED_SECOND_FACTOR = False


@pytest.fixture
def ana() -> Membership:
    membership: Membership = MembershipFactory(
        role="editor", person__name="Ana Duarte", organisation__name="Museum of Feathers"
    )
    return membership


@pytest.fixture
def edda() -> Person:
    person: Person = NewsRoleFactory(person__name="Edda Ström").person
    return person


def busy_item(ana: Membership, edda: Person) -> Item:
    """An event with a history, remarks and something missing."""
    now = clock.now()
    item: Item = ItemFactory(
        submitted=True,
        event=True,
        title="Feathers at night: the collection in the light of a few lamps",
        teaser="The museum opens at night, with fewer lamps and more time.",
        body="# What happens\n\nThe museum opens.",
        organisation=ana.organisation,
        author=ana.person,
        place="",
        topics=[TopicFactory(slug="climate", short_name="Climate", colour="climate")],
    )
    item = services.save_item(
        item=item, content={"body": TEXT, "tags": ["night"]}, seen=1, actor=ana.person, now=now
    )
    services.add_comment(item=item, text="Where is it?", actor=edda, now=now)
    services.add_comment(item=item, text="In Ghent.\nI add it.", actor=ana.person, now=now)
    return item


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "light"), (1280, "dark")])
def test_pages_are_accessible(
    open_window: Open, ana: Membership, edda: Person, width: int, scheme: str
) -> None:
    item = busy_item(ana, edda)
    out = ItemFactory(
        organisation=ana.organisation, author=ana.person, topics=list(item.topics.all())
    )
    services.propose(
        item=out,
        content={"body": "Museums act **apart**.", "title": "Another title"},
        base=1,
        seen=0,
        actor=ana.person,
        now=clock.now(),
    )
    ItemFactory(draft=True, organisation=ana.organisation, title="A draft")
    inside = f"/edit/items/{item.oid}"
    first = item.revisions.get(number=1)
    member = [
        ("desk", "/edit/"),
        ("kinds", "/edit/new/"),
        ("new", "/edit/new/event/"),
        ("text", f"{inside}/text/"),
        ("preview", f"{inside}/preview/"),
        ("history", f"{inside}/history/"),
        ("compare", f"{inside}/history/compare/?from=1&to=2"),
        ("restore", f"{inside}/history/{first.oid}/restore/"),
        ("propose", f"/edit/items/{out.oid}/text/"),
        ("delete", f"{inside}/delete/"),
    ]
    editor = [
        ("queue", "/edit/queue/"),
        ("editors", "/edit/editors/"),
        ("overview", f"{inside}/"),
        ("publish", f"{inside}/act/publish/"),
        ("schedule", f"{inside}/act/schedule/"),
        ("decline", f"{inside}/act/decline/"),
        ("address", f"{inside}/address/"),
        ("proposal", f"/edit/items/{out.oid}/changes/"),
    ]
    for person, pages in ((ana.person, member), (edda, editor)):
        window = open_window(width=width, scheme=scheme)
        window.sign_in(person)
        for name, address in pages:
            window.open(address)
            window.shot(f"news-{name}-{width}-{scheme}")
            window.check()


def test_text_appears_as_it_will_look_while_one_writes(open_window: Open, ana: Membership) -> None:
    window = open_window(width=1280)
    window.sign_in(ana.person)
    window.open("/edit/new/article/")
    window.page.get_by_label("Text", exact=True).fill("## Deep\n\nSome *words*.")
    preview = window.page.locator("#preview-text")
    preview.get_by_text("The heading “Deep” skips a level").wait_for()
    assert preview.locator("em").inner_text() == "words"
    window.check()
    assert Item.objects.count() == 0


def test_two_on_one_text_see_both_and_lose_nothing(
    open_window: Open, ana: Membership, edda: Person
) -> None:
    item = busy_item(ana, edda)
    window = open_window(width=360)
    window.expect("409")
    window.sign_in(ana.person)
    window.open(f"/edit/items/{item.oid}/text/")
    services.save_item(
        item=item, content={"title": "Edda's title"}, seen=2, actor=edda, now=clock.now()
    )
    window.page.get_by_label("Title").fill("Ana's title")
    window.page.get_by_role("button", name="Save", exact=True).click()
    window.page.get_by_text("“Title” was changed by somebody else").wait_for()
    assert window.page.get_by_role("textbox", name="Title").input_value() == "Ana's title"
    assert window.page.locator(".conflict").count() == 1
    window.shot("news-conflict-360-light")
    window.check()
    window.page.get_by_role("button", name="Save", exact=True).click()
    window.page.wait_for_url(f"**/edit/items/{item.oid}/")
    assert Item.objects.get(pk=item.pk).title == "Ana's title"


def test_everything_is_done_without_scripts(
    open_window: Open, ana: Membership, edda: Person
) -> None:
    TopicFactory(slug="climate", short_name="Climate")
    window = open_window(width=1280, scripts=False)
    window.sign_in(ana.person)
    window.open("/edit/new/article/")
    window.page.get_by_label("Title").fill("Night")
    window.page.get_by_label("Teaser").fill("The museum opens at night.")
    window.page.get_by_label("Text", exact=True).fill(TEXT)
    window.page.get_by_label("Climate").check()
    window.page.get_by_role("button", name="Show the text as it will look").click()
    assert window.page.locator("#preview-text h2").first.inner_text() == "What happens"
    window.page.get_by_role("button", name="Save", exact=True).click()
    window.page.get_by_role("link", name="Submit to the editors").click()
    window.page.get_by_role("button", name="Submit", exact=True).click()
    window.page.get_by_text("It is with the editors now.").wait_for()
    editor = open_window(width=1280, scripts=False)
    editor.sign_in(edda)
    editor.open("/edit/queue/")
    editor.page.get_by_role("link", name="Night").click()
    editor.page.get_by_role("link", name="Publish now").click()
    editor.page.get_by_role("button", name="Publish", exact=True).click()
    editor.page.get_by_text("It is published.").wait_for()
    item = Item.objects.get()
    assert item.status == "published"
    editor.open(item.get_absolute_url())
    assert editor.page.locator("h1").inner_text() == "Night"
