"""The life of an invitation to a role. An edition has no status: its phase is computed (see `phases`)."""

from __future__ import annotations

from museumhub.members.lifecycle import INVITATION, PENDING

__all__ = ["INVITATION", "PENDING"]
