"""Addresses of the frameworks."""

from django.urls import path

from frameworks import views

app_name = "frameworks"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.framework, name="framework"),
]
