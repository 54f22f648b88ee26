"""Organisations: adding one, near-duplicates, identifiers, editing by two at once, the logo, the directory."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from museumhub.kit import clock
from museumhub.kit.models import AuditEvent, StoredFile
from museumhub.members import queries, services
from museumhub.members.models import Membership, Organisation
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

NEW = {
    "name": "City Museum of Ghent",
    "kind": "museum",
    "country": "BE",
    "place": "Ghent",
    "size_band": "small",
    "website": "www.STAM.example/en",
    "isil": "be-stam",
    "ror": "https://ror.org/013meh722",
    "wikidata": "https://www.wikidata.org/wiki/Q19675",
}


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 600)) -> SimpleUploadedFile:
    written = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    Image.new("RGB", size, "teal").save(written, kind, exif=exif)
    return SimpleUploadedFile(f"logo.{kind.lower()}", written.getvalue())


@pytest.fixture
def person(client):
    someone = PersonFactory()
    client.force_login(someone)
    return someone


def add(client, **changes):
    return client.post(reverse("members:add"), {**NEW, **changes})


def test_added_organisation_is_tidy_and_its_maker_administers_it(client, person):
    answer = add(client)
    made = Organisation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/organisations/city-museum-of-ghent/")
    assert made.website == "https://www.stam.example/en"
    assert (made.website_host, made.name_key) == ("stam.example", "city museum of ghent")
    assert (made.isil, made.ror, made.wikidata) == ("BE-stam", "013meh722", "Q19675")
    assert Membership.objects.get().role == "administrator"
    assert AuditEvent.objects.get().verb == "organisation_created"
    page = client.get(answer["Location"]).content.decode()
    assert "https://ror.org/013meh722" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "…"),
        ("name", "Museum\nBcc: x@y.example"),
        ("kind", "zoo"),
        ("country", "XX"),
        ("website", "ftp://stam.example"),
        ("website", "javascript:alert(1)"),
        ("website", "https://user@stam.example/"),
        ("ror", "013meh723"),
        ("isil", "no isil at all"),
        ("wikidata", "P31"),
    ],
)
def test_organisation_with_a_field_that_cannot_be_is_refused_at_the_field(
    client, person, field, value
):
    answer = add(client, **{field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert 'value="Ghent"' in answer.content.decode()
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Музей Эрмитаж", "muzey-ermitazh"),
        ("Musée d'Orsay", "musee-dorsay"),
        ("New", "new-2"),
        ("Łódź ß", "lodz-ss"),
    ],
)
def test_address_is_made_from_a_name_in_any_script(person, name, slug):
    made = services.create_organisation(
        actor=person, name=name, kind="museum", country="BE", now=clock.now()
    )
    assert made.slug == slug


def test_second_organisation_of_the_same_name_gets_its_own_address(person):
    made = [
        services.create_organisation(
            actor=person, name="City Museum", kind="museum", country=code, now=clock.now()
        ).slug
        for code in ("BE", "NL", "DE")
    ]
    assert made == ["city-museum", "city-museum-2", "city-museum-3"]


@pytest.mark.parametrize(
    ("name", "website"),
    [
        ("CITY  museum of Ghent!", ""),
        ("Ghent City Museum", ""),
        ("City Museum of Gent", ""),
        ("Something else entirely", "http://stam.example/nl/"),
    ],
)
def test_near_duplicate_by_name_or_website_is_found(name, website):
    there = OrganisationFactory(name="City Museum of Ghent", website="https://www.stam.example/")
    OrganisationFactory(name="City Archive of Antwerp")
    assert [one.organisation for one in queries.near_duplicates(name, website)] == [there]


@pytest.mark.parametrize("name", ["Design Museum", "Museum", "Ghent"])
def test_other_names_are_no_near_duplicates(name):
    OrganisationFactory(name="City Museum of Ghent", website="https://www.stam.example/")
    assert queries.near_duplicates(name, "https://design.example") == []


def test_near_duplicates_are_shown_before_a_second_is_made(client, person):
    there = OrganisationFactory(name="City Museum of Ghent", slug="stam")
    answer = add(client)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Is it one of these?" in page
    assert reverse("members:join", args=["stam"]) in page
    assert 'value="Ghent"' in page
    assert Organisation.objects.get() == there
    shown = answer.context["form"]["shown"].value()
    assert shown == there.oid
    assert add(client, shown=shown).status_code == 422
    assert add(client, shown=shown, another="on").status_code == 302
    assert Organisation.objects.count() == 2


def test_saying_no_to_one_does_not_say_no_to_another(client, person):
    there = OrganisationFactory(name="City Museum of Ghent")
    OrganisationFactory(name="City Museum of Gent", slug="gent")
    answer = add(client, shown=there.oid, another="on")
    assert answer.status_code == 422
    assert Organisation.objects.count() == 2


def test_identifier_of_another_organisation_is_refused_with_its_name(client, person):
    OrganisationFactory(name="The Other One", ror="013meh722")
    answer = add(client)
    assert answer.status_code == 422
    assert "The Other One" in str(answer.context["form"].errors["ror"])


def test_add_leads_back_to_where_it_was_asked_for(client, person):
    answer = client.post(reverse("members:add"), {**NEW, "next": "/calls/"})
    assert answer["Location"] == "/calls/"


def edit(client, organisation, **changes):
    sent = {**NEW, "version": organisation.version, **changes}
    return client.post(reverse("members:edit", args=[organisation.slug]), sent)


def test_editor_changes_the_page_and_the_address_stays(client):
    membership = MembershipFactory(
        role="editor", organisation__name="Old", organisation__slug="old"
    )
    client.force_login(membership.person)
    assert edit(client, membership.organisation)["Location"] == "/organisations/old/"
    changed = Organisation.objects.get()
    assert (changed.name, changed.slug, changed.version) == ("City Museum of Ghent", "old", 2)
    event = AuditEvent.objects.get()
    assert event.verb == "organisation_edited"
    assert "name" in event.after["fields"]


def test_save_over_what_somebody_else_saved_shows_both_and_can_be_sent_again(client):
    membership = MembershipFactory(organisation__name="Old", organisation__place="Bruges")
    organisation = membership.organisation
    client.force_login(membership.person)
    edit(client, organisation, place="Ghent", name="Theirs")
    answer = edit(client, organisation, place="Antwerp", name="Mine")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    labels = {
        str(one["label"]): (one["yours"], one["theirs"]) for one in answer.context["conflicts"]
    }
    assert labels["Town or city"] == ("Antwerp", "Ghent")
    organisation.refresh_from_db()
    assert organisation.name == "Theirs"
    again = edit(
        client, organisation, name="Mine", version=answer.context["form"]["version"].value()
    )
    assert again.status_code == 302
    organisation.refresh_from_db()
    assert organisation.name == "Mine"


def test_logo_is_written_anew_without_metadata_and_may_be_kept_long(client):
    membership = MembershipFactory()
    organisation = membership.organisation
    client.force_login(membership.person)
    edit(client, organisation, logo=picture("JPEG"))
    organisation.refresh_from_db()
    address = reverse("members:logo", args=[organisation.slug, organisation.logo.oid])
    client.logout()
    answer = client.get(address)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"taken at home" not in content
    with Image.open(BytesIO(content)) as shown:
        assert shown.size == (800, 400)
        assert not shown.getexif()


def test_logo_that_is_replaced_or_removed_leaves_nothing_behind(
    client, django_capture_on_commit_callbacks
):
    membership = MembershipFactory()
    organisation = membership.organisation
    client.force_login(membership.person)
    with django_capture_on_commit_callbacks(execute=True):
        edit(client, organisation, logo=picture())
        edit(client, organisation, version=2, logo=picture(size=(10, 10)))
    assert StoredFile.objects.count() == 1
    edit(client, organisation, version=3, remove_logo="on")
    organisation.refresh_from_db()
    assert organisation.logo is None
    assert StoredFile.objects.count() == 0


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("logo.png", b"<script>alert(1)</script>"),
        SimpleUploadedFile("logo.svg", b"<svg/>"),
        SimpleUploadedFile("logo.png", b""),
    ],
    ids=["wrong content", "wrong kind", "empty"],
)
def test_logo_that_is_no_picture_is_refused_at_the_field(client, file):
    membership = MembershipFactory()
    client.force_login(membership.person)
    answer = edit(client, membership.organisation, logo=file)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["logo"]


def test_directory_is_searched_by_name_place_kind_and_country(client):
    orsay = OrganisationFactory(name="Musée d'Orsay", place="Paris", country="FR")
    OrganisationFactory(name="City Library", place="Ghent", country="BE", kind="library")

    def found(**filters):
        return list(client.get(reverse("members:directory"), filters).context["content"].page.rows)

    assert found(q="musee ORSAY") == [orsay]
    assert found(q="paris") == [orsay]
    assert found(country="FR") == [orsay]
    assert len(found(kind="library")) == 1
    assert found(q="orsay", kind="library") == []
    assert len(found(q="", page="999")) == 2


def test_directory_bears_any_query(client):
    OrganisationFactory()
    for query in ("?q=%27%3B--&kind=zoo", "?page=-1", "?page=x&country=zz", "?q=" + "a" * 900):
        assert client.get(reverse("members:directory") + query).status_code == 200


def test_people_are_not_named_on_the_public_page(client):
    membership = MembershipFactory(person__name="Ana Silva")
    page = client.get(membership.organisation.get_absolute_url()).content.decode()
    assert "Ana Silva" not in page
    assert membership.person.email not in page


def test_eleventh_organisation_of_a_day_is_refused_and_nothing_typed_is_lost(now, client, person):
    for number in range(10):
        name = f"House {'abcdefghij'[number] * 5}"
        services.create_organisation(actor=person, name=name, kind="museum", country="BE", now=now)
    answer = add(client)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 8640
    page = answer.content.decode()
    assert "That was asked too often" in page
    assert 'value="City Museum of Ghent"' in page
    assert Organisation.objects.count() == 10


def test_administrator_of_the_site_adds_as_many_organisations_as_needed(now):
    somebody = PersonFactory(is_superuser=True)
    for number in range(12):
        name = f"House {'abcdefghijkl'[number] * 5}"
        services.create_organisation(
            actor=somebody, name=name, kind="museum", country="BE", now=now
        )
    assert Organisation.objects.count() == 12
