"""What the news do when an account changes."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.dispatch import receiver

from museumhub.kit import clock
from museumhub.news.services.newsletter import follow_address


@receiver(email_changed, sender=EmailAddress)
def letters_go_to_the_new_address(sender: Any, user: Any, **kwargs: Any) -> None:
    follow_address(person=user, now=clock.now())
