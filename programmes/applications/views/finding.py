"""How the views of this room find a call or an application: what is not the reader's is a 404."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from museumhub.kit.prepared import Blanks, Prepared
from museumhub.members.models import Person
from programmes.applications.models import Application, Call, Dossier
from programmes.applications.services.working import RELATED, with_dossiers
from programmes.catalogue.models import Edition
from programmes.catalogue.policies import can_see


def _at_address(applications: QuerySet[Application], blank: Blanks) -> QuerySet[Application]:
    return applications.select_related(*RELATED).filter(
        oid=blank.text("oid"),
        call__edition__slug=blank.text("edition"),
        call__edition__programme__slug=blank.text("programme"),
    )


def _readable(blank: Blanks) -> QuerySet[Application]:
    user = Person(pk=blank.number("person"))
    mine = Application.objects.workable_by(user).filter(pk=OuterRef("pk"))
    return _at_address(Application.objects.visible_to(user).annotate(can_write=Exists(mine)), blank)


_EDITION = Prepared(
    lambda blank: Edition.objects.select_related("programme").filter(
        slug=blank.text("edition"), programme__slug=blank.text("programme")
    )
)
_CALL = Prepared(
    lambda blank: Call.objects.select_related("edition__programme", "form", "assessment").filter(
        edition__slug=blank.text("edition"), edition__programme__slug=blank.text("programme")
    )
)
_READABLE = Prepared(_readable)
_WORKABLE = Prepared(
    lambda blank: _at_address(
        Application.objects.workable_by(Person(pk=blank.number("person"))), blank
    )
)


def edition_of(user: Any, programme: str, edition: str) -> Edition:
    """An edition the reader may see."""
    found = _EDITION.one(programme=programme, edition=edition)
    if found is None or not can_see(user, found):
        raise Http404
    return found


def call_of(user: Any, programme: str, edition: str) -> Call:
    """The call of an edition the reader may see."""
    found = _CALL.one(programme=programme, edition=edition)
    if found is None or not can_see(user, found.edition):
        raise Http404
    return found


def readable(user: Person, programme: str, edition: str, oid: str) -> Application:
    """An application of the reader's; `can_write` tells whether they may also write in it."""
    return _found(lambda: _one(_READABLE, user, programme, edition, oid))


def writable(user: Person, programme: str, edition: str, oid: str) -> Application:
    """An application the reader may write in."""
    return _found(lambda: _one(_WORKABLE, user, programme, edition, oid))


def workable(user: Person, programme: str, edition: str, oid: str) -> Application:
    """The same for an act that reads its dossiers under the lock; one query."""
    return _one(_WORKABLE, user, programme, edition, oid)


def organised(user: Person, programme: str, edition: str) -> Edition:
    """An edition the reader organises."""
    return get_object_or_404(
        Edition.objects.organised_by(user).select_related("programme"),
        slug=edition,
        programme__slug=programme,
    )


def sent(user: Person, programme: str, edition: str, oid: str) -> Application:
    """An application that was sent to an edition the reader organises."""
    among = Application.objects.organised_by(user).select_related(*RELATED, "created_by")
    return _found(
        lambda: get_object_or_404(
            among, oid=oid, call__edition__slug=edition, call__edition__programme__slug=programme
        )
    )


def _found(read: Callable[[], Application]) -> Application:
    """With its dossiers; two queries, four where a colleague sent its changes between them."""
    try:
        return with_dossiers(read())
    except Dossier.DoesNotExist:
        return with_dossiers(read())


def _one(
    among: Prepared[Application], user: Person, programme: str, edition: str, oid: str
) -> Application:
    if user.is_active:
        found = among.one(person=user.pk, programme=programme, edition=edition, oid=oid)
        if found is not None:
            return found
    raise Http404
