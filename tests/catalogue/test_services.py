"""Writes of the catalogue: what they do, whom and what they refuse, what they record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import DatabaseError

from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused, Stale
from programmes.catalogue import phases, services, timetable
from programmes.catalogue.models import Edition, Module, Partner
from programmes.catalogue.timetable import Timetable
from tests.factories.catalogue import (
    NOW,
    EditionFactory,
    ModuleFactory,
    PartnerFactory,
    ProgrammeRoleFactory,
)
from tests.factories.frameworks import TopicFactory
from tests.factories.members import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def edition():
    return EditionFactory(call_open=True)


@pytest.fixture
def organiser(edition):
    return ProgrammeRoleFactory(programme=edition.programme).person


@pytest.fixture
def told(monkeypatch):
    """Everything the registered functions heard, with no other room's functions registered."""
    heard: list[tuple[Timetable, Timetable]] = []
    monkeypatch.setattr(timetable, "_on_change", [])
    monkeypatch.setattr(timetable, "_foretell", [])
    timetable.on_change(lambda edition, before, after, now: heard.append((before, after)))
    return heard


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("pk")[AuditEvent.objects.count() - 1]


def test_change_timetable_moves_dates_counts_them_and_tells_once(edition, organiser, told):
    later = edition.call_closes_at + DAY

    services.change_timetable(
        edition=edition, actor=organiser, changes={"call_closes_at": later}, now=NOW
    )

    assert (edition.call_closes_at, edition.sequence, edition.version) == (later, 1, 2)
    assert edition.updated_at == NOW
    [(before, after)] = told
    assert before.differences(after) == ("call_closes_at",)
    assert (before.call_closes_at, after.call_closes_at) == (later - DAY, later)
    event = last_event()
    assert (event.verb, event.actor_id) == ("catalogue.timetable_changed", organiser.pk)
    assert event.before == {"call_closes_at": (later - DAY).isoformat()}
    assert event.after == {"call_closes_at": later.isoformat()}


def test_change_timetable_to_what_stands_does_nothing(edition, organiser, told):
    services.change_timetable(
        edition=edition,
        actor=organiser,
        changes={"call_closes_at": edition.call_closes_at, "time_zone": "Europe/Brussels"},
        now=NOW,
    )

    assert (edition.sequence, edition.version, told) == (0, 1, [])
    assert not AuditEvent.objects.exists()


def test_change_timetable_is_undone_whole_where_a_room_fails(edition, organiser, told):
    closes = edition.call_closes_at

    @timetable.on_change
    def fail(edition, before, after, now):
        assert Edition.objects.get(pk=edition.pk).call_closes_at == closes + DAY
        raise DatabaseError("the reminders cannot be moved")

    with pytest.raises(DatabaseError):
        services.change_timetable(
            edition=edition, actor=organiser, changes={"call_closes_at": closes + DAY}, now=NOW
        )

    assert len(told) == 1
    stands = Edition.objects.get(pk=edition.pk)
    assert (stands.call_closes_at, stands.sequence) == (closes, 0)
    assert not AuditEvent.objects.exists()


def test_change_timetable_refuses_a_stale_save_and_shows_both(edition, organiser):
    first = {"call_closes_at": edition.call_closes_at + DAY}
    services.change_timetable(edition=edition, actor=organiser, changes=first, now=NOW, version=1)

    with pytest.raises(Stale) as stale:
        services.change_timetable(
            edition=edition, actor=organiser, changes={"runs_words": "soon"}, now=NOW, version=1
        )

    theirs = stale.value.theirs
    assert isinstance(theirs, Edition)
    assert theirs.call_closes_at == first["call_closes_at"]
    assert stale.value.yours == {"runs_words": "soon"}
    assert Edition.objects.get(pk=edition.pk).runs_words == ""


def test_change_timetable_refuses_strangers_and_cancelled_editions(edition, organiser):
    change = {"call_closes_at": edition.call_closes_at + DAY}
    with pytest.raises(Refused, match="Only organisers"):
        services.change_timetable(edition=edition, actor=PersonFactory(), changes=change, now=NOW)
    services.cancel_edition(edition=edition, actor=organiser, reason="Flood.", now=NOW)
    with pytest.raises(Refused, match="was cancelled"):
        services.change_timetable(edition=edition, actor=organiser, changes=change, now=NOW)
    with pytest.raises(ValueError, match="not dates"):
        services.change_timetable(edition=edition, actor=organiser, changes={"title": "x"}, now=NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"call_opens_at": None}, "call_opens_at"),
        ({"call_closes_at": None}, "call_closes_at"),
        ({"call_closes_at": NOW - 11 * DAY}, "call_closes_at"),
        ({"consultation_opens_at": NOW}, "consultation_closes_at"),
        ({"consultation_closes_at": NOW}, "consultation_opens_at"),
        ({"consultation_opens_at": NOW, "consultation_closes_at": NOW}, "consultation_closes_at"),
        ({"consultation_opens_at": NOW, "consultation_closes_at": NOW + DAY}, "call_opens_at"),
        ({"decisions_by": date(2027, 2, 10)}, "decisions_by"),
        ({"runs_from": date(2027, 2, 11)}, "runs_from"),
        ({"decisions_by": date(2027, 3, 2), "runs_from": date(2027, 3, 1)}, "runs_from"),
        ({"runs_to": date(2027, 3, 1)}, "runs_from"),
        ({"runs_from": date(2027, 3, 2), "runs_to": date(2027, 3, 1)}, "runs_to"),
        ({"runs_from": date(2027, 3, 2), "report_on": date(2027, 3, 1)}, "report_on"),
    ],
)
def test_change_timetable_refuses_dates_out_of_order_at_their_field(
    edition, organiser, changes, field
):
    with pytest.raises(Refused) as refused:
        services.change_timetable(edition=edition, actor=organiser, changes=changes, now=NOW)
    assert refused.value.field == field
    assert Edition.objects.get(pk=edition.pk).version == 1


def test_change_of_zone_moves_the_days_with_it(edition, organiser):
    services.change_timetable(
        edition=edition,
        actor=organiser,
        changes={"runs_from": date(2027, 6, 1), "time_zone": "Pacific/Auckland"},
        now=NOW,
    )

    assert edition.runs_start_at == datetime(2027, 5, 31, 12, 0, tzinfo=UTC)


def test_rehearsal_says_what_would_follow_and_writes_nothing(edition, organiser, told):
    timetable.foretell(lambda edition, before, after, now: ["3 reminders move.", "12 letters."])
    closes = edition.call_closes_at

    rehearsal = services.rehearse_timetable(
        edition=edition, changes={"call_closes_at": closes + DAY}, now=NOW
    )
    nothing = services.rehearse_timetable(
        edition=edition, changes={"call_closes_at": closes}, now=NOW
    )

    assert rehearsal.names == ("call_closes_at",)
    assert rehearsal.consequences == ["3 reminders move.", "12 letters."]
    assert rehearsal.edition.call_closes_at == closes + DAY
    assert edition.call_closes_at == closes
    assert (nothing.names, nothing.consequences) == ((), [])
    assert told == []
    assert Edition.objects.get(pk=edition.pk).version == 1


def test_publishing_and_cancelling_are_changes_of_the_timetable(told):
    edition = EditionFactory(draft=True, call_open=True)
    organiser = ProgrammeRoleFactory(edition=edition).person

    published = services.publish_edition(edition=edition, actor=organiser, now=NOW)
    again = services.publish_edition(edition=edition, actor=organiser, now=NOW + DAY)
    assert phases.phase(published, NOW) is phases.CALL_OPEN
    assert again.published_at == NOW
    cancelled = services.cancel_edition(
        edition=edition, actor=organiser, reason=" The host is closed. ", now=NOW
    )
    services.cancel_edition(edition=edition, actor=organiser, reason="Other", now=NOW)

    assert phases.phase(cancelled, NOW) is phases.CANCELLED
    stands = Edition.objects.get(pk=edition.pk)
    assert (stands.cancel_reason, stands.sequence) == ("The host is closed.", 2)
    assert [before.differences(after) for before, after in told] == [
        ("published_at",),
        ("cancelled_at",),
    ]


@pytest.mark.parametrize("act", [services.publish_edition, services.cancel_edition])
def test_publishing_and_cancelling_are_for_organisers(act):
    edition = EditionFactory(draft=True)
    more = {"reason": "Because"} if act is services.cancel_edition else {}
    for person in (PersonFactory(), ProgrammeRoleFactory(edition=edition, role="reviewer").person):
        with pytest.raises(Refused, match="Only organisers"):
            act(edition=edition, actor=person, now=NOW, **more)
    assert Edition.objects.get(pk=edition.pk).published_at is None


def test_cancelling_needs_a_reason(edition, organiser):
    with pytest.raises(Refused, match="Say why"):
        services.cancel_edition(edition=edition, actor=organiser, reason="  ", now=NOW)


def test_create_programme_needs_the_permission_and_makes_its_maker_organise_it():
    topic = TopicFactory()
    maker = PersonFactory()
    fields = {"title": "New", "summary": "A sentence.", "language": "en"}

    def create():
        return services.create_programme(
            actor=maker, slug="new-one", fields=fields, topics=[topic], tags=["AI", "ai"], now=NOW
        )

    with pytest.raises(Refused, match="may not add"):
        create()
    maker.user_permissions.add(Permission.objects.get(codename="add_programme"))
    del maker._perm_cache, maker._user_perm_cache
    programme = create()
    assert list(programme.topics.all()) == [topic]
    assert [tag.name for tag in programme.tags.all()] == ["AI"]
    assert programme.roles.get().person == maker
    with pytest.raises(Refused) as taken:
        create()
    assert taken.value.field == "slug"


def test_edit_programme_records_what_was_and_refuses_a_stale_save(edition, organiser):
    programme = edition.programme
    topic = TopicFactory(slug="climate")

    def edit(title: str, seen: int):
        return services.edit_programme(
            programme=programme,
            actor=organiser,
            changes={"title": title},
            topics=[topic],
            tags=["night"],
            seen=seen,
            now=NOW,
        )

    edit("Second", 1)
    assert last_event().before == {"title": programme.title, "topics": [], "tags": []}
    assert last_event().after == {"title": "Second", "topics": ["climate"], "tags": ["night"]}
    with pytest.raises(Stale):
        edit("Third", 1)
    assert edit("Second", 2).version == 2
    with pytest.raises(Refused, match="Only organisers of the whole programme"):
        services.edit_programme(
            programme=programme,
            actor=ProgrammeRoleFactory(edition=edition).person,
            changes={},
            topics=[],
            tags=[],
            seen=2,
            now=NOW,
        )


def test_create_edition_copies_everything_but_the_dates(edition, organiser):
    Edition.objects.filter(pk=edition.pk).update(
        description="Text", cost="funded", places_most=9, modules_taken="all", languages=["fr"]
    )
    edition.refresh_from_db()
    own = PartnerFactory(programme=edition.programme, edition=edition, part="Hosts")
    shared = PartnerFactory(programme=edition.programme)
    ModuleFactory(edition=edition, host=own, slug="one", capacity=5, starts_on=date(2027, 5, 1))
    ModuleFactory(edition=edition, host=shared, slug="two", level="medium")

    made = services.create_edition(
        programme=edition.programme,
        actor=organiser,
        slug="next",
        title="Next",
        time_zone="Europe/Lisbon",
        copy_from=edition,
        now=NOW,
    )

    assert (made.description, made.cost, made.places_most) == ("Text", "funded", 9)
    assert (made.modules_taken, made.languages) == ("all", ["fr"])
    assert (made.call_opens_at, made.call_closes_at, made.published_at) == (None, None, None)
    assert (made.title, made.time_zone) == ("Next", "Europe/Lisbon")
    one, two = made.modules.order_by("order")
    assert (one.slug, one.capacity, one.starts_on) == ("one", 5, None)
    assert one.host is not None
    assert (one.host.edition, one.host.part) == (made, "Hosts")
    assert (two.level, two.host) == ("medium", shared)
    assert {part.pk for part in Partner.objects.of_edition(made)} == {one.host.pk, shared.pk}


def test_create_edition_refuses_a_taken_address_and_an_organiser_of_one_edition(edition, organiser):
    given = {"programme": edition.programme, "title": "X", "time_zone": "UTC", "now": NOW}
    with pytest.raises(Refused):
        services.create_edition(actor=organiser, slug=edition.slug, **given)
    with pytest.raises(Refused, match="Only organisers of the whole programme"):
        services.create_edition(
            actor=ProgrammeRoleFactory(edition=edition).person, slug="y", **given
        )


def test_edit_edition_records_changes_and_refuses_contradictions(edition, organiser):
    def edit(seen: int, **changes):
        return services.edit_edition(
            edition=edition, actor=organiser, changes=changes, seen=seen, now=NOW
        )

    edit(1, title="New title", places_least=2)
    assert last_event().after == {"title": "New title", "places_least": 2}
    for wrong in ({"places_most": 1}, {"cost": "fee"}, {"title": "two\nlines"}):
        with pytest.raises(Refused):
            edit(2, **wrong)
    with pytest.raises(Stale):
        edit(1, title="Other")
    with pytest.raises(ValueError, match="not texts"):
        edit(2, published_at=NOW)
    assert Edition.objects.get(pk=edition.pk).title == "New title"
    assert edit(2, title="New title").version == 2


def test_modules_are_added_last_ordered_and_deleted(edition, organiser):
    def add(title: str) -> Module:
        return services.add_module(
            edition=edition, actor=organiser, fields={"title": title}, now=NOW
        )

    first, second, third = add("Weben"), add("Weben"), add("織物")
    assert [first.slug, second.slug] == ["weben", "weben-2"]

    def order() -> list[str]:
        return list(edition.modules.order_by("order", "pk").values_list("slug", flat=True))

    services.move_module(module=third, actor=organiser, direction="up", now=NOW)
    assert order() == ["weben", third.slug, "weben-2"]
    services.move_module(module=first, actor=organiser, direction="up", now=NOW)
    assert order() == ["weben", third.slug, "weben-2"]
    services.move_module(module=first, actor=organiser, direction="down", now=NOW)
    assert order() == [third.slug, "weben", "weben-2"]
    services.delete_module(module=first, actor=organiser, now=NOW)
    assert order() == [third.slug, "weben-2"]
    assert last_event().before["title"] == "Weben"
    with pytest.raises(Refused, match="deleted"):
        services.move_module(module=first, actor=organiser, direction="down", now=NOW)


def test_module_is_edited_over_the_version_seen_with_a_host_of_its_own_edition(edition, organiser):
    module = ModuleFactory(edition=edition)
    host = PartnerFactory(programme=edition.programme)
    foreign = PartnerFactory()
    sibling = PartnerFactory(
        programme=edition.programme, edition=EditionFactory(programme=edition.programme)
    )

    def edit(seen: int, **changes):
        return services.edit_module(
            module=module, actor=organiser, changes=changes, seen=seen, now=NOW
        )

    assert edit(1, host=host).version == 2
    for wrong in (foreign, sibling):
        with pytest.raises(Refused) as refused:
            edit(2, host=wrong)
        assert refused.value.field == "host"
    with pytest.raises(Refused):
        edit(2, starts_on=date(2027, 5, 2), ends_on=date(2027, 5, 1))
    with pytest.raises(Stale):
        edit(1, title="Other")


def test_partner_is_added_once_and_stays_while_it_hosts(edition, organiser):
    organisation = OrganisationFactory()

    def add(actor=organiser, whole_programme=False) -> Partner:
        return services.add_partner(
            edition=edition,
            actor=actor,
            organisation=organisation,
            whole_programme=whole_programme,
            fields={"kind": "host", "part": "Hosts", "note": ""},
            now=NOW,
        )

    partner = add()
    with pytest.raises(Refused, match="partner already"):
        add()
    with pytest.raises(Refused, match="whole programme"):
        add(ProgrammeRoleFactory(edition=edition).person, whole_programme=True)
    shared = add(whole_programme=True)
    assert (partner.edition, shared.edition) == (edition, None)
    ModuleFactory(edition=edition, host=partner)
    with pytest.raises(Refused, match="hosts a module"):
        services.remove_partner(partner=partner, edition=edition, actor=organiser, now=NOW)
    services.move_partner(partner=shared, edition=edition, actor=organiser, direction="up", now=NOW)
    assert list(Partner.objects.of_edition(edition).order_by("order")) == [shared, partner]
    services.remove_partner(partner=shared, edition=edition, actor=organiser, now=NOW)
    assert list(Partner.objects.of_edition(edition)) == [partner]
