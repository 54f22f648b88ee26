""" "Remind me" of an event or a call for feedback: asking, confirming, stopping."""

from __future__ import annotations

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused
from museumhub.news.forms.reminding import form_for
from museumhub.news.models import Item
from museumhub.news.models.reminder import Reminder, can_be_reminded
from museumhub.news.services import reminders


@require_http_methods(["GET", "POST"])
@public
def remind(request: HttpRequest, slug: str) -> HttpResponse:
    """One press for somebody who is signed in; others name an address and confirm it from a letter."""
    now = clock.now()
    item = get_object_or_404(Item.objects.published(now), slug=slug)
    if request.method == "GET" and not can_be_reminded(item, now):
        raise Http404
    form = form_for(request.user, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                if request.user.is_authenticated:
                    reminders.ask_for_reminder(
                        item=item, ahead=form.cleaned_data["ahead"], actor=request.user, now=now
                    )
                    messages.success(request, _("We will remind you."))
                    return redirect(item)
                reminders.ask_for_reminder_by_address(
                    item=item,
                    **form.cleaned_data,
                    language=get_language() or "en",
                    address_of_sender=get_ip(request),
                    now=now,
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                return render(request, "news/remind_asked.html", {"item": item})
    return render(request, "news/remind.html", {"item": item, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@public
def confirm(request: HttpRequest, slug: str, oid: str) -> HttpResponse:
    """The page behind the letter's link; its button confirms the address."""
    reminder = get_object_or_404(Reminder.objects.by_link(slug, oid))
    if request.method == "POST":
        reminders.confirm_reminder(reminder=reminder, now=clock.now())
    return render(
        request, "news/remind_confirm.html", {"reminder": reminder, "item": reminder.item}
    )


@require_http_methods(["GET", "POST"])
@public
def stop(request: HttpRequest, slug: str, oid: str) -> HttpResponse:
    """The page behind "do not remind me"; its button forgets the address, once or twice alike."""
    reminder = Reminder.objects.by_link(slug, oid).first()
    # What is public no more can still be stopped.
    item = reminder.item if reminder is not None else None
    if item is None:
        item = get_object_or_404(Item.objects.published(clock.now()), slug=slug)
    if request.method == "POST" and reminder is not None:
        reminders.stop_reminder(reminder=reminder)
        reminder = None
    return render(request, "news/remind_stop.html", {"reminder": reminder, "item": item})
