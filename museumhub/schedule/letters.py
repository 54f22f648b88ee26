"""The letter to the operators when scheduled work ran late or was given up."""

from django.utils.translation import gettext_lazy as _

from museumhub.mail.letters import LetterKind, register

register(
    LetterKind(
        "schedule.needed_attention",
        _("Scheduled work was late or failed (to operators)"),
        priority=3,
    )
)
