"""The secrets of second factors: of an authenticator app, and the seed of recovery codes. Sealed wherever they are stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from museumhub.kit import sealing
from museumhub.kit.refusals import Refused

log = structlog.get_logger(__name__)

PURPOSE = "second factor"
# Where the sign-in library keeps a secret within an authenticator's data. A passkey's key is public.
_SECRETS = ("secret", "seed")


class CannotBeRead(Refused):
    """The site has lost the key: neither the reader nor a second try can mend that."""

    status = 500


def seal(secret: str) -> str:
    """As it goes into the database."""
    return sealing.seal(secret, purpose=PURPOSE)


def unseal(stored: str) -> str:
    """The secret; a row from before secrets were sealed holds it as it is. `CannotBeRead` where the key is lost."""
    if not sealing.is_sealed(stored):
        return stored
    try:
        return sealing.unseal(stored, purpose=PURPOSE)
    except sealing.CannotOpen as error:
        log.error("second_factor_cannot_be_read", why=str(error))
        raise CannotBeRead(
            _(
                "The site cannot read your second factor any more, because its own key was changed. "
                "Write to the people who look after the site."
            )
        ) from error


def seal_anew() -> int:
    """Seal with today's key what is stored in clear or under a former key; how many rows were written.

    A row that no key opens stays as it is and is named in the log, by its number.
    """
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    written = 0
    for pk, data in rows.values_list("pk", "data").iterator():
        if any(_outdated(data)):
            written += _seal_row(pk)
    return written


def _outdated(data: dict[str, Any]) -> Iterator[str]:
    """Names of the secrets that are not sealed with today's key."""
    for name in _SECRETS:
        if name in data and not sealing.is_sealed_today(data[name], purpose=PURPOSE):
            yield name


def _seal_row(pk: int) -> int:
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            return 0
        try:
            for name in list(_outdated(row.data)):
                row.data[name] = seal(unseal(row.data[name]))
        except CannotBeRead:
            log.error("second_factor_row_cannot_be_read", authenticator=pk)
            return 0
        row.save(update_fields=["data"])
    return 1
