"""People, organisations, who belongs where, and forms kept for somebody whose session ended."""

from museumhub.members.models.kept_form import KeptForm
from museumhub.members.models.membership import Invitation, JoinRequest, Membership
from museumhub.members.models.organisation import FormerAddress, Organisation
from museumhub.members.models.organisation_import import ImportFinding, OrganisationImport
from museumhub.members.models.person import Person

__all__ = [
    "FormerAddress",
    "ImportFinding",
    "Invitation",
    "JoinRequest",
    "KeptForm",
    "Membership",
    "Organisation",
    "OrganisationImport",
    "Person",
]
