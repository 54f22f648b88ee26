"""The letters of this room: which are sensitive, whom they go to, and what a name in them cannot do."""

import pytest
from django.urls import reverse

from museumhub.kit import clock, urls
from museumhub.mail import letters
from museumhub.mail.models import Letter
from museumhub.mail.rendering import render
from museumhub.members import services
from museumhub.members.adapter import LETTERS
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

KINDS = [kind for kind in letters.kinds() if kind.name.split(".")[0] in {"account", "members"}]


def test_every_mail_of_the_sign_in_library_that_the_site_can_send_has_its_letter():
    known = {kind.name for kind in letters.kinds()}
    assert set(LETTERS.values()) <= known


def test_sensitive_letters_are_those_that_hold_a_code_or_a_link_that_proves_something():
    sensitive = {kind.name for kind in KINDS if kind.sensitive}
    assert sensitive == {kind.name for kind in KINDS if kind.name.startswith("account.")} | {
        "members.invited"
    }


def test_name_with_markup_or_an_address_does_no_harm_in_a_letter_to_others(client):
    boss = MembershipFactory(person__name="Boss", organisation__name="<a href=x>Museum</a>")
    services.invite(
        organisation=boss.organisation,
        actor=boss.person,
        email="ana@museum.example",
        role="staff",
        now=clock.now(),
    )
    made = render(Letter.objects.get())
    assert "<a href=x>" not in made.html
    assert made.subject == "Boss invites you to join <a href=x>Museum</a>"


@pytest.mark.parametrize("name", ["Win at https://evil.example", "WWW.evil.example"])
def test_organisation_named_like_an_address_is_refused(client, name):
    client.force_login(PersonFactory())
    answer = client.post(reverse("members:add"), {"name": name, "kind": "museum", "country": "BE"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["name"]


def test_message_to_administrators_keeps_the_address_of_who_asks_as_it_is():
    boss = MembershipFactory()
    services.request_to_join(
        organisation=boss.organisation,
        actor=PersonFactory(email="ana@museum.example"),
        message="",
        now=clock.now(),
    )
    assert "(ana@museum.example)" in render(Letter.objects.get()).text


def test_letter_to_a_person_is_in_their_language_and_zone_and_posted_once():
    person = PersonFactory(language="fr", time_zone="Asia/Tokyo")
    about = OrganisationFactory()
    for _ in range(2):
        services.post_to_person(
            person,
            kind="members.removed",
            key="members.removed:1",
            context={"organisation": "X", "organisation_url": urls.absolute("/")},
            about=about,
            now=clock.now(),
        )
    letter = Letter.objects.get()
    assert (letter.to, letter.name, letter.language, letter.time_zone, letter.person_id) == (
        person.email,
        person.name,
        "fr",
        "Asia/Tokyo",
        person.pk,
    )
