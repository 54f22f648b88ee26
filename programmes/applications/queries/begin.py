"""What the first page of an application tells: what is needed, and what the reader has begun already."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


def what_is_needed(call: Call) -> list[str | Promise]:
    """What an applicant should have at hand, in words."""
    needs: list[str | Promise] = [_("the organisation you apply for")]
    if call.assessment is not None:
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
