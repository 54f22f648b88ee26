"""Links of published news: written down, looked at once a week, and told to editors when they lead nowhere twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from museumhub.members.models import Person
from museumhub.members.services.housekeeping import tidy
from museumhub.news import tasks
from museumhub.news.models import Item, OutsideLink
from museumhub.news.services import links
from tests.conftest import NOW
from tests.factories.members import MembershipFactory
from tests.factories.news import ItemFactory, NewsRoleFactory
from tests.hostile_server import Server, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        running.answers["/well"] = lambda visit: visit.answer(b"here")
        yield running


def leading_to(*urls: str, **more: Any) -> Item:
    item: Item = ItemFactory(body=" ".join(f"[words]({url})" for url in urls), **more)
    return item


def look(server: Server, at: datetime) -> int:
    with time_machine.travel(at, tick=False):
        return links.check_due(network=server.network())


def states() -> dict[str, str]:
    return {
        url.rpartition("/")[2]: state
        for url, state in OutsideLink.objects.values_list("url", "state")
    }


def test_links_of_an_item_are_those_of_its_texts_and_fields_that_lead_out() -> None:
    item = ItemFactory.build(
        body=(
            "[a](https://a.example/x#part) https://b.example/ [c](/news/) [d](mailto:d@d.example) "
            "[e](http://127.0.0.1:8000/news/) [f](javascript:alert) <https://g.example/> "
            f"[long](https://long.example/{'x' * 2000})"
        ),
        source_url="https://h.example/1",
        link="https://a.example/x",
    )
    assert links.links_of(item) == {
        "https://a.example/x",
        "https://b.example/",
        "https://g.example/",
        "https://h.example/1",
    }


def test_daily_round_writes_down_links_of_what_is_public_and_new_or_changed(now: datetime) -> None:
    one = leading_to("https://a.example/", "https://b.example/")
    leading_to("https://a.example/")
    leading_to("https://draft.example/", draft=True)
    assert tidy(now)["links_surveyed"] == 2
    assert set(OutsideLink.objects.values_list("url", flat=True)) == {
        "https://a.example/",
        "https://b.example/",
    }
    assert tidy(now)["links_surveyed"] == 0
    Item.objects.filter(pk=one.pk).update(body="https://c.example/", version=2)
    assert tidy(now)["links_surveyed"] == 1
    assert set(OutsideLink.objects.values_list("url", flat=True)) == {
        "https://a.example/",
        "https://c.example/",
    }


def test_link_is_dead_after_two_days_of_leading_nowhere_and_alive_at_once(
    server: Server,
) -> None:
    leading_to(server.url("/well"), server.url("/gone", host="other.example"))
    links.survey_links(NOW)
    assert look(server, NOW) == 2
    assert states() == {"well": "alive", "gone": "unsure"}
    assert look(server, NOW + timedelta(hours=23)) == 0
    assert look(server, NOW + timedelta(hours=25)) == 1
    assert states() == {"well": "alive", "gone": "dead"}
    link = OutsideLink.objects.dead().get()
    assert (link.trouble, link.failures) == ("missing", 2)
    server.answers["/gone"] = server.answers["/well"]
    look(server, NOW + timedelta(days=10))
    assert states() == {"well": "alive", "gone": "alive"}


def test_server_that_is_closed_or_slow_kills_no_link(server: Server) -> None:
    for path, status in (("/a", "403 Robot?"), ("/b", "503 Busy")):
        server.answers[path] = lambda visit, status=status: visit.answer(status=status)  # type: ignore[misc]
        leading_to(server.url(path, host=f"x{path[1]}.example"))
    links.survey_links(NOW)
    for week in range(4):
        look(server, NOW + timedelta(days=9 * week))
    assert set(states().values()) == {"unsure"}


def test_each_server_is_asked_once_in_a_round(server: Server) -> None:
    leading_to(*(server.url(f"/{number}") for number in range(5)))
    links.survey_links(NOW)
    assert look(server, NOW) == 1
    assert len({visit.path for visit in server.visits}) == 1
    for _round in range(4):
        assert look(server, NOW) == 1
    assert look(server, NOW) == 0


def test_link_of_what_was_withdrawn_is_not_looked_at(server: Server) -> None:
    item = leading_to(server.url("/well"))
    links.survey_links(NOW)
    Item.objects.filter(pk=item.pk).update(
        withdrawn_at=NOW, withdrawn_reason="x", status="withdrawn"
    )
    assert not links.waits(NOW)
    assert look(server, NOW) == 0


def test_link_held_by_another_worker_is_left_alone(server: Server) -> None:
    leading_to(server.url("/well"))
    links.survey_links(NOW)
    OutsideLink.objects.update(claim="x", lease_until=NOW + timedelta(minutes=1))
    assert look(server, NOW) == 0
    assert look(server, NOW + timedelta(minutes=2)) == 1


def test_task_refuses_to_go_inside(now: datetime) -> None:
    leading_to("http://10.0.0.1/secret")
    links.survey_links(NOW)
    tasks.check_links()
    link = OutsideLink.objects.get()
    assert (link.state, link.trouble) == ("unsure", "private")


# --- What editors see


@pytest.fixture
def editor() -> Person:
    person: Person = NewsRoleFactory().person
    return person


def dead(item: Item, url: str) -> OutsideLink:
    link = OutsideLink.objects.create(
        url=url, state="dead", trouble="missing", checked_at=NOW, next_due=NOW + timedelta(days=7)
    )
    link.items.add(item)
    return link


def test_editors_see_dead_links_with_what_leads_there_and_have_one_looked_at_again(
    editor: Person, now: datetime
) -> None:
    shown, hidden = ItemFactory(title="Night"), ItemFactory(title="Draft", draft=True)
    link = dead(shown, "https://a.example/<script>")
    link.items.add(hidden)
    dead(hidden, "https://hidden.example/")
    client = Client()
    client.force_login(editor)
    page = client.get(reverse("news:links")).content.decode()
    assert "https://a.example/&lt;script&gt;" in page
    assert "There is nothing at this address (404)." in page
    assert reverse("news:edit_item", args=[shown.oid]) in page
    assert "hidden.example" not in page
    client.post(reverse("news:link_check", args=[link.oid]))
    link.refresh_from_db()
    assert link.next_due == now


def test_writers_see_the_dead_links_of_their_own_item(now: datetime) -> None:
    member = MembershipFactory()
    item = ItemFactory(organisation=member.organisation)
    link = dead(item, "https://a.example/x")
    client = Client()
    client.force_login(member.person)
    page = client.get(reverse("news:edit_item", args=[item.oid])).content.decode()
    assert "https://a.example/x" in page
    assert client.get(reverse("news:links")).status_code == 404
    assert client.post(reverse("news:link_check", args=[link.oid])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_dead_links_costs_the_same_however_long(
    editor: Person, number: int, django_assert_num_queries: Any
) -> None:
    for one in range(number):
        dead(ItemFactory(), f"https://a.example/{one}")
    client = Client()
    client.force_login(editor)
    client.get(reverse("news:links"))
    with django_assert_num_queries(9):
        client.get(reverse("news:links"))
