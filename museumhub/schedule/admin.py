"""Scheduled actions for administrators: what is planned, what came of it, and a second chance for what was given up."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from museumhub.kit import clock
from museumhub.schedule import services
from museumhub.schedule.models import ScheduledAction


@admin.register(ScheduledAction)
class ScheduledActionAdmin(admin.ModelAdmin[ScheduledAction]):
    """Read only: rows are planned and moved by the rooms that own them."""

    list_display = ("key", "kind", "due_at", "state", "attempts", "ran_at")
    list_filter = ("state", "kind")
    search_fields = ("key", "about")
    date_hierarchy = "due_at"
    ordering = ("-due_at",)
    actions = ("try_again",)

    @admin.action(description=_("Try again what was given up"), permissions=["change"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[ScheduledAction]) -> None:
        """Plan the failed ones among the chosen anew, at the time they were due."""
        for row in chosen.filter(state=ScheduledAction.State.FAILED):
            services.plan(
                kind=row.kind,
                about=row.about,
                due_at=row.due_at,
                key=row.key,
                payload=row.payload,
                now=clock.now(),
            )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [field.name for field in self.model._meta.fields]
