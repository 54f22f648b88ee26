"""Who edits the news of the site."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.members.models import Person


class NewsRoleQuerySet(models.QuerySet["NewsRole"]):
    def visible_to(self, user: Any) -> NewsRoleQuerySet:
        """Editors know one another."""
        return self.all() if edits_news(user) else self.none()


class NewsRole(models.Model):
    """A person is an editor of the news. Whoever may change any item (a permission of the admin) is one without a row."""

    class Role(models.TextChoices):
        EDITOR = "editor", _("Editor")

    oid = OpaqueIdField()
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="news_roles", verbose_name=_("person")
    )
    role = models.CharField(
        _("role"), max_length=20, choices=Role.choices, default=Role.EDITOR, editable=False
    )
    given_by = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("given by"),
    )
    since = models.DateTimeField(_("since"), editable=False)

    objects = NewsRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("editor of the news")
        verbose_name_plural = _("editors of the news")
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], name="newsrole_once"),
            models.CheckConstraint(condition=models.Q(role__in=["editor"]), name="newsrole_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


def edits_news(user: Any) -> bool:
    """An editor of the news, or somebody who may change any item."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    if user.has_perm("news.change_item"):
        return True
    return NewsRole.objects.filter(person=user, role=NewsRole.Role.EDITOR).exists()
