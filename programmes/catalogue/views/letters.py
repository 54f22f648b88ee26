"""The outbox of an edition for its organisers: the table, one letter as it was sent, and sending a failed one again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import allowed
from museumhub.kit.refusals import Refused
from museumhub.mail import queries as mail
from museumhub.mail import services
from museumhub.mail.frames import letter_frame
from museumhub.mail.models import Letter
from museumhub.members.http import PersonRequest
from museumhub.members.second_factor import second_factor_required
from programmes.catalogue import queries
from programmes.catalogue.forms import LetterFilterForm, ResendForm
from programmes.catalogue.models import Edition
from programmes.catalogue.policies import organises_something
from programmes.catalogue.views.finding import organised_edition


def _on_shelf(edition: Edition, oid: str) -> Letter:
    """A letter of the edition that organisers may read; sensitive ones are a 404 like those of others."""
    return get_object_or_404(mail.shelf(edition), oid=oid)


@require_safe
@allowed(organises_something)
@second_factor_required
def letters(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """The letters of the edition; filters live in the address."""
    found = organised_edition(request.user, programme, edition)
    form = LetterFilterForm(request.GET, kinds=mail.kinds_on_shelf(found))
    if not form.is_valid():
        raise Http404
    context = {
        "edition": found,
        "tab": "letters",
        "form": form,
        "filters": form.filters,
        "outbox": queries.outbox(found, form.filters, request.GET.get("page", 1)),
        "now": clock.now(),
    }
    return render(request, "catalogue/organise/letters.html", context)


@require_safe
@allowed(organises_something)
@second_factor_required
def letter(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """One letter: its words, what became of it, and a button where it failed."""
    found = organised_edition(request.user, programme, edition)
    return _page(request, found, _on_shelf(found, oid))


def _page(
    request: PersonRequest, edition: Edition, letter: Letter, refusal: Refused | None = None
) -> HttpResponse:
    context = {
        "edition": edition,
        "tab": "letters",
        "letter": letter,
        "content": queries.letter_page(letter),
        "form": ResendForm(initial={"seen": letter.times_resent}),
        "refusal": refusal,
        "now": clock.now(),
    }
    status = refusal.status if refusal is not None else 200
    return render(request, "catalogue/organise/letter.html", context, status=status)


@require_safe
@allowed(organises_something)
@second_factor_required
def letter_html(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """The letter's own HTML under a policy of its own, for the frame on its page."""
    found = organised_edition(request.user, programme, edition)
    words = queries.words_of(_on_shelf(found, oid))
    if words is None:
        raise Http404
    return letter_frame(words.html, links=False)


@require_safe
@allowed(organises_something)
@second_factor_required
def attachment(
    request: PersonRequest, programme: str, edition: str, oid: str, number: int
) -> HttpResponse:
    """A file that goes with the letter, always as a download; `number` counts from 0."""
    found = organised_edition(request.user, programme, edition)
    attached = queries.attachments_of(_on_shelf(found, oid))
    if number >= len(attached):
        raise Http404
    one = attached[number]
    return HttpResponse(
        one.text,
        headers={
            "Content-Type": one.content_type,
            "Content-Disposition": content_disposition_header(True, one.name) or "attachment",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@require_POST
@allowed(organises_something)
@second_factor_required
def resend(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Put a failed letter back into the queue; a second press of the button changes nothing."""
    found = organised_edition(request.user, programme, edition)
    failed = _on_shelf(found, oid)
    form = ResendForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(_("Look at the letter as it stands now, and press the button again."))
        fresh = services.resend(
            letter=failed,
            actor=request.user,
            seen=form.cleaned_data["seen"],
            now=clock.now(),
        )
    except Refused as refusal:
        return _page(request, found, _on_shelf(found, oid), refusal)
    if fresh:
        messages.success(
            request, _("The letter is in the queue again and goes out within a minute.")
        )
    else:
        messages.info(request, _("You have sent this letter again already; it went once."))
    return redirect("catalogue:organise_letter", programme, edition, oid)
