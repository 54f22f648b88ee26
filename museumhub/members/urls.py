"""Addresses of people and organisations. Signing in itself is at the addresses of the sign-in library."""

from django.urls import path

from museumhub.kit import ids  # noqa: F401  (registers the converter oid)
from museumhub.members.views import (
    account,
    codes,
    imports,
    invitations,
    kept_forms,
    memberships,
    organisations,
    privacy,
)

app_name = "members"
urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/profile/", account.profile, name="profile"),
    path("account/email/", account.address, name="address"),
    path("account/login/code/confirm/", codes.confirm_sign_in, name="confirm_sign_in"),
    path("account/confirm-email/", codes.confirm_address, name="confirm_address"),
    path("account/password/set/", account.set_password, name="set_password"),
    path("account/confirm/", account.confirm_by_code, name="confirm_by_code"),
    path("account/second-factor/", account.second_factor, name="second_factor"),
    path("account/privacy/", privacy.privacy, name="privacy"),
    path("account/privacy/download/", privacy.download, name="download"),
    path("account/privacy/erase/", privacy.erase, name="erase"),
    path("account/erased/", privacy.erased, name="erased"),
    path("account/continue/<oid:oid>/", kept_forms.show, name="continue"),
    path("account/continue/<oid:oid>/forget/", kept_forms.forget, name="forget"),
    path("account/invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("organisations/", organisations.directory, name="directory"),
    path("organisations.csv", organisations.directory_csv, name="directory_csv"),
    path("organise/organisations/import/", imports.imports, name="imports"),
    path("organise/organisations/import/<oid:oid>/", imports.one_import, name="import"),
    path("organise/organisations/import/<oid:oid>/write/", imports.order, name="import_order"),
    path("organise/organisations/import/<oid:oid>/again/", imports.again, name="import_again"),
    path(
        "organise/organisations/import/<oid:oid>/findings.csv",
        imports.findings_csv,
        name="import_findings",
    ),
    path("organisations/new/", organisations.add, name="add"),
    path("organisations/<slug:slug>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:slug>/logo/<oid:oid>.webp", organisations.logo, name="logo"),
    path("organisations/<slug:slug>/edit/", organisations.edit, name="edit"),
    path("organisations/<slug:slug>/address/", organisations.move, name="move"),
    path("organisations/<slug:slug>/join/", memberships.join, name="join"),
    path("organisations/<slug:slug>/leave/", memberships.leave, name="leave"),
    path("organisations/<slug:slug>/people/", memberships.people, name="people"),
    path("organisations/<slug:slug>/people/invite/", memberships.invite, name="invite"),
    path("organisations/<slug:slug>/people/<oid:oid>/", memberships.member, name="member"),
    path("organisations/<slug:slug>/people/<oid:oid>/remove/", memberships.remove, name="remove"),
    path(
        "organisations/<slug:slug>/invitations/<oid:oid>/withdraw/",
        memberships.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path(
        "organisations/<slug:slug>/requests/<oid:oid>/approve/", memberships.approve, name="approve"
    ),
    path(
        "organisations/<slug:slug>/requests/<oid:oid>/decline/", memberships.decline, name="decline"
    ),
    path(
        "organisations/<slug:slug>/requests/<oid:oid>/withdraw/",
        memberships.withdraw_request,
        name="withdraw_request",
    ),
]
