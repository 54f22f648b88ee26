"""The outbox and the suppressed addresses for the administrators of the site: letters are read here and never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from museumhub.kit.refusals import Sentence
from museumhub.mail import diagnosis, queries
from museumhub.mail.models import Letter, Suppression
from museumhub.mail.rendering import CannotBeMade, shown

_COURSE = (
    "state",
    "posted_at",
    "next_try",
    "sent_at",
    "attempts",
    "times_resent",
    "trouble",
    "noted",
)
_ADDRESSEE = ("what", "kind", "to", "name", "reply_to", "language", "time_zone", "message_id")


@admin.register(Letter)
class LetterAdmin(admin.ModelAdmin[Letter]):
    """Read what was sent, also letters that are on no edition's shelf. Of sensitive ones nobody reads the words."""

    list_display = ("posted_at", "what", "to", "state", "sent_at")
    list_filter = ("state", "sensitive", "kind")
    search_fields = ("to", "name", "message_id")
    ordering = ("-posted_at", "-pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return super().get_queryset(request).defer("context", "attachments", "text", "html")

    def get_fieldsets(self, request: HttpRequest, obj: Letter | None = None) -> Any:
        words = ("withheld",) if obj is not None and obj.sensitive else ("subject_line", "words")
        return (
            (_("To whom"), {"fields": _ADDRESSEE}),
            (_("What became of it"), {"fields": _COURSE}),
            (_("What it says"), {"fields": words}),
        )

    @admin.display(description=_("letter"), ordering="kind")
    def what(self, letter: Letter) -> Sentence:
        return queries.what(letter.kind)

    @admin.display(description=_("in words"))
    def trouble(self, letter: Letter) -> Sentence:
        found = diagnosis.of(letter)
        return found.what if found is not None else "–"

    @admin.display(description=_("words of the mail server"))
    def noted(self, letter: Letter) -> str:
        named = letter.error in set(diagnosis.Sort)  # said in words already
        return "–" if named or not letter.error else letter.error

    @admin.display(description=_("subject"))
    def subject_line(self, letter: Letter) -> str:
        try:
            return shown(letter).subject
        except CannotBeMade as error:
            return str(error)

    @admin.display(description=_("text"))
    def words(self, letter: Letter) -> str:
        try:
            return shown(letter).text
        except CannotBeMade:
            return "–"

    @admin.display(description=_("text"))
    def withheld(self, letter: Letter) -> Sentence:
        return _("Holds a code or a link that signs in: nobody but its recipient reads it.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return False


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
