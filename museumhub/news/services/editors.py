"""Who edits the news: given and ended by editors, or by the administrators of the site."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit, throttle, urls
from museumhub.kit.refusals import Refused
from museumhub.members.models import Person
from museumhub.members.services import post_to_person
from museumhub.news.models import NewsRole
from museumhub.news.services.items import require_editor

A_DAY = 30


def make_editor(*, email: str, actor: Person, now: datetime) -> NewsRole:
    """Let the person with this address edit the news, and tell them. Doing it again changes nothing.

    Refuses people who are no editors, and an address without an account: an editor learns that there is
    none, at most thirty times a day.
    """
    require_editor(actor)
    # Spent for good, also where the rest is refused.
    throttle.spend("news.make_editor", actor.pk, A_DAY, timedelta(days=1), now=now)
    with transaction.atomic():
        person = Person.objects.filter(email=email.strip().lower(), is_active=True).first()
        if person is None:
            raise Refused(
                _("Nobody has an account with this address. Ask them to make one first."),
                field="email",
            )
        role, is_new = NewsRole.objects.get_or_create(
            person=person,
            role=NewsRole.Role.EDITOR,
            defaults={"given_by": actor, "since": now},
        )
        if is_new:
            _record("news.editor_made", role, actor, now)
            post_to_person(
                person,
                kind="news.role_given",
                key=f"news.role_given:{role.pk}",
                context={"queue_url": urls.absolute(reverse("news:queue"))},
                about=role,
                now=now,
            )
    return role


def end_editor(*, role: NewsRole, actor: Person, now: datetime) -> None:
    """Take the role away; the administrators of the site can always give it anew. Refuses people who are no editors."""
    with transaction.atomic():
        require_editor(actor)
        _record("news.editor_ended", role, actor, now)
        NewsRole.objects.filter(pk=role.pk).delete()


def _record(verb: str, role: NewsRole, actor: Person, now: datetime) -> None:
    audit.record(verb=verb, subject=role, actor=actor, now=now, after={"person": role.person_id})
