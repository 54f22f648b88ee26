"""Writing an application: the task list, and a page of its own for each task."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from museumhub.kit import clock
from museumhub.kit.access import signed_in
from museumhub.kit.forms import add_refusal
from museumhub.kit.refusals import Refused, Stale
from museumhub.members.http import PersonRequest
from museumhub.members.models import Membership
from programmes.applications import queries
from programmes.applications.forms import (
    ChooseOrganisationForm,
    LevelForm,
    RankForm,
    TeamMemberForm,
)
from programmes.applications.lifecycle import CLOSED
from programmes.applications.models import Application, TeamMember
from programmes.applications.services import drafts
from programmes.applications.views.finding import readable, writable
from programmes.applications.views.pages import address, closed_page, facts, refused_page


@require_safe
@signed_in
def tasks(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Where the application stands, what is done, and what is left."""
    application = readable(request.user, programme, edition, oid)
    context = facts(application, clock.now())
    sheet = queries.read(application, application.working)
    call = application.call
    context |= {
        "sheet": sheet,
        "tasks": queries.tasks(sheet, ranks=bool(call.modules_to_rank), asks_team=call.asks_team),
    }
    return render(request, "applications/tasks.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def organisation(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Who applies; while it is a draft, another of one's organisations can."""
    application = writable(request.user, programme, edition, oid)
    now = clock.now()
    form = ChooseOrganisationForm(
        request.POST or None,
        person=request.user,
        initial={"organisation": application.organisation.oid},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drafts.change_organisation(
                    application=application,
                    organisation=form.cleaned_data["organisation"],
                    actor=request.user,
                    now=now,
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect(address("tasks", application))
    context = {**facts(application, now), "form": form}
    return render(request, "applications/organisation.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def level(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """What the self-assessment came to, why, which module fits; and whether the applicant agrees."""
    application = writable(request.user, programme, edition, oid)
    now = clock.now()
    dossier = application.working
    maturity = queries.maturity_of(dossier)
    if maturity is None:
        raise Http404
    initial = {
        "seen": dossier.revision,
        "level": maturity.declared,
        "reason": maturity.reason,
    }
    form = LevelForm(
        request.POST or None,
        initial=initial,
        bands=maturity.bands,
        calculated=maturity.calculated,
    )
    offered = queries.offered_modules(application, maturity.level)
    context = {
        **facts(application, now),
        "maturity": maturity,
        "form": form,
        "recommended": queries.recommended([one.module for one in offered], maturity.level),
        "stale": None,
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drafts.state_level(
                    application=application,
                    level=form.cleaned_data["level"],
                    reason=form.cleaned_data["reason"],
                    seen=form.cleaned_data["seen"],
                    actor=request.user,
                    now=now,
                )
            except Stale as stale:
                form.at(dossier.revision)
                context["stale"] = stale
                status = stale.status
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                return _onward(request, application, context["phase"])
    return render(request, "applications/level.html", context, status=status)


@require_http_methods(["GET", "POST"])
@signed_in
def modules(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """The modules, each with its place in the applicant's order."""
    application = writable(request.user, programme, edition, oid)
    call = application.call
    if not call.modules_to_rank:
        raise Http404
    now = clock.now()
    dossier = application.working
    maturity = queries.maturity_of(dossier)
    offered = queries.offered_modules(application, maturity.level if maturity is not None else "")
    chosen = [choice.module_id for choice in dossier.choices.all()]
    form = RankForm(
        request.POST or None,
        initial={"seen": dossier.revision},
        modules=[one.module for one in offered],
        most=min(call.modules_to_rank, len(offered)),
        chosen=chosen,
    )
    context: dict[str, Any] = {**facts(application, now), "form": form, "stale": None}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drafts.choose_modules(
                    application=application,
                    modules=form.ranked,
                    seen=form.cleaned_data["seen"],
                    actor=request.user,
                    now=now,
                )
            except Stale as stale:
                form.at(dossier.revision)
                titles = {one.module.pk: one.module.title for one in offered}
                context |= {
                    "stale": stale,
                    "theirs": [titles[pk] for pk in chosen if pk in titles],
                    "yours": [titles[pk] for pk in form.ranked if pk in titles],
                }
                status = stale.status
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                if "move" in request.POST:
                    return redirect(address("modules", application))
                return _onward(request, application, context["phase"])
    context["rows"] = _rows(form, offered, chosen)
    context["recommended"] = next((one.module for one in offered if one.fits), None)
    return render(request, "applications/modules.html", context, status=status)


def _rows(
    form: RankForm, offered: list[queries.OfferedModule], chosen: list[int]
) -> list[dict[str, Any]]:
    """Each module with its field, those chosen first and in their order."""
    last = len(chosen) - 1
    rows = []
    for one in sorted(
        offered,
        key=lambda one: chosen.index(one.module.pk) if one.module.pk in chosen else len(chosen),
    ):
        rank = chosen.index(one.module.pk) if one.module.pk in chosen else None
        rows.append(
            {
                "offered": one,
                "module": one.module,
                "field": form[form.name_of(one.module)],
                "can_rise": rank is not None and rank > 0,
                "can_sink": rank is not None and rank < last,
            }
        )
    return rows


@require_http_methods(["GET", "POST"])
@signed_in
def team(request: PersonRequest, programme: str, edition: str, oid: str) -> HttpResponse:
    """Who would take part, and a form that adds one more."""
    application = writable(request.user, programme, edition, oid)
    if not application.call.asks_team:
        raise Http404
    now = clock.now()
    data = request.POST or None
    if data is not None and "colleague" in data:
        data = _colleague(application, data["colleague"])
    form = TeamMemberForm(data)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drafts.add_team_member(
                    application=application, actor=request.user, now=now, **form.cleaned_data
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect(address("team", application))
    named = list(application.working.team.all())
    context = {
        **facts(application, now),
        "form": form,
        "team": named,
        "colleagues": queries.colleagues(application, [one.email for one in named]),
    }
    return render(request, "applications/team.html", context, status=status)


def _colleague(application: Application, oid: str) -> Any:
    """What the form would hold for one of the organisation's own people."""
    membership = get_object_or_404(
        Membership.objects.select_related("person"),
        oid=oid,
        organisation=application.organisation_id,
    )
    person = membership.person
    return {"name": person.name or person.email, "email": person.email, "role": ""}


def _team_member(application: Application, member: str) -> TeamMember:
    return get_object_or_404(application.working.team.all(), oid=member)


@require_http_methods(["GET", "POST"])
@signed_in
def team_member(
    request: PersonRequest, programme: str, edition: str, oid: str, member: str
) -> HttpResponse:
    """Correct one of the team."""
    application = writable(request.user, programme, edition, oid)
    found = _team_member(application, member)
    now = clock.now()
    form = TeamMemberForm(request.POST or None, instance=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                drafts.change_team_member(
                    application=application,
                    member=found,
                    actor=request.user,
                    now=now,
                    **form.cleaned_data,
                )
            except Refused as refusal:
                add_refusal(form, refusal)
                status = refusal.status
            else:
                return redirect(address("team", application))
    context = {**facts(application, now), "form": form, "member": found}
    return render(request, "applications/team_member.html", context, status=status)


@require_POST
@signed_in
def remove_team_member(
    request: PersonRequest, programme: str, edition: str, oid: str, member: str
) -> HttpResponse:
    """Take one off the team."""
    application = writable(request.user, programme, edition, oid)
    found = _team_member(application, member)
    now = clock.now()
    try:
        drafts.remove_team_member(
            application=application, member=found, actor=request.user, now=now
        )
    except Refused as refusal:
        return refused_page(request, application, refusal, now)
    messages.success(request, _("%(name)s is no longer on the list.") % {"name": found.name})
    return redirect(address("team", application))


def _onward(request: PersonRequest, application: Application, phase: str) -> HttpResponse:
    """After a save: back to the list; after the close the page that says what is kept."""
    if phase == CLOSED:
        return closed_page(request, application, clock.now(), just_kept=True)
    return redirect(address("tasks", application))
