"""What the database itself refuses."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from programmes.catalogue.models import Edition
from tests.factories.catalogue import (
    NOW,
    EditionFactory,
    ModuleFactory,
    PartnerFactory,
    ProgrammeRoleFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("edition_funded_or_fee", {"cost": "fee"}),
        ("edition_funded_or_fee", {"cost": "fee", "fee_amount": Decimal(10)}),
        ("edition_funded_or_fee", {"cost": "fee", "fee_currency": "EUR"}),
        ("edition_funded_or_fee", {"cost": "fee", "fee_amount": Decimal(0), "fee_currency": "EUR"}),
        ("edition_funded_or_fee", {"cost": "funded", "fee_amount": Decimal(10), "fee_currency": "EUR"}),
        ("edition_funded_or_fee", {"cost": "", "fee_currency": "EUR"}),
        ("edition_places_in_order", {"places_least": 3, "places_most": 2}),
        ("edition_places_at_least_one", {"places_most": 0}),
        ("edition_consultation_in_order", {"consultation_opens_at": NOW}),
        ("edition_consultation_in_order", {"consultation_closes_at": NOW}),
        ("edition_consultation_in_order", {"consultation_opens_at": NOW, "consultation_closes_at": NOW}),
        ("edition_call_in_order", {"call_opens_at": NOW}),
        ("edition_call_in_order", {"call_closes_at": NOW}),
        ("edition_call_in_order", {"call_opens_at": NOW, "call_closes_at": NOW - DAY}),
        (
            "edition_consultation_before_call",
            {
                "consultation_opens_at": NOW,
                "consultation_closes_at": NOW + 3 * DAY,
                "call_opens_at": NOW - DAY,
                "call_closes_at": NOW + DAY,
            },
        ),
        ("edition_call_before_decisions", {"call_open": True, "decisions_by": NOW.date()}),
        ("edition_call_before_run", {"call_open": True, "runs_from": NOW.date()}),
        ("edition_decisions_before_run", {"decisions_by": date(2027, 5, 2), "runs_from": date(2027, 5, 1)}),
        ("edition_run_in_order", {"runs_to": date(2027, 5, 1)}),
        ("edition_run_in_order", {"runs_from": date(2027, 5, 2), "runs_to": date(2027, 5, 1)}),
        ("edition_report_after_run", {"runs_from": date(2027, 5, 2), "report_on": date(2027, 5, 1)}),
        ("edition_cancelled_with_reason", {"cancelled_at": NOW}),
        ("edition_cancelled_with_reason", {"cancel_reason": "Flood"}),
    ],
)  # fmt: skip
def test_edition_that_contradicts_itself_is_refused(name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        EditionFactory(**fields)
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"cost": "funded"},
        {"cost": "fee", "fee_amount": Decimal("0.01"), "fee_currency": "GBP"},
        {"places_least": 1, "places_most": 1},
        {"runs_from": date(2027, 5, 1), "runs_to": date(2027, 5, 1), "report_on": date(2027, 5, 1)},
        {"decisions_by": date(2027, 5, 1), "runs_from": date(2027, 5, 1)},
        {"call_closed": True, "decisions_by": NOW.date()},
    ],
)
def test_edition_at_the_limit_of_a_rule_is_taken(fields):
    EditionFactory(**fields).full_clean()


def test_edition_slug_is_unique_within_its_programme_only():
    edition = EditionFactory(slug="2027")
    EditionFactory(slug="2027")
    with pytest.raises(IntegrityError), transaction.atomic():
        EditionFactory(slug="2027", programme=edition.programme)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("module_days_in_order", {"ends_on": date(2027, 5, 1)}),
        ("module_days_in_order", {"starts_on": date(2027, 5, 2), "ends_on": date(2027, 5, 1)}),
        ("module_level_known", {"level": "expert"}),
        ("module_capacity_at_least_one", {"capacity": 0}),
    ],
)
def test_module_that_contradicts_itself_is_refused(name, fields):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ModuleFactory(**fields)


def test_partner_stands_once_in_a_programme_and_once_in_an_edition():
    partner = PartnerFactory()
    again = {"programme": partner.programme, "organisation": partner.organisation}
    edition = EditionFactory(programme=partner.programme)
    PartnerFactory(**again, edition=edition)
    for given in (None, edition):
        with pytest.raises(IntegrityError), transaction.atomic():
            PartnerFactory(**again, edition=given)


def test_role_is_held_once():
    whole = ProgrammeRoleFactory()
    one = ProgrammeRoleFactory(
        edition=EditionFactory(programme=whole.programme), person=whole.person
    )
    for role in (whole, one):
        with pytest.raises(IntegrityError), transaction.atomic():
            ProgrammeRoleFactory(person=role.person, programme=role.programme, edition=role.edition)
