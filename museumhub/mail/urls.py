"""Addresses of the mailbox on the site."""

from django.urls import path

from museumhub.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.messages, name="messages"),
    path("<oid:oid>/", views.message, name="message"),
    path("<oid:oid>/html/", views.message_html, name="message_html"),
    path("<oid:oid>/attachments/<int:number>/", views.attachment, name="attachment"),
]
