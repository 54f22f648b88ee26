"""The letters of this room: to whoever wrote an item, to the editors, to those whose feed fails, and to readers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from museumhub.mail.letters import LetterKind, register

register(LetterKind("news.submitted", _("Something came in for the editors"), priority=7))
register(LetterKind("news.changes_asked", _("The editors ask for changes")))
register(LetterKind("news.commented", _("An editor wrote a remark")))
register(LetterKind("news.answered", _("A writer answered the editors")))
register(LetterKind("news.published", _("An item of news is published")))
register(LetterKind("news.declined", _("An item of news was declined")))
register(LetterKind("news.withdrawn", _("An item of news was withdrawn")))
register(LetterKind("news.held_back", _("A scheduled item was held back")))
register(LetterKind("news.proposal_accepted", _("A proposed change was accepted")))
register(LetterKind("news.proposal_declined", _("A proposed change was declined")))
register(LetterKind("news.role_given", _("Somebody edits the news from now on")))
register(LetterKind("news.feed_parked", _("A feed of the organisation is not asked any more")))
# Its link proves an address: sensitive.
register(
    LetterKind("news.endorsement_asked", _("Confirm that you endorse a statement"), sensitive=True)
)
register(LetterKind("news.endorsed", _("A statement was endorsed"), own=("withdraw_url",)))
# The same: its link proves an address.
register(LetterKind("news.reminder_asked", _("Confirm that we may remind you"), sensitive=True))
register(
    LetterKind("news.reminded", _("A reminder somebody asked for"), priority=3, own=("stop_url",))
)
register(
    LetterKind("news.newsletter_asked", _("Confirm that the newsletter may come"), sensitive=True)
)
register(
    LetterKind(
        "news.newsletter",
        _("The newsletter"),
        priority=9,
        own=("unsubscribe_url", "choices_url"),
        list_name="newsletter",
    )
)
