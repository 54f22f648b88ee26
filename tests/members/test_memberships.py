"""Who belongs to an organisation: invitations, requests, roles, leaving; and what two at once may not break."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.urls import reverse

from museumhub.kit import clock
from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused, TooOften
from museumhub.mail.models import Letter
from museumhub.members import services
from museumhub.members.models import Invitation, Membership, Organisation, Person
from tests.factories.members import (
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return MembershipFactory(person__name="Boss")


def invite(boss, email="ana@museum.example", role="editor", now=None):
    return services.invite(
        organisation=boss.organisation,
        actor=boss.person,
        email=email,
        role=role,
        now=now or clock.now(),
    )


def answer_page(invitation) -> str:
    return reverse("members:invitation", args=[services.invitation_token(invitation)])


def test_invitation_posts_one_letter_with_a_signed_link_however_often_it_is_sent(client, boss):
    client.force_login(boss.person)
    address = reverse("members:invite", args=[boss.organisation.slug])
    for written in ("Ana@Museum.example", "ana@museum.example"):
        sent = client.post(address, {"email": written, "role": "editor"})
        assert sent.status_code == 302
    invitation = Invitation.objects.get()
    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.sensitive) == (
        "members.invited",
        "ana@museum.example",
        True,
    )
    assert letter.context["invitation_url"].endswith(answer_page(invitation))
    assert "ana@" not in letter.key
    assert AuditEvent.objects.filter(verb="invited").count() == 1


def test_invitation_looks_the_same_whether_or_not_the_address_has_an_account(client, boss):
    PersonFactory(email="known@museum.example")
    client.force_login(boss.person)
    address = reverse("members:invite", args=[boss.organisation.slug])
    pages = []
    for email in ("known@museum.example", "other@museum.example"):
        page = client.post(address, {"email": email, "role": "staff"}, follow=True)
        text = str([str(message) for message in page.context["messages"]])
        pages.append(text.replace(email, "ADDRESS"))
    assert pages[0] == pages[1]
    assert Membership.objects.count() == 1


def test_invitation_to_a_member_is_refused_at_the_field(client, boss):
    client.force_login(boss.person)
    answer = client.post(
        reverse("members:invite", args=[boss.organisation.slug]),
        {"email": boss.person.email, "role": "staff"},
    )
    assert answer.status_code == 422
    assert "belongs to the organisation already" in answer.content.decode()


def test_more_than_ten_invitations_a_day_are_refused_and_the_eleventh_sends_nothing(client, boss):
    now = clock.now()
    for number in range(10):
        invite(boss, f"person{number}@other.example", now=now)
    with pytest.raises(TooOften):
        invite(boss, "eleven@other.example", now=now)
    assert Letter.objects.count() == 10
    other = MembershipFactory(person=boss.person)
    with pytest.raises(TooOften):
        invite(other, "eleven@other.example", now=now)
    client.force_login(boss.person)
    answer = client.post(
        reverse("members:invite", args=[boss.organisation.slug]),
        {"email": "eleven@other.example", "role": "staff"},
    )
    assert answer.status_code == 429
    assert 'value="eleven@other.example"' in answer.content.decode()
    assert invite(boss, "eleven@other.example", now=now + timedelta(hours=3))[1]


def test_invitation_that_has_run_out_makes_room_for_a_new_one(boss):
    now = clock.now()
    old, _ = invite(boss, now=now - timedelta(days=15))
    new, fresh = invite(boss, now=now)
    old.refresh_from_db()
    assert fresh
    assert (old.status, new.status) == ("lapsed", "pending")


def test_two_pending_invitations_to_one_address_are_refused_by_the_database():
    one = InvitationFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory(organisation=one.organisation, email=one.email)


def test_accepting_makes_a_member_once_and_tells_the_inviter(client, boss):
    invitation, _ = invite(boss)
    Person.objects.filter(pk=boss.person_id).update(language="fr")
    person = PersonFactory(email="ana@museum.example", name="Ana")
    client.force_login(person)
    client.get(answer_page(invitation))
    assert not person.memberships.exists()
    for _ in range(2):
        answer = client.post(answer_page(invitation), {"answer": "accept"})
        assert answer["Location"] == boss.organisation.get_absolute_url()
    assert person.memberships.get().role == "editor"
    letter = Letter.objects.get(kind="members.invitation_accepted")
    assert (letter.to, letter.language) == (boss.person.email, "fr")


def test_somebody_signed_in_with_another_address_is_told_and_not_attached(client, boss):
    invitation, _ = invite(boss)
    other = PersonFactory(email="other@museum.example")
    client.force_login(other)
    page = client.get(answer_page(invitation)).content.decode()
    assert "you are signed in as other@museum.example" in page
    answer = client.post(answer_page(invitation), {"answer": "accept"})
    assert answer.status_code == 422
    assert not other.memberships.exists()
    invitation.refresh_from_db()
    assert invitation.status == "pending"


def test_signing_up_through_an_invitation_proves_the_address(client, boss):
    invitation, _ = invite(boss)
    here = answer_page(invitation)
    answer = client.post(here)
    assert answer.status_code == 302
    page = client.get(answer["Location"])
    assert 'value="ana@museum.example"' in page.content.decode()
    answer = client.post(
        reverse("account_signup"),
        {
            "name": "Ana",
            "email": "ana@museum.example",
            "password1": "",
            "language": "en",
            "time_zone": "UTC",
            "next": here,
        },
    )
    assert answer["Location"] == here
    person = Person.objects.get(email="ana@museum.example")
    assert EmailAddress.objects.get(user=person).verified
    assert not person.memberships.exists()
    client.post(here, {"answer": "accept"})
    assert person.memberships.get().organisation == boss.organisation


def test_signing_up_through_an_invitation_with_another_address_proves_nothing(client, boss):
    invitation, _ = invite(boss)
    client.post(answer_page(invitation))
    answer = client.post(
        reverse("account_signup"),
        {
            "name": "Eve",
            "email": "eve@museum.example",
            "password1": "",
            "language": "en",
            "time_zone": "UTC",
        },
    )
    assert answer["Location"] == "/account/confirm-email/"
    assert not EmailAddress.objects.get(email="eve@museum.example").verified


@pytest.mark.parametrize("action", ["withdraw", "decline", "late"])
def test_invitation_that_is_over_cannot_be_accepted(client, boss, action):
    now = clock.now()
    person = PersonFactory(email="ana@museum.example")
    began = now - timedelta(days=14, seconds=1) if action == "late" else now
    invitation, _ = invite(boss, now=began)
    if action == "withdraw":
        services.withdraw_invitation(invitation=invitation, actor=boss.person, now=now)
    elif action == "decline":
        services.decline_invitation(invitation=invitation, actor=person, now=now)
    client.force_login(person)
    answer = client.post(answer_page(invitation), {"answer": "accept"})
    assert answer.status_code == 422
    assert not person.memberships.exists()
    assert client.get(answer_page(invitation)).status_code == 410


def test_open_invitation_shows_on_the_account_page_of_its_address(client, boss):
    invitation, _ = invite(boss)
    client.force_login(PersonFactory(email="ana@museum.example"))
    assert answer_page(invitation) in client.get(reverse("members:account")).content.decode()


def test_request_reaches_every_administrator_and_is_approved_with_a_role(client, boss):
    second = MembershipFactory(organisation=boss.organisation)
    MembershipFactory(organisation=boss.organisation, role="staff")
    person = PersonFactory(name="Ana <b>Silva</b>")
    client.force_login(person)
    address = reverse("members:join", args=[boss.organisation.slug])
    for _ in range(2):
        assert client.post(address, {"message": "I do textiles"}).status_code == 302
    asked = person.join_requests.get()
    told = Letter.objects.filter(kind="members.join_requested")
    assert {letter.to for letter in told} == {boss.person.email, second.person.email}
    client.force_login(second.person)
    page = client.get(reverse("members:people", args=[boss.organisation.slug])).content.decode()
    assert "Ana &lt;b&gt;Silva" in page
    assert "I do textiles" in page
    approve = reverse("members:approve", args=[boss.organisation.slug, asked.oid])
    client.post(approve, {"role": "editor"})
    client.post(approve, {"role": "editor"})
    assert person.memberships.get().role == "editor"
    assert Letter.objects.get(kind="members.request_approved").to == person.email


def test_request_to_an_organisation_without_administrator_reaches_the_site(boss):
    site = PersonFactory(is_superuser=True)
    organisation = OrganisationFactory()
    asked, _ = services.request_to_join(
        organisation=organisation, actor=boss.person, message="", now=clock.now()
    )
    assert Letter.objects.get().to == site.email
    services.approve_request(join_request=asked, actor=site, role="administrator", now=clock.now())
    assert boss.person.memberships.get(organisation=organisation).role == "administrator"


def test_declined_request_can_be_made_again(boss):
    asked = JoinRequestFactory(organisation=boss.organisation)
    services.decline_request(join_request=asked, actor=boss.person, now=clock.now())
    assert Letter.objects.get().kind == "members.request_declined"
    _again, new = services.request_to_join(
        organisation=boss.organisation, actor=asked.person, message="", now=clock.now()
    )
    assert new


def test_request_of_somebody_else_does_not_exist(client):
    asked = JoinRequestFactory()
    client.force_login(PersonFactory())
    address = reverse("members:withdraw_request", args=[asked.organisation.slug, asked.oid])
    assert client.post(address).status_code == 404
    client.force_login(asked.person)
    client.post(address)
    asked.refresh_from_db()
    assert asked.status == "withdrawn"


def test_administrator_of_another_organisation_answers_nothing(client, boss):
    asked = JoinRequestFactory()
    client.force_login(boss.person)
    for slug in (boss.organisation.slug, asked.organisation.slug):
        address = reverse("members:approve", args=[slug, asked.oid])
        assert client.post(address, {"role": "staff"}).status_code == 404
    with pytest.raises(Refused):
        services.approve_request(
            join_request=asked, actor=boss.person, role="staff", now=clock.now()
        )


def test_last_administrator_cannot_leave_or_be_demoted(client, boss):
    other = MembershipFactory(organisation=boss.organisation, role="editor")
    client.force_login(boss.person)
    slug = boss.organisation.slug
    answer = client.post(reverse("members:leave", args=[slug]))
    assert answer.status_code == 422
    assert "this is the last one" in answer.content.decode()
    answer = client.post(reverse("members:member", args=[slug, boss.oid]), {"role": "staff"})
    assert answer.status_code == 422
    client.post(reverse("members:member", args=[slug, other.oid]), {"role": "administrator"})
    assert client.post(reverse("members:leave", args=[slug])).status_code == 302
    assert list(boss.organisation.memberships.all()) == [other]
    assert Letter.objects.get(kind="members.role_changed").to == other.person.email


def test_administrator_who_is_switched_off_does_not_count_as_one(boss):
    MembershipFactory(organisation=boss.organisation, person__is_active=False)
    with pytest.raises(Refused, match="last one"):
        services.remove_member(membership=boss, actor=boss.person, now=clock.now())


def test_removed_member_gets_a_letter_and_keeps_the_account(client, boss):
    other = MembershipFactory(organisation=boss.organisation, role="staff")
    client.force_login(boss.person)
    address = reverse("members:remove", args=[boss.organisation.slug, other.oid])
    assert client.get(address).status_code == 200
    assert Membership.objects.count() == 2
    client.post(address)
    assert Membership.objects.count() == 1
    assert Letter.objects.get(kind="members.removed").to == other.person.email
    assert AuditEvent.objects.get(verb="member_removed").before["person"] == other.person_id


def test_vocabulary_of_organisations_follows_the_roles():
    person = PersonFactory()
    found = {
        role: MembershipFactory(person=person, role=role).organisation
        for role in ("administrator", "editor", "staff")
    }
    OrganisationFactory()
    objects = Organisation.objects
    assert set(objects.of(person)) == set(found.values())
    assert set(objects.acted_for_by(person)) == {found["administrator"], found["editor"]}
    assert set(objects.administered_by(person)) == {found["administrator"]}
    assert objects.administered_by(PersonFactory(is_superuser=True)).count() == 4
    person.is_active = False
    assert not objects.of(person).exists()
