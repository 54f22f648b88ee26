"""Signing in by password: one look-up and one password hash, whether or not the address has an account; and who is signed in."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from museumhub.kit.prepared import Prepared
from museumhub.members.models import Person

_PERSON = Prepared(lambda blank: Person.objects.filter(pk=blank.number("person")))


class PasswordBackend(AuthenticationBackend):
    """The library's, which looks once more for an address that it has not found."""

    def _authenticate_by_email(self, email: str, password: str) -> Person | None:
        known: Person | None = self._check_password(Person.objects.at(email), password)
        return known

    def get_user(self, user_id: Any) -> Person | None:
        """Who is signed in, asked for by each page; nobody where the account was switched off."""
        person = _PERSON.one(person=user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
