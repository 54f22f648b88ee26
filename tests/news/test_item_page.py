"""The page of one item: what its kind has, what it becomes with time, and what is not there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from museumhub.news import kinds, wording
from museumhub.news.models import Item
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory, PersonFactory
from tests.factories.news import ItemFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_item_of_each_kind_has_a_page(client: Client, now: datetime, kind: str) -> None:
    item: Item = ItemFactory(kind=kind) if kind == kinds.ARTICLE else ItemFactory(**{kind: True})
    page = client.get(item.get_absolute_url())
    assert page.status_code == 200
    text = page.content.decode()
    assert item.title in text
    assert "<strong>together</strong>" in text


def test_times_are_said_in_the_zone_of_the_item(client: Client, now: datetime) -> None:
    item = ItemFactory(event=True, time_zone="Europe/Athens")
    text = client.get(item.get_absolute_url()).content.decode()
    assert "Sunday 21 February 2027, 12:00 to 14:30 (Athens time, UTC+2)" in text
    client.force_login(PersonFactory(time_zone="Europe/Lisbon"))
    text = client.get(item.get_absolute_url()).content.decode()
    assert "In your time zone: Sunday 21 February 2027, 10:00 (Lisbon time, UTC)" in text


def test_call_relabels_itself_when_its_time_has_passed(client: Client, now: datetime) -> None:
    call = ItemFactory(feedback=True, closes_at=now)
    before = client.get(call.get_absolute_url()).content.decode()
    assert "Open until Monday 1 February 2027, 11:00 (Brussels time, UTC+1)" in before
    assert call.link in before
    Item.objects.filter(pk=call.pk).update(closes_at=now - timedelta(seconds=1))
    after = client.get(call.get_absolute_url()).content.decode()
    assert "Closed on Monday 1 February 2027, 10:59 (Brussels time, UTC+1)" in after
    assert call.link not in after
    assert "This has closed" in after


def test_closed_call_leads_to_its_result_once_that_is_public(client: Client, now: datetime) -> None:
    result = ItemFactory(title="What you told us", scheduled=True)
    call = ItemFactory(feedback=True, closes_at=now - timedelta(days=1), result=result)
    assert "What you told us" not in client.get(call.get_absolute_url()).content.decode()
    Item.objects.filter(pk=result.pk).update(status="published", published_at=now)
    text = client.get(call.get_absolute_url()).content.decode()
    assert f'href="{result.get_absolute_url()}"' in text


@pytest.mark.parametrize("status", ["draft", "submitted", "changes_asked", "scheduled"])
def test_what_is_not_published_is_not_there(client: Client, now: datetime, status: str) -> None:
    item = ItemFactory(**{status: True})
    assert client.get(item.get_absolute_url()).status_code == 404


def test_withdrawn_item_says_why_and_is_gone(client: Client, now: datetime) -> None:
    item = ItemFactory(withdrawn=True, withdrawn_reason="The <date> was wrong.")
    page = client.get(item.get_absolute_url())
    assert page.status_code == 410
    assert "The &lt;date&gt; was wrong." in page.content.decode()
    assert item.body not in page.content.decode()


def test_declined_item_was_never_there(client: Client, now: datetime) -> None:
    item = ItemFactory(status="withdrawn", published_at=None, updated_at=now)
    assert client.get(item.get_absolute_url()).status_code == 404


def test_statement_has_an_address_of_its_own(client: Client, now: datetime) -> None:
    item = ItemFactory(statement=True)
    assert item.get_absolute_url() == f"/statements/{item.slug}/"
    led = client.get(f"/news/{item.slug}/")
    assert (led.status_code, led["Location"]) == (301, item.get_absolute_url())
    assert client.get(f"/statements/{ItemFactory().slug}/").status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_page_asks_the_same_number_of_questions_whatever_there_is(
    client: Client, now: datetime, django_assert_num_queries: Any, many: int
) -> None:
    topic = TopicFactory()
    item = ItemFactory(
        initiative=True, partners=OrganisationFactory.create_batch(many), topics=[topic]
    )
    item.tags.add(*(f"tag {number}" for number in range(many)))
    for number in range(many):
        ItemFactory(topics=[topic], organisation=item.organisation).tags.add(f"tag {number}")
        ItemFactory(translation_of=item, language="fr")
    with django_assert_num_queries(14):
        client.get(item.get_absolute_url())


def test_document_is_cited_with_its_identifier_as_a_link(client: Client, now: datetime) -> None:
    item = ItemFactory(publication=True, identifier="https://doi.org/10.5281/zenodo.123")
    text = client.get(item.get_absolute_url()).content.decode()
    assert "Ana Duarte; Ben Okafor" in text
    assert "2026" in text
    assert (
        '<a href="https://doi.org/10.5281/zenodo.123" rel="noopener">10.5281/zenodo.123</a>' in text
    )


@pytest.mark.parametrize(
    ("written", "label", "text", "address"),
    [
        ("10.1000/182", "DOI", "10.1000/182", "https://doi.org/10.1000/182"),
        ("doi: 10.1000/A(b)<c>", "DOI", "10.1000/A(b)<c>", "https://doi.org/10.1000/A(b)%3Cc%3E"),
        (
            "ISBN 978-3-16-148410-0",
            "ISBN",
            "978-3-16-148410-0",
            "https://search.worldcat.org/isbn/9783161484100",
        ),
        ("0-306-40615-2", "ISBN", "0-306-40615-2", "https://search.worldcat.org/isbn/0306406152"),
        ("080442957x", "ISBN", "080442957X", "https://search.worldcat.org/isbn/080442957X"),
        ("ISSN 2049-3630", "ISSN", "2049-3630", "https://portal.issn.org/resource/ISSN/2049-3630"),
        ("20493630", "ISSN", "2049-3630", "https://portal.issn.org/resource/ISSN/2049-3630"),
        # Check digits that are wrong, and what is none of them, stay as they were written.
        ("978-3-16-148410-1", "", "978-3-16-148410-1", ""),
        ("0-306-40615-3", "", "0-306-40615-3", ""),
        ("2049-3631", "", "2049-3631", ""),
        ("Report no. 7", "", "Report no. 7", ""),
        ("javascript:alert(1)", "", "javascript:alert(1)", ""),
    ],
)
def test_identifier_is_told_by_its_form_and_check_digit(
    written: str, label: str, text: str, address: str
) -> None:
    assert wording.identifier(written) == wording.Identifier(label, text, address)


def test_no_identifier_is_none() -> None:
    assert wording.identifier(" ") is None


def test_webinar_shows_its_room_before_and_its_recording_after(
    client: Client, now: datetime
) -> None:
    item = ItemFactory(webinar=True, recording_url="https://films.example/1")
    with time_machine.travel(item.starts_at - timedelta(days=1), tick=False):
        assert item.online_url in client.get(item.get_absolute_url()).content.decode()
    with time_machine.travel(item.ends_at + timedelta(seconds=1), tick=False):
        text = client.get(item.get_absolute_url()).content.decode()
    assert item.online_url not in text
    assert "Watch the recording" in text
    assert "https://films.example/1" in text


def test_initiative_names_partners_and_when_its_resources_changed(
    client: Client, now: datetime
) -> None:
    partner = OrganisationFactory(name="Library of Winds")
    item = ItemFactory(
        initiative=True,
        partners=[partner],
        resources="- A [guide](https://guide.example/)",
        resources_updated_at=now - timedelta(days=2),
    )
    text = client.get(item.get_absolute_url()).content.decode()
    assert f'<a href="{partner.get_absolute_url()}" dir="auto">Library of Winds</a>' in text
    assert 'href="https://guide.example/"' in text
    assert "Saturday 30 January 2027" in text


def test_result_names_the_call_it_came_of(client: Client, now: datetime) -> None:
    result = ItemFactory(publication=True)
    call = ItemFactory(feedback=True, title="What do you need?", result=result)
    assert (
        f'href="{call.get_absolute_url()}"'
        in client.get(result.get_absolute_url()).content.decode()
    )


def test_item_from_a_feed_names_and_links_its_source(client: Client, now: datetime) -> None:
    item = ItemFactory(source_name="Blog of Winds", source_url="https://winds.example/1?a&b")
    text = client.get(item.get_absolute_url()).content.decode()
    assert (
        '<a href="https://winds.example/1?a&amp;b" rel="nofollow noopener">Blog of Winds</a>'
        in text
    )


def test_item_leads_to_what_shares_most_with_it(client: Client, now: datetime) -> None:
    topic, museum = TopicFactory(), OrganisationFactory()
    item = ItemFactory(topics=[topic], organisation=museum)
    item.tags.add("Salt")
    same_publisher = ItemFactory(organisation=museum)
    same_topic = ItemFactory(topics=[topic], language="fr")
    same_topic_and_language = ItemFactory(topics=[topic])
    same_keyword = ItemFactory()
    same_keyword.tags.add("Salt")
    ItemFactory()
    ItemFactory(topics=[topic], draft=True)
    ItemFactory(topics=[topic], translation_of=item)
    related = client.get(item.get_absolute_url()).context["around"].related
    assert [card.item for card in related] == [same_keyword, same_topic_and_language, same_topic]
    Item.objects.filter(pk=same_keyword.pk).update(published_at=now + timedelta(days=1))
    related = client.get(item.get_absolute_url()).context["around"].related
    assert [card.item for card in related] == [same_topic_and_language, same_topic, same_publisher]


def test_same_text_in_other_languages_is_linked_both_ways(client: Client, now: datetime) -> None:
    english = ItemFactory(title="Salt")
    french = ItemFactory(title="Sel", language="fr", translation_of=english)
    german = ItemFactory(title="Salz", language="de", translation_of=english)
    ItemFactory(language="fr", translation_of=english, draft=True)
    for shown, others in ((english, [german, french]), (french, [german, english])):
        around = client.get(shown.get_absolute_url()).context["around"]
        assert around.translations == others


def test_title_is_marked_as_of_the_language_it_is_written_in(client: Client, now: datetime) -> None:
    item = ItemFactory(title="Sel & <b>poivre</b>", language="fr")
    text = client.get(item.get_absolute_url()).content.decode()
    assert 'lang="fr" dir="auto">Sel &amp; &lt;b&gt;poivre&lt;/b&gt;</h1>' in text
