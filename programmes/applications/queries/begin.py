"""What the first page of an application tells: what is needed, and what the reader has begun already."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from museumhub.members.models import Organisation
from museumhub.questionnaires.queries import current_version
from museumhub.questionnaires.structure import structure_of
from programmes.applications.models import Application, Call, OpeningAlert
from programmes.catalogue.models import Edition


def own_applications(user: Any, edition: Edition) -> list[Application]:
    """The reader's applications to the edition, the newest first; one query."""
    found = list(
        Application.objects.visible_to(user)
        .filter(call__edition=edition)
        .select_related("organisation", "call")[:20]
    )
    for application in found:
        application.call.edition = edition
    return found


def only_organisation(user: Any) -> Organisation | None:
    """The organisation the reader acts for, where it is the only one; one query."""
    if not getattr(user, "is_authenticated", False):
        return None
    found = list(Organisation.objects.acted_for_by(user)[:2])
    return found[0] if len(found) == 1 else None


def only_section(application: Application) -> str:
    """The key of the one page of questions, where the call asks for nothing else; empty where there is more to do.

    No query for a questionnaire that is frozen and was read before.
    """
    call = application.call
    if call.assessment_id is not None or call.modules_to_rank or call.asks_team:
        return ""
    sections = structure_of(application.working.response.version).sections
    if len(sections) != 1 or all(question.conditions for question in sections[0].questions):
        return ""
    return sections[0].key


def what_is_needed(call: Call) -> list[str | Promise]:
    """What an applicant should have at hand, in words."""
    needs: list[str | Promise] = [_("the organisation you apply for")]
    if call.assessment_id is not None:
        needs.append(_("a self-assessment of your digital maturity"))
    version = current_version(call.form_id)
    sections = structure_of(version).sections if version is not None else ()
    needs += [section.title for section in sections]
    if call.modules_to_rank:
        needs.append(_("the modules you would take, in order"))
    if call.asks_team:
        needs.append(_("who would take part: names and e-mail addresses"))
    return needs


def alert_of(user: Any, edition: Edition) -> OpeningAlert | None:
    """The reader's own "tell me when it opens"."""
    if not getattr(user, "is_authenticated", False):
        return None
    return OpeningAlert.objects.of(user).filter(edition=edition).first()
