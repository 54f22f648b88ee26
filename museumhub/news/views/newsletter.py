"""The newsletter: subscribing, confirming, changing what comes when, leaving; and what editors see of it."""

from __future__ import annotations

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from museumhub.kit import clock
from museumhub.kit.access import public
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused
from museumhub.members.http import PersonRequest
from museumhub.news.forms.newsletter import ChoicesForm, SubscribeForm, chosen, proposed
from museumhub.news.models import Subscription
from museumhub.news.queries import newsletter as queries
from museumhub.news.services import newsletter as services
from museumhub.news.views.entering import for_editors


@require_http_methods(["GET", "POST"])
@public
def subscribe(request: HttpRequest) -> HttpResponse:
    """Choose topics and a rhythm; `?topic=` has chosen one already."""
    person = request.user if request.user.is_authenticated else None
    initial = proposed(request.user) | {"topics": request.GET.getlist("topic")}
    form = SubscribeForm(request.POST or None, initial=initial)
    if person is None and not form.is_bound:  # a script proposes the browser's zone
        form.fields["time_zone"].widget.attrs["data-guess-zone"] = "replace"
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = services.subscribe(
                    email=form.cleaned_data["email"],
                    choices=form.choices(),
                    address_of_sender=get_ip(request),
                    actor=person,
                    now=clock.now(),
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                if made is None:
                    return render(request, "news/newsletter_asked.html")
                messages.success(request, _("The newsletter will come as you chose."))
                return redirect("news:newsletter_choices", made.oid)
    context = {"form": form, "own": queries.own_subscriptions(request.user)}
    return render(request, "news/newsletter.html", context, status=status)


@require_http_methods(["GET", "POST"])
@public
def confirm(request: HttpRequest, oid: str) -> HttpResponse:
    """The page behind the letter's link; its button confirms the address."""
    subscription = get_object_or_404(Subscription.objects.by_link(oid))
    if request.method == "POST":
        subscription = services.confirm_subscription(subscription=subscription, now=clock.now())
    return render(request, "news/newsletter_confirm.html", {"subscription": subscription})


@require_http_methods(["GET", "POST"])
@public
def choices(request: HttpRequest, oid: str) -> HttpResponse:
    """What comes when, for whoever holds the link of a letter."""
    subscription = get_object_or_404(Subscription.objects.by_link(oid))
    if subscription.ended_at is not None:
        return redirect("news:newsletter_unsubscribe", oid)
    if not subscription.holds:
        return redirect("news:newsletter_confirm", oid)
    form = ChoicesForm(request.POST or None, initial=chosen(subscription))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            services.change_choices(
                subscription=subscription, choices=form.choices(), now=clock.now()
            )
            messages.success(request, _("The newsletter will come as you chose."))
            return redirect("news:newsletter_choices", oid)
    context = {"form": form, "subscription": subscription}
    return render(request, "news/newsletter_choices.html", context, status=status)


# A mail program sends the form by itself (RFC 8058, 3.2), without a cookie that could be abused: the
# secret in the address is all it needs.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@public
def unsubscribe(request: HttpRequest, oid: str) -> HttpResponse:
    """Leaving, by the button of a mail program or that of this page; opening the page changes nothing."""
    subscription = get_object_or_404(Subscription.objects.by_link(oid))
    if request.method == "POST":
        subscription = services.unsubscribe(subscription=subscription, now=clock.now())
    return render(request, "news/newsletter_unsubscribe.html", {"subscription": subscription})


@require_safe
@for_editors
def readers(request: PersonRequest) -> HttpResponse:
    """How many read it, and what went out."""
    context = {"content": queries.readership(clock.now())}
    return render(request, "news/edit/newsletter.html", context)
