"""Sections: added, changed, moved, removed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.refusals import Refused
from museumhub.questionnaires import services
from museumhub.questionnaires.forms.building import SectionForm
from museumhub.questionnaires.ownership import builds_something
from museumhub.questionnaires.views.workshop import attempt, enter, section_or_404


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    data = request.POST if request.method == "POST" else None
    form = SectionForm(data)
    status = 200
    if data is not None:
        status = attempt(
            form,
            lambda: services.add_section(
                questionnaire=workshop.questionnaire,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                actor=request.user,
                now=clock.now(),
            ),
        )
        if status == 200:
            return workshop.back(at="sections-end")
    return workshop.render("section.html", {"form": form}, status=status)


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    section = section_or_404(workshop.structure, key)
    data = request.POST if request.method == "POST" else None
    form = SectionForm(
        data,
        initial={
            "title": section.title,
            "introduction": section.introduction,
            "seen": section.revision,
        },
    )
    status = 200
    if data is not None:
        status = attempt(
            form,
            lambda: services.change_section(
                questionnaire=workshop.questionnaire,
                key=key,
                seen=form.cleaned_data["seen"] or 0,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                actor=request.user,
                now=clock.now(),
            ),
            seen_now=lambda: section_or_404(enter(request, oid).structure, key).revision,
        )
        if status == 200:
            return workshop.back(at=f"section-{key}")
    return workshop.render("section.html", {"form": form, "section": section}, status=status)


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    section = section_or_404(workshop.structure, key)
    if request.method == "POST":
        try:
            services.remove_section(
                questionnaire=workshop.questionnaire, key=key, actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            return workshop.render(
                "remove_section.html",
                {"section": section, "refusal": refusal},
                status=refusal.status,
            )
        return workshop.back(at="sections")
    return workshop.render("remove_section.html", {"section": section})


@allowed(builds_something)
@second_factor_required
@require_POST
def move(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    section_or_404(workshop.structure, key)
    up = request.POST.get("step") == "up"
    try:
        services.move_section(
            questionnaire=workshop.questionnaire,
            key=key,
            step=-1 if up else 1,
            actor=request.user,
            now=clock.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return workshop.back(at=f"{'up' if up else 'down'}-section-{key}")
