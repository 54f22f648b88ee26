"""The scheduled actions of the pages that join rooms."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from museumhub.kit.references import dereference
from museumhub.pages.services.search import NAMED, index_those_that_name
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.registry import action


@action(NAMED, tolerance=timedelta(hours=1), when_late="do")
def index_what_names(scheduled: ScheduledAction, now: datetime) -> str:
    """Something is called otherwise now: what is found by its name is read anew."""
    thing = dereference(scheduled.about)
    if thing is None:
        return _("it is gone")
    return str(index_those_that_name(thing=thing, now=now).written)
