"""Suppressed addresses for administrators, who may take one off the list. Letters are read on the organisers' pages, never here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from museumhub.mail.models import Suppression


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin[Suppression]):
    """Deleting a row lets letters go to the address again."""

    list_display = ("address", "reason", "since")
    search_fields = ("address",)
    readonly_fields = ("address", "reason", "since")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
