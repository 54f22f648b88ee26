"""How the views of this room find a call or an application: what is not the reader's is a 404."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from museumhub.members.models import Person
from programmes.applications.models import Application, Call, Dossier
from programmes.applications.services.working import RELATED, with_dossiers
from programmes.catalogue.models import Edition
from programmes.catalogue.policies import can_see


def edition_of(user: Any, programme: str, edition: str) -> Edition:
    """An edition the reader may see."""
    found = get_object_or_404(
        Edition.objects.select_related("programme"), slug=edition, programme__slug=programme
    )
    if not can_see(user, found):
        raise Http404
    return found


def call_of(user: Any, programme: str, edition: str) -> Call:
    """The call of an edition the reader may see."""
    found = get_object_or_404(
        Call.objects.select_related("edition__programme", "form", "assessment"),
        edition__slug=edition,
        edition__programme__slug=programme,
    )
    if not can_see(user, found.edition):
        raise Http404
    return found


def readable(user: Person, programme: str, edition: str, oid: str) -> Application:
    """An application of the reader's; `can_write` tells whether they may also write in it."""
    return _found(
        Application.objects.visible_to(user)
        .annotate(can_write=Exists(Application.objects.workable_by(user).filter(pk=OuterRef("pk"))))
        .select_related(*RELATED),
        programme,
        edition,
        oid,
    )


def writable(user: Person, programme: str, edition: str, oid: str) -> Application:
    """An application the reader may write in."""
    return _found(_workable(user), programme, edition, oid)


def workable(user: Person, programme: str, edition: str, oid: str) -> Application:
    """The same for an act that reads its dossiers under the lock; one query."""
    return _alone(_workable(user), programme, edition, oid)


def organised(user: Person, programme: str, edition: str) -> Edition:
    """An edition the reader organises."""
    return get_object_or_404(
        Edition.objects.organised_by(user).select_related("programme"),
        slug=edition,
        programme__slug=programme,
    )


def sent(user: Person, programme: str, edition: str, oid: str) -> Application:
    """An application that was sent to an edition the reader organises."""
    return _found(
        Application.objects.organised_by(user).select_related(*RELATED, "created_by"),
        programme,
        edition,
        oid,
    )


def _workable(user: Person) -> QuerySet[Application]:
    return Application.objects.workable_by(user).select_related(*RELATED)


def _found(among: QuerySet[Application], programme: str, edition: str, oid: str) -> Application:
    """The application with this address; two queries, four where a colleague sent its changes between them."""

    def read() -> Application:
        return with_dossiers(_alone(among, programme, edition, oid))

    try:
        return read()
    except Dossier.DoesNotExist:
        return read()


def _alone(among: QuerySet[Application], programme: str, edition: str, oid: str) -> Application:
    return get_object_or_404(
        among, oid=oid, call__edition__slug=edition, call__edition__programme__slug=programme
    )
