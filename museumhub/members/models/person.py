"""Somebody with an account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import first_language, site_languages
from museumhub.kit.text import one_line
from museumhub.kit.zones import site_zone, validate_zone


class PersonManager(BaseUserManager["Person"]):
    """Makes people; addresses are looked up and stored in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def at(self, address: str) -> Person | None:
        """Whose address this is, active or not; always one query."""
        return self.filter(email=address.strip().lower()).first()

    def look_for_nobody(self) -> None:
        """The query that finds a person by number, made where there is none: so an answer takes as long as for somebody."""
        self.filter(pk=0).first()

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with an account. The e-mail address, in lower case, is the name to sign in with."""

    oid = OpaqueIdField()
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True, validators=[one_line])
    language = models.CharField(
        _("language"), max_length=10, choices=site_languages, default=first_language
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=site_zone, validators=[validate_zone]
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Somebody who is not active is signed out and cannot sign in."),
    )
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="person_email_in_lower_case"
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session keeps to see that it is still good: another password or another address ends it.

        Codes to sign in with go to the address, so it counts as much as the password (ASVS 7.4.3).
        """
        return salted_hmac(
            "members.session", f"{self.password}\n{self.email}", secret=secret, algorithm="sha256"
        ).hexdigest()
