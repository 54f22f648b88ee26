"""All addresses of the site; docs and other programs rely on them (see docs/addresses.md)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("museumhub.pages.urls")),
    path("dev/mailbox/", include("museumhub.mail.urls")),
    path("", include("museumhub.members.urls")),
    # Before the catalogue, where a programme or edition may have any other name: the catalogue reserves ours.
    path("organise/questionnaires/", include("museumhub.questionnaires.urls")),
    path("", include("programmes.catalogue.urls")),
    path("", include("museumhub.news.urls")),
    path("frameworks/", include("frameworks.urls")),
    path("", include("programmes.applications.urls")),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "museumhub.pages.views.errors.bad_request"
handler403 = "museumhub.pages.views.errors.forbidden"
handler404 = "museumhub.pages.views.errors.not_found"
handler500 = "museumhub.pages.views.errors.server_error"
