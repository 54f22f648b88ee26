"""The life of an item of news, of a change proposed to one that is out, and of an entry pulled from a feed, as data: statuses, and who may make which move.

`MEMBER` acts for the organisation the item belongs to, `EDITOR` edits the news of the site, `SITE` is
the scheduled action at its minute. Services, buttons and tests read this table.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from museumhub.kit.lifecycle import Lifecycle, Move

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
CHANGES_ASKED: Final = "changes_asked"
SCHEDULED: Final = "scheduled"
PUBLISHED: Final = "published"
WITHDRAWN: Final = "withdrawn"

# What has passed the publication gate.
OUT: Final = (SCHEDULED, PUBLISHED)

MEMBER: Final = "member"
EDITOR: Final = "editor"
SITE: Final = "site"

ITEM = Lifecycle(
    initial=DRAFT,
    statuses={
        DRAFT: _("draft"),
        SUBMITTED: _("submitted"),
        CHANGES_ASKED: _("changes asked for"),
        SCHEDULED: _("scheduled"),
        PUBLISHED: _("published"),
        WITHDRAWN: _("withdrawn"),
    },
    moves=(
        Move(
            action="submit",
            sources=(DRAFT, CHANGES_ASKED),
            target=SUBMITTED,
            label=_("Submit to the editors"),
            by=(MEMBER, EDITOR),
            letter="news.submitted",
        ),
        Move(
            action="take_back",
            sources=(SUBMITTED, CHANGES_ASKED),
            target=DRAFT,
            label=_("Take back to draft"),
            by=(MEMBER, EDITOR),
        ),
        Move(
            action="ask_for_changes",
            sources=(SUBMITTED, SCHEDULED),
            target=CHANGES_ASKED,
            label=_("Ask for changes"),
            by=(EDITOR,),
            letter="news.changes_asked",
        ),
        Move(
            action="schedule",
            sources=(DRAFT, SUBMITTED, CHANGES_ASKED),
            target=SCHEDULED,
            label=_("Schedule"),
            by=(EDITOR,),
        ),
        Move(
            action="reschedule",
            sources=(SCHEDULED,),
            target=SCHEDULED,
            label=_("Move to another time"),
            by=(EDITOR,),
        ),
        Move(
            action="unschedule",
            sources=(SCHEDULED,),
            target=SUBMITTED,
            label=_("Cancel the schedule"),
            by=(EDITOR, SITE),
        ),
        Move(
            action="publish",
            sources=(DRAFT, SUBMITTED, CHANGES_ASKED, SCHEDULED),
            target=PUBLISHED,
            label=_("Publish now"),
            by=(EDITOR,),
            letter="news.published",
        ),
        Move(
            action="appear",
            sources=(SCHEDULED,),
            target=PUBLISHED,
            label=_("Appear at its time"),
            by=(SITE,),
            letter="news.published",
        ),
        Move(
            action="decline",
            sources=(SUBMITTED, CHANGES_ASKED),
            target=WITHDRAWN,
            label=_("Decline"),
            by=(EDITOR,),
            letter="news.declined",
        ),
        Move(
            action="withdraw",
            sources=(PUBLISHED,),
            target=WITHDRAWN,
            label=_("Withdraw from the site"),
            by=(EDITOR,),
            letter="news.withdrawn",
        ),
        Move(
            action="reopen",
            sources=(WITHDRAWN,),
            target=DRAFT,
            label=_("Take back to draft"),
            by=(EDITOR,),
        ),
    ),
)

NEW: Final = "new"
TAKEN: Final = "taken"
DISMISSED: Final = "dismissed"

PULLED = Lifecycle(
    initial=NEW,
    statuses={
        NEW: pgettext_lazy("entry of a feed", "new"),
        TAKEN: pgettext_lazy("entry of a feed", "taken over"),
        DISMISSED: pgettext_lazy("entry of a feed", "dismissed"),
    },
    moves=(
        Move(
            action="take",
            sources=(NEW,),
            target=TAKEN,
            label=_("Take over as a draft"),
            by=(EDITOR,),
        ),
        Move(
            action="dismiss",
            sources=(NEW,),
            target=DISMISSED,
            label=_("Dismiss"),
            by=(EDITOR,),
        ),
        Move(
            action="bring_back",
            sources=(DISMISSED,),
            target=NEW,
            label=_("Bring back"),
            by=(EDITOR,),
        ),
    ),
)

PENDING: Final = "pending"

# What a member changes of a published item waits here for the editors.
PROPOSAL = Lifecycle(
    initial=PENDING,
    statuses={
        PENDING: _("waiting"),
        "accepted": _("accepted"),
        "declined": _("declined"),
        "taken_back": _("taken back"),
    },
    moves=(
        Move(
            action="accept",
            sources=(PENDING,),
            target="accepted",
            label=_("Accept the changes"),
            by=(EDITOR,),
            letter="news.proposal_accepted",
        ),
        Move(
            action="decline",
            sources=(PENDING,),
            target="declined",
            label=_("Decline the changes"),
            by=(EDITOR,),
            letter="news.proposal_declined",
        ),
        Move(
            action="take_back",
            sources=(PENDING,),
            target="taken_back",
            label=_("Take the changes back"),
            by=(MEMBER,),
        ),
    ),
)

# --- Endorsements of a statement ---
ASKED: Final = "asked"
STANDS: Final = "stands"
TAKEN_BACK: Final = "taken_back"

SIGNATORY: Final = "signatory"

ENDORSEMENT = Lifecycle(
    initial=ASKED,
    statuses={
        ASKED: _("waits for its address to be confirmed"),
        STANDS: _("stands"),
        TAKEN_BACK: _("withdrawn"),
    },
    moves=(
        Move(
            action="confirm",
            sources=(ASKED, TAKEN_BACK),
            target=STANDS,
            label=_("Endorse"),
            by=(SIGNATORY,),
            letter="news.endorsed",
        ),
        Move(
            action="take_back",
            sources=(STANDS,),
            target=TAKEN_BACK,
            label=_("Withdraw the endorsement"),
            by=(SIGNATORY,),
        ),
    ),
)
