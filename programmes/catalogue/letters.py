"""The letters about roles in a programme."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from museumhub.mail.letters import LetterKind, register

# The link lets its addressee prove the address: never shown to organisers, blanked once sent.
register(LetterKind("catalogue.role_offered", _("Invitation to a role"), sensitive=True))
register(LetterKind("catalogue.role_accepted", _("An invitation to a role was accepted")))
