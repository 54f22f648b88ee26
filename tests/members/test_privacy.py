"""What is held about a person: shown, handed out whole, erased, and what stays."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from museumhub.kit import clock
from museumhub.kit.models import AuditEvent
from museumhub.kit.privacy import holdings
from museumhub.mail.models import Letter
from museumhub.members import services
from museumhub.members.models import Membership, Person
from tests.factories.members import (
    PASSWORD,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


def prove(client, onward: str, person_password: str = PASSWORD):
    """Show once more that it is you; what was sent before is taken up again."""
    return client.post(
        f"/account/reauthenticate/?next={onward}", {"password": person_password, "next": onward}
    )


def test_page_names_every_holding_with_its_purpose(client):
    client.force_login(PersonFactory())
    page = client.get(reverse("members:privacy"))
    text = page.content.decode()
    for holding in holdings():
        assert str(holding.kept_for)[:30].replace("'", "&#x27;") in text


def test_download_holds_everything_after_a_proof(client):
    person = PersonFactory(email="ana@museum.example", name="Ana “quoted” \\ 🏺")
    MembershipFactory(person=person, organisation__name="City Museum")
    JoinRequestFactory(person=person, message="textiles")
    InvitationFactory(email=person.email)
    OrganisationFactory(name="Museum of Nests", created_by=person)
    client.force_login(person)
    address = reverse("members:download")
    assert client.get(address).status_code == 405
    answer = client.post(address)
    assert answer["Location"].startswith("/account/reauthenticate/")
    answer = prove(client, address)
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    data = json.loads(b"".join(answer.streaming_content))
    assert set(data) == {holding.name for holding in holdings()}
    account = data["members.account"]["rows"][0]
    assert (account["address"], account["name"]) == ("ana@museum.example", "Ana “quoted” \\ 🏺")
    belongs, added = data["members.memberships"]["rows"]
    assert belongs["organisation"] == "City Museum"
    assert (added["organisation"], added["added_by_me"]) == ("Museum of Nests", True)
    assert data["members.requests"]["rows"][0]["message"] == "textiles"
    assert len(data["members.invitations"]["rows"]) == 1


def test_erasing_needs_a_proof_and_a_tick_and_leaves_no_name(client):
    person = PersonFactory(email="ana@museum.example", name="Ana Silva")
    alone = MembershipFactory(person=person).organisation
    JoinRequestFactory(person=person)
    InvitationFactory(email=person.email)
    services.post_to_person(
        person, kind="members.removed", key="k", context={"organisation": "X"}, now=clock.now()
    )
    client.force_login(person)
    address = reverse("members:erase")
    assert client.get(address)["Location"].startswith("/account/reauthenticate/")
    prove(client, address)
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 422
    assert Person.objects.get(pk=person.pk).is_active
    answer = client.post(address, {"sure": "on"}, follow=True)
    assert answer.redirect_chain == [("/account/erased/", 302)]
    person.refresh_from_db()
    assert (person.name, person.is_active, person.emailaddress_set.count()) == ("", False, 0)
    assert person.email == f"{person.oid}@erased.invalid"
    assert not Membership.objects.exists()
    assert alone.memberships.count() == 0
    last = Letter.objects.get(to="ana@museum.example")
    assert (last.kind, last.name) == ("account.erased", "")
    dump = StringIO()
    call_command("dumpdata", "members", "account", "kit", "sessions", stdout=dump)
    assert "Ana Silva" not in dump.getvalue()
    assert "ana@museum.example" not in dump.getvalue()
    assert AuditEvent.objects.get(verb="person_erased").actor_id == person.pk


def test_erased_person_cannot_sign_in_and_the_address_is_free_again(client):
    person = PersonFactory(email="ana@museum.example")
    services.erase_person(person=person, actor=None, now=clock.now())
    answer = client.post(
        reverse("account_login"), {"login": "ana@museum.example", "password": PASSWORD}
    )
    assert answer.status_code == 422
    PersonFactory(email="ana@museum.example")


def test_erasing_twice_changes_nothing():
    person = PersonFactory()
    for _ in range(2):
        services.erase_person(person=person, actor=None, now=clock.now())
    assert AuditEvent.objects.filter(verb="person_erased").count() == 1


def test_only_administrator_of_an_organisation_with_others_is_told_to_hand_over(client):
    boss = MembershipFactory(organisation__name="City Museum")
    MembershipFactory(organisation=boss.organisation, role="staff")
    client.force_login(boss.person)
    address = reverse("members:erase")
    prove(client, address)
    assert "You are the only administrator here" in client.get(address).content.decode()
    answer = client.post(address, {"sure": "on"})
    assert answer.status_code == 422
    assert "only administrator of City Museum" in answer.content.decode()
    assert Person.objects.get(pk=boss.person_id).is_active
    MembershipFactory(organisation=boss.organisation)
    assert client.post(address, {"sure": "on"})["Location"] == "/account/erased/"


def test_commands_export_and_erase_by_address():
    PersonFactory(email="ana@museum.example")
    out = StringIO()
    call_command("export_person", "ANA@museum.example", stdout=out)
    assert json.loads(out.getvalue())["members.account"]["rows"][0]["address"] == (
        "ana@museum.example"
    )
    call_command("erase_person", "ana@museum.example", "--yes", stdout=StringIO())
    with pytest.raises(CommandError, match="No account has this address"):
        call_command("export_person", "ana@museum.example", stdout=StringIO())


def test_nobody_posts_to_an_erased_person():
    person = PersonFactory()
    services.erase_person(person=person, actor=None, now=clock.now())
    person.refresh_from_db()
    assert not services.post_to_person(
        person, kind="members.removed", key="k", context={}, now=clock.now()
    )


def test_invitation_of_somebody_erased_stands_and_says_from_nobody(client):
    boss = MembershipFactory(person__name="Boss")
    MembershipFactory(organisation=boss.organisation)
    invitation, _new = services.invite(
        organisation=boss.organisation,
        actor=boss.person,
        email="new@museum.example",
        role="staff",
        now=clock.now(),
    )
    asked = JoinRequestFactory(organisation=boss.organisation)
    services.decline_request(join_request=asked, actor=boss.person, now=clock.now())
    services.erase_person(person=boss.person, actor=None, now=clock.now())
    invitation.refresh_from_db()
    asked.refresh_from_db()
    assert (invitation.inviter, asked.answered_by, asked.status) == (None, None, "declined")
    client.force_login(PersonFactory(email="new@museum.example"))
    page = client.get(reverse("members:invitation", args=[services.invitation_token(invitation)]))
    assert page.status_code == 200
    assert "erased.invalid" not in page.content.decode()


def test_message_of_a_request_to_join_goes_from_the_administrators_letter_too():
    boss = MembershipFactory()
    asker = PersonFactory(name="Ana", email="ana@museum.example")
    services.request_to_join(
        organisation=boss.organisation, actor=asker, message="textiles", now=clock.now()
    )
    letter = Letter.objects.get(to=boss.person.email)
    services.erase_person(person=asker, actor=None, now=clock.now())
    letter.refresh_from_db()
    assert (letter.state, letter.context, letter.to) == ("failed", {}, "")


def test_audit_trail_says_which_part_of_the_profile_changed_and_not_to_what():
    person = PersonFactory(language="en")
    services.change_profile(
        person=person, name="Other", language="fr", time_zone=person.time_zone, now=clock.now()
    )
    event = AuditEvent.objects.get(verb="profile_changed")
    assert (event.before, event.after) == (None, {"fields": ["name", "language"]})
