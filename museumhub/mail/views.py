"""The mailbox on the site itself: the letters of a demonstration site, as they would have gone over the wire."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from museumhub.kit.access import public
from museumhub.mail import mailbox
from museumhub.mail.forms import MailboxSearch
from museumhub.mail.frames import letter_frame
from museumhub.mail.models import MailboxMessage

PER_PAGE = 50


def only_with_mailbox(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """404 unless letters land in the mailbox on the site (EMAIL_URL=mailbox:)."""

    @wraps(view)
    def guarded(request: HttpRequest, **captured: str) -> HttpResponseBase:
        if not settings.EMAIL_URL.startswith("mailbox:"):
            raise Http404
        return view(request, **captured)

    return guarded


@public
@require_safe
@only_with_mailbox
def messages(request: HttpRequest) -> HttpResponse:
    """All letters, the newest first; `?to=` narrows them to a recipient."""
    search = MailboxSearch(request.GET)
    to = search.cleaned_data["to"] if search.is_valid() else ""
    found = MailboxMessage.objects.addressed_to(to).defer("raw")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mail/mailbox.html", {"page": page, "search": search, "to": to})


@public
@require_safe
@only_with_mailbox
def message(request: HttpRequest, oid: str) -> HttpResponse:
    """One letter: its headers, its text with its links, its HTML in a frame, its attachments."""
    row = get_object_or_404(MailboxMessage, oid=oid)
    return render(
        request, "mail/mailbox_message.html", {"message": row, "parts": mailbox.read(row)}
    )


@public
@require_safe
@only_with_mailbox
def message_html(request: HttpRequest, oid: str) -> HttpResponse:
    """The HTML of one letter, for the frame."""
    row = get_object_or_404(MailboxMessage, oid=oid)
    return letter_frame(mailbox.read(row).html, links=True)


@public
@require_safe
@only_with_mailbox
def attachment(request: HttpRequest, oid: str, number: int) -> HttpResponse:
    """One attachment, always as a download."""
    row = get_object_or_404(MailboxMessage, oid=oid)
    attachments = mailbox.read(row).attachments
    if number >= len(attachments):
        raise Http404
    found = attachments[number]
    return HttpResponse(
        found.data,
        headers={
            "Content-Type": found.content_type,
            "Content-Disposition": found.disposition,
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )
