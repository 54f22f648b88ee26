"""What an item was at each save, and what a member would like it to become."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.models import StoredFile
from museumhub.members.models import Person
from museumhub.news import lifecycle
from museumhub.news.models.item import Item


class Revision(models.Model):
    """All fields of an item after one save, as `news.content` reads them; `number` is the version of the item then."""

    class Act(models.TextChoices):
        CREATED = "created", _("Begun")
        EDITED = "edited", _("Changed")
        RESTORED = "restored", _("An earlier text put back")
        ACCEPTED = "accepted", _("A proposed change accepted")
        FOUND = "found", _("As it was found")

    oid = OpaqueIdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=20, choices=Act.choices)
    author = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="revision_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"


class Proposal(models.Model):
    """A change of a published item that waits for the editors. `base` is the version it was begun from."""

    oid = OpaqueIdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="proposals")
    base = models.PositiveIntegerField()
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    author = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(
        max_length=20,
        choices=lifecycle.PROPOSAL.choices,
        default=lifecycle.PROPOSAL.initial,
        editable=False,
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["status", "updated_at"], name="proposal_waiting")]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status=lifecycle.PENDING),
                name="proposal_one_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.oid} {self.item_id}"


class Comment(models.Model):
    """What an editor and the writers of an item say to each other about it; never public."""

    class About(models.TextChoices):
        REMARK = "remark", _("Remark")
        CHANGES_ASKED = "changes_asked", _("Asked for changes")
        DECLINED = "declined", _("Declined")
        PROPOSAL_DECLINED = "proposal_declined", _("Declined the changes")

    oid = OpaqueIdField()
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by_editor = models.BooleanField()
    about = models.CharField(max_length=20, choices=About.choices, default=About.REMARK)
    text = models.TextField(_("comment"), max_length=4000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_not_empty")]

    def __str__(self) -> str:
        return f"{self.oid} {self.item_id}"


class Document(models.Model):
    """A file that an item has or once had: a revision may want it back, so it stays as long as the item."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="documents")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="news_document")

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return f"{self.item_id} {self.file_id}"
