"""The request of somebody who is signed in, for the type checker."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from museumhub.members.models import Person


class PersonRequest(HttpRequest):
    """What a view marked `signed_in` or `allowed` is handed: its user is a Person."""

    user: Person
    htmx: HtmxDetails
