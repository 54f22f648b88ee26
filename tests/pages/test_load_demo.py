"""The demo brings both programmes and a mix of applications, and a second loading adds nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from museumhub.kit import clock
from museumhub.members.models import Organisation, Person
from programmes.applications.models import Application
from programmes.catalogue import phases
from programmes.catalogue.models import Edition, Module

pytestmark = pytest.mark.django_db


def load() -> str:
    printed = StringIO()
    call_command("load_demo", stdout=printed, stderr=StringIO())
    return printed.getvalue()


def counts() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_demo_brings_what_it_promises_and_a_second_loading_adds_nothing() -> None:
    printed = load()
    check_programmes()
    check_applications()
    check_sign_ins(printed)
    once = counts()
    load()
    assert counts() == once


def check_programmes() -> None:
    now = clock.now()
    found = {
        (edition.programme.slug, edition.slug): phases.phase(edition, now)
        for edition in Edition.objects.select_related("programme")
    }
    assert found == {
        ("traces", "across-borders"): phases.CALL_OPEN,
        ("lets-get-real", "lgr6"): phases.REPORTED,
        ("lets-get-real", "next-cohort"): phases.CONSULTATION,
    }
    assert list(Module.objects.values_list("host__organisation__name", "level")) == [
        ("MMEx", "rudimentary"),
        ("Thomas More", "medium"),
        ("NHTV", "higher"),
    ]
    lgr6 = Edition.objects.get(slug="lgr6")
    assert lgr6.consultation_closes_at == datetime(2017, 9, 29, 22, 59, tzinfo=UTC)
    assert (lgr6.places_least, lgr6.places_most) == (10, 15)
    assert (str(lgr6.fee_amount), lgr6.fee_currency) == ("2800.00", "GBP")


def check_applications() -> None:
    states: Counter[Any] = Counter(Application.objects.values_list("status", "late"))
    assert states[("submitted", True)] == 1
    assert states[("withdrawn", False)] == 1
    assert states[("draft", False)] == 6
    assert states[("submitted", False)] >= 20
    applied = Organisation.objects.filter(applications__isnull=False).distinct()
    assert applied.count() >= 25
    assert len(set(applied.values_list("country", flat=True))) >= 20


def check_sign_ins(printed: str) -> None:
    people = Person.objects.filter(email__endswith="@museumhub.example")
    assert people.count() == 9
    for person in people:
        assert person.email in printed
        assert person.check_password("museums-open-doors")
    assert "museums-open-doors" in printed


def test_demo_scale_multiplies_museums_and_applications() -> None:
    load()
    once = Application.objects.count()
    call_command("load_demo", scale=2, stdout=StringIO(), stderr=StringIO())
    assert Application.objects.count() == 2 * once
