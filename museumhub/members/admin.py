"""People and organisations in the admin, for the staff of the site."""

from __future__ import annotations

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from museumhub.members.models import Membership, Organisation, Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin[Person]):
    """Look somebody up, switch an account off or on, make somebody staff. Passwords are nobody's business."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("email", "date_joined", "last_login", "erased_at")
    fields = (
        "email",
        "name",
        "language",
        "time_zone",
        "is_active",
        "is_staff",
        "is_superuser",
        "groups",
        "date_joined",
        "last_login",
        "erased_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """People are erased, not deleted: `manage.py erase_person`."""
        return False


class MembershipInline(admin.TabularInline[Membership, Organisation]):
    model = Membership
    extra = 0
    can_delete = False
    fields = ("person", "role", "since")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:
        return False


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    """Correct what an organisation says of itself; its people are managed on its own page."""

    list_display = ("name", "kind", "place", "country", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "slug", "website")
    ordering = ("name_key",)
    readonly_fields = ("slug", "logo", "created_at", "created_by")
    inlines = (MembershipInline,)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
