"""Addresses of the frameworks."""

from django.urls import path

from frameworks import views

app_name = "frameworks"
urlpatterns = [
    path("", views.index, name="index"),
    path("terms/", views.terms, name="terms"),
    path("terms.ttl", views.terms_ttl, name="terms_ttl"),
    path("<slug:slug>.ttl", views.export, {"form": "ttl"}, name="ttl"),
    path("<slug:slug>.jsonld", views.export, {"form": "jsonld"}, name="jsonld"),
    path("<slug:slug>/", views.framework, name="framework"),
    path("<slug:slug>/<slug:element>/", views.element, name="element"),
]
