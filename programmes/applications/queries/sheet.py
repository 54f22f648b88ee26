"""Everything a dossier says, read once: for check pages, letters, downloads and the organisers' view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from museumhub.questionnaires.models import Response
from museumhub.questionnaires.queries import (
    Missing,
    ShownSection,
    StoredAnswer,
    missing_from,
    shown_from,
    stored_answers,
    values_of,
)
from museumhub.questionnaires.scoring import (
    DimensionScore,
    Overall,
    overall_from,
    scores_from,
)
from museumhub.questionnaires.structure import BandSpec, Structure, scheme_of, structure_of
from programmes.applications.models import Application, Call, Dossier, ModuleChoice, TeamMember
from programmes.applications.refusals import Gap
from programmes.catalogue.models import Level


@dataclass(frozen=True)
class Answers:
    """One response as it reads, with what is missing in it, and the answers as they are stored.

    `language` is that of its questions where the reader's is another, else empty.
    """

    sections: tuple[ShownSection, ...] = ()
    missing: tuple[Missing, ...] = ()
    answered: int = 0
    of: int = 0
    stored: Mapping[str, StoredAnswer] = field(default_factory=dict)
    language: str = ""

    def complete(self, section: str) -> bool:
        """Whether nothing required is missing in one of its sections."""
        return all(gap.section != section for gap in self.missing)


@dataclass(frozen=True)
class Maturity:
    """What the self-assessment came to: scores by dimension, the calculated level, and the one the applicant states."""

    dimensions: tuple[DimensionScore, ...]
    overall: Overall
    bands: tuple[BandSpec, ...]
    complete: bool
    calculated: str
    declared: str
    reason: str
    # That of the names of levels and dimensions where the reader's is another, else empty.
    language: str = ""

    @property
    def level(self) -> str:
        """The level that counts for now: the stated one, else the calculated one; empty where there is neither."""
        return self.declared or self.calculated

    @property
    def calculated_name(self) -> str:
        return self.name(self.calculated)

    @property
    def declared_name(self) -> str:
        return self.name(self.declared)

    @property
    def level_name(self) -> str:
        return self.name(self.level)

    def name(self, key: str) -> str:
        """The words for a level; empty for none."""
        return level_name(key, self.bands)


@dataclass(frozen=True)
class Sheet:
    """A dossier, read."""

    form: Answers
    assessment: Answers | None
    maturity: Maturity | None
    choices: tuple[ModuleChoice, ...]
    team: tuple[TeamMember, ...]
    gaps: tuple[Gap, ...]


def level_name(key: str, bands: Sequence[BandSpec] = ()) -> str:
    """The words for a level: those of the assessment, else those of the catalogue, else the key itself."""
    named = next((band.name for band in bands if band.key == key), "")
    return named or str(dict(Level.choices).get(key, key))


def read(application: Application, dossier: Dossier) -> Sheet:
    """The whole dossier: four queries where its questionnaires are frozen, `application.call` and the responses' versions being loaded."""
    call = application.call
    form = _answers(dossier.response)
    assessment = maturity = None
    if dossier.assessment is not None:
        assessment, maturity = _maturity(dossier, dossier.assessment)
    choices = (
        tuple(dossier.choices.select_related("module__host__organisation"))
        if call.modules_to_rank
        else ()
    )
    team = tuple(dossier.team.all()) if call.asks_team else ()
    gaps = _gaps(call, form, assessment, choices, team)
    return Sheet(form, assessment, maturity, choices, team, gaps)


def maturity_of(dossier: Dossier) -> Maturity | None:
    """The self-assessment alone; None where the call asks for none. One query for a frozen questionnaire."""
    return _maturity(dossier, dossier.assessment)[1] if dossier.assessment is not None else None


def _answers(response: Response) -> Answers:
    structure = structure_of(response.version)
    stored = stored_answers(response, structure)
    return _read_as(response, structure, stored)


def _read_as(
    response: Response, structure: Structure, stored: Mapping[str, StoredAnswer]
) -> Answers:
    sections = tuple(shown_from(structure, stored))
    answers = [answer for section in sections for answer in section.answers]
    return Answers(
        sections=sections,
        missing=tuple(missing_from(structure, stored)),
        answered=sum(answer.answered for answer in answers),
        of=len(answers),
        stored=stored,
        language=language if (language := response.version.language) != get_language() else "",
    )


def _maturity(dossier: Dossier, response: Response) -> tuple[Answers, Maturity]:
    structure, scheme = structure_of(response.version), scheme_of(response.version)
    stored = stored_answers(response, structure)
    values = values_of(stored)
    scores = scores_from(structure, scheme, values)
    overall = overall_from(scheme, scores)
    answers = _read_as(response, structure, stored)
    complete = not answers.missing
    return answers, Maturity(
        dimensions=tuple(scores),
        overall=overall,
        bands=scheme.bands,
        complete=complete,
        calculated=overall.band.key if complete and overall.band is not None else "",
        declared=dossier.declared_level,
        reason=dossier.declared_reason,
        language=answers.language,
    )


def _gaps(
    call: Call,
    form: Answers,
    assessment: Answers | None,
    choices: Sequence[ModuleChoice],
    team: Sequence[TeamMember],
) -> tuple[Gap, ...]:
    """What keeps the application from being sent, in the order of the tasks."""
    gaps = []
    if assessment is not None:
        gaps += [_gap("assessment", missing) for missing in assessment.missing]
    gaps += [_gap("questions", missing) for missing in form.missing]
    if call.modules_to_rank and not choices:
        gaps.append(Gap("modules", "", "rank_1", _("Modules"), _("Choose at least one module.")))
    if call.asks_team and not team:
        gaps.append(
            Gap("team", "", "name", _("Team"), _("Name at least one person who would take part."))
        )
    return tuple(gaps)


def _gap(task: str, missing: Missing) -> Gap:
    return Gap(task, missing.section, missing.key, missing.label, missing.sentence)
