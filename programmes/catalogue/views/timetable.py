"""The timetable of an edition: what is typed is shown with what it would do, and done when it is confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.refusals import Refused, Stale
from museumhub.kit.versioned import Difference, data_of
from museumhub.kit.writing import plain
from museumhub.members.http import PersonRequest
from programmes.catalogue import services, trail
from programmes.catalogue.forms import TimetableForm
from programmes.catalogue.models import Edition
from programmes.catalogue.policies import organises_something
from programmes.catalogue.views.finding import organised_edition


@require_http_methods(["GET", "POST"])
@allowed(organises_something)
@second_factor_required
def timetable(request: PersonRequest, programme: str, edition: str) -> HttpResponse:
    """Steps of the POST: `preview` (default), `back` to the form with what was typed, `confirm`."""
    found = organised_edition(request.user, programme, edition)
    if request.method == "GET":
        return _form(request, found, TimetableForm(edition=found))
    form = TimetableForm(request.POST, edition=found)
    if not form.is_valid():
        return _form(request, found, form, status=422)
    if request.POST.get("step") == "back":
        return _form(request, found, form)
    try:
        if request.POST.get("step") == "confirm":
            return _confirm(request, found, form)
        return _preview(request, found, form)
    except Stale as stale:
        conflicts = form.after(stale)
        return _form(request, found, form, status=stale.status, stale=stale, conflicts=conflicts)
    except Refused as refusal:
        form.refuse(refusal)
        return _form(request, found, form, status=refusal.status)


def _form(
    request: PersonRequest, edition: Edition, form: TimetableForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    page = {"edition": edition, "tab": "timetable", "form": form, **more}
    return render(request, "catalogue/organise/timetable.html", page, status=status)


def _preview(request: PersonRequest, edition: Edition, form: TimetableForm) -> HttpResponse:
    rehearsal = services.rehearse_timetable(edition=edition, changes=form.changes, now=clock.now())
    if not rehearsal.names:
        messages.info(request, _("Nothing is different from what stands already."))
        return redirect("catalogue:organise_timetable", edition.programme.slug, edition.slug)
    page = {
        "edition": edition,
        "tab": "timetable",
        "changes": _changes(edition, rehearsal.edition, rehearsal.names),
        "consequences": rehearsal.consequences,
        "data": data_of(request.POST),
    }
    return render(request, "catalogue/organise/timetable_preview.html", page)


def _confirm(request: PersonRequest, edition: Edition, form: TimetableForm) -> HttpResponse:
    services.change_timetable(
        edition=edition,
        actor=request.user,
        changes=form.changes,
        version=form.seen,
        now=clock.now(),
    )
    messages.success(request, _("The timetable is changed."))
    return redirect("catalogue:organise_timetable", edition.programme.slug, edition.slug)


def _changes(stands: Edition, changed: Edition, names: tuple[str, ...]) -> list[Difference]:
    """Each changed date with what it was and what it becomes, said in the zone it was and will be meant in."""
    return [
        Difference(
            trail.field_label(name),
            trail.recorded(name, plain(getattr(stands, name)), stands.time_zone),
            trail.recorded(name, plain(getattr(changed, name)), changed.time_zone),
        )
        for name in names
    ]
