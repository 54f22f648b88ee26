"""What was found in a table of organisations, for its page."""

from __future__ import annotations

from django.db.models import QuerySet

from museumhub.members.models import ImportFinding, OrganisationImport


def finding_kind(taken: OrganisationImport, asked: str) -> str:
    """The kind a reader asks for, or the first that there is anything of: faults before the rest."""
    kinds = [str(kind) for kind in ImportFinding.What.values]
    if asked in kinds:
        return asked
    return next((kind for kind in kinds if taken.number_of(kind)), kinds[0])


def findings(taken: OrganisationImport, what: str) -> QuerySet[ImportFinding]:
    """Those of one kind in the order of the lines, with the organisation each names."""
    return taken.findings.filter(what=what).select_related("organisation").order_by("line", "pk")
