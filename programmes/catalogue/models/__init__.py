"""Programmes, their editions with timetable, modules, partners, and who organises, reviews and mentors."""

from programmes.catalogue.models.edition import Edition
from programmes.catalogue.models.module import Level, Module
from programmes.catalogue.models.partner import Partner
from programmes.catalogue.models.programme import Programme
from programmes.catalogue.models.role import ProgrammeRole, RoleInvitation

__all__ = [
    "Edition",
    "Level",
    "Module",
    "Partner",
    "Programme",
    "ProgrammeRole",
    "RoleInvitation",
]
