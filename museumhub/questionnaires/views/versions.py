"""Versions: previewed as an applicant sees them, listed, published, thrown away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from museumhub.kit import clock
from museumhub.kit.access import allowed, second_factor_required
from museumhub.kit.refusals import Refused
from museumhub.questionnaires import posting, services
from museumhub.questionnaires.changes import changes
from museumhub.questionnaires.forms.answers import AnswerForm, compile_form
from museumhub.questionnaires.models import QuestionnaireVersion
from museumhub.questionnaires.ownership import builds_something
from museumhub.questionnaires.queries import history
from museumhub.questionnaires.remarks import remarks
from museumhub.questionnaires.scoring import overall_from, scores_from
from museumhub.questionnaires.structure import scheme_of, structure_of
from museumhub.questionnaires.views.workshop import Workshop, enter


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, oid: str, number: int | None = None) -> HttpResponse:
    """The whole form with working conditions; what is typed is checked like an applicant's and not kept."""
    workshop = enter(request, oid)
    version = workshop.version
    if number is not None:
        version = get_object_or_404(workshop.questionnaire.versions, number=number)
    if request.method != "POST":
        return workshop.render(
            "preview.html", {"form": compile_form(version), "previewed": version}
        )
    checking = posting.UPDATE not in request.POST
    form = compile_form(version, data=request.POST, files=request.FILES, require=checking)
    valid = form.is_valid()
    return workshop.render(
        "preview.html",
        {
            "form": form,
            "previewed": version,
            "checked": checking and valid,
            **_scores(workshop, version, form),
        },
        status=422 if checking and not valid else 200,
    )


def _scores(
    workshop: Workshop, version: QuestionnaireVersion, form: AnswerForm
) -> dict[str, object]:
    """What an assessment would come to with these answers."""
    if not workshop.questionnaire.is_assessment:
        return {}
    scheme = scheme_of(version)
    scores = scores_from(form.structure, scheme, form.values)
    return {"scores": scores, "overall": overall_from(scheme, scores)}


@allowed(builds_something)
@second_factor_required
@require_GET
def versions(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    return workshop.render("versions.html", {"history": history(workshop.questionnaire)})


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, oid: str) -> HttpResponse:
    """What changes for whom; published only by the button."""
    workshop = enter(request, oid)
    refusal: Refused | None = None
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            services.publish_version(
                questionnaire=workshop.questionnaire,
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0,
                actor=request.user,
                now=clock.now(),
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("Published. Whoever starts from now on gets this version."))
            return workshop.back()
    structure, scheme = workshop.structure, workshop.scheme
    use = history(workshop.questionnaire)
    before = next((one for one in use if not one.version.is_draft), None)
    found = remarks(structure, scheme)
    return workshop.render(
        "publish.html",
        {
            "refusal": refusal,
            "remarks": found,
            "stopped": any(remark.stops for remark in found),
            "before": before,
            "unfinished": sum(one.unfinished for one in use),
            "finished": sum(one.finished for one in use),
            "changes": changes(structure_of(before.version), structure)
            if before is not None and workshop.version.is_draft
            else [],
        },
        status=refusal.status if refusal is not None else 200,
    )


@allowed(builds_something)
@second_factor_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, oid: str) -> HttpResponse:
    workshop = enter(request, oid)
    if request.method == "POST":
        try:
            services.discard_draft(
                questionnaire=workshop.questionnaire, actor=request.user, now=clock.now()
            )
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The draft is gone; the published version is as it was."))
        return HttpResponseRedirect(workshop.address())
    return workshop.render("discard.html")
