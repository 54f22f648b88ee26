"""Questions: added by kind, changed, doubled, moved, removed."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.refusals import Refused, Sentence
from museumhub.questionnaires import services
from museumhub.questionnaires.content import content_of
from museumhub.questionnaires.forms.building import PlaceForm, QuestionForm
from museumhub.questionnaires.models import Kind
from museumhub.questionnaires.ownership import builds_something
from museumhub.questionnaires.structure import QuestionSpec, Structure
from museumhub.questionnaires.views.workshop import (
    Workshop,
    attempt,
    enter,
    question_or_404,
    section_or_404,
)


@dataclass(frozen=True)
class _Offered:
    """A kind of question as the page offers it."""

    value: str
    label: Sentence
    hint: Sentence


_HINTS: dict[str, Sentence] = {
    Kind.SHORT_TEXT: gettext_lazy("A name or a phrase, on one line."),
    Kind.LONG_TEXT: gettext_lazy(
        "One or more paragraphs, with a limit of words where you set one."
    ),
    Kind.ONE_CHOICE: gettext_lazy("One of several options; a list to open when there are many."),
    Kind.MANY_CHOICES: gettext_lazy("Any number of options, or from so many to so many."),
    Kind.SCALE: gettext_lazy("A point on a scale, for example from “not at all” to “fully”."),
    Kind.NUMBER: gettext_lazy("An amount, with its unit and limits."),
    Kind.DATE: gettext_lazy("A day, between two days where you set them."),
    Kind.COUNTRY: gettext_lazy("A country from the list of all."),
    Kind.EMAIL: gettext_lazy("An address to write to."),
    Kind.URL: gettext_lazy("The address of a page on the web."),
    Kind.FILE: gettext_lazy("A document or picture of the kinds you allow."),
    Kind.CONSENT: gettext_lazy("A box to tick."),
    Kind.STATEMENT: gettext_lazy("A text to read between the questions."),
}
_OFFERED = tuple(_Offered(kind, Kind(kind).label, hint) for kind, hint in _HINTS.items())


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, oid: str, section: str) -> HttpResponse:
    """Without `?kind=` the kinds are offered; with it, the form of that kind."""
    workshop = enter(request, oid)
    structure = workshop.structure
    place = section_or_404(structure, section)
    kind = request.GET.get("kind", "")
    if not kind:
        return workshop.render("kinds.html", {"section": place, "kinds": _OFFERED})
    if kind not in Kind.values:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(
        data, kind=kind, before=_before(structure, section=section), scheme=workshop.scheme
    )
    status = 200
    if data is not None and not form.is_command:
        status = attempt(
            form,
            lambda: services.add_question(
                questionnaire=workshop.questionnaire,
                section=section,
                content=form.content(),
                actor=request.user,
                now=clock.now(),
            ),
        )
        if status == 200:
            messages.success(request, _("The question is added."))
            return workshop.back(at=f"section-{section}-end")
    return workshop.render("question_form.html", {"form": form, "section": place}, status=status)


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    structure = workshop.structure
    question = question_or_404(structure, key)
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(
        data,
        kind=_kind(request, question),
        before=_before(structure, question=key),
        scheme=workshop.scheme,
        content=content_of(question, _dimension_key(workshop, question)),
        revision=question.revision,
    )
    status = 200
    if data is not None and not form.is_command:
        status = attempt(
            form,
            lambda: services.change_question(
                questionnaire=workshop.questionnaire,
                key=key,
                seen=form.cleaned_data["seen"] or 0,
                content=form.content(),
                actor=request.user,
                now=clock.now(),
            ),
            seen_now=lambda: question_or_404(enter(request, oid).structure, key).revision,
        )
        if status == 200:
            return workshop.back(at=f"question-{key}")
    return workshop.render(
        "question_form.html",
        {"form": form, "question": question, "kinds": _OFFERED},
        status=status,
    )


@allowed(builds_something)
@second_factor_required
@require_POST
def duplicate(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    question_or_404(workshop.structure, key)
    try:
        copied = services.duplicate_question(
            questionnaire=workshop.questionnaire, key=key, actor=request.user, now=clock.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return workshop.back()
    messages.success(request, _("The copy stands right below."))
    return workshop.back(at=f"question-{copied.key}")


@allowed(builds_something)
@second_factor_required
@require_POST
def move(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    """One place up or down; the page comes back with the focus on the button that was pressed."""
    workshop = enter(request, oid)
    question_or_404(workshop.structure, key)
    up = request.POST.get("step") == "up"
    try:
        services.move_question(
            questionnaire=workshop.questionnaire,
            key=key,
            step=-1 if up else 1,
            actor=request.user,
            now=clock.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return workshop.back(at=f"{'up' if up else 'down'}-{key}")


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    """To any place of any section."""
    workshop = enter(request, oid)
    structure = workshop.structure
    question = question_or_404(structure, key)
    data = request.POST if request.method == "POST" else None
    form = PlaceForm(data, structure=structure, moving=key)
    status = 200
    if data is not None:
        status = attempt(form, lambda: _place(workshop, key, form.cleaned_data["place"]))
        if status == 200:
            return workshop.back(at=f"question-{key}")
    return workshop.render("place.html", {"form": form, "question": question}, status=status)


def _place(workshop: Workshop, key: str, chosen: str) -> None:
    section, _colon, after = chosen.partition(":")
    services.place_question(
        questionnaire=workshop.questionnaire,
        key=key,
        section=section,
        after=after,
        actor=workshop.request.user,
        now=clock.now(),
    )


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, oid: str, key: str) -> HttpResponse:
    workshop = enter(request, oid)
    question = question_or_404(workshop.structure, key)
    if request.method == "POST":
        try:
            services.remove_question(
                questionnaire=workshop.questionnaire, key=key, actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            return workshop.render(
                "remove_question.html",
                {"question": question, "refusal": refusal},
                status=refusal.status,
            )
        return workshop.back(at="sections")
    return workshop.render("remove_question.html", {"question": question})


def _kind(request: HttpRequest, question: QuestionSpec) -> str:
    """The kind it has, or the one the organiser wants to turn it into."""
    wanted = request.GET.get("kind", "")
    return wanted if wanted in Kind.values else question.kind


def _dimension_key(workshop: Workshop, question: QuestionSpec) -> str:
    scheme = workshop.scheme
    if scheme is None:
        return ""
    return next((d.key for d in scheme.dimensions if d.id == question.dimension_id), "")


def _before(structure: Structure, *, section: str = "", question: str = "") -> list[QuestionSpec]:
    """The questions a condition may look at: those before `question`, or up to the end of `section`; and those it looks at already."""
    earlier: list[QuestionSpec] = []
    for part in structure.sections:
        for spec in part.questions:
            if spec.key == question:
                looked_at = {c.source for c in spec.conditions}
                later = [q for q in structure.questions if q.key in looked_at]
                return earlier + [q for q in later if q not in earlier]
            earlier.append(spec)
        if part.key == section:
            return earlier
    return earlier
