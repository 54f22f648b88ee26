"""The letters about accounts and organisations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from museumhub.mail.letters import LetterKind, register

# About the account itself: never shown to organisers, blanked once sent, before everything else.
for _name, _what in (
    ("already_exists", _("There is an account already")),
    ("unknown", _("There is no account yet")),
    ("signup_code", _("Code that confirms an address at sign-up")),
    ("address_code", _("Code that confirms a new address")),
    ("signin_code", _("Sign-in code")),
    ("confirm_code", _("Code before an act that matters")),
    ("password_code", _("Code for a new password")),
    ("password_changed", _("The password was changed")),
    ("password_reset", _("A new password was chosen")),
    ("password_set", _("A first password was set")),
    ("address_change_asked", _("Somebody asked for another address")),
    ("address_changed", _("The address was changed")),
    ("address_removed", _("An address was removed")),
    ("app_added", _("An authenticator app was added")),
    ("app_removed", _("An authenticator app was removed")),
    ("passkey_added", _("A passkey was added")),
    ("passkey_removed", _("A passkey was removed")),
    ("recovery_codes_made", _("New recovery codes")),
    ("erased", _("The account was erased")),
):
    register(
        LetterKind(name=f"account.{_name}", what=_what, sensitive=True, account=True, priority=1)
    )

# The link of an invitation lets its addressee prove the address: sensitive as well.
register(LetterKind("members.invited", _("Invitation to an organisation"), sensitive=True))
register(LetterKind("members.invitation_accepted", _("An invitation was accepted")))
register(LetterKind("members.join_requested", _("Somebody asks to join")))
register(LetterKind("members.request_approved", _("A request to join was approved")))
register(LetterKind("members.request_declined", _("A request to join was declined")))
register(LetterKind("members.role_changed", _("A role was changed")))
register(LetterKind("members.removed", _("Somebody was removed from an organisation")))
