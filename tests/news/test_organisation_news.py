"""What the page of an organisation says of what it has published, and of the statements it stands behind."""

import pytest

from tests.factories.members import OrganisationFactory
from tests.factories.news import EndorsementFactory, ItemFactory

pytestmark = pytest.mark.django_db


def page_of(client, organisation):
    return client.get(organisation.get_absolute_url()).content.decode()


def test_page_shows_the_latest_six_and_leads_to_all(client, now):
    organisation = OrganisationFactory(slug="salt")
    ItemFactory.create_batch(6, organisation=organisation)
    ItemFactory(title="Another museum's")
    page = page_of(client, organisation)
    assert page.count('class="card"') == 6
    assert "/news/?organisation=salt" not in page
    ItemFactory(organisation=organisation, title="The seventh")
    page = page_of(client, organisation)
    assert page.count('class="card"') == 6
    assert "The seventh" in page
    assert "Another museum" not in page
    listed = client.get("/news/?organisation=salt")
    assert 'href="/news/?organisation=salt"' in page
    assert listed.status_code == 200
    assert "Another museum" not in listed.content.decode()


@pytest.mark.parametrize("state", ["draft", "submitted", "scheduled"])
def test_what_is_not_out_yet_is_not_shown(client, now, state):
    organisation = OrganisationFactory()
    ItemFactory(organisation=organisation, title="Not yet", **{state: True})
    assert "Not yet" not in page_of(client, organisation)


@pytest.mark.parametrize("rows", [1, 3])
def test_page_makes_the_same_queries_however_much_was_published(
    client, now, rows, django_assert_num_queries
):
    organisation = OrganisationFactory()
    ItemFactory.create_batch(rows, organisation=organisation)
    client.get("/organisations/")
    with django_assert_num_queries(6):
        client.get(organisation.get_absolute_url(), {"fresh": "1"})


def test_page_names_the_public_statements_it_stands_behind(client, now):
    organisation = OrganisationFactory()

    def signed(title, *, status="stands", **item):
        statement = ItemFactory(statement=True, title=title, **item)
        EndorsementFactory(
            statement=statement, of_organisation=True, organisation=organisation, status=status
        )
        return statement

    public = signed("Culture is a goal")
    signed("Taken back", status="taken_back")
    signed("Not out yet", scheduled=True)
    EndorsementFactory(statement=ItemFactory(statement=True, title="Signed by another"))
    page = page_of(client, organisation)
    assert f'href="{public.get_absolute_url()}"' in page
    assert "Culture is a goal" in page
    for hidden in ("Taken back", "Not out yet", "Signed by another"):
        assert hidden not in page
