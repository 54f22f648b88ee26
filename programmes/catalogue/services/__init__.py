"""Writes of the catalogue, one function for each act."""

from programmes.catalogue.services.editions import (
    cancel_edition,
    create_edition,
    edit_edition,
    publish_edition,
)
from programmes.catalogue.services.modules import (
    add_module,
    delete_module,
    edit_module,
    move_module,
)
from programmes.catalogue.services.partners import (
    add_partner,
    edit_partner,
    move_partner,
    remove_partner,
)
from programmes.catalogue.services.programmes import create_programme, edit_programme
from programmes.catalogue.services.roles import (
    accept_role,
    decline_role,
    end_role,
    invite_to_role,
    role_invitation_of,
    role_token,
    withdraw_role_invitation,
)
from programmes.catalogue.services.timetable import change_timetable, rehearse_timetable

__all__ = [
    "accept_role",
    "add_module",
    "add_partner",
    "cancel_edition",
    "change_timetable",
    "create_edition",
    "create_programme",
    "decline_role",
    "delete_module",
    "edit_edition",
    "edit_module",
    "edit_partner",
    "edit_programme",
    "end_role",
    "invite_to_role",
    "move_module",
    "move_partner",
    "publish_edition",
    "rehearse_timetable",
    "remove_partner",
    "role_invitation_of",
    "role_token",
    "withdraw_role_invitation",
]
