"""Every address has a policy, and the public ones are named here one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from museumhub.kit.access import Access
from museumhub.kit.addresses import Address
from tests.architecture import house, site
from tests.factories.catalogue import EditionFactory
from tests.factories.members import PersonFactory

ADDRESSES = house.addresses()
OURS = [address for address in ADDRESSES if address.owner.startswith(house.PACKAGES)]

# Whose views bring a policy of their own, and which.
LIBRARIES = {
    "allauth.": "signs people in and out; each of its views knows whether it needs a session",
    "django.contrib.admin": "asks for is_staff on every page (AdminSite.has_permission)",
    "django.contrib.contenttypes": "reached through the admin, which asks for is_staff",
    "taggit.admin": "reached through the admin, which asks for is_staff",
    "django.views.i18n": "sets the language cookie of the reader, who may be anybody",
    "django.views.generic.base": "redirects that carry no data",
}

# One line for each in public.txt: an address that is public by mistake is missing there.
PUBLIC = {
    line.split()[0]
    for line in (Path(__file__).parent / "public.txt").read_text().splitlines()
    if line and not line.startswith("#")
}


def test_every_view_of_the_house_wears_a_policy() -> None:
    bare = [a.route for a in OURS if not isinstance(getattr(a.view, "access", None), Access)]
    assert bare == []


def test_every_other_view_is_of_a_library_that_is_known() -> None:
    unknown = {
        f"{a.route} ({a.owner})"
        for a in ADDRESSES
        if a not in OURS and not a.owner.startswith(tuple(LIBRARIES))
    }
    assert unknown == set()


def test_the_public_addresses_are_those_named_here() -> None:
    open_to_all = {a.name for a in OURS if a.view.access.kind == "public"}
    assert open_to_all - PUBLIC == set(), "add to tests/architecture/public.txt, or close the view"
    assert PUBLIC - open_to_all == set(), "remove from tests/architecture/public.txt"


@pytest.mark.parametrize(
    "address",
    [a for a in OURS if not a.has_parameters and a.view.access.kind != "public"],
    ids=lambda a: a.route,
)
@pytest.mark.django_db
def test_an_address_that_is_not_public_asks_a_stranger_to_sign_in(
    address: Address, client: Client
) -> None:
    answer = client.get(address.route)
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/account/login/")


# Where people see what other organisations wrote in confidence, or decide about it.
PROVED_TWICE = ("/organise/", "/review/", "/edit/")
INSIDE = [address for address in OURS if address.route.startswith(PROVED_TWICE)]


@pytest.mark.parametrize("address", INSIDE, ids=lambda a: a.route)
@pytest.mark.django_db
def test_an_address_of_organisers_asks_for_a_second_factor_before_anything_else(
    address: Address, client: Client, settings: Any
) -> None:
    settings.ORGANISERS_NEED_SECOND_FACTOR = True
    EditionFactory()
    client.force_login(PersonFactory(is_staff=True, is_superuser=True))
    answers = [client.get(site.example(address.route)), client.post(site.example(address.route))]
    led = [one["Location"].split("?")[0] for one in answers if one.status_code != 405]
    assert led
    assert set(led) == {"/account/second-factor/"}


@pytest.mark.parametrize("address", INSIDE, ids=lambda a: a.route)
@pytest.mark.django_db
def test_an_address_of_organisers_does_not_exist_for_others(
    address: Address, client: Client, settings: Any
) -> None:
    settings.ORGANISERS_NEED_SECOND_FACTOR = True
    client.force_login(PersonFactory())
    answers = [client.get(site.example(address.route)), client.post(site.example(address.route))]
    assert {one.status_code for one in answers} <= {404, 405}
