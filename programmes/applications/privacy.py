"""The personal data in applications: handed out and erased with the person it is about.

What an organisation applied with is the organisation's record: answers stay with it when one of its
people is erased, the person's own marks on it go.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from museumhub.kit.privacy import Holding, register
from museumhub.questionnaires.models import Response
from museumhub.questionnaires.privacy import responses_of
from programmes.applications.models import (
    Application,
    Contributor,
    Dossier,
    OpeningAlert,
    TeamMember,
)


def _team_places(person: Any) -> Any:
    return TeamMember.objects.filter(Q(person=person) | Q(email__iexact=person.email))


def _export_team(person: Any) -> Iterable[dict[str, Any]]:
    for one in _team_places(person).select_related("dossier__application__organisation"):
        application = getattr(one.dossier, "application", None)
        yield {
            "reference": application.reference if application is not None else None,
            "organisation": application.organisation.name if application is not None else None,
            "name": one.name,
            "email": one.email,
            "role": one.role,
        }


def _erase_team(person: Any, now: datetime) -> None:
    _team_places(person).delete()


def _export_applications(person: Any) -> Iterable[dict[str, Any]]:
    own = Application.objects.filter(Q(created_by=person) | Q(contributors__person=person))
    for one in own.select_related("organisation", "dossier", "change").distinct():
        yield {
            "reference": one.reference,
            "organisation": one.organisation.name,
            "status": one.status,
            "begun_by_me": one.created_by_id == person.pk,
            "started_at": one.started_at.isoformat(),
            "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
            "reason_for_level": one.working.declared_reason,
        }


def _erase_applications(person: Any, now: datetime) -> None:
    Dossier.objects.filter(application__in=_own_drafts(person)).update(
        declared_level="", declared_reason=""
    )
    Application.objects.filter(created_by=person).update(created_by=None)
    Contributor.objects.filter(person=person).delete()


def _alerts(person: Any) -> Any:
    return OpeningAlert.objects.filter(Q(person=person) | Q(email__iexact=person.email))


def _export_alerts(person: Any) -> Iterable[dict[str, Any]]:
    for one in _alerts(person).select_related("edition"):
        yield {
            "edition": one.edition.title,
            "email": one.email,
            "language": one.language,
            "time_zone": one.time_zone,
            "created_at": one.created_at.isoformat(),
            "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        }


def _erase_alerts(person: Any, now: datetime) -> None:
    _alerts(person).delete()


register(
    Holding(
        name="applications.team",
        fields=frozenset(
            {
                "applications.teammember.name",
                "applications.teammember.email",
                "applications.teammember.role",
                "applications.teammember.person",
            }
        ),
        export=_export_team,
        erase=_erase_team,
        purpose=_("To know who would take part for an organisation, and to reach them."),
        kept_for=_("As long as the application of the organisation is kept."),
    )
)
register(
    Holding(
        name="applications.written",
        fields=frozenset(
            {
                "applications.application.created_by",
                "applications.contributor.person",
                "applications.dossier.declared_reason",
            }
        ),
        export=_export_applications,
        erase=_erase_applications,
        purpose=_("To remind those who work on an application, and to show who began it."),
        kept_for=_("As long as the application of the organisation is kept."),
    )
)
register(
    Holding(
        name="applications.alerts",
        fields=frozenset(
            f"applications.openingalert.{field}"
            for field in ("email", "person", "language", "time_zone")
        ),
        export=_export_alerts,
        erase=_erase_alerts,
        purpose=_("To tell those who asked that a call has opened, or closes soon."),
        kept_for=_("Until the call closes; a week where the address is not confirmed."),
    )
)


def _own_drafts(person: Any) -> QuerySet[Application]:
    """Drafts never sent in which only this person has written."""
    others = Contributor.objects.filter(application=OuterRef("pk")).exclude(person=person)
    return Application.objects.filter(~Exists(others), created_by=person, submitted_at__isnull=True)


def _own_answers(person: Any) -> QuerySet[Response]:
    """Answers that are nobody else's."""
    drafts = _own_drafts(person)
    return Response.objects.filter(
        Q(dossier__application__in=drafts) | Q(assessed_dossier__application__in=drafts)
    )


responses_of("applications", _own_answers)
