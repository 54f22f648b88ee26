"""Addresses of the catalogue."""

from django.urls import path

from museumhub.kit import ids  # noqa: F401  (registers the converter oid)
from programmes.catalogue.views import feeds, letters, organise, parts, people, public, timetable

app_name = "catalogue"

_edition = "organise/<slug:programme>/<slug:edition>/"

urlpatterns = [
    path("calls/", public.calls, name="calls"),
    path("calls.ics", feeds.calls_ics, name="calls_ics"),
    path("calls.atom", feeds.calls_atom, name="calls_atom"),
    path("programmes/", public.programmes, name="programmes"),
    path("programmes/<slug:programme>/", public.programme, name="programme"),
    path(
        "programmes/<slug:programme>/partners/<slug:organisation>/",
        public.partner,
        name="partner",
    ),
    path("programmes/<slug:programme>/<slug:edition>/", public.edition, name="edition"),
    path("invitations/roles/<str:token>/", people.role_invitation, name="role_invitation"),
    path("organise/", organise.index, name="organise"),
    path("organise/new/", organise.new_programme, name="organise_new_programme"),
    path(
        "organise/<slug:programme>/edit/", organise.edit_programme, name="organise_edit_programme"
    ),
    path("organise/<slug:programme>/new/", organise.new_edition, name="organise_new_edition"),
    path(_edition, organise.overview, name="organise_edition"),
    path(f"{_edition}details/", organise.details, name="organise_details"),
    path(f"{_edition}publish/", organise.publish, name="organise_publish"),
    path(f"{_edition}cancel/", organise.cancel, name="organise_cancel"),
    path(f"{_edition}history/", organise.history, name="organise_history"),
    path(f"{_edition}timetable/", timetable.timetable, name="organise_timetable"),
    path(f"{_edition}modules/", parts.modules, name="organise_modules"),
    path(f"{_edition}modules/new/", parts.new_module, name="organise_new_module"),
    path(f"{_edition}modules/<oid:oid>/", parts.edit_module, name="organise_module"),
    path(f"{_edition}modules/<oid:oid>/move/", parts.move_module, name="organise_move_module"),
    path(
        f"{_edition}modules/<oid:oid>/delete/", parts.delete_module, name="organise_delete_module"
    ),
    path(f"{_edition}partners/", parts.partners, name="organise_partners"),
    path(f"{_edition}partners/new/", parts.new_partner, name="organise_new_partner"),
    path(f"{_edition}partners/<oid:oid>/", parts.edit_partner, name="organise_partner"),
    path(f"{_edition}partners/<oid:oid>/move/", parts.move_partner, name="organise_move_partner"),
    path(
        f"{_edition}partners/<oid:oid>/remove/",
        parts.remove_partner,
        name="organise_remove_partner",
    ),
    path(f"{_edition}people/", people.people, name="organise_people"),
    path(f"{_edition}people/<oid:oid>/end/", people.end_role, name="organise_end_role"),
    path(
        f"{_edition}people/invitations/<oid:oid>/withdraw/",
        people.withdraw_invitation,
        name="organise_withdraw_invitation",
    ),
    path(f"{_edition}letters/", letters.letters, name="organise_letters"),
    path(f"{_edition}letters/<oid:oid>/", letters.letter, name="organise_letter"),
    path(f"{_edition}letters/<oid:oid>/html/", letters.letter_html, name="organise_letter_html"),
    path(
        f"{_edition}letters/<oid:oid>/attachments/<int:number>/",
        letters.attachment,
        name="organise_letter_attachment",
    ),
    path(f"{_edition}letters/<oid:oid>/resend/", letters.resend, name="organise_resend_letter"),
]
