"""Dimensions and levels of an assessment."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.refusals import Refused
from museumhub.questionnaires import services
from museumhub.questionnaires.forms.building import BandsForm, DimensionForm
from museumhub.questionnaires.ownership import builds_something
from museumhub.questionnaires.scoring import best
from museumhub.questionnaires.services.scheme import bands_of, bands_print
from museumhub.questionnaires.structure import DimensionSpec, Scheme
from museumhub.questionnaires.views.workshop import Workshop, attempt, enter


def _scheme_or_404(workshop: Workshop) -> Scheme:
    scheme = workshop.scheme
    if scheme is None:
        raise Http404
    return scheme


def _dimension_or_404(workshop: Workshop, key: str) -> DimensionSpec:
    for dimension in _scheme_or_404(workshop).dimensions:
        if dimension.key == key:
            return dimension
    raise Http404


@allowed(builds_something)
@second_factor_required
@require_GET
def scores(request: HttpRequest, oid: str) -> HttpResponse:
    """What is scored how: every dimension with its questions and their best points."""
    workshop = enter(request, oid)
    scheme = _scheme_or_404(workshop)
    questions = list(workshop.structure.questions)
    return workshop.render(
        "scores.html",
        {
            "scheme": scheme,
            "dimensions": [
                (d, [(q, best(q)) for q in questions if q.dimension_id == d.id])
                for d in scheme.dimensions
            ],
        },
    )


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def add_dimension(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    data = request.POST if request.method == "POST" else None
    form = DimensionForm(data, scheme=_scheme_or_404(workshop))
    status = 200
    if data is not None:
        status = attempt(
            form,
            lambda: services.add_dimension(
                questionnaire=workshop.questionnaire,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                texts=form.texts,
                actor=request.user,
                now=clock.now(),
            ),
        )
        if status == 200:
            return HttpResponseRedirect(workshop.address("scores"))
    return workshop.render("dimension.html", {"form": form}, status=status)


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def change_dimension(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    dimension = _dimension_or_404(workshop, key)
    data = request.POST if request.method == "POST" else None
    form = DimensionForm(
        data,
        scheme=_scheme_or_404(workshop),
        dimension=dimension,
        initial={
            "name": dimension.name,
            "description": dimension.description,
            "seen": dimension.revision,
        },
    )
    status = 200
    if data is not None:
        status = attempt(
            form,
            lambda: services.change_dimension(
                questionnaire=workshop.questionnaire,
                key=key,
                seen=form.cleaned_data["seen"] or 0,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                texts=form.texts,
                actor=request.user,
                now=clock.now(),
            ),
            seen_now=lambda: _dimension_or_404(enter(request, oid), key).revision,
        )
        if status == 200:
            return HttpResponseRedirect(workshop.address("scores", at=f"dimension-{key}"))
    return workshop.render("dimension.html", {"form": form, "dimension": dimension}, status=status)


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def remove_dimension(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    dimension = _dimension_or_404(workshop, key)
    if request.method == "POST":
        try:
            services.remove_dimension(
                questionnaire=workshop.questionnaire, key=key, actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            return workshop.render(
                "remove_dimension.html",
                {"dimension": dimension, "refusal": refusal},
                status=refusal.status,
            )
        return HttpResponseRedirect(workshop.address("scores"))
    return workshop.render("remove_dimension.html", {"dimension": dimension})


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def bands(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    _scheme_or_404(workshop)
    standing = bands_of(workshop.version)
    data = request.POST if request.method == "POST" else None
    form = BandsForm(data, bands=standing, initial={"seen": bands_print(standing)})
    status = 200
    if data is not None and not form.is_command:
        status = attempt(
            form,
            lambda: services.set_bands(
                questionnaire=workshop.questionnaire,
                seen=form.cleaned_data["seen"],
                bands=form.bands,
                actor=request.user,
                now=clock.now(),
            ),
            seen_now=lambda: bands_print(bands_of(enter(request, oid).version)),
        )
        if status == 200:
            return HttpResponseRedirect(workshop.address("scores", at="levels"))
    return workshop.render("bands.html", {"form": form}, status=status)
