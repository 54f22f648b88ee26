"""The letters about calls and applications."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from museumhub.mail.letters import LetterKind, register

register(LetterKind("applications.draft_started", _("A draft was begun")))
register(LetterKind("applications.received", _("An application was received"), priority=3))
register(LetterKind("applications.changed", _("A submitted application was changed"), priority=3))
register(LetterKind("applications.withdrawn", _("An application was withdrawn"), priority=3))
register(LetterKind("applications.withdrawal_taken_back", _("A withdrawal was taken back")))
register(LetterKind("applications.closing_soon", _("The call closes soon, the draft is not sent")))
# To those who asked for an alert they carry the link that ends it.
register(LetterKind("applications.deadline_moved", _("The deadline moved"), own=("stop_url",)))
register(LetterKind("applications.call_opened", _("The call is open now"), own=("stop_url",)))
register(LetterKind("applications.call_closes_soon", _("The call closes soon"), own=("stop_url",)))
# Its link proves an address: sensitive, and of no concern to organisers.
register(LetterKind("applications.alert_asked", _("Confirm that we may tell you"), sensitive=True))
register(
    LetterKind("applications.organisers_digest", _("What came in since yesterday"), priority=7)
)
