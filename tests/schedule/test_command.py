"""`manage.py tick`, the administration of scheduled actions, and the call to a worker."""

from __future__ import annotations

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from museumhub.mail.models import MailboxMessage
from museumhub.schedule.models import ScheduledAction
from tests.factories.members import PersonFactory
from tests.schedule.conftest import DONE
from tests.schedule.test_planning import planned

pytestmark = pytest.mark.django_db


def test_tick_command_does_what_is_due_and_delivers_what_it_posted(
    now: datetime, settings: Any
) -> None:
    settings.EMAIL_URL = "mailbox:"
    planned(now, due_at=now)
    said = StringIO()
    call_command("tick", stdout=said)
    assert DONE == ["one"]
    assert MailboxMessage.objects.count() == 1
    assert said.getvalue() == "actions 1, letters sent 1, failed 0, to be tried again 0\n"
    call_command("tick", stdout=StringIO())
    assert (DONE, MailboxMessage.objects.count()) == (["one"], 1)


def test_administrator_gives_a_failed_action_a_second_chance(now: datetime, client: Client) -> None:
    failed = planned(now, due_at=now)
    ScheduledAction.objects.update(state="failed", attempts=10)
    client.force_login(PersonFactory(is_staff=True, is_superuser=True))
    address = "/admin/schedule/scheduledaction/"
    assert client.get(address).status_code == 200
    assert client.get(f"{address}{failed.pk}/change/").status_code == 200
    client.post(address, {"action": "try_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.due_at) == ("planned", 0, now)
