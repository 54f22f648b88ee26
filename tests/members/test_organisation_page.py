"""The public page of an organisation: what it says, how programs read it, where a renamed one is found."""

import json
import re
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from museumhub.kit.models import AuditEvent
from museumhub.members import coordinates, profile, services
from museumhub.members.models import FormerAddress, Organisation
from tests.conftest import NOW
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def page_of(client, organisation):
    return client.get(organisation.get_absolute_url()).content.decode()


def schema_of(page):
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(block)


def test_page_says_who_the_organisation_is(client):
    organisation = OrganisationFactory(
        name="Museum of Salt",
        size_band="small",
        website="https://salt.example/",
        isil="BE-A1",
        ror="013meh722",
        wikidata="Q19675",
        description="We keep **salt**.",
        description_language="en",
    )
    page = page_of(client, organisation)
    assert "<strong>salt</strong>" in page
    assert "6 to 20 paid staff" in page
    for link in (
        "https://salt.example/",
        "https://ror.org/013meh722",
        "https://www.wikidata.org/entity/Q19675",
        "haswbstatement%3AP791%3DBE-A1",
        "?country=BE",
        "?kind=museum",
    ):
        assert f'{link}"' in page


def test_description_cannot_bring_a_script_into_the_page(client):
    organisation = OrganisationFactory(
        name="</script><script>alert(1)</script>",
        description="<script>alert(2)</script> [x](javascript:alert(3))",
        description_language="en",
    )
    page = page_of(client, organisation)
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert schema_of(page)["name"] == "</script><script>alert(1)</script>"


def test_programs_read_the_organisation_as_schema_org(client, settings):
    organisation = OrganisationFactory(
        name="Museum of Salt",
        slug="salt",
        website="https://salt.example/",
        isil="BE-A1",
        ror="013meh722",
        wikidata="Q19675",
        latitude=Decimal("51.05"),
        longitude=Decimal("3.7"),
    )
    said = schema_of(page_of(client, organisation))
    here = f"{settings.SITE_URL}/organisations/salt/"
    assert said == {
        "@context": "https://schema.org",
        "@type": ["Organization", "Museum"],
        "@id": here,
        "name": "Museum of Salt",
        "url": "https://salt.example/",
        "mainEntityOfPage": here,
        "address": {"@type": "PostalAddress", "addressCountry": "BE", "addressLocality": "Ghent"},
        "sameAs": ["https://ror.org/013meh722", "https://www.wikidata.org/entity/Q19675"],
        "identifier": [
            {"@type": "PropertyValue", "propertyID": "ISIL", "value": "BE-A1"},
            {"@type": "PropertyValue", "propertyID": "ROR", "value": "013meh722"},
        ],
        "location": {
            "@type": "Place",
            "geo": {"@type": "GeoCoordinates", "latitude": 51.05, "longitude": 3.7},
        },
    }


def test_page_tells_other_sites_what_to_show_of_a_link_to_it(client, settings):
    page = page_of(client, OrganisationFactory(name='The "Old" Mill', slug="old-mill"))
    here = f"{settings.SITE_URL}/organisations/old-mill/"
    assert f'<link rel="canonical" href="{here}">' in page
    assert f'<meta property="og:url" content="{here}">' in page
    assert '<meta property="og:title" content="The &quot;Old&quot; Mill">' in page


def move(client, organisation):
    return client.post(reverse("members:move", args=[organisation.slug]))


def test_old_address_of_a_renamed_organisation_leads_to_the_new_one(client):
    membership = MembershipFactory(organisation__name="Old Mill", organisation__slug="old-mill")
    organisation = membership.organisation
    client.force_login(membership.person)
    organisation.name = "New Mill"
    organisation.save()
    assert "new-mill" in client.get(reverse("members:move", args=["old-mill"])).content.decode()
    assert Organisation.objects.get().slug == "old-mill", "reading the question moves nothing"
    assert move(client, organisation)["Location"] == "/organisations/new-mill/"
    client.logout()
    answer = client.get("/organisations/old-mill/")
    assert (answer.status_code, answer["Location"]) == (301, "/organisations/new-mill/")
    event = AuditEvent.objects.get(verb="organisation_moved")
    assert (event.before, event.after) == ({"address": "old-mill"}, {"address": "new-mill"})


def test_organisation_that_moves_back_takes_its_former_address_again(client):
    membership = MembershipFactory(organisation__name="B", organisation__slug="a")
    organisation, person = membership.organisation, membership.person
    services.move_organisation(organisation=organisation, actor=person, now=membership.since)
    Organisation.objects.update(name="A")
    services.move_organisation(organisation=organisation, actor=person, now=membership.since)
    assert Organisation.objects.get().slug == "a"
    assert list(FormerAddress.objects.values_list("slug", flat=True)) == ["b"]
    assert client.get("/organisations/b/")["Location"] == "/organisations/a/"


def test_former_address_is_given_to_no_other_organisation():
    membership = MembershipFactory(organisation__name="New Mill", organisation__slug="old-mill")
    services.move_organisation(
        organisation=membership.organisation, actor=membership.person, now=membership.since
    )
    other = services.create_organisation(
        actor=PersonFactory(), name="Old Mill", kind="museum", country="FR", now=membership.since
    )
    assert other.slug == "old-mill-2"


def test_address_that_is_made_of_the_present_name_is_not_changed(client):
    membership = MembershipFactory(organisation__name="Mill", organisation__slug="mill")
    client.force_login(membership.person)
    assert move(client, membership.organisation).status_code == 422
    assert not FormerAddress.objects.exists()


@pytest.mark.parametrize("role", ["editor", "staff"])
def test_only_administrators_give_a_new_address(client, role):
    membership = MembershipFactory(role=role, organisation__name="New", organisation__slug="old")
    client.force_login(membership.person)
    assert move(client, membership.organisation).status_code == 404


def test_address_that_was_never_given_does_not_exist(client):
    assert client.get("/organisations/nobody/").status_code == 404


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("51.05433, 3.71742", ("51.05433", "3.71742")),
        ("51,05433; 3,71742", ("51.05433", "3.71742")),
        ("51,05433, 3,71742", ("51.05433", "3.71742")),
        ("-33.8568 151.2153", ("-33.85680", "151.21530")),
        ("−33.8568° , +18.4°", ("-33.85680", "18.40000")),
        ("0 0", ("0.00000", "0.00000")),
        ("90,180", ("90.00000", "180.00000")),
    ],
)
def test_point_is_read_as_map_programs_write_it(text, point):
    read = coordinates.read_pair(text)
    assert read == tuple(map(Decimal, point))
    assert coordinates.read_pair(coordinates.written_pair(*read)) == read


@pytest.mark.parametrize(
    "text", ["51.05", "Ghent", "91, 3", "51, 181", "51.05, 3.7, 2", "1e1, 3", "٥١, ٣", "NaN, 1"]
)
def test_text_that_is_no_point_is_refused(text):
    with pytest.raises(ValidationError):
        coordinates.read_pair(text)


def test_editor_writes_description_and_point(client):
    membership = MembershipFactory(organisation__slug="mill", organisation__name="Mill")
    client.force_login(membership.person)
    sent = {
        "name": "Mill",
        "kind": "museum",
        "country": "BE",
        "version": 1,
        "description": "It still grinds.",
        "coordinates": "51.05433, 3.71742",
    }
    address = reverse("members:edit", args=["mill"])
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["description_language"]
    assert client.post(address, {**sent, "description_language": "en"}).status_code == 302
    changed = Organisation.objects.get()
    assert changed.description == "It still grinds."
    assert (changed.latitude, changed.longitude) == (Decimal("51.05433"), Decimal("3.71742"))
    assert 'value="51.05433, 3.71742"' in client.get(address).content.decode()


def test_section_without_anything_to_say_is_left_out(monkeypatch):
    monkeypatch.setattr(profile, "_sections", {})
    for key, order, content in (("c", 3, None), ("b", 2, ["x"]), ("a", 1, "y")):
        profile.register(
            profile.Section(key, order, f"{key}.html", lambda *_asked, said=content: said)
        )
    shown = profile.sections(OrganisationFactory(), None, NOW)
    assert [(one.key, one.content) for one in shown] == [("a", "y"), ("b", ["x"])]
