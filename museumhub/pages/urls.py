"""Addresses of the pages that join rooms."""

from django.urls import path

from museumhub.pages.views import (
    dashboard,
    health,
    home,
    language,
    plain,
    search,
    session,
    sitemap,
    styleguide,
    topics,
)

app_name = "pages"
urlpatterns = [
    path("", home.home, name="home"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("healthz", health.alive, name="alive"),
    path("readyz", health.ready, name="ready"),
    path("topics/", topics.topics, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
    path("search/", search.search, name="search"),
    path("language/", language.choose, name="language"),
    path("session/stay/", session.stay, name="stay"),
    path("robots.txt", plain.robots, name="robots"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemaps/<slug:section>-<int:number>.xml", sitemap.part, name="sitemap_part"),
    path(".well-known/security.txt", plain.security, name="security"),
    path("styleguide/", styleguide.overview, name="styleguide"),
    path("styleguide/<slug:slug>/", styleguide.page, name="styleguide_page"),
]
