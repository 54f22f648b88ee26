"""One letter of every kind, caused as the site causes it, by people and museums whose names are hard to write."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import RequestFactory

from museumhub.mail.models import Letter
from museumhub.members import services as members
from museumhub.members.adapter import LETTERS, AccountAdapter
from museumhub.members.models import Membership, Person
from museumhub.members.services.people import confirm_code_letter, warn_of_address_change
from museumhub.news import services as news
from museumhub.news.models import Item, Reminder
from museumhub.news.models.reminder import instant_of
from museumhub.news.services import assembling, newsletter
from museumhub.news.services import reminders as news_reminders
from museumhub.news.services.pulling import note_failure
from museumhub.news.services.telling import tell_editors
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.services import tell_operators
from programmes.applications.models import Application
from programmes.applications.services import alerts, drafts, reminders, sending
from programmes.catalogue import services as catalogue
from programmes.catalogue.models import Edition
from tests.factories.applications import ANSWERS, ASSESSED, CLOSES, CallFactory, make_form
from tests.factories.catalogue import EditionFactory, ProgrammeRoleFactory
from tests.factories.members import MembershipFactory, PersonFactory
from tests.factories.news import (
    FeedSourceFactory,
    ItemFactory,
    NewsRoleFactory,
    ReminderFactory,
    SubscriptionFactory,
)

MUSEUM = "Musée <i>d'Été</i> & Söhne"
PERSON = "Zoë O'Neill & Co"
WRITTEN = "A & B's <b>own</b> words\nover two lines"


def post_one_of_each(now: datetime) -> list[Letter]:
    """Everything the site can write, as rows that wait in the outbox."""
    museum = MembershipFactory(
        person=_person("ana"), organisation__name=MUSEUM, organisation__country="DE"
    )
    _account(museum.person, now)
    _members(museum, now)
    _roles(museum.person, now)
    _applications(museum, now)
    _news(museum, now)
    _operators(now)
    _feeds(museum, now)
    return list(Letter.objects.order_by("pk"))


def _person(name: str) -> Person:
    person: Person = PersonFactory(
        name=PERSON, email=f"{name}@museum.example", time_zone="Europe/Lisbon"
    )
    return person


def _account(person: Person, now: datetime) -> None:
    adapter = AccountAdapter(RequestFactory().get("/"))
    told = {"code": "BCDF-GHJK", "to_email": "new@museum.example", "deleted_email": "old@x.example"}
    for prefix in LETTERS:
        adapter.send_mail(prefix, person.email, told)
    confirm_code_letter(person=person, code="BCDF-GHJK", now=now)
    warn_of_address_change(person=person, now=now)
    members.erase_person(person=_person("gone"), actor=None, now=now)


def _feeds(museum: Membership, now: datetime) -> None:
    """A feed whose server says that it is gone for good; its address leads nowhere that could be asked."""
    source = FeedSourceFactory(
        organisation=museum.organisation, title="Nights & <days>", claim="a", lease_until=now
    )
    note_failure(source, "gone", now=now)


def _members(museum: Membership, now: datetime) -> None:
    ana, organisation = museum.person, museum.organisation
    for name, role in (("ben", "administrator"), ("cleo", "staff"), ("new", "editor")):
        invitation, _new = members.invite(
            organisation=organisation,
            actor=ana,
            email=f"{name}@museum.example",
            role=role,
            now=now,
        )
        if name != "new":
            members.accept_invitation(invitation=invitation, actor=_person(name), now=now)
    for name in ("dan", "eve"):
        asked, _new = members.request_to_join(
            organisation=organisation, actor=_person(name), message=WRITTEN, now=now
        )
        if name == "dan":
            members.approve_request(join_request=asked, actor=ana, role="staff", now=now)
        else:
            members.decline_request(join_request=asked, actor=ana, now=now)
    cleo = organisation.memberships.get(person__email="cleo@museum.example")
    members.change_role(membership=cleo, actor=ana, role="editor", now=now)
    members.remove_member(membership=cleo, actor=ana, now=now)


def _roles(person: Person, now: datetime) -> None:
    edition = EditionFactory(title="School & “Night”", programme__title="School & “Night”")
    olga = ProgrammeRoleFactory(programme=edition.programme, person=_person("olga")).person
    for role in ("organiser", "reviewer", "mentor"):
        invitation, _new = catalogue.invite_to_role(
            edition=edition,
            actor=olga,
            email=person.email,
            role=role,
            whole_programme=False,
            now=now,
        )
        catalogue.accept_role(invitation=invitation, actor=person, now=now)


def _applications(museum: Membership, now: datetime) -> None:
    """An application through all its moves; a draft that is reminded; a deadline that moves, and a call that opens."""
    call = CallFactory(
        assessed=True,
        asks_team=True,
        modules=3,
        reference_prefix="NIGHT-2027",
        edition__title="Museums & <Night> 2027",
        edition__programme__title="Museums & <Night>",
        one_per_organisation=False,
    )
    edition: Edition = call.edition
    ana, organisation = museum.person, museum.organisation
    ProgrammeRoleFactory(edition=edition, person=_person("organiser"))
    sent = drafts.start_draft(call=call, organisation=organisation, actor=ana, now=now)
    _write(sent, ana, {**ANSWERS, "story": WRITTEN.replace("\n", " ")}, now)
    sending.submit_application(application=_fresh(sent), actor=ana, now=now)
    _save(sent, ana, "form", {"story": "Less."}, now)
    sending.send_changes(application=_fresh(sent), actor=ana, now=now)
    sending.withdraw_application(application=_fresh(sent), actor=ana, now=now)
    sending.take_withdrawal_back(application=_fresh(sent), actor=ana, now=now)

    drafts.start_draft(call=call, organisation=organisation, actor=ana, now=now)
    for stage in reminders.STAGES:
        reminders.remind(edition, stage, CLOSES - stage.ahead)
    for days in (2, -2):
        closes_at = CLOSES + timedelta(days=days)
        catalogue.change_timetable(
            edition=edition, actor=None, changes={"call_closes_at": closes_at}, now=now
        )
    _alerts(ana, now)
    catalogue.change_timetable(
        edition=edition, actor=None, changes={"call_closes_at": now - timedelta(minutes=1)}, now=now
    )
    Letter.objects.filter(kind="applications.draft_started").update(state="failed")
    reminders.digest(edition, "2027-02-02", now + timedelta(days=1))


def _alerts(person: Person, now: datetime) -> None:
    soon = EditionFactory(
        title="Soon & <here>", programme__title="Soon & <here>", call_upcoming=True
    )
    CallFactory(edition=soon, form=make_form())
    alerts.ask_for_alert(edition=soon, actor=person, now=now)
    alerts.ask_for_alert_by_address(
        edition=soon,
        email="reader@home.example",
        language="en",
        address_of_sender="127.0.0.1",
        now=now,
    )
    assert soon.call_opens_at is not None
    assert soon.call_closes_at is not None
    reminders.tell_that_call_opened(soon, soon.call_opens_at)
    alerts.ask_for_alert_by_address(
        edition=soon,
        email="late@home.example",
        language="en",
        address_of_sender="127.0.0.1",
        now=soon.call_opens_at,
    )
    alerts.ask_for_alert(edition=soon, actor=person, now=soon.call_opens_at)
    reminders.remind(soon, reminders.TO_READERS[0], soon.call_closes_at - timedelta(days=7))
    catalogue.change_timetable(
        edition=soon,
        actor=None,
        changes={"call_closes_at": soon.call_closes_at + timedelta(days=1)},
        now=soon.call_opens_at,
    )


def _news(museum: Membership, now: datetime) -> None:
    """An item is submitted, talked about, sent back, declined; one appears, one is held back, one is changed and withdrawn."""
    ana = museum.person
    edda = NewsRoleFactory(person=_person("edda")).person
    news.make_editor(email="ben@museum.example", actor=edda, now=now)
    content: dict[str, Any] = {"title": "Night & <day> – Ünder “stars”", "language": "fr"}
    item = news.create_item(
        kind="article", organisation=museum.organisation, content=content, actor=ana, now=now
    )
    news.submit_item(item=item, seen=1, actor=ana, now=now)
    tell_editors(now + timedelta(minutes=15), now)
    news.add_comment(item=item, text=WRITTEN, actor=edda, now=now)
    news.add_comment(item=item, text=WRITTEN, actor=ana, now=now)
    news.ask_for_changes(item=item, text=WRITTEN, actor=edda, now=now)
    news.decline_item(item=item, text=WRITTEN, actor=edda, now=now)
    out = ItemFactory(
        submitted=True,
        author=ana,
        organisation=museum.organisation,
        title="Night & <day> – Ünder “stars”",
        with_topic=True,
    )
    minute = now + timedelta(days=1)
    news.schedule_item(item=out, at=minute, seen=1, actor=edda, now=now)
    topic = out.topics.get()
    out.topics.clear()
    news.appear(out, minute)
    out.topics.add(topic)
    news.publish_item(item=out, seen=1, actor=edda, now=now)
    for answer in ("accept", "decline"):
        version = Item.objects.get(pk=out.pk).version
        change = {"body": answer}
        asked = news.propose(item=out, content=change, base=version, seen=0, actor=ana, now=now)
        if answer == "accept":
            news.accept_proposal(proposal=asked, seen=1, actor=edda, now=now)
        else:
            news.decline_proposal(proposal=asked, text=WRITTEN, actor=edda, now=now)
    news.withdraw_item(item=out, reason="Too “early” & <wrong>", actor=edda, now=now)
    statement = ItemFactory(statement=True, title="Night & <day> – Ünder “stars”")
    news.endorse_as_person(
        statement=statement,
        email="zoe@museum.example",
        name=PERSON,
        affiliation="Head of <A> & B",
        shown=True,
        language="fr",
        address_of_sender="192.0.2.1",
        actor=None,
        now=now,
    )
    news.confirm_endorsement(endorsement=statement.endorsements.get(), now=now)
    _newsletter(now)


def _newsletter(now: datetime) -> None:
    """Asked for with an unknown address and with a known one; one letter with something in all its parts."""
    choices = newsletter.Choices([], [], "weekly", 1, 8, "Europe/Lisbon", "en")
    reader = SubscriptionFactory(next_due_at=now)
    for address in ("new@home.example", reader.email):
        newsletter.subscribe(
            email=address,
            choices=choices,
            address_of_sender="192.0.2.1",
            actor=None,
            now=now,
        )
    night = ItemFactory(event=True, title="Night & <day> – Ünder “stars”")
    call = ItemFactory(feedback=True, title="Night & <day> – Ünder “stars”")
    news_reminders.ask_for_reminder_by_address(
        item=night,
        email="reader@home.example",
        ahead="day",
        language="en",
        address_of_sender="192.0.2.1",
        now=now,
    )
    for item in (night, call):
        ReminderFactory(item=item)
        instant = instant_of(item)
        assert instant is not None
        news_reminders.remind(
            item, Reminder.Ahead.DAY, instant.isoformat(), instant - timedelta(days=1)
        )
    ItemFactory.create_batch(12)
    for days, kind in ((1, "event"), (1, "feedback"), (30, "event"), (30, "feedback")):
        name = "starts_at" if kind == "event" else "closes_at"
        ItemFactory(
            **{
                kind: True,
                name: now + timedelta(days=4),
                "published_at": now - timedelta(days=days),
                "title": "Night & <day> – Ünder “stars”",
            }
        )
    assembling.assemble_due()


def _operators(now: datetime) -> None:
    tell_operators(
        ScheduledAction(pk=1, key="catalogue.thing:1", kind="catalogue.thing", due_at=now),
        now,
        "late",
        "done 3 h 20 min late",
    )


def _write(application: Application, actor: Person, answers: dict[str, Any], now: datetime) -> None:
    _save(application, actor, "assessment", ASSESSED, now)
    _save(application, actor, "form", answers, now)
    fresh = _fresh(application)
    fresh = drafts.choose_modules(
        application=fresh,
        modules=[module.pk for module in fresh.call.edition.modules.all()],
        seen=fresh.working.revision,
        actor=actor,
        now=now,
    )
    fresh = drafts.state_level(
        application=_fresh(application),
        level="higher",
        reason=WRITTEN,
        seen=_fresh(application).working.revision,
        actor=actor,
        now=now,
    )
    drafts.add_team_member(
        application=_fresh(application),
        name=PERSON,
        email="zoe@museum.example",
        role="Head of <A> & B",
        actor=actor,
        now=now,
    )


def _save(
    application: Application, actor: Person, part: Any, values: dict[str, Any], now: datetime
) -> None:
    fresh = _fresh(application)
    response = fresh.working.response if part == "form" else fresh.working.assessment
    assert response is not None
    seen = {
        answer.question.key: answer.revision
        for answer in response.answers.select_related("question")
    }
    drafts.save_application_answers(
        application=fresh, part=part, values=values, seen=seen, actor=actor, now=now
    )


def _fresh(application: Application) -> Application:
    return Application.objects.select_related(
        "call__edition__programme", "organisation", "dossier", "change"
    ).get(pk=application.pk)
