"""What is deleted by itself: kept forms, sessions, used-up limits, old invitations, accounts never confirmed, files nobody uses.

The same round seals anew the secrets of second factors that stand in clear or under a former key.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from museumhub.kit import throttle, uploads
from museumhub.members.models import Invitation, KeptForm, Person
from museumhub.members.services.second_factors import seal_anew

NEVER_CONFIRMED = timedelta(days=7)
OLD_INVITATION = timedelta(days=365)


def tidy(now: datetime) -> dict[str, int]:
    """Delete what has had its time, and seal anew; how many of each."""
    unconfirmed = Person.objects.filter(
        last_login=None,
        date_joined__lt=now - NEVER_CONFIRMED,
        erased_at=None,
        is_staff=False,
    ).filter(
        Exists(EmailAddress.objects.filter(user=OuterRef("pk"), verified=False)),
        ~Exists(EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)),
    )
    return {
        "kept_forms": KeptForm.objects.expired_at(now).delete()[0],
        "sessions": Session.objects.filter(expire_date__lt=now).delete()[0],
        "limits": throttle.forget_full(now),
        "invitations": Invitation.objects.filter(expires_at__lt=now - OLD_INVITATION).delete()[0],
        "files": uploads.sweep_orphans(now),
        "sealed": seal_anew(),
        "people": unconfirmed.delete()[1].get("members.Person", 0),
    }
