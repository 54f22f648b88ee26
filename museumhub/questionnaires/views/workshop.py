"""What every page of the builder begins with: the questionnaire an organiser may build, and how a save is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from museumhub.kit.refusals import Refused, Stale
from museumhub.questionnaires.forms.building import BuilderForm
from museumhub.questionnaires.models import Questionnaire, QuestionnaireVersion
from museumhub.questionnaires.ownership import Owner, owners
from museumhub.questionnaires.structure import (
    QuestionSpec,
    Scheme,
    SectionSpec,
    Structure,
    scheme_of,
    structure_of,
)


@dataclass(frozen=True)
class Workshop:
    """A questionnaire and its newest version, which is the one that is built; `scheme` for an assessment only."""

    request: HttpRequest
    questionnaire: Questionnaire
    version: QuestionnaireVersion

    @property
    def structure(self) -> Structure:
        return structure_of(self.version)

    @property
    def scheme(self) -> Scheme | None:
        return scheme_of(self.version) if self.questionnaire.is_assessment else None

    @property
    def owner(self) -> Owner | None:
        """Whose it is, with the way back there."""
        every = owners(self.request.user)
        return next((one for one in every if one.reference == self.questionnaire.owner), None)

    def address(self, name: str = "overview", *args: str, at: str = "") -> str:
        """The address of a page of this questionnaire, `at` an element of it."""
        path = reverse(f"questionnaires:{name}", args=[self.questionnaire.oid, *args])
        return f"{path}#{at}" if at else path

    def back(self, at: str = "") -> HttpResponseRedirect:
        """To the overview."""
        return HttpResponseRedirect(self.address(at=at))

    def render(
        self, template: str, context: dict[str, Any] | None = None, *, status: int = 200
    ) -> HttpResponse:
        form = (context or {}).get("form")
        if isinstance(form, BuilderForm):
            form.write_in(self.version.language)
        known = {"workshop": self, "questionnaire": self.questionnaire, "version": self.version}
        return render(
            self.request, f"questionnaires/{template}", {**known, **(context or {})}, status=status
        )


def enter(request: HttpRequest, oid: str) -> Workshop:
    """The questionnaire behind an address; 404 where it does not exist or is not this person's to build."""
    questionnaire = get_object_or_404(Questionnaire.objects.editable_by(request.user), oid=oid)
    version = questionnaire.versions.order_by("-number")[0]
    version.questionnaire = questionnaire
    return Workshop(request, questionnaire, version)


def section_or_404(structure: Structure, key: str) -> SectionSpec:
    section = structure.section(key)
    if section is None:
        raise Http404
    return section


def question_or_404(structure: Structure, key: str) -> QuestionSpec:
    question = structure.by_key.get(key)
    if question is None:
        raise Http404
    return question


def attempt(
    form: BuilderForm,
    act: Callable[[], object],
    *,
    seen_now: Callable[[], object] | None = None,
) -> int:
    """Do `act` where the form is valid. 200, or the status of the refusal, which the form then shows.

    After a stale save `seen_now()` says what stands by then.
    """
    if not form.is_valid():
        return 422
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal)
        if isinstance(refusal, Stale) and seen_now is not None:
            form.take_as_seen(seen_now())
        return refusal.status
    return 200
