"""Every status of an invitation and of a request to join, and every move between them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from museumhub.kit.lifecycle import Lifecycle, Move

PENDING = "pending"

INVITATION = Lifecycle(
    initial=PENDING,
    statuses={
        PENDING: _("waiting for an answer"),
        "accepted": _("accepted"),
        "declined": _("declined"),
        "withdrawn": _("withdrawn"),
        "lapsed": _("lapsed"),
    },
    moves=(
        Move("accept", (PENDING,), "accepted", _("Accept the invitation"), by=("invited",)),
        Move("decline", (PENDING,), "declined", _("Decline"), by=("invited",)),
        Move("withdraw", (PENDING,), "withdrawn", _("Withdraw"), by=("administrator",)),
        # An invitation past its last day can no longer be accepted whether or not its row says
        # "lapsed"; this move only makes room for a new one to the same address.
        Move("lapse", (PENDING,), "lapsed", _("Let it lapse"), by=("site",)),
    ),
)

JOIN_REQUEST = Lifecycle(
    initial=PENDING,
    statuses={
        PENDING: _("waiting for an answer"),
        "approved": _("approved"),
        "declined": _("declined"),
        "withdrawn": _("withdrawn"),
    },
    moves=(
        Move(
            "approve",
            (PENDING,),
            "approved",
            _("Approve"),
            by=("administrator",),
            letter="members.request_approved",
        ),
        Move(
            "decline",
            (PENDING,),
            "declined",
            _("Decline"),
            by=("administrator",),
            letter="members.request_declined",
        ),
        Move("withdraw", (PENDING,), "withdrawn", _("Withdraw my request"), by=("requester",)),
    ),
)
