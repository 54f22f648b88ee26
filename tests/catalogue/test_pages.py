"""The public pages: what they show, to whom, and with how many queries."""

import re
from datetime import timedelta

import pytest

from frameworks.models import Element
from programmes.catalogue import call_actions
from programmes.catalogue.models import Edition, Programme
from tests.factories.catalogue import (
    NOW,
    EditionFactory,
    ModuleFactory,
    PartnerFactory,
    ProgrammeFactory,
    ProgrammeRoleFactory,
)
from tests.factories.frameworks import GoalFactory, TopicFactory
from tests.factories.members import OrganisationFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


def titles(response) -> list[str]:
    """The linked titles of editions and calls, in the order of the page."""
    return re.findall(
        r'class="(?:call__title|edition-row__title)"><a href="[^"]+">([^<]+)</a>',
        response.content.decode(),
    )


def test_draft_is_a_404_to_everybody_but_its_organisers(client):
    draft = EditionFactory(draft=True)
    role = ProgrammeRoleFactory(edition=draft)
    programme = draft.programme.get_absolute_url()

    for address in (
        draft.get_absolute_url(),
        programme,
        "/programmes/none/",
        "/programmes/none/none/",
    ):
        assert client.get(address).status_code == 404
    client.force_login(PersonFactory())
    assert client.get(draft.get_absolute_url()).status_code == 404
    client.force_login(role.person)
    shown = client.get(draft.get_absolute_url())
    assert b"Only its organisers see it." in shown.content
    assert b'name="robots" content="noindex"' in shown.content
    assert client.get(programme).status_code == 200


def test_programme_page_hides_the_drafts_among_its_editions(client):
    shown = EditionFactory(title="Shown")
    EditionFactory(programme=shown.programme, title="Hidden", draft=True)

    assert titles(client.get(shown.programme.get_absolute_url())) == ["Shown"]


def test_partner_page_says_what_the_organisation_does_here(client):
    edition = EditionFactory(title="Spring")
    draft = EditionFactory(programme=edition.programme, draft=True, title="Secret")
    organisation = OrganisationFactory(slug="house", name="The House", place="Ghent")
    partner = PartnerFactory(
        programme=edition.programme,
        edition=edition,
        organisation=organisation,
        note="They **host**.",
    )
    PartnerFactory(programme=edition.programme, edition=draft, organisation=organisation)
    ModuleFactory(edition=edition, host=partner, title="Weaving")
    only_draft = PartnerFactory(programme=edition.programme, edition=draft)

    page = client.get(partner.get_absolute_url())

    assert b"<strong>host</strong>" in page.content
    assert b"Weaving" in page.content
    assert b"Secret" not in page.content
    assert client.get(only_draft.get_absolute_url()).status_code == 404
    assert client.get(f"{edition.programme.get_absolute_url()}partners/none/").status_code == 404


def test_edition_page_says_the_deadline_in_both_zones_to_who_is_signed_in(client):
    edition = EditionFactory(call_open=True)
    here = "Thursday 11 February 2027, 11:00 (Brussels time, UTC+1)"
    there = "In your time zone: Thursday 11 February 2027, 12:00 (Athens time, UTC+2)"

    anonymous = client.get(edition.get_absolute_url()).content.decode()
    client.force_login(PersonFactory(time_zone="Europe/Athens"))
    abroad = client.get(edition.get_absolute_url()).content.decode()
    client.force_login(PersonFactory(time_zone="Europe/Brussels"))
    at_home = client.get(edition.get_absolute_url()).content.decode()

    assert here in anonymous
    assert "In your time zone:" not in anonymous
    assert here in abroad
    assert there in abroad
    assert "In your time zone:" not in at_home


def test_edition_page_marks_the_present_step(client):
    edition = EditionFactory(call_open=True, runs_words="in summer 2027")

    page = client.get(edition.get_absolute_url()).content.decode()

    assert page.count('aria-current="step"') == 1
    assert re.search(r'--present" aria-current="step">.*?Call for applications', page, re.DOTALL)


def test_edition_page_includes_what_the_rooms_above_offer(client, settings, tmp_path, monkeypatch):
    engine = settings.TEMPLATES[0]
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], tmp_path]}]
    (tmp_path / "offer.html").write_text("{{ edition.title }} {{ greeting }}")
    edition = EditionFactory(call_open=True, title="Night")
    monkeypatch.setattr(call_actions, "_providers", [])

    @call_actions.provide
    def offer(user, shown, now):
        assert (shown, now) == (edition, NOW)
        return call_actions.CallAction("offer.html", {"greeting": "<hello>"})

    @call_actions.provide
    def nothing(user, shown, now):
        return None

    page = client.get(edition.get_absolute_url()).content.decode()

    assert "Night &lt;hello&gt;" in page


def test_texts_of_an_edition_are_safe_markdown(client):
    edition = EditionFactory(
        description="<script>alert(1)</script> **bold** [x](javascript:alert(1))",
        title="<img src=x onerror=alert(1)>",
    )
    ModuleFactory(edition=edition, title="<b>m</b>", description="<iframe>")

    page = client.get(edition.get_absolute_url()).content.decode()

    assert "<strong>bold</strong>" in page
    for dangerous in ("<script>alert", "<img src=x", "<iframe>", "<b>m</b>", 'href="javascript:'):
        assert dangerous not in page


def test_programmes_are_filtered_by_topic_stage_and_cost(client):
    climate, crisis = TopicFactory(slug="climate"), TopicFactory(slug="crisis")
    EditionFactory(title="Open", call_open=True, cost="funded", programme__topics=[climate])
    EditionFactory(title="Coming", call_upcoming=True, programme__topics=[crisis])
    EditionFactory(title="Running", running=True, programme__topics=[climate, crisis])
    EditionFactory(title="Draft", draft=True, programme__topics=[climate])

    def found(query: str) -> set[str]:
        return set(titles(client.get(f"/programmes/{query}")))

    assert found("") == {"Open", "Coming", "Running"}
    assert found("?topic=climate") == {"Open", "Running"}
    assert found("?topic=crisis&stage=under-way") == {"Running"}
    assert found("?stage=open") == {"Open"}
    assert found("?stage=coming&cost=") == {"Coming"}
    assert found("?cost=funded") == {"Open"}
    assert found("?cost=fee") == set()
    for unknown in ("?topic=none", "?stage=none", "?cost=none", "?topic=climate'--"):
        assert client.get(f"/programmes/{unknown}").status_code == 404


def test_programmes_put_the_next_deadline_first(client):
    EditionFactory(title="Over", call_closed=True, programme__title="A")
    EditionFactory(title="Later", call_open=True, programme__title="B")
    EditionFactory(
        title="Sooner", call_open=True, call_closes_at=NOW + timedelta(days=1), programme__title="C"
    )

    assert titles(client.get("/programmes/")) == ["Sooner", "Later", "Over"]


def test_programmes_are_put_on_pages(client):
    EditionFactory.create_batch(21)

    assert len(titles(client.get("/programmes/"))) == 20
    assert len(titles(client.get("/programmes/?page=2"))) == 1
    for odd in ("0", "-1", "99", "abc", "9" * 5000):
        assert client.get(f"/programmes/?page={odd}").status_code == 200


def test_calls_are_open_by_deadline_then_upcoming_then_closed(client):
    EditionFactory(title="Closed", call_closed=True, programme__title="P")
    EditionFactory(
        title="Old",
        programme__title="P",
        call_opens_at=NOW - timedelta(days=99),
        call_closes_at=NOW - timedelta(days=61),
    )
    EditionFactory(title="Upcoming", call_upcoming=True, programme__title="P")
    EditionFactory(title="Later", call_open=True, programme__title="P")
    EditionFactory(
        title="Sooner", call_open=True, call_closes_at=NOW + timedelta(days=2), programme__title="P"
    )
    EditionFactory(title="Off", call_open=True, cancelled=True, programme__title="P")

    page = client.get("/calls/")

    assert titles(page) == ["P: Sooner", "P: Later", "P: Upcoming", "P: Closed"]
    assert page.content.count(b"Closes soon") == 1


@pytest.mark.parametrize("address", ["/", "/calls/", "/programmes/", "/topics/", "/frameworks/"])
def test_pages_without_any_content_say_what_comes(client, address):
    assert client.get(address).status_code == 200


def test_home_leads_with_the_call_that_closes_next(client):
    EditionFactory(call_open=True, title="Later")
    EditionFactory(
        call_open=True, title="Next", call_closes_at=NOW + timedelta(days=1), programme__title="P"
    )

    page = client.get("/").content.decode()

    assert re.search(r"<h1[^>]*><a [^>]*>P: Next</a></h1>", page)


def test_topic_page_shows_its_goal_and_what_happens_under_it(client):
    goal = GoalFactory(name="A fair world")
    topic = TopicFactory(slug="climate", name="Climate at home", serves=[goal])
    other = TopicFactory()
    EditionFactory(title="Call", call_open=True, programme__topics=[topic], programme__title="P")
    EditionFactory(title="Elsewhere", call_open=True, programme__topics=[other])
    EditionFactory(
        title="Ran", running=True, programme__topics=[topic, other], programme__title="P"
    )
    retired = TopicFactory(slug="old", retired=True)

    page = client.get("/topics/climate/")

    assert titles(page) == ["P: Call", "P: Ran"]
    assert b"A fair world" in page.content
    assert b"no longer works on this topic" in client.get(retired.get_absolute_url()).content
    for unknown in ("none", goal.slug):
        assert client.get(f"/topics/{unknown}/").status_code == 404


def fill(rows: int) -> None:
    """`rows` editions in every phase that lists show, over ten programmes with two topics each."""
    goals = GoalFactory.create_batch(2)
    topics = [TopicFactory(serves=goals) for _ in range(3)]
    programmes = [ProgrammeFactory(topics=topics[:2]) for _ in range(min(rows, 10))]
    traits = ("call_open", "call_upcoming", "call_closed", "running", "cancelled")
    editions = []
    for number in range(rows):
        for trait in traits:
            edition = EditionFactory.build(
                **{trait: True}, programme=programmes[number % len(programmes)]
            )
            edition.place_days()
            editions.append(edition)
    Edition.objects.bulk_create(editions)
    edition = Edition.objects.order_by("pk")[0]
    edition.programme.tags.add("one", "two")
    for number in range(min(rows, 30)):
        partner = PartnerFactory(programme=edition.programme, edition=edition)
        ModuleFactory(edition=edition, host=partner, order=number)


@pytest.mark.parametrize("rows", [3, 300])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 10),
        ("/calls/", 7),
        ("/programmes/", 5),
        ("/programmes/?topic={topic}&stage=open", 5),
        ("{edition}", 8),
        ("{programme}", 7),
    ],
)
def test_page_takes_the_same_queries_at_3_and_300_rows(
    client, address, queries, rows, django_assert_num_queries
):
    fill(rows)
    edition = Edition.objects.select_related("programme").order_by("pk")[0]
    address = address.format(
        topic=Element.objects.topics()[0].slug,
        edition=edition.get_absolute_url(),
        programme=edition.programme.get_absolute_url(),
    )

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
    assert Programme.objects.count() == min(rows, 10)
