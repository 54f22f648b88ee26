"""What can be found on the site: one document for each thing readers may see, how it is matched, and how words are spelt.

Only what the public may see has a document at all; what will be public later has one with the instant
from which it may be shown. `museumhub.pages.search` writes and reads these rows.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.members.models import Organisation


class Kind(models.TextChoices):
    """What a reader may narrow the results to, in the order in which it is offered."""

    TOPIC = "topic", _("Topics and goals")
    PROGRAMME = "programme", _("Programmes")
    CALL = "call", _("Calls")
    EVENT = "event", _("Events")
    PUBLICATION = "publication", _("Publications")
    NEWS = "news", _("News")
    ORGANISATION = "organisation", _("Organisations")


class SearchDocument(models.Model):
    """What a result shows of one thing, and the words it is found by."""

    Kind = Kind

    # A reference as in kit.references: `news.item:17`.
    subject = models.CharField(max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    # The finer kind of the room it comes from, such as `webinar`; empty where there is none.
    variety = models.SlugField(max_length=20, blank=True)
    # Of the texts; empty where nobody has said it.
    language = models.CharField(max_length=10, blank=True)
    title = models.CharField(_("title"), max_length=400)
    teaser = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    # Found by, never shown: tags, partners, identifiers.
    keywords = models.TextField(blank=True)
    # Slugs of topics of the leading framework, with a blank between them.
    topics = models.CharField(max_length=400, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    path = models.CharField(max_length=300)
    published_at = models.DateTimeField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    # The zone in which these instants are meant and said.
    time_zone = models.CharField(max_length=64, blank=True)
    # Of all the above and of how it was indexed: the same digest needs no second writing.
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]),
                name="searchdocument_kind_known",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class SearchEntry(models.Model):
    """What is read of a document to match and to rank it, apart from its texts.

    On PostgreSQL the table has two columns more, which only the engine knows: `title` and `words`, the
    lexemes of the title and of everything. On SQLite the words are in the FTS5 table `pages_searchtext`.
    """

    document = models.OneToOneField(
        SearchDocument, on_delete=models.CASCADE, primary_key=True, related_name="entry"
    )
    kind = models.CharField(max_length=20)
    # Days since 1970 of the instant it is about: the newer, the higher. None for what has no date.
    day = models.FloatField(null=True)
    boost = models.FloatField(default=1)
    visible_from = models.DateTimeField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        indexes = [models.Index(fields=["-day", "-document"])]

    def __str__(self) -> str:
        return str(self.pk)


class SearchSpelling(models.Model):
    """A word of the documents under the ways to write it with one letter left out, and under itself.

    Two words that are one slip apart share such a form. Words stay here when the last document with them
    goes; nothing is shown because of a word that finds nothing.
    """

    form = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("spelling")
        verbose_name_plural = _("spellings")
        constraints = [models.UniqueConstraint(fields=["form", "word"], name="searchspelling_once")]

    def __str__(self) -> str:
        return self.word
