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

WAITING, LOOKED, ORDERED = "waiting", "looked", "ordered"

IMPORT = Lifecycle(
    initial=WAITING,
    statuses={
        WAITING: _("being looked at"),
        LOOKED: _("looked at"),
        "refused": _("cannot be read"),
        ORDERED: _("being written"),
        "written": _("written"),
        "stopped": _("stopped"),
    },
    moves=(
        Move("look", (WAITING,), LOOKED, _("Look at it"), by=("site",)),
        Move("refuse", (WAITING,), "refused", _("Refuse it"), by=("site",)),
        Move("order", (LOOKED,), ORDERED, _("Write"), by=("site_administrator",)),
        Move("finish", (ORDERED,), "written", _("Finish"), by=("site",)),
        Move("stop", (ORDERED,), "stopped", _("Stop"), by=("site",)),
        Move(
            "again",
            (LOOKED, "refused", "written", "stopped"),
            WAITING,
            _("Look again"),
            by=("site_administrator",),
        ),
    ),
)
# Where the site, and nobody else, has something to do.
IMPORT_AT_WORK = (WAITING, ORDERED)
