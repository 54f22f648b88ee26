"""Drafts are seen by their organisers only; the vocabulary of calls."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from programmes.catalogue import policies
from programmes.catalogue.models import Edition, Programme
from tests.factories.catalogue import NOW, EditionFactory, ProgrammeRoleFactory
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db


def test_edition_draft_is_visible_to_its_organisers_only():
    draft = EditionFactory(draft=True)
    sibling = EditionFactory(programme=draft.programme, draft=True)
    of_edition = ProgrammeRoleFactory(edition=draft).person
    of_programme = ProgrammeRoleFactory(programme=draft.programme).person
    reviewer = ProgrammeRoleFactory(edition=draft, role="reviewer").person
    elsewhere = ProgrammeRoleFactory().person

    for stranger in (AnonymousUser(), PersonFactory(), reviewer, elsewhere):
        assert not Edition.objects.visible_to(stranger).exists()
        assert not policies.can_organise(stranger, draft)
    assert list(Edition.objects.visible_to(of_edition)) == [draft]
    assert set(Edition.objects.organised_by(of_programme)) == {draft, sibling}
    assert policies.can_organise(of_edition, draft)
    assert not policies.can_organise(of_edition, sibling)


def test_edition_published_is_visible_to_everybody_and_organised_by_nobody_else():
    edition = EditionFactory()

    assert list(Edition.objects.visible_to(AnonymousUser())) == [edition]
    assert not Edition.objects.organised_by(PersonFactory()).exists()
    assert not Edition.objects.organised_by(AnonymousUser()).exists()


def test_programme_is_visible_once_an_edition_is_published():
    draft = EditionFactory(draft=True)
    organiser = ProgrammeRoleFactory(edition=draft).person
    shown = EditionFactory()
    EditionFactory(programme=shown.programme)

    assert list(Programme.objects.visible_to(AnonymousUser())) == [shown.programme]
    assert set(Programme.objects.visible_to(organiser)) == {shown.programme, draft.programme}


def test_permission_to_change_programmes_organises_all():
    EditionFactory(draft=True)
    person = PersonFactory()
    person.user_permissions.add(Permission.objects.get(codename="change_programme"))

    assert Edition.objects.organised_by(person).count() == 1
    assert policies.organises_something(person)
    assert not policies.can_create_programme(person)


def test_organiser_who_is_switched_off_organises_nothing():
    role = ProgrammeRoleFactory(edition=EditionFactory())
    role.person.is_active = False

    assert not Edition.objects.organised_by(role.person).exists()
    assert not policies.organises_something(role.person)


def test_calls_open_at_is_true_from_the_opening_to_the_deadline_itself():
    late = EditionFactory(call_open=True)
    soon = EditionFactory(call_open=True, call_closes_at=NOW + timedelta(hours=1))
    EditionFactory(call_open=True, cancelled=True)
    EditionFactory(call_open=True, draft=True)
    upcoming = EditionFactory(call_upcoming=True)

    assert list(Edition.objects.calls_open_at(NOW)) == [soon, late]
    assert soon in Edition.objects.calls_open_at(soon.call_closes_at)
    assert soon not in Edition.objects.calls_open_at(
        soon.call_closes_at + timedelta(microseconds=1)
    )
    assert late in Edition.objects.calls_open_at(late.call_opens_at)
    assert late not in Edition.objects.calls_open_at(late.call_opens_at - timedelta(microseconds=1))
    assert list(Edition.objects.calls_upcoming(NOW)) == [upcoming]
    assert list(Edition.objects.calls_closed(NOW + timedelta(days=1), since=NOW)) == [soon]
