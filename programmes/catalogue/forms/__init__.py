"""Forms of the catalogue."""

from programmes.catalogue.forms.filters import FilterForm, OrganiseFilterForm
from programmes.catalogue.forms.letters import LetterFilterForm, ResendForm
from programmes.catalogue.forms.parts import (
    FindOrganisationForm,
    InviteForm,
    ModuleForm,
    NewPartnerForm,
    PartnerForm,
)
from programmes.catalogue.forms.programmes import (
    CancelForm,
    EditionForm,
    NewEditionForm,
    ProgrammeForm,
)
from programmes.catalogue.forms.timetable import TimetableForm

__all__ = [
    "CancelForm",
    "EditionForm",
    "FilterForm",
    "FindOrganisationForm",
    "InviteForm",
    "LetterFilterForm",
    "ModuleForm",
    "NewEditionForm",
    "NewPartnerForm",
    "OrganiseFilterForm",
    "PartnerForm",
    "ProgrammeForm",
    "ResendForm",
    "TimetableForm",
]
