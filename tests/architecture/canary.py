"""One person who has done all there is to do on the site, under a name and an address that can be looked for afterwards."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile

from museumhub.mail import delivery
from museumhub.mail.models import Letter, Suppression
from museumhub.members import services as members
from museumhub.members.models import KeptForm, OrganisationImport, Person
from museumhub.members.services.memberships import accept_invitation, decline_request
from museumhub.news import services as news
from programmes.applications.models import Application, Call
from programmes.applications.services import alerts, drafts, sending
from programmes.catalogue import services as catalogue
from tests.factories.applications import ANSWERS, ASSESSED, CallFactory
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.members import (
    JoinRequestFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
)
from tests.factories.news import (
    EndorsementFactory,
    FeedSourceFactory,
    ItemFactory,
    NewsRoleFactory,
    PictureFactory,
    ReminderFactory,
    SubscriptionFactory,
)

NAME = "Canary O'Finch"
EMAIL = "canary@finches.example"
TYPED = "canary wrote this"


def live(now: datetime) -> Person:
    """Everything up to `now`, at which the site's clock must stand; their letters are delivered into the mailbox."""
    person: Person = PersonFactory(
        name=NAME, email=EMAIL, language="fr", time_zone="Europe/Paris", is_staff=True
    )
    other: Person = PersonFactory(name="Olga", is_staff=True, is_superuser=True)
    _account(person, other, now)
    _organisations(person, other, now)
    _programmes(person, other, now)
    _applications(person, now)
    _news(person, now)
    delivery.drain(seconds=30)
    _waiting(person, other, now)
    return person


def _account(person: Person, other: Person, now: datetime) -> None:
    person.groups.add(Group.objects.create(name="keepers"))
    person.user_permissions.add(Permission.objects.order_by("pk")[0])
    Authenticator.objects.create(user=person, type="totp", data={"secret": "canary secret"})
    KeptForm.objects.create(
        path="/account/profile/?canary",
        data=[["message", [TYPED]]],
        person=person,
        created_at=now,
        expires_at=now + timedelta(days=1),
    )
    for staff, thing in ((other, person), (person, other)):
        LogEntry.objects.create(
            user=staff,
            content_type=ContentType.objects.get_for_model(Person),
            object_id=str(thing.pk),
            object_repr=str(thing),
            action_flag=CHANGE,
            change_message=json.dumps([{"added": {"name": "membership", "object": str(thing)}}]),
        )


def _organisations(person: Person, other: Person, now: datetime) -> None:
    """Adds a museum, belongs to one with a colleague, asks to join a third, answers and is answered."""
    members.create_organisation(
        actor=person, name="Museum of Nests", kind="museum", country="BE", now=now
    )
    museum = MembershipFactory(person=person, organisation__name="Museum of Feathers").organisation
    MembershipFactory(organisation=museum, person=PersonFactory(name="Colleague"))
    asked = JoinRequestFactory(organisation=museum, person=PersonFactory(name="Asker"))
    decline_request(join_request=asked, actor=person, now=now)
    third = MembershipFactory(person=other, organisation__name="Museum of Eggs").organisation
    members.request_to_join(organisation=third, actor=person, message=TYPED, now=now)
    members.invite(
        organisation=museum, actor=person, email="new@museum.example", role="staff", now=now
    )
    fourth = MembershipFactory(person=other, organisation__name="Museum of Wings").organisation
    invitation, _new = members.invite(
        organisation=fourth, actor=other, email=EMAIL, role="staff", now=now
    )
    accept_invitation(invitation=invitation, actor=person, now=now)
    OrganisationImport.objects.create(
        name="canary-museums.csv", started_by=person, language="fr", created_at=now
    )


def _programmes(person: Person, other: Person, now: datetime) -> None:
    """Organises one programme and invites to it, is invited to another and answers."""
    own = EditionFactory(title="Song School", draft=True)
    ProgrammeRoleFactory(programme=own.programme, person=person)
    ask: dict[str, Any] = {"role": "reviewer", "whole_programme": False, "now": now}
    catalogue.invite_to_role(edition=own, actor=person, email="reviewer@museum.example", **ask)
    taken_back, _new = catalogue.invite_to_role(
        edition=own, actor=person, email="wrong@museum.example", **ask
    )
    catalogue.withdraw_role_invitation(invitation=taken_back, edition=own, actor=person, now=now)
    others = EditionFactory(title="Flight School", draft=True)
    ProgrammeRoleFactory(programme=others.programme, person=other)
    got, _new = catalogue.invite_to_role(edition=others, actor=other, email=EMAIL, **ask)
    catalogue.accept_role(invitation=got, actor=person, now=now)


def _applications(person: Person, now: datetime) -> None:
    """Writes an application with a colleague and sends it, keeps a draft alone, and waits for another call."""
    museum = person.memberships.get(organisation__name="Museum of Feathers").organisation
    colleague = museum.memberships.exclude(person=person).get().person
    call: Call = CallFactory(assessed=True, asks_team=True)
    together = drafts.start_draft(call=call, organisation=museum, actor=person, now=now)
    _write(together, person, ANSWERS, now)
    _add_to_team(together, person, now)
    _write(together, colleague, {"story": "We sing."}, now)
    sending.submit_application(application=_fresh(together), actor=person, now=now)
    sending.withdraw_application(application=_fresh(together), actor=person, now=now)

    alone = drafts.start_draft(
        call=CallFactory(assessed=True, asks_team=True), organisation=museum, actor=person, now=now
    )
    plan = SimpleUploadedFile("canary plan.txt", b"We plan.")
    values = {"why": TYPED, "visitors": "canary, a dozen"}
    _write(alone, person, values, now, files={"plan": plan})
    _add_to_team(alone, person, now)
    alone = _fresh(alone)
    drafts.state_level(
        application=alone,
        level="higher",
        reason=TYPED,
        seen=alone.working.revision,
        actor=person,
        now=now,
    )
    alerts.ask_for_alert(edition=EditionFactory(call_upcoming=True), actor=person, now=now)


def _news(person: Person, now: datetime) -> None:
    """Writes for a museum, proposes a change of what is out, brings it a feed and a picture, edits the news, and made somebody else an editor."""
    museum = person.memberships.get(organisation__name="Museum of Feathers").organisation
    item = news.create_item(
        kind="article", organisation=museum, content={"title": "Songs"}, actor=person, now=now
    )
    news.add_comment(item=item, text=TYPED, actor=person, now=now)
    out = ItemFactory(author=person, organisation=museum, with_topic=True)
    news.propose(item=out, content={"body": "Sing."}, base=1, seen=0, actor=person, now=now)
    PictureFactory(uploaded_by=person, organisation=museum, credit=f"Photo: {NAME}", waiting=True)
    NewsRoleFactory(person=person)
    NewsRoleFactory(given_by=person)
    EndorsementFactory(
        person=person, email=person.email, name=person.name, affiliation=TYPED, shown=False
    )
    FeedSourceFactory(added_by=person, organisation=museum)
    ReminderFactory(person=person, email=EMAIL, language="fr", time_zone="Europe/Paris")
    SubscriptionFactory(
        person=person, email=EMAIL, kinds=["event"], time_zone="Europe/Paris", language="fr"
    )
    colleague = museum.memberships.exclude(person=person).get().person
    theirs = ItemFactory(submitted=True, author=colleague, organisation=museum)
    news.ask_for_changes(item=theirs, text=TYPED, actor=person, now=now)


def _write(
    application: Application, actor: Person, answers: dict[str, Any], now: datetime, **files: Any
) -> None:
    parts: tuple[tuple[Any, Any], ...] = (("assessment", ASSESSED), ("form", answers))
    for part, values in parts if actor.email == EMAIL else parts[1:]:
        drafts.save_application_answers(
            application=_fresh(application),
            part=part,
            values=values,
            seen={},
            actor=actor,
            now=now,
            **(files if part == "form" else {}),
        )


def _add_to_team(application: Application, person: Person, now: datetime) -> None:
    drafts.add_team_member(
        application=_fresh(application),
        name=person.name,
        email=person.email,
        role="Keeper of the canary",
        actor=person,
        now=now,
    )


def _waiting(person: Person, other: Person, now: datetime) -> None:
    """Letters that have not gone out yet: one to the person, one about the person to somebody else."""
    Suppression.objects.create(address=EMAIL, reason=f"550 no canary at {EMAIL}", since=now)
    Letter.objects.filter(to=EMAIL, state="sent").update(
        reply_to=EMAIL,
        error=f"451 <{EMAIL}> busy",
        troubles=[
            {"at": now.isoformat(), "sort": "not_now", "words": f"451 <{EMAIL}> busy"},
        ],
    )
    museum = OrganisationFactory(name="Museum of Songs")
    members.invite(
        organisation=person.memberships.get(organisation__name="Museum of Feathers").organisation,
        actor=person,
        email="late@museum.example",
        role="staff",
        now=now,
    )
    members.post_to_person(
        person,
        kind="members.removed",
        key="members.removed:0",
        context={"organisation": museum.name, "organisation_url": "http://museum.example/"},
        now=now,
    )


def _fresh(application: Application) -> Application:
    return Application.objects.select_related(
        "call__edition__programme", "organisation", "dossier", "change"
    ).get(pk=application.pk)
