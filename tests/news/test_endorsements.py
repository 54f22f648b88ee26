"""Statements and those who stand behind them: organisations by their administrators, people by a confirmed address."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from museumhub.kit.models import AuditEvent
from museumhub.mail.models import Letter
from museumhub.mail.rendering import render
from museumhub.members.services import privacy
from museumhub.news import queries
from museumhub.news.models import Endorsement
from museumhub.news.queries.signatories import NEAR, anniversary
from museumhub.news.services import endorsing
from tests.conftest import NOW
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory
from tests.factories.news import EndorsementFactory, ItemFactory
from tests.together import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

SIGNED = {
    "name": "Jo Net-Mender",
    "affiliation": "Curator",
    "email": "Jo@Nets.example",
    "shown": "on",
}


@pytest.fixture
def statement():
    return ItemFactory(statement=True, title="Culture belongs among the goals", slug="culture")


@pytest.fixture
def alice():
    return MembershipFactory(
        organisation=OrganisationFactory(name="Museum of Tides"), person=PersonFactory(name="Alice")
    ).person


def page(statement, client=None):
    return (client or Client()).get(statement.get_absolute_url()).content.decode()


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def sign_for(person, statement, **more):
    organisation = person.memberships.get().organisation
    address = reverse("news:endorse_organisation", args=[statement.slug])
    return signed_in(person).post(address, {"organisation": organisation.oid, **more})


def test_an_administrator_signs_for_the_organisation_once_and_withdraws(statement, alice) -> None:
    for _press in range(2):
        assert sign_for(alice, statement)["Location"] == statement.get_absolute_url()
    endorsement = Endorsement.objects.get()
    assert (endorsement.stands, endorsement.person) == (True, alice)
    assert "Museum of Tides" in page(statement)
    sign_for(alice, statement, withdraw="1")
    sign_for(alice, statement, withdraw="1")
    assert "Museum of Tides" not in page(statement)
    sign_for(alice, statement)
    assert "Museum of Tides" in page(statement)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == [
        "news.endorsed",
        "news.endorsement_withdrawn",
        "news.endorsed",
    ]


@pytest.mark.parametrize("role", ["editor", "staff"])
def test_who_does_not_administer_an_organisation_cannot_sign_for_it(statement, role) -> None:
    bob = MembershipFactory(role=role).person
    answer = sign_for(bob, statement)
    assert answer.status_code == 422
    assert "Only administrators" in answer.content.decode()
    assert not Endorsement.objects.exists()
    offered = signed_in(bob).get(reverse("news:endorse", args=[statement.slug])).content.decode()
    assert "In the name of your organisation" not in offered


def test_somebody_elses_organisation_is_not_there(statement, alice) -> None:
    other = OrganisationFactory()
    address = reverse("news:endorse_organisation", args=[statement.slug])
    answer = signed_in(alice).post(address, {"organisation": other.oid})
    assert answer.status_code == 404


def test_a_person_signs_by_an_address_they_confirm(statement) -> None:
    client = Client()
    answer = client.post(reverse("news:endorse", args=[statement.slug]), SIGNED)
    assert "Look into your mail" in answer.content.decode()
    assert "Jo Net-Mender" not in page(statement)
    letter = render(Letter.objects.get(kind="news.endorsement_asked"))
    endorsement = Endorsement.objects.get()
    confirm = reverse("news:endorsement_confirm", args=[statement.slug, endorsement.oid])
    assert confirm in letter.text

    assert client.get(confirm).status_code == 200  # a scanner of mail follows links
    assert not Endorsement.objects.get().stands
    for _press in range(2):
        assert "You are among the signatories" in client.post(confirm).content.decode()
    assert "Jo Net-Mender" in page(statement)
    assert "nets.example" not in page(statement)

    thanks = render(Letter.objects.get(kind="news.endorsed"))
    withdraw = reverse("news:endorsement_withdraw", args=[statement.slug, endorsement.oid])
    assert withdraw in thanks.text
    client.get(withdraw)
    assert Endorsement.objects.get().stands
    for _press in range(2):
        assert "not among the signatories" in client.post(withdraw).content.decode()
    assert not Endorsement.objects.exists()
    assert "Jo Net-Mender" not in page(statement)


def test_who_signs_again_cannot_tell_whether_the_address_is_known(statement) -> None:
    EndorsementFactory(statement=statement, email="jo@nets.example", name="Jo")
    address = reverse("news:endorse", args=[statement.slug])
    known = Client().post(address, SIGNED)
    fresh = Client().post(address, {**SIGNED, "email": "other@nets.example"})
    assert (known.status_code, known.content) == (fresh.status_code, fresh.content)
    assert Endorsement.objects.get(email="jo@nets.example").name == "Jo"


def test_with_the_address_of_the_account_it_stands_at_once(statement) -> None:
    jo = PersonFactory(name="Jo", email="jo@nets.example")
    answer = signed_in(jo).post(reverse("news:endorse", args=[statement.slug]), SIGNED)
    assert answer["Location"] == statement.get_absolute_url()
    assert Endorsement.objects.get().person == jo
    other = signed_in(jo).post(
        reverse("news:endorse", args=[statement.slug]), {**SIGNED, "email": "chef@nets.example"}
    )
    assert "Look into your mail" in other.content.decode()


def test_who_does_not_want_to_be_named_is_counted(statement) -> None:
    EndorsementFactory(statement=statement, name="Quiet One", shown=False)
    EndorsementFactory(statement=statement, name="Loud One")
    EndorsementFactory(statement=statement, name="Not Yet", asked=True)
    EndorsementFactory(statement=statement, of_organisation=True)
    found = queries.signatories(statement, NOW)
    assert (found.organisations, found.people, found.unnamed) == (1, 2, 1)
    text = page(statement)
    assert "Loud One" in text
    assert "Quiet One" not in text
    assert "Not Yet" not in text


def test_the_table_has_the_named_without_addresses_and_without_formulas(statement) -> None:
    EndorsementFactory(statement=statement, name="=HYPERLINK(1)", affiliation="Curator, Vigo")
    EndorsementFactory(statement=statement, name="Quiet One", shown=False)
    EndorsementFactory(
        statement=statement,
        of_organisation=True,
        organisation__name="Museum of Tides",
        organisation__place="Porto",
        organisation__country="PT",
    )
    answer = Client().get(reverse("news:signatories", args=[statement.slug]))
    text = answer.getvalue().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    day = (NOW - timedelta(days=1)).date().isoformat()
    assert rows == [
        ["kind", "name", "place", "signed_on"],
        ["person", "'=HYPERLINK(1)", "Curator, Vigo", day],
        ["organisation", "Museum of Tides", "Porto, Portugal", day],
    ]


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_public_cannot_be_signed(state) -> None:
    hidden = ItemFactory(statement=True, **{state: True})
    assert Client().get(reverse("news:endorse", args=[hidden.slug])).status_code == 404
    assert Client().post(reverse("news:endorse", args=[hidden.slug]), SIGNED).status_code == 404


def test_an_article_is_no_statement() -> None:
    article = ItemFactory()
    assert Client().get(reverse("news:endorse", args=[article.slug])).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Write a name"),
        ("name", "https://evil.example", "web address"),
        ("email", "nobody", "no e-mail address"),
        ("affiliation", "https://evil.example", "web address"),
    ],
)
def test_bad_input_is_named_and_nothing_typed_is_lost(statement, field, value, sentence) -> None:
    answer = Client().post(reverse("news:endorse", args=[statement.slug]), {**SIGNED, field: value})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert SIGNED["affiliation"] in text or field == "affiliation"
    assert not Endorsement.objects.exists()


def test_an_address_gets_three_letters_a_day(statement) -> None:
    answers = [
        Client().post(reverse("news:endorse", args=[statement.slug]), SIGNED).status_code
        for _time in range(4)
    ]
    assert answers == [200, 200, 200, 429]
    assert Letter.objects.filter(kind="news.endorsement_asked").count() == 3


def test_an_address_nobody_confirms_is_forgotten_after_a_week(statement) -> None:
    EndorsementFactory(statement=statement, asked=True, asked_at=NOW - timedelta(days=8))
    kept = EndorsementFactory(statement=statement, asked=True, asked_at=NOW - timedelta(days=6))
    stands = EndorsementFactory(statement=statement, asked_at=NOW - timedelta(days=80))
    assert endorsing.forget_unconfirmed(NOW) == 1
    assert set(Endorsement.objects.all()) == {kept, stands}


def test_an_account_takes_its_own_along_and_leaves_the_organisations(statement, alice) -> None:
    EndorsementFactory(statement=statement, email=alice.email, name="Alice")
    sign_for(alice, statement)
    exported = "".join(privacy.export_json(alice))
    assert "Culture belongs among the goals" in exported
    privacy.erase_person(person=alice, actor=None, now=NOW)
    [left] = Endorsement.objects.all()
    assert (str(left.organisation), left.person) == ("Museum of Tides", None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("many_connections")
def test_ten_presses_at_once_are_one_endorsement() -> None:
    statement = ItemFactory(statement=True)
    alice = MembershipFactory().person
    came = at_once([lambda: sign_for(alice, statement).status_code] * 10)
    assert came == [302] * 10
    assert Endorsement.objects.get().stands
    assert AuditEvent.objects.filter(verb="news.endorsed").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"email": ""}, {"organisation": True}, {"status": "maybe"}]
)
def test_the_database_refuses_half_an_endorsement(statement, wrong) -> None:
    if "organisation" in wrong:
        wrong = {"organisation": OrganisationFactory()}
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        EndorsementFactory(statement=statement, **wrong)


@pytest.mark.parametrize(
    ("dated", "today", "expected"),
    [
        (date(2020, 3, 1), date(2027, 2, 1), (7, date(2027, 3, 1), False)),
        (date(2020, 2, 1), date(2027, 2, 1), (7, date(2027, 2, 1), True)),
        (date(2020, 12, 31), date(2027, 1, 5), (6, date(2026, 12, 31), True)),
        (date(2020, 2, 29), date(2027, 2, 20), (7, date(2027, 3, 1), False)),
        (date(2027, 1, 20), date(2027, 2, 1), None),
        (date(2020, 7, 1), date(2027, 2, 1), None),
        (None, date(2027, 2, 1), None),
    ],
)
def test_the_anniversary_that_is_near(dated, today, expected) -> None:
    found = anniversary(dated, today)
    assert (found and (found.years, found.day, found.is_past)) == expected
    if found is not None:
        assert abs((found.day - today).days) <= NEAR


@pytest.mark.parametrize("number", [1, 4])
def test_a_page_of_a_statement_takes_the_same_queries_however_many_signed(
    statement, number, django_assert_num_queries
) -> None:
    for _one in range(number):
        EndorsementFactory(statement=statement)
        EndorsementFactory(statement=statement, of_organisation=True)
    with django_assert_num_queries(3):
        found = queries.signatories(statement, NOW)
        assert [str(one.organisation) for one in found.named_organisations]
