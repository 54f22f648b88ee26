"""All questionnaires of an organiser; one of them at a glance; its settings; copies."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.questionnaires import services
from museumhub.questionnaires.forms.building import CopyForm, QuestionnaireForm, SettingsForm
from museumhub.questionnaires.models import Kind
from museumhub.questionnaires.ownership import builds_something, owners
from museumhub.questionnaires.queries import history, listed
from museumhub.questionnaires.remarks import remarks
from museumhub.questionnaires.views.workshop import attempt, enter

PER_PAGE = 30


@allowed(builds_something)
@second_factor_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    page = Paginator(listed(request.user), PER_PAGE).get_page(request.GET.get("page"))
    mine = owners(request.user)
    named = {owner.reference: owner.name for owner in mine}
    rows = [(questionnaire, named.get(questionnaire.owner, "")) for questionnaire in page]
    return render(
        request, "questionnaires/list.html", {"page": page, "rows": rows, "can_add": bool(mine)}
    )


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    offered = owners(request.user)
    form = QuestionnaireForm(data, owners=offered, initial={"owner": request.GET.get("owner", "")})
    status = 200
    if data is not None and form.is_valid():
        made = services.create_questionnaire(
            **form.cleaned_data, actor=request.user, now=clock.now()
        )
        return redirect("questionnaires:overview", made.oid)
    if data is not None:
        status = 422
    return render(request, "questionnaires/add.html", {"form": form}, status=status)


@allowed(builds_something)
@second_factor_required
@require_GET
def overview(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    structure, scheme = workshop.structure, workshop.scheme
    use = history(workshop.questionnaire)
    return workshop.render(
        "overview.html",
        {
            "structure": structure,
            "remarks": remarks(structure, scheme),
            "use": use[0],
            "current": next((one for one in use if not one.version.is_draft), None),
            "kinds": dict(Kind.choices),
            "dimensions": {d.id: d.name for d in scheme.dimensions} if scheme else {},
        },
    )


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    data = request.POST if request.method == "POST" else None
    form = SettingsForm(
        data,
        initial={"title": workshop.questionnaire.title, "language": workshop.version.language},
    )
    status = 200
    if data is not None:
        status = attempt(
            form,
            lambda: services.rename_questionnaire(
                questionnaire=workshop.questionnaire,
                **form.cleaned_data,
                actor=request.user,
                now=clock.now(),
            ),
        )
        if status == 200:
            messages.success(request, _("Saved."))
            return workshop.back()
    return workshop.render("settings.html", {"form": form}, status=status)


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    data = request.POST if request.method == "POST" else None
    form = CopyForm(
        data,
        owners=owners(request.user),
        initial={"title": workshop.questionnaire.title, "owner": request.GET.get("owner", "")},
    )
    if data is not None and form.is_valid():
        made = services.copy_questionnaire(
            source=workshop.questionnaire,
            **form.cleaned_data,
            actor=request.user,
            now=clock.now(),
        )
        messages.success(request, _("This is the copy. It is a draft until you publish it."))
        return HttpResponseRedirect(workshop.address().replace(oid, made.oid))
    return workshop.render("copy.html", {"form": form}, status=200 if data is None else 422)
