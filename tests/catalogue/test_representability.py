"""TRACES and Let's Get Real 6 fit: nothing about them is missing, and no field is there for neither of them."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from programmes.catalogue import phases
from programmes.catalogue.models import Edition, Module, Partner, Programme
from tests.catalogue.real_programmes import lets_get_real_6, traces

pytestmark = pytest.mark.django_db

# Filled by the site itself, not by the facts of a programme.
OWN = {
    "id", "oid", "version", "sequence", "created_at", "updated_at", "published_at",
    "cancelled_at", "cancel_reason", "decisions_end_at", "runs_start_at", "runs_end_at",
    "report_start_at",
}  # fmt: skip


def text_of(client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


@pytest.mark.parametrize("model", [Programme, Edition, Module, Partner])
def test_no_field_is_left_over(model):
    traces()
    lets_get_real_6()

    empty: tuple[object, ...] = ("", None, [])
    left_over = {
        field.name
        for field in model._meta.concrete_fields
        if field.name not in OWN
        and all(getattr(row, field.name) in empty for row in model.objects.all())
    }

    assert left_over == set()


def test_traces_says_all_its_facts_on_its_pages(client, now):
    edition = traces()

    page = text_of(client, edition.get_absolute_url())

    for fact in (
        "Funded: participants pay nothing",
        "The call is open until", "Friday 12 March 2027, 23:59 (Brussels time, UTC+1)",
        "By Friday 16 April 2027",
        "24 May to 1 October 2027",
        "24 to 26 May 2027",
        "29 September to 1 October 2027",
        "Rudimentary", "Medium", "Higher",
        "MMEx", "Thomas More", "NHTV",
        "Town 2", "Market square 2",
        "participants take one of them",
        "Museums in Europe.",
        "Above all the museum's level of digital maturity.",
        "digital strategy, audience development",
        "Open Museums",
    ):  # fmt: skip
        assert fact in page, fact
    partner = text_of(client, reverse("catalogue:partner", args=["traces", "thomas-more"]))
    assert "Digital storytelling" in partner
    assert "takes what the workshop teaches into its own study programme" in partner


def test_lets_get_real_6_says_all_its_facts_on_its_pages(client, now):
    edition = lets_get_real_6()

    page = text_of(client, edition.get_absolute_url())

    for fact in (
        "A fee of GBP 2,800",
        "the consultation asks what the fee should be",
        "10 to 15 organisations",
        "July to October 2017, the survey until 29 September",
        "Closes Friday 29 September 2017, 23:59 (London time, UTC+1)",
        "in October 2017",
        "November 2017 to summer 2018",
        "Activism and civic values",
        "Four workshops",
        "Culture24", "Happy Museum Project", "Battersea Arts Centre",
        "Hosts the workshops in London",
        "https://culture24.example/lgr6",
        "The edition has ended and its report is published.",
    ):  # fmt: skip
        assert fact in page, fact


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2017-06-15", phases.CONSULTATION_ANNOUNCED),
        ("2017-08-01", phases.CONSULTATION),
        ("2017-10-15", phases.PREPARATION),
        ("2017-12-01", phases.RUNNING),
        ("2018-10-01", phases.ENDED),
        ("2018-12-01", phases.REPORTED),
    ],
)
def test_lets_get_real_6_goes_through_its_phases(day, expected):
    edition = lets_get_real_6()

    assert phases.phase(edition, datetime.fromisoformat(day).replace(tzinfo=UTC)) is expected
