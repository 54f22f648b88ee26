"""Rows of the news."""

from museumhub.news.models.endorsement import Endorsement
from museumhub.news.models.feed import FeedSource, PulledEntry
from museumhub.news.models.item import LONGEST, Item, ItemQuerySet
from museumhub.news.models.link import LinkSurvey, OutsideLink
from museumhub.news.models.picture import Picture, PictureQuerySet, Rendition
from museumhub.news.models.reminder import Reminder
from museumhub.news.models.revision import Comment, Document, Proposal, Revision
from museumhub.news.models.role import NewsRole, edits_news
from museumhub.news.models.subscription import NewsletterDay, Subscription

__all__ = [
    "LONGEST",
    "Comment",
    "Document",
    "Endorsement",
    "FeedSource",
    "Item",
    "ItemQuerySet",
    "LinkSurvey",
    "NewsRole",
    "NewsletterDay",
    "OutsideLink",
    "Picture",
    "PictureQuerySet",
    "Proposal",
    "PulledEntry",
    "Reminder",
    "Rendition",
    "Revision",
    "Subscription",
    "edits_news",
]
