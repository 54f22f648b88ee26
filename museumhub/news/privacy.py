"""The personal data of this room: who wrote an item, what was said about it, who brought a picture, and who edits the news.

What somebody wrote is the publication of their organisation and stays with it, as do its earlier texts;
who wrote it goes with the account, and so do their remarks. What an editor did stays in the audit trail
under a number.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from museumhub.kit.references import reference
from museumhub.kit.text import standing_alone
from museumhub.mail.models import Letter
from museumhub.mail.retention import blank
from museumhub.news.models import (
    Comment,
    Endorsement,
    FeedSource,
    Item,
    NewsRole,
    Picture,
    Proposal,
    Reminder,
    Revision,
    Subscription,
)


def _export_items(person: Any) -> Iterable[dict[str, Any]]:
    for item in Item.objects.filter(author=person).order_by("pk").iterator():
        yield {
            "title": item.title,
            "kind": item.kind,
            "status": item.status,
            "written": item.created_at.isoformat(),
            "published": item.published_at.isoformat() if item.published_at else None,
        }

    for one in Revision.objects.filter(author=person).select_related("item").iterator():
        yield {"title": one.item.title, "saved_by_me": True, "at": one.at.isoformat()}
    for proposal in Proposal.objects.filter(author=person).select_related("item").iterator():
        yield {
            "title": proposal.item.title,
            "changes_proposed_by_me": True,
            "at": proposal.updated_at.isoformat(),
            "status": proposal.status,
        }


def _erase_items(person: Any, now: datetime) -> None:
    Item.objects.filter(author=person).update(author=None)
    Revision.objects.filter(author=person).update(author=None)
    Proposal.objects.filter(author=person).update(author=None)


def _export_comments(person: Any) -> Iterable[dict[str, Any]]:
    rows = Comment.objects.filter(author=person).select_related("item")
    for one in rows.iterator():
        yield {"title": one.item.title, "remark": one.text, "at": one.at.isoformat()}


def _erase_comments(person: Any, now: datetime) -> None:
    """A remark goes also from the letters that carried it."""
    rows = Comment.objects.filter(author=person).select_related("item")
    for one in rows:
        blank(Letter.objects.filter(about=reference(one.item), key__contains=one.oid))
    rows.delete()


def _export_pictures(person: Any) -> Iterable[dict[str, Any]]:
    for picture in Picture.objects.filter(uploaded_by=person).order_by("pk").iterator():
        yield {
            "title": picture.title,
            "credit": picture.credit,
            "uploaded": picture.created_at.isoformat(),
        }


def _erase_pictures(person: Any, now: datetime) -> None:
    """The pictures stay their organisation's; the name goes from the credit of those the person brought.

    Whoever licenses a work may ask for their name to be left out (CC BY 4.0, section 3(a)(3)).
    """
    own = Picture.objects.filter(uploaded_by=person)
    named = standing_alone([person.name])
    for picture in own.select_related("organisation"):
        if named.search(picture.credit) or named.search(picture.title) or named.search(picture.alt):
            instead = picture.organisation.name if picture.organisation else "MuseumHub"
            picture.credit = named.sub(instead, picture.credit)[:200]
            picture.title = named.sub("…", picture.title)
            picture.alt = named.sub("…", picture.alt)
            picture.save(update_fields=["credit", "title", "alt"])
    own.update(uploaded_by=None)


def _export_roles(person: Any) -> Iterable[dict[str, Any]]:
    for one in NewsRole.objects.filter(person=person):
        yield {"role": one.role, "since": one.since.isoformat()}
    for one in NewsRole.objects.filter(given_by=person).exclude(person=person):
        yield {"role": one.role, "since": one.since.isoformat(), "given_by_me": True}


def _erase_roles(person: Any, now: datetime) -> None:
    """A role the person gave to somebody else still holds, and no longer says from whom."""
    NewsRole.objects.filter(person=person).delete()
    NewsRole.objects.filter(given_by=person).update(given_by=None)


def _export_feeds(person: Any) -> Iterable[dict[str, Any]]:
    for source in FeedSource.objects.filter(added_by=person).order_by("pk").iterator():
        yield {"feed": source.url, "title": source.title, "added": source.added_at.isoformat()}


def _erase_feeds(person: Any, now: datetime) -> None:
    """The feed is the organisation's and goes on; it no longer says who added it."""
    FeedSource.objects.filter(added_by=person).update(added_by=None)


register(
    Holding(
        name="news.items",
        fields=frozenset({"news.item.author", "news.revision.author", "news.proposal.author"}),
        export=_export_items,
        erase=_erase_items,
        purpose=_("To know whom the editors write to about an item of news."),
        kept_for=_("Until the item is deleted or the account is erased."),
    )
)
register(
    Holding(
        name="news.comments",
        fields=frozenset({"news.comment.author", "news.comment.text"}),
        export=_export_comments,
        erase=_erase_comments,
        purpose=_("So that editors and writers can talk about an item of news before it appears."),
        kept_for=_("Until the item is deleted or the account is erased."),
    )
)
register(
    Holding(
        name="news.pictures",
        fields=frozenset({"news.picture.uploaded_by", "news.picture.credit"}),
        export=_export_pictures,
        erase=_erase_pictures,
        purpose=_(
            "To know who added a picture to the library, and whom readers see as its author."
        ),
        kept_for=_(
            "Until the picture is deleted or the account is erased; the picture stays its organisation’s."
        ),
    )
)
register(
    Holding(
        name="news.roles",
        fields=frozenset({"news.newsrole.person", "news.newsrole.given_by"}),
        export=_export_roles,
        erase=_erase_roles,
        purpose=_("To know who edits the news of the site."),
        kept_for=_("Until the role ends or the account is erased."),
    )
)
register(
    Holding(
        name="news.feeds",
        fields=frozenset({"news.feedsource.added_by"}),
        export=_export_feeds,
        erase=_erase_feeds,
        purpose=_("To know who had a feed of your organisation pulled into the news."),
        kept_for=_("Until the feed is removed or the account is erased."),
    )
)


def _export_endorsements(person: Any) -> Iterable[dict[str, Any]]:
    for one in Endorsement.objects.of(person).select_related("statement"):
        yield {
            "statement": one.statement.title,
            "name": one.name,
            "affiliation": one.affiliation,
            "email": one.email,
            "language": one.language,
            "shown": one.shown,
            "status": one.status,
            "since": one.since.isoformat() if one.since else None,
        }
    signed = Endorsement.objects.of_organisations().filter(person=person)
    for one in signed.select_related("statement", "organisation"):
        yield {
            "statement": one.statement.title,
            "signed_for": str(one.organisation),
            "since": one.since.isoformat() if one.since else None,
        }


def _erase_endorsements(person: Any, now: datetime) -> None:
    """A person's own goes; that of an organisation stands and no longer says who signed."""
    Endorsement.objects.of(person).delete()
    Endorsement.objects.filter(person=person).update(person=None)


register(
    Holding(
        name="news.endorsements",
        fields=frozenset(
            {
                "news.endorsement.person",
                "news.endorsement.email",
                "news.endorsement.name",
                "news.endorsement.affiliation",
                "news.endorsement.language",
                "news.endorsement.shown",
            }
        ),
        export=_export_endorsements,
        erase=_erase_endorsements,
        purpose=_("To show and count who stands behind a statement."),
        kept_for=_(
            "Until the endorsement is withdrawn or the account is erased; an address nobody confirms, a week."
        ),
    )
)


def _export_subscriptions(person: Any) -> Iterable[dict[str, Any]]:
    for one in Subscription.objects.of(person).prefetch_related("topics"):
        yield {
            "newsletter": one.email,
            "topics": [topic.name for topic in one.topics.all()],
            "kinds": one.kinds,
            "frequency": one.frequency,
            "day": one.day,
            "hour": one.hour,
            "time_zone": one.time_zone,
            "language": one.language,
            "since": one.confirmed_at.isoformat() if one.confirmed_at else None,
        }


def _erase_subscriptions(person: Any, now: datetime) -> None:
    Subscription.objects.of(person).delete()


register(
    Holding(
        name="news.subscriptions",
        fields=frozenset(
            {
                "news.subscription.person",
                "news.subscription.email",
                "news.subscription.kinds",
                "news.subscription.time_zone",
                "news.subscription.language",
            }
        ),
        export=_export_subscriptions,
        erase=_erase_subscriptions,
        purpose=_("To send you the newsletter about what you chose, when you want it."),
        kept_for=_(
            "Until you end the newsletter or the account is erased; an address nobody confirms, a week."
        ),
    )
)


def _export_reminders(person: Any) -> Iterable[dict[str, Any]]:
    for one in Reminder.objects.of(person).select_related("item"):
        yield {
            "reminder": one.item.title,
            "email": one.email,
            "ahead": one.ahead,
            "language": one.language,
            "time_zone": one.time_zone,
            "confirmed": one.confirmed_at.isoformat() if one.confirmed_at else None,
        }


def _erase_reminders(person: Any, now: datetime) -> None:
    Reminder.objects.of(person).delete()


register(
    Holding(
        name="news.reminders",
        fields=frozenset(
            f"news.reminder.{field}" for field in ("person", "email", "language", "time_zone")
        ),
        export=_export_reminders,
        erase=_erase_reminders,
        purpose=_("To remind those who asked before an event begins or a call closes."),
        kept_for=_("Until a week after it; a week where the address is not confirmed."),
    )
)
