"""Who edits the news, for the administrators of the site: the first editor is named here, further ones by editors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from museumhub.kit import clock
from museumhub.news.models import NewsRole
from museumhub.news.services import end_editor, make_editor


@admin.register(NewsRole)
class NewsRoleAdmin(admin.ModelAdmin[NewsRole]):
    """A role is given and ended by the same services as on the editors' page, with their letter and record."""

    list_display = ("person", "since", "given_by")
    list_select_related = ("person", "given_by")
    search_fields = ("person__name", "person__email")
    fields = ("person",)
    autocomplete_fields = ("person",)

    def has_change_permission(self, request: HttpRequest, obj: NewsRole | None = None) -> bool:
        return False

    def save_model(self, request: Any, obj: NewsRole, form: Any, change: bool) -> None:
        given = make_editor(email=obj.person.email, actor=request.user, now=clock.now())
        obj.pk = given.pk

    def delete_model(self, request: Any, obj: NewsRole) -> None:
        end_editor(role=obj, actor=request.user, now=clock.now())

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        for role in queryset:
            end_editor(role=role, actor=request.user, now=clock.now())
