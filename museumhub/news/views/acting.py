"""What is done with an item: each move asks first on a page of its own, with what is missing and what will happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from museumhub.kit import clock
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused, Sentence
from museumhub.members.http import PersonRequest
from museumhub.members.models import Person
from museumhub.news import queries, services
from museumhub.news.forms import ActForm, CommentForm, ReasonForm, ScheduleForm, TextForm
from museumhub.news.models import Item
from museumhub.news.views.entering import for_writers, readable, writable
from museumhub.news.views.writing import head, overview_of

Do = Callable[[Item, Any, Person, datetime], object]


@dataclass(frozen=True)
class Act:
    """One move as a page: its heading, what it does in a sentence, its form, the service, and what is said afterwards."""

    title: Sentence
    explains: Sentence
    submit: Sentence
    done: Sentence
    do: Do
    form: type[forms.Form] = ActForm
    kind: str = "primary"
    gated: bool = False


def _seen(form: Any) -> int:
    return form.cleaned_data["seen"] or 0


ACTS: dict[str, Act] = {
    "submit": Act(
        title=_("Submit this to the editors?"),
        explains=_(
            "They read it, and write to you when it is published or when something is to be changed."
        ),
        submit=_("Submit"),
        done=_("It is with the editors now."),
        do=lambda item, form, actor, now: services.submit_item(
            item=item, seen=_seen(form), actor=actor, now=now
        ),
        gated=True,
    ),
    "take_back": Act(
        title=_("Take this back to draft?"),
        explains=_("It leaves the editors' queue. It can be submitted again at any time."),
        submit=_("Take back"),
        done=_("It is a draft again."),
        do=lambda item, form, actor, now: services.take_back(item=item, actor=actor, now=now),
    ),
    "ask_for_changes": Act(
        title=_("Ask for changes"),
        explains=_("Its writers get your words in a letter. A planned publication is cancelled."),
        submit=_("Send"),
        done=_("Your words are on their way."),
        do=lambda item, form, actor, now: services.ask_for_changes(
            item=item, text=form.cleaned_data["text"], actor=actor, now=now
        ),
        form=TextForm,
    ),
    "schedule": Act(
        title=_("When is it to appear?"),
        explains=_("It appears by itself at this minute. Until then it can be moved or cancelled."),
        submit=_("Schedule"),
        done=_("It is scheduled."),
        do=lambda item, form, actor, now: services.schedule_item(
            item=item, at=form.at, seen=_seen(form), actor=actor, now=now
        ),
        form=ScheduleForm,
        gated=True,
    ),
    "unschedule": Act(
        title=_("Cancel the schedule?"),
        explains=_("It waits in the queue again."),
        submit=_("Cancel the schedule"),
        done=_("It does not appear by itself any more."),
        do=lambda item, form, actor, now: services.unschedule_item(item=item, actor=actor, now=now),
    ),
    "publish": Act(
        title=_("Publish this now?"),
        explains=_("Everybody can read it at once."),
        submit=_("Publish"),
        done=_("It is published."),
        do=lambda item, form, actor, now: services.publish_item(
            item=item, seen=_seen(form), actor=actor, now=now
        ),
        gated=True,
    ),
    "decline": Act(
        title=_("Decline this?"),
        explains=_("It is not published. Its writers get your words in a letter."),
        submit=_("Decline"),
        done=_("It is declined."),
        do=lambda item, form, actor, now: services.decline_item(
            item=item, text=form.cleaned_data["text"], actor=actor, now=now
        ),
        form=TextForm,
        kind="danger",
    ),
    "withdraw": Act(
        title=_("Withdraw this from the site?"),
        explains=_("Its page says that it was withdrawn, and why. Its writers get a letter."),
        submit=_("Withdraw"),
        done=_("It is withdrawn."),
        do=lambda item, form, actor, now: services.withdraw_item(
            item=item, reason=form.cleaned_data["reason"], actor=actor, now=now
        ),
        form=ReasonForm,
        kind="danger",
    ),
    "reopen": Act(
        title=_("Take this back to draft?"),
        explains=_("Its address goes on saying that it was withdrawn until it is published again."),
        submit=_("Take back"),
        done=_("It is a draft again."),
        do=lambda item, form, actor, now: services.reopen_item(item=item, actor=actor, now=now),
    ),
}
# A scheduled item is moved on the page on which it was scheduled.
ACTS["reschedule"] = ACTS["schedule"]


@require_http_methods(["GET", "POST"])
@for_writers
def act(request: PersonRequest, oid: str, action: str) -> HttpResponse:
    """A move the person can make now; any other is a 404."""
    item = writable(request.user, oid)
    asked = ACTS.get(action)
    open_now = {move.action for move in queries.open_moves(request.user, item)}
    if asked is None:
        raise Http404
    page: dict[str, Any] = {**head(request, item, "overview"), "act": asked, "action": action}
    if action not in open_now:
        return _too_late(request, item)
    if request.method == "GET":
        page["form"] = asked.form(initial=_initial(request, item))
        page["reasons"] = queries.reasons(item) if asked.gated else []
        return render(request, "news/edit/act.html", page)
    form = asked.form(request.POST, initial=_initial(request, item))
    page["form"] = form
    status = 422
    if form.is_valid():
        try:
            asked.do(item, form, request.user, clock.now())
        except services.Incomplete as incomplete:
            page["refusal"] = incomplete
            status = incomplete.status
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, str(asked.done))
            return redirect("news:edit_item", item.oid)
    page["reasons"] = queries.reasons(item) if asked.gated else []
    return render(request, "news/edit/act.html", page, status=status)


def _too_late(request: PersonRequest, item: Item) -> HttpResponse:
    """Somebody moved it meanwhile, or it is not theirs to do: they see where it stands."""
    messages.warning(request, _("This cannot be done as it stands now."))
    return redirect("news:edit_item", item.oid)


def _initial(request: PersonRequest, item: Item) -> dict[str, Any]:
    scheduled = item.published_at if item.status == "scheduled" else None
    return {"seen": item.version, **ScheduleForm.showing(scheduled, request.user.time_zone)}


@require_POST
@for_writers
def comment(request: PersonRequest, oid: str) -> HttpResponse:
    item = readable(request.user, oid)
    form = CommentForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            services.add_comment(
                item=item, text=form.cleaned_data["text"], actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            add_refusal(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("Your remark is saved."))
            return redirect("news:edit_item", item.oid)
    context = overview_of(request, item, form)
    return render(request, "news/edit/overview.html", context, status=status)
