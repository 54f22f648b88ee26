"""The sign-in library's forms in the site's words, and what sign-up asks besides."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.validators import EmailValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from museumhub.kit import clock
from museumhub.kit.ids import new_id
from museumhub.members.forms.fields import (
    CodeField,
    LanguageField,
    NameField,
    TimeZoneField,
)
from museumhub.members.known_cookie import has_signed_in
from museumhub.members.models import Person
from museumhub.members.services.people import warn_of_address_change
from museumhub.members.words import no_web_address

_PASSWORD_HELP = _(
    "At least 12 characters. Three or four unrelated words are strong and easy to remember."
)


def _say(field: forms.Field, *, label: Any = None, help_text: Any = None) -> None:
    """Give a field our words, and no placeholder: it vanishes as soon as somebody types."""
    if label is not None:
        field.label = label
    if help_text is not None:
        field.help_text = help_text
    field.widget.attrs.pop("placeholder", None)
    if isinstance(field, forms.EmailField):
        field.error_messages |= {
            "required": _("Write an e-mail address."),
            "invalid": _("Write a whole e-mail address, such as ana@museum.example."),
        }
        field.validators = [EmailValidator(message=field.error_messages["invalid"])]


def _active(address: str) -> Person | None:
    """Who may get a code at this address; nobody where the account is switched off."""
    person = Person.objects.at(address)
    return person if person is not None and person.is_active else None


class SignInForm(account.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["login"], label=_("E-mail address"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        _say(self.fields["password"], label=_("Password"), help_text="")
        self.fields["password"].error_messages["required"] = _("Write your password.")


class SignUpForm(account.SignupForm):
    """Name, e-mail address, language, time zone; a password is optional, a code by mail always works."""

    name = NameField(
        label=_("Your name"),
        help_text=_("As colleagues and organisers should see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = LanguageField()
    time_zone = TimeZoneField()

    field_order = ("name", "email", "password1", "language", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self.fields["email"],
            label=_("E-mail address"),
            help_text=_("A code goes to this address, to make sure that it is yours."),
        )
        self.fields["email"].widget.attrs["autocomplete"] = "username"
        _say(
            self.fields["password1"],
            label=_("Password"),
            help_text=_(
                "At least 12 characters. Leave it empty to sign in with a code by e-mail each time."
            ),
        )
        self.fields["language"].initial = get_language() or settings.LANGUAGE_CODE
        self.fields["time_zone"].initial = settings.TIME_ZONE
        if not self.is_bound:  # a script proposes the browser's zone, until somebody has chosen
            self.fields["time_zone"].widget.attrs["data-guess-zone"] = "replace"

    def try_save(self, request: HttpRequest) -> Any:
        """The same work for an address that is taken as for a new one, so that time tells nothing."""
        with transaction.atomic():
            if not self.account_already_exists:
                return super().try_save(request)
            person = Person(
                email=f"{new_id()}@nobody.invalid",
                **{name: self.cleaned_data[name] for name in ("name", "language", "time_zone")},
            )
            person.set_password(self.cleaned_data.get("password1") or None)
            _make_and_look_up(person)
            transaction.set_rollback(True)
        return super().try_save(request)


def _consume(action: str, key: str) -> bool:
    return bool(ratelimit.consume(context.request, action=action, key=key))


def _make_and_look_up(person: Person) -> None:
    """What the library asks of the database when somebody signs up, in its order; test_strangers.py compares."""
    person.save()
    addresses = EmailAddress.objects.filter(user=person)
    addresses.exists()
    address = EmailAddress(user=person, email=person.email, primary=True)
    for _turn in range(2):
        list(EmailAddress.objects.filter(email__in=[person.email]))
    address.save()
    addresses.filter(verified=True).exists()
    addresses.first()
    Person.objects.look_for_nobody()
    addresses.filter(email=person.email).first()


class RequestCodeForm(account.RequestLoginCodeForm):
    """Which address the sign-in code goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], label=_("E-mail address"))
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_email(self) -> str:
        """Finds the person, if there is one, with one look-up either way.

        Codes are counted by address, and by address and network, so that nobody's mailbox is flooded.
        A browser the person has signed in with before counts by itself: strangers who ask for codes
        again and again cannot keep them out.
        """
        address: str = self.cleaned_data["email"]
        self._user = _active(address)
        counted = address.lower()
        if self._user is not None and has_signed_in(context.request, self._user):
            counted = f"{counted} known"
        elif not _consume("request_login_code_there", f"{counted} {get_ip(context.request)}"):
            raise get_adapter().validation_error("too_many_login_attempts")
        if not _consume("request_login_code", counted):
            raise get_adapter().validation_error("too_many_login_attempts")
        return address


class SignInCodeForm(account.ConfirmLoginCodeForm):
    """The code from the letter."""

    code = CodeField(label=_("Code from the letter"))


class AddressCodeForm(account.ConfirmEmailVerificationCodeForm):
    """The code that proves an address."""

    code = CodeField(label=_("Code from the letter"))


class ResetCodeForm(account.ConfirmPasswordResetCodeForm):
    """The code that lets somebody choose a new password."""

    code = CodeField(label=_("Code from the letter"))

    def clean_code(self) -> str:
        """After a wrong code the library looks up whose it should have been; where nobody's, that is made up for."""
        if not self.expected_code:
            Person.objects.look_for_nobody()
        code: str = super().clean_code()
        return code


class ChangeAddressForm(account.AddEmailForm):
    """The new address; the present one is told before anything changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self.fields["email"],
            label=_("New e-mail address"),
            help_text=_(
                "We send a code there. Until you have typed it in, your present address stays."
            ),
        )

    def save(self, request: HttpRequest) -> Any:
        warn_of_address_change(person=self.user, now=clock.now())
        return super().save(request)


class ChangePasswordForm(account.ChangePasswordForm):
    """The present password and the new one, once: browsers and password managers show what was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say(self.fields["oldpassword"], label=_("Present password"), help_text="")
        _say(self.fields["password1"], label=_("New password"), help_text=_PASSWORD_HELP)


class SetPasswordForm(account.SetPasswordForm):
    """A first password, for somebody who has signed in by code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say(self.fields["password1"], label=_("Password"), help_text=_PASSWORD_HELP)


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password for a forgotten one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        _say(self.fields["password1"], label=_("New password"), help_text=_PASSWORD_HELP)


class ForgottenPasswordForm(account.ResetPasswordForm):
    """Which address the code goes to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["email"], label=_("E-mail address"))
        self.fields["email"].widget.attrs["autocomplete"] = "username"

    def clean_email(self) -> str:
        """Finds the person, if there is one, with one look-up either way."""
        address: str = self.cleaned_data["email"].lower()
        person = _active(address)
        self.users = [person] if person is not None else []
        return address


class ConfirmPasswordForm(account.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self.fields["password"], label=_("Password"), help_text="")
        self.fields["password"].error_messages["required"] = _("Write your password.")


class SecondFactorForm(mfa.AuthenticateForm):
    """A code from the authenticator app, or a recovery code."""

    code = CodeField(
        label=_("Code"),
        help_text=_("From your authenticator app, or one of your recovery codes."),
    )


class ConfirmSecondFactorForm(mfa.ReauthenticateForm):
    """The same, before something that matters."""

    code = CodeField(
        label=_("Code"),
        help_text=_("From your authenticator app, or one of your recovery codes."),
    )


class ActivateAppForm(totp.ActivateTOTPForm):
    """The first code an authenticator app shows proves that it took the secret."""

    code = CodeField(label=_("Code that the app shows now"))


class AddPasskeyForm(webauthn.AddWebAuthnForm):
    """The name of a passkey; the browser makes the rest."""

    passwordless = forms.BooleanField(
        label=_("Let me sign in with this passkey alone"),
        required=False,
        initial=True,
        help_text=_("The device then asks for a fingerprint, a face or a PIN each time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].max_length = 100
        self.fields["name"].validators.append(no_web_address)
        _say(
            self.fields["name"],
            label=_("Name of the passkey"),
            help_text=_("So that you know it again, such as “Work laptop”."),
        )


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    """Another name for a passkey."""

    name = NameField(label=_("Name of the passkey"), max_length=100)
