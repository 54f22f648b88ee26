"""The table of phases: every phase, every boundary instant, and the same answer from the database."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.catalogue import phases, wording
from programmes.catalogue.models import Edition
from tests.factories.catalogue import NOW, EditionFactory

TICK = timedelta(microseconds=1)

FIELDS = (
    "published_at", "cancelled_at", "consultation_opens_at", "consultation_closes_at",
    "call_opens_at", "call_closes_at", "decisions_end_at", "runs_start_at", "runs_end_at",
    "report_start_at",
)  # fmt: skip


def dated(**given):
    """An edition with these instants and no others."""
    return SimpleNamespace(**dict.fromkeys(FIELDS) | given)


# A whole life with one instant for each date, a day apart.
LIFE = {
    "published_at": NOW,
    "consultation_opens_at": NOW + timedelta(days=10),
    "consultation_closes_at": NOW + timedelta(days=20),
    "call_opens_at": NOW + timedelta(days=30),
    "call_closes_at": NOW + timedelta(days=40),
    "decisions_end_at": NOW + timedelta(days=50),
    "runs_start_at": NOW + timedelta(days=60),
    "runs_end_at": NOW + timedelta(days=70),
    "report_start_at": NOW + timedelta(days=80),
}


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (LIFE["consultation_opens_at"] - TICK, "consultation_announced"),
        (LIFE["consultation_opens_at"], "consultation"),
        (LIFE["consultation_closes_at"], "consultation"),
        (LIFE["consultation_closes_at"] + TICK, "call_announced"),
        (LIFE["call_opens_at"] - TICK, "call_announced"),
        (LIFE["call_opens_at"], "call_open"),
        (LIFE["call_closes_at"], "call_open"),
        (LIFE["call_closes_at"] + TICK, "selection"),
        (LIFE["decisions_end_at"] - TICK, "selection"),
        (LIFE["decisions_end_at"], "decided"),
        (LIFE["runs_start_at"] - TICK, "decided"),
        (LIFE["runs_start_at"], "running"),
        (LIFE["runs_end_at"] - TICK, "running"),
        (LIFE["runs_end_at"], "ended"),
        (LIFE["report_start_at"] - TICK, "ended"),
        (LIFE["report_start_at"], "reported"),
    ],
)
def test_phase_changes_exactly_at_its_instant(at, expected):
    assert phases.phase(dated(**LIFE), at).key == expected


@pytest.mark.parametrize("at", [NOW, *LIFE.values(), NOW + timedelta(days=400)])
def test_phase_of_a_cancelled_edition_is_cancelled_at_any_instant(at):
    assert phases.phase(dated(**LIFE, cancelled_at=NOW), at) is phases.CANCELLED


@pytest.mark.parametrize("at", [NOW, *LIFE.values()])
def test_phase_of_an_edition_not_published_is_draft_at_any_instant(at):
    assert phases.phase(dated(**LIFE | {"published_at": None}), at) is phases.DRAFT


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "announced"),
        ({"consultation_opens_at": -5, "consultation_closes_at": -1}, "preparation"),
        ({"call_opens_at": 5, "call_closes_at": 9}, "call_announced"),
        ({"consultation_opens_at": -5, "consultation_closes_at": 5, "call_opens_at": -1, "call_closes_at": 9}, "call_open"),
        ({"consultation_opens_at": -5, "consultation_closes_at": 5, "call_opens_at": 1, "call_closes_at": 9}, "consultation"),
        ({"call_opens_at": -9, "call_closes_at": -5}, "selection"),
        ({"call_opens_at": -9, "call_closes_at": -5, "runs_start_at": 5}, "selection"),
        ({"runs_start_at": 5}, "announced"),
        ({"runs_start_at": -5}, "running"),
        ({"runs_start_at": -5, "runs_end_at": -1}, "ended"),
        ({"decisions_end_at": -1}, "decided"),
        ({"report_start_at": -1}, "reported"),
    ],
)  # fmt: skip
def test_phase_with_few_dates_says_what_is_known(fields, expected):
    instants = {name: NOW + timedelta(days=days) for name, days in fields.items()}

    assert phases.phase(dated(published_at=NOW, **instants), NOW).key == expected


def test_phase_keys_are_unique_and_the_last_row_always_holds():
    assert len(phases.BY_KEY) == len(phases.TABLE)
    assert phases.TABLE[-1].when == ()


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_every_phase_has_a_sentence_in_every_language(language):
    with translation.override(language):
        assert set(wording._SENTENCES) == set(phases.TABLE)


instants = st.none() | st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))


@pytest.mark.django_db
def test_database_puts_every_edition_into_the_phase_the_table_says():
    """Each combination of a life with fields left out, at each boundary and beside it."""
    editions = []
    day = {"decisions_by": 50, "runs_from": 60, "runs_to": 70, "report_on": 80}
    for left_out in range(1 << 5):
        kept = {
            "consultation_opens_at": LIFE["consultation_opens_at"],
            "consultation_closes_at": LIFE["consultation_closes_at"],
            "call_opens_at": LIFE["call_opens_at"],
            "call_closes_at": LIFE["call_closes_at"],
        } | {name: (NOW + timedelta(days=n)).date() for name, n in day.items()}
        groups = (
            ("consultation_opens_at", "consultation_closes_at"),
            ("call_opens_at", "call_closes_at"),
            ("decisions_by",),
            ("runs_from", "runs_to"),
            ("report_on",),
        )
        for bit, names in enumerate(groups):
            if left_out & (1 << bit):
                for name in names:
                    kept.pop(name)
        editions.append(EditionFactory(**kept))
    editions.append(EditionFactory(draft=True))
    editions.append(EditionFactory(cancelled=True, call_open=True))
    boundaries = {
        instant + offset
        for edition in editions[:1]
        for name in FIELDS
        if (instant := getattr(edition, name)) is not None
        for offset in (-TICK, timedelta(), TICK)
    }

    for at in boundaries:
        expected = {edition.pk: phases.phase(edition, at).key for edition in editions}
        found = {
            pk: phase.key
            for phase in phases.TABLE
            for pk in Edition.objects.in_phase(phase, at).values_list("pk", flat=True)
        }
        assert found == expected, at
        assert sum(Edition.objects.in_phase(p, at).count() for p in phases.TABLE) == len(editions)


@given(st.fixed_dictionaries(dict.fromkeys(FIELDS, instants)))
@settings(max_examples=300, deadline=None)
def test_phase_exists_for_any_dates_whatsoever(fields):
    assert phases.phase(SimpleNamespace(**fields), NOW) in phases.TABLE


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "day", "starts", "ends"),
    [
        # The clocks go forward: the day has 23 hours.
        ("Europe/Brussels", date(2027, 3, 28), "2027-03-27T23:00", "2027-03-28T22:00"),
        # The clocks go back: 25 hours.
        ("Europe/Brussels", date(2027, 10, 31), "2027-10-30T22:00", "2027-10-31T23:00"),
        ("Europe/London", date(2027, 3, 28), "2027-03-28T00:00", "2027-03-28T23:00"),
        ("Europe/Lisbon", date(2027, 10, 31), "2027-10-30T23:00", "2027-11-01T00:00"),
        # Midnight itself is skipped: the day starts when the clocks jump to one o'clock.
        ("Africa/Cairo", date(2027, 4, 30), "2027-04-29T22:00", "2027-04-30T21:00"),
        ("Pacific/Kiritimati", date(2028, 2, 29), "2028-02-28T10:00", "2028-02-29T10:00"),
        ("America/St_Johns", date(2027, 12, 31), "2027-12-31T03:30", "2028-01-01T03:30"),
    ],
)
def test_run_of_one_day_starts_and_ends_at_midnight_of_the_zone(zone, day, starts, ends):
    edition = EditionFactory(time_zone=zone, runs_from=day, runs_to=day)
    start = datetime.fromisoformat(starts).replace(tzinfo=UTC)
    end = datetime.fromisoformat(ends).replace(tzinfo=UTC)

    assert (edition.runs_start_at, edition.runs_end_at) == (start, end)
    assert phases.phase(edition, start - TICK) is phases.ANNOUNCED
    assert phases.phase(edition, start) is phases.RUNNING
    assert phases.phase(edition, end - TICK) is phases.RUNNING
    assert phases.phase(edition, end) is phases.ENDED


@pytest.mark.django_db
def test_phases_of_a_life_follow_in_order():
    edition = EditionFactory(
        consultation_opens_at=LIFE["consultation_opens_at"],
        consultation_closes_at=LIFE["consultation_closes_at"],
        call_opens_at=LIFE["call_opens_at"],
        call_closes_at=LIFE["call_closes_at"],
        decisions_by=date(2027, 3, 23),
        runs_from=date(2027, 4, 2),
        runs_to=date(2027, 4, 12),
        report_on=date(2027, 4, 22),
    )
    hours = [phases.phase(edition, NOW + timedelta(hours=6 * n)).key for n in range(4 * 90)]
    changes = [first for first, then in pairwise(hours) if first != then]

    assert [*changes, hours[-1]] == [
        "consultation_announced", "consultation", "call_announced", "call_open", "selection",
        "decided", "running", "ended", "reported",
    ]  # fmt: skip
