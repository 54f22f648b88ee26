"""What the first page of an application tells: what is needed, and what the reader has begun already."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from museumhub.kit.prepared import Prepared
from museumhub.members.models import Organisation, Person
from museumhub.members.queries import acted_for
from museumhub.questionnaires.queries import current_version
from museumhub.questionnaires.structure import structure_of
from programmes.applications.models import Application, Call, OpeningAlert
from programmes.catalogue.models import Edition

_OWN = Prepared(
    lambda blank: (
        Application.objects.visible_to(Person(pk=blank.number("person")))
        .filter(call__edition=blank.number("edition"))
        .select_related("organisation", "call")[:20]
    )
)
_ALERT = Prepared(
    lambda blank: OpeningAlert.objects.filter(
        person=blank.number("person"), edition=blank.number("edition")
    )[:1]
)
_CALL = Prepared(lambda blank: Call.objects.filter(edition=blank.number("edition")))


def call_at(edition: Edition) -> Call | None:
    """The edition's call, where it has one; one query."""
    call = _CALL.one(edition=edition.pk)
    if call is not None:
        call.edition = edition
    return call


def own_applications(user: Any, edition: Edition) -> list[Application]:
    """The reader's applications to the edition, the newest first; one query."""
    if not getattr(user, "is_active", False):
        return []
    found = _OWN.all(person=user.pk, edition=edition.pk)
    for application in found:
        application.call.edition = edition
    return found


def only_organisation(user: Any) -> Organisation | None:
    """The organisation the reader acts for, where it is the only one; one query."""
    found = acted_for(user)
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
    return _ALERT.one(person=user.pk, edition=edition.pk)
