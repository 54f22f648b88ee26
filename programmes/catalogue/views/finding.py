"""How the organisers' pages find what they are about: what somebody does not organise is a 404."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404

from programmes.catalogue.models import Edition, Programme


def organised_edition(user: Any, programme: str, edition: str) -> Edition:
    """An edition the reader organises, with its programme."""
    return get_object_or_404(
        Edition.objects.organised_by(user).select_related("programme"),
        programme__slug=programme,
        slug=edition,
    )


def organised_programme(user: Any, programme: str) -> Programme:
    """A programme the reader organises as a whole."""
    return get_object_or_404(Programme.objects.organised_by(user), slug=programme)
