"""What the site does when the sign-in library reports that something happened."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed, user_logged_in
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in as signed_in
from django.dispatch import receiver
from django.http import HttpRequest

from museumhub.kit import clock
from museumhub.members.actions import plan_next
from museumhub.members.adapter import SIGNED_UP_HERE
from museumhub.members.middleware import bound_session
from museumhub.members.services.people import distrust_password


@receiver(email_confirmed)
def keep_out_whoever_made_the_account(
    sender: Any, request: HttpRequest, email_address: EmailAddress, **kwargs: Any
) -> None:
    """An address proved for the first time in another browser than the account was made in."""
    person = email_address.user
    first = person.last_login is None
    if first and request.session.get(SIGNED_UP_HERE) != person.pk and person.has_usable_password():
        distrust_password(person=person, now=clock.now())


@receiver(email_changed)
def stay_signed_in_here(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """Another address ends all sessions (`Person._get_session_auth_hash`) but the one it was changed in."""
    update_session_auth_hash(request, user)


@receiver(user_logged_in)
def keep_house(sender: Any, **kwargs: Any) -> None:
    """Where people sign in there is something to tidy up tomorrow; planning it twice changes nothing."""
    plan_next(clock.now())


@receiver(signed_in)
def say_when_the_sign_in_ends(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Every way of signing in passes here; see `middleware.sessions_that_end` for those that set their own end."""
    bound_session(request)
