"""Where the sign-in library meets the site: its mail goes through our outbox, its messages in our words.

Kinds of letters are `account.…`; all of them are about the account itself and therefore sensitive.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, clock, urls
from museumhub.members.models import Person
from museumhub.members.proof import proved_recently
from museumhub.members.services import second_factors
from museumhub.members.services.letters import post_account_letter

# The session of the browser in which an account was made holds its id under this name.
SIGNED_UP_HERE = "signed_up_here"
# What the library calls its mail, and the letter that is posted instead.
LETTERS = {
    "account/email/account_already_exists": "account.already_exists",
    "account/email/email_changed": "account.address_changed",
    "account/email/email_confirmation": "account.address_code",
    "account/email/email_confirmation_signup": "account.signup_code",
    "account/email/email_deleted": "account.address_removed",
    "account/email/login_code": "account.signin_code",
    "account/email/password_changed": "account.password_changed",
    "account/email/password_reset": "account.password_reset",
    "account/email/password_reset_code": "account.password_code",
    "account/email/password_set": "account.password_set",
    "account/email/unknown_account": "account.unknown",
    "mfa/email/recovery_codes_generated": "account.recovery_codes_made",
    "mfa/email/totp_activated": "account.app_added",
    "mfa/email/totp_deactivated": "account.app_removed",
    "mfa/email/webauthn_added": "account.passkey_added",
    "mfa/email/webauthn_removed": "account.passkey_removed",
}
# What a letter may say of what the library hands over; everything else stays out of the outbox.
_TOLD = ("code", "to_email", "deleted_email")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up, sign-in and addresses."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is switched off."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The address and the password do not belong together."),
        "email_taken": _("Another account uses this address already."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _(
            "This is not the code. Look at the newest letter or at your app again."
        ),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "Too many attempts. Wait a few minutes, or ask for a sign-in code."
        ),
        "rate_limited": _("That was asked too often. Wait a moment and try again."),
        "same_as_current": _("This is your address already."),
    }

    def is_safe_url(self, url: str) -> bool:
        """Where a form may lead on to: a page of this site, said without its name.

        The library takes every name in ALLOWED_HOSTS, over http too, and fails on what is no address at all.
        """
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def save_user(
        self, request: HttpRequest, user: Person, form: Any, commit: bool = True
    ) -> Person:
        """Take over name, language and time zone, and remember which browser made the account."""
        user.name = form.cleaned_data["name"]
        user.language = form.cleaned_data["language"]
        user.time_zone = form.cleaned_data["time_zone"]
        if not self.is_email_verified(request, form.cleaned_data["email"]):
            # An invitation proved another address than the one that was typed; it proves nothing here.
            self.unstash_verified_email(request)
        person: Person = super().save_user(request, user, form, commit)
        request.session[SIGNED_UP_HERE] = person.pk
        return person

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post the letter in the recipient's language; nobody waits for a mail server here."""
        told = {name: str(context[name]) for name in _TOLD if context.get(name)}
        post_account_letter(
            kind=LETTERS[template_prefix],
            address=email,
            language=getattr(self.request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
            context={
                **told,
                "signup_url": urls.absolute(reverse("account_signup")),
                "signin_url": urls.absolute(reverse("account_login")),
                "code_url": urls.absolute(reverse("account_request_login_code")),
                "reset_url": urls.absolute(reverse("account_reset_password")),
                "security_url": urls.absolute(reverse("members:account")),
            },
            now=clock.now(),
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Person,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Every act that the library tells the person about goes into the audit trail as well."""
        audit.record(verb=LETTERS[template_prefix], subject=user, actor=user, now=clock.now())
        super().send_notification_mail(template_prefix, user, context, email)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failed sign-ins are counted by: the address alone.

        The library counts by host name as well, with its port, which whoever guesses may choose.
        """
        address: str = credentials.get("email", "")
        return address.strip().lower()

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's network address, which limits count by.

        X-Forwarded-For is believed as far from its end as there are proxies of ours; a request with
        fewer entries has not come through all of them and counts as its sender's.
        """
        try:
            ip: str = super().get_client_ip(request)
        except ImproperlyConfigured:
            return str(request.META.get("REMOTE_ADDR", ""))
        return ip

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Asked before every change to a second factor; raises where the proof is missing.

        The library itself lets people pass who have neither password nor second factor.
        """
        if not proved_recently(context.request):
            raise ReauthenticationRequired
        return bool(super().is_reauthentication_required(app=app, **options))

    def get_reauthentication_methods(self, user: Person | AnonymousUser) -> list[dict[str, Any]]:
        """In our words; somebody with neither password nor second factor gets a code by mail."""
        words = {
            "reauthenticate": gettext("Use your password"),
            "mfa_reauthenticate": gettext("Use your authenticator app or a recovery code"),
            "mfa_reauthenticate:webauthn": gettext("Use a passkey"),
        }
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = words[method["id"]]
        if not methods and user.is_authenticated:
            methods = [
                {
                    "id": "mailed_code",
                    "description": gettext("Use a code by e-mail"),
                    "url": reverse("members:confirm_by_code"),
                }
            ]
        return methods


class MFAAdapter(DefaultMFAAdapter):
    """Second factors under the site's own name, their secrets sealed."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def encrypt(self, text: str) -> str:
        return second_factors.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factors.unseal(encrypted_text)

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        return gettext("My passkey")
