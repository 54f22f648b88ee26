"""What the page of an organisation says of the programmes it carries."""

import pytest

from tests.factories.catalogue import EditionFactory, ModuleFactory, PartnerFactory
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db


def page_of(client, organisation):
    return client.get(organisation.get_absolute_url()).content.decode()


def test_page_names_the_editions_it_carries_and_the_modules_it_holds(client):
    organisation = OrganisationFactory()
    edition = EditionFactory(title="Autumn School")
    partner = PartnerFactory(
        programme=edition.programme, edition=edition, organisation=organisation, kind="host"
    )
    ModuleFactory(edition=edition, host=partner, title="Stories that travel")
    page = page_of(client, organisation)
    assert "Takes part in" in page
    assert "Autumn School" in page
    assert "Stories that travel" in page
    assert partner.get_absolute_url() in page


def test_part_in_a_draft_is_nobody_elses_business(client):
    organisation = OrganisationFactory()
    edition = EditionFactory(title="Secret School", draft=True)
    PartnerFactory(programme=edition.programme, edition=edition, organisation=organisation)
    PartnerFactory(programme=edition.programme, edition=None, organisation=organisation)
    page = page_of(client, organisation)
    assert "Secret School" not in page
    assert "Takes part in" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_page_makes_the_same_queries_however_many_parts(client, rows, django_assert_num_queries):
    organisation = OrganisationFactory()
    for edition in EditionFactory.create_batch(rows):
        partner = PartnerFactory(
            programme=edition.programme, edition=edition, organisation=organisation
        )
        ModuleFactory.create_batch(rows, edition=edition, host=partner)
    client.get("/organisations/")
    with django_assert_num_queries(6):
        client.get(organisation.get_absolute_url())
