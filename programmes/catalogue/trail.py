"""How the audit trail of this room reads to organisers: acts, fields and values in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy as _

from museumhub.kit.dates import said, said_day
from museumhub.kit.refusals import Sentence
from programmes.catalogue.models import Edition, Module, Partner, Programme, ProgrammeRole

# What was done, for the history of an edition.
VERBS: dict[str, Sentence] = {
    "catalogue.programme_created": _("Added the programme"),
    "catalogue.programme_edited": _("Changed the programme"),
    "catalogue.edition_created": _("Added the edition"),
    "catalogue.edition_edited": _("Changed the details"),
    "catalogue.edition_published": _("Published the edition"),
    "catalogue.edition_cancelled": _("Cancelled the edition"),
    "catalogue.timetable_changed": _("Changed the timetable"),
    "catalogue.module_added": _("Added a module"),
    "catalogue.module_edited": _("Changed a module"),
    "catalogue.module_deleted": _("Deleted a module"),
    "catalogue.modules_ordered": _("Put the modules into another order"),
    "catalogue.partner_added": _("Added a partner"),
    "catalogue.partner_edited": _("Changed a partner"),
    "catalogue.partner_removed": _("Removed a partner"),
    "catalogue.partners_ordered": _("Put the partners into another order"),
    "catalogue.role_offered": _("Offered a role"),
    "catalogue.role_accepted": _("Accepted a role"),
    "catalogue.role_declined": _("Declined a role"),
    "catalogue.role_invitation_withdrawn": _("Withdrew the offer of a role"),
    "catalogue.role_ended": _("Ended a role"),
    "mail.resent": _("Sent a letter again"),
}

# Names in the audit trail that are no field of a model.
_OTHER_LABELS: dict[str, Sentence] = {
    "copied_from": _("Copied from"),
    "tags": _("Keywords"),
    "topics": _("Topics"),
    "person": _("Person"),
    "organisation": _("Organisation"),
}


def field_label(name: str) -> str:
    """A field of the audit trail in words."""
    if name in _OTHER_LABELS:
        return str(_OTHER_LABELS[name])
    for model in (Edition, Module, Partner, Programme, ProgrammeRole):
        try:
            label: Any = model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue
        return str(label)[:1].upper() + str(label)[1:]
    return name


def recorded(name: str, value: Any, zone: str) -> str:
    """A value of the audit trail as people read it: instants in the edition's zone, choices by their label."""
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if name.endswith("_at") and isinstance(value, str):
        return said(datetime.fromisoformat(value), zone)
    if name in {"decisions_by", "runs_from", "runs_to", "report_on", "starts_on", "ends_on"}:
        return said_day(date.fromisoformat(value))
    for model in (Edition, Module, Partner, ProgrammeRole):
        try:
            choices = dict(getattr(model._meta.get_field(name), "choices", None) or ())
        except FieldDoesNotExist:
            continue
        if value in choices:
            return str(choices[value])
    return str(value)
