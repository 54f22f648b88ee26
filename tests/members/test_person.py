"""People: one address, in lower case, in one line."""

from typing import Any, cast

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from museumhub.members.forms.fields import TimeZoneField
from museumhub.members.models import Person
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db


def test_address_in_capitals_is_stored_in_lower_case():
    person = Person.objects.create_user("Ana.Silva@Museum.Example", "x")
    assert person.email == "ana.silva@museum.example"
    assert Person.objects.get_by_natural_key(" ANA.silva@museum.example ") == person


def test_address_in_capitals_written_past_the_manager_is_refused_by_the_database():
    person = PersonFactory(email="ana@museum.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(email="Ana@museum.example")


@pytest.mark.parametrize("name", ["محمد علي", "Zoë 🏺", "O'Brien-Łukasz", "李 小龍"])
def test_name_in_any_script_is_accepted(name):
    PersonFactory.build(name=name).clean_fields(exclude=["password", "email"])


@pytest.mark.parametrize("name", ["Ana\r\nBcc: x@y.example", "Ana\u2028", "Ana\u202egnp.exe"])
def test_name_with_more_than_one_line_is_refused(name):
    with pytest.raises(ValidationError) as refusal:
        PersonFactory.build(name=name).clean_fields(exclude=["password", "email"])
    assert list(refusal.value.message_dict) == ["name"]


def test_zones_to_choose_from_are_called_as_the_language_in_force_calls_them():
    for language, city in (("en", "Brussels"), ("fr", "Bruxelles"), ("en", "Brussels")):
        with translation.override(language):
            _empty, *groups = cast(Any, TimeZoneField().choices)
        shown = {zone: name for _group, zones in groups for zone, name in zones}
        assert shown["Europe/Brussels"] == city
