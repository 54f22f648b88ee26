"""Writes about people and organisations, one function for each act."""

from museumhub.members.services.letters import post_to_person
from museumhub.members.services.memberships import (
    accept_invitation,
    approve_request,
    change_role,
    decline_invitation,
    decline_request,
    invitation_of,
    invitation_token,
    invite,
    remove_member,
    request_to_join,
    withdraw_invitation,
    withdraw_request,
)
from museumhub.members.services.organisations import (
    address_of_present_name,
    create_organisation,
    edit_organisation,
    move_organisation,
)
from museumhub.members.services.people import change_profile, create_person
from museumhub.members.services.privacy import erase_person, export_json, export_person

__all__ = [
    "accept_invitation",
    "address_of_present_name",
    "approve_request",
    "change_profile",
    "change_role",
    "create_organisation",
    "create_person",
    "decline_invitation",
    "decline_request",
    "edit_organisation",
    "erase_person",
    "export_json",
    "export_person",
    "invitation_of",
    "invitation_token",
    "invite",
    "move_organisation",
    "post_to_person",
    "remove_member",
    "request_to_join",
    "withdraw_invitation",
    "withdraw_request",
]
