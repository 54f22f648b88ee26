"""Endorsing a statement, confirming and withdrawing it, and the table of those who signed."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from allauth.core.internal.ratelimit import get_ip
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import public, signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused
from museumhub.kit.tables import cell
from museumhub.members.http import PersonRequest
from museumhub.members.models import Organisation
from museumhub.news import kinds, queries
from museumhub.news.forms.endorsing import EndorseForm
from museumhub.news.models import Endorsement, Item
from museumhub.news.services import endorsing

HEAD = ("kind", "name", "place", "signed_on")


def _statement(slug: str) -> Item:
    return get_object_or_404(
        Item.objects.published(clock.now())
        .filter(kind=kinds.STATEMENT)
        .select_related("organisation"),
        slug=slug,
    )


@require_http_methods(["GET", "POST"])
@public
def endorse(request: HttpRequest, slug: str) -> HttpResponse:
    """Sign as a person; who administers organisations finds them here too."""
    statement = _statement(slug)
    person = request.user if request.user.is_authenticated else None
    initial = {"name": person.name, "email": person.email} if person is not None else {}
    form = EndorseForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                stands = endorsing.endorse_as_person(
                    statement=statement,
                    **form.cleaned_data,
                    language=get_language() or "en",
                    address_of_sender=get_ip(request),
                    actor=person,
                    now=clock.now(),
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                if stands is None:
                    return render(request, "news/endorse_asked.html", {"statement": statement})
                messages.success(request, _("Thank you. You are among the signatories."))
                return redirect(statement)
    context = {
        "statement": statement,
        "form": form,
        "own": queries.own_organisations(request.user, statement),
    }
    return render(request, "news/endorse.html", context, status=status)


@require_POST
@signed_in
def endorse_organisation(request: PersonRequest, slug: str) -> HttpResponse:
    """One of the reader's organisations signs, or withdraws: one button each."""
    statement = _statement(slug)
    organisation = get_object_or_404(
        Organisation.objects.filter(memberships__person=request.user),
        oid=request.POST.get("organisation", ""),
    )
    act, said = (
        (endorsing.take_back_for_organisation, _("The endorsement is withdrawn."))
        if "withdraw" in request.POST
        else (endorsing.endorse_for_organisation, _("Your organisation is among the signatories."))
    )
    act(statement=statement, organisation=organisation, actor=request.user, now=clock.now())
    messages.success(request, said)
    return redirect(statement)


@require_http_methods(["GET", "POST"])
@public
def confirm(request: HttpRequest, slug: str, oid: str) -> HttpResponse:
    """The page behind the letter's link; its button confirms the address."""
    statement = _statement(slug)
    endorsement = get_object_or_404(Endorsement.objects.by_link(slug, oid))
    if request.method == "POST":
        endorsing.confirm_endorsement(endorsement=endorsement, now=clock.now())
        endorsement.refresh_from_db()
    context = {"statement": statement, "endorsement": endorsement}
    return render(request, "news/endorse_confirm.html", context)


@require_http_methods(["GET", "POST"])
@public
def withdraw(request: HttpRequest, slug: str, oid: str) -> HttpResponse:
    """The page behind "withdraw"; its button forgets the address, once or twice alike."""
    endorsement = Endorsement.objects.by_link(slug, oid).first()
    # What is public no more can still be withdrawn from.
    statement = endorsement.statement if endorsement is not None else _statement(slug)
    if request.method == "POST" and endorsement is not None:
        endorsing.take_back_endorsement(endorsement=endorsement, now=clock.now())
        endorsement = None
    context = {"statement": statement, "endorsement": endorsement}
    return render(request, "news/endorse_withdraw.html", context)


class _Line:
    """What a csv writer writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


@require_safe
@public
def signatories_csv(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """All who are named, as RFC 4180 with a byte order mark; no address of anybody."""
    statement = _statement(slug)
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(HEAD)
        for row in queries.signatories_table(statement):
            yield writer.writerow(cell(value) for value in row)

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-signatories.csv"'
    return response
