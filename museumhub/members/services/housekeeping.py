"""What is deleted by itself: kept forms, sessions, used-up limits, old invitations and letters, accounts never confirmed, files nobody uses.

The same round seals anew the secrets of second factors that stand in clear or under a former key.
Rooms above add what they delete with `also`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from museumhub.kit import throttle, uploads
from museumhub.mail import retention
from museumhub.members.models import Invitation, KeptForm, Person
from museumhub.members.services.second_factors import seal_anew

NEVER_CONFIRMED = timedelta(days=7)
OLD_INVITATION = timedelta(days=365)

Delete = Callable[[datetime], int]
_more: dict[str, Delete] = {}


def also(name: str, delete: Delete) -> None:
    """Let a room above delete something in the daily round: `delete(now)` says how many. A second of the same name is a mistake."""
    if name in _more:
        raise ValueError(f"{name} are tidied up twice")
    _more[name] = delete


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
        "letters": retention.forget(now),
        "files": uploads.sweep_orphans(now),
        "sealed": seal_anew(),
        "people": unconfirmed.delete()[1].get("members.Person", 0),
        **{name: delete(now) for name, delete in _more.items()},
    }
