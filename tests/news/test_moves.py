"""The life of an item: who may make which move, what it does, and what its schedule does by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from museumhub.kit.models import AuditEvent
from museumhub.kit.references import reference
from museumhub.kit.refusals import Refused, Stale
from museumhub.mail.models import Letter
from museumhub.members.models import Membership, Person
from museumhub.news import lifecycle, queries, services
from museumhub.news.models import Item
from museumhub.news.services.moves import APPEAR
from museumhub.schedule.models import ScheduledAction
from museumhub.schedule.services import tick
from tests.factories.members import MembershipFactory
from tests.factories.news import ItemFactory, NewsRoleFactory

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Person], Client]
Make = Callable[..., Item]
DAY = timedelta(days=1)


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def post(client: Client, item: Item, action: str, **form: Any) -> int:
    return client.post(
        f"/edit/items/{item.oid}/act/{action}/", {"seen": fresh(item).version, **form}
    ).status_code


WORDS: dict[str, Any] = {
    "ask_for_changes": {"text": "When?"},
    "decline": {"text": "No."},
    "withdraw": {"reason": "Wrong."},
    "schedule": {"day": "2027-02-03", "clock": "09:00", "time_zone": "Europe/Athens"},
    "reschedule": {"day": "2027-02-03", "clock": "09:00", "time_zone": "Europe/Athens"},
}


@pytest.mark.parametrize("status", lifecycle.ITEM.statuses)
@pytest.mark.parametrize("action", [move.action for move in lifecycle.ITEM.moves])
@pytest.mark.parametrize("role", [lifecycle.MEMBER, lifecycle.EDITOR])
def test_page_makes_the_moves_of_the_table_and_no_others(
    signed_in: SignedIn,
    complete: Make,
    ana: Person,
    edda: Person,
    status: str,
    action: str,
    role: str,
) -> None:
    item = complete(**{} if status == "published" else {status: True})
    client = signed_in(ana if role == lifecycle.MEMBER else edda)
    move = lifecycle.ITEM.move(action)
    allowed = status in move.sources and role in move.by
    answer = post(client, item, action, **WORDS.get(action, {}))
    assert fresh(item).status == (move.target if allowed else status)
    assert answer == (404 if action == "appear" else 302)
    offered = client.get(f"/edit/items/{item.oid}/").content.decode()
    for other in lifecycle.ITEM.moves:
        open_now = fresh(item).status in other.sources and role in other.by
        assert (f"/act/{other.action}/" in offered) is open_now, other.action


@pytest.mark.parametrize("action", ["submit", "publish", "schedule", "withdraw", "decline"])
def test_asking_for_the_page_of_a_move_changes_nothing(
    signed_in: SignedIn, complete: Make, edda: Person, action: str
) -> None:
    sources = lifecycle.ITEM.move(action).sources
    item = complete(**{} if "published" in sources else {sources[0]: True})
    answer = signed_in(edda).get(f"/edit/items/{item.oid}/act/{action}/")
    assert answer.status_code == 200
    assert fresh(item).status == item.status


def test_move_needs_its_words(signed_in: SignedIn, complete: Make, edda: Person) -> None:
    assert post(signed_in(edda), complete(submitted=True), "ask_for_changes", text=" ") == 422
    assert post(signed_in(edda), complete(), "withdraw", reason="") == 422


def test_move_of_what_changed_since_it_was_read_is_refused(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    services.save_item(item=item, content={"body": "Other."}, seen=1, actor=ana, now=now)
    with pytest.raises(Stale):
        services.publish_item(item=item, seen=1, actor=edda, now=now)
    with pytest.raises(Stale):
        services.schedule_item(item=item, at=now + DAY, seen=1, actor=edda, now=now)
    assert services.publish_item(item=item, seen=2, actor=edda, now=now).status == "published"


@pytest.mark.parametrize("action", ["publish", "schedule"])
def test_incomplete_item_goes_nowhere_and_the_page_says_why(
    signed_in: SignedIn, complete: Make, edda: Person, action: str
) -> None:
    item = complete(submitted=True, teaser="", language="")
    client = signed_in(edda)
    address = f"/edit/items/{item.oid}/act/{action}/"
    asked = client.get(address).content.decode()
    refused = client.post(address, {"seen": 1, **WORDS.get(action, {})})
    assert refused.status_code == 422
    for text in (asked, refused.content.decode()):
        assert "Choose the language it is written in." in text
        assert "Write a teaser: one or two sentences for lists." in text
        assert f"/edit/items/{item.oid}/text/#id_teaser" in text
    assert fresh(item).status == "submitted"
    assert not ScheduledAction.objects.filter(kind=APPEAR).exists()


def test_every_move_stands_in_the_audit_trail_under_numbers(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    services.publish_item(item=item, seen=1, actor=edda, now=now)
    event = AuditEvent.objects.get(subject=reference(item))
    assert (event.verb, event.actor_id) == ("news.publish", edda.pk)
    assert event.before == {"status": "submitted"}
    assert event.after == {"status": "published", "version": 1, "published_at": now.isoformat()}


# --- The schedule ------------------------------------------------------------------------------


def rows() -> list[tuple[str, datetime]]:
    return list(
        ScheduledAction.objects.filter(kind=APPEAR).order_by("pk").values_list("state", "due_at")
    )


def test_moving_the_schedule_moves_its_row_and_cancelling_cancels_it(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    services.schedule_item(item=item, at=now + DAY, seen=1, actor=edda, now=now)
    assert rows() == [("planned", now + DAY)]
    services.schedule_item(item=item, at=now + 2 * DAY, seen=1, actor=edda, now=now)
    assert rows() == [("planned", now + 2 * DAY)]
    services.unschedule_item(item=item, actor=edda, now=now)
    assert rows() == [("cancelled", now + 2 * DAY)]
    assert (fresh(item).status, fresh(item).published_at) == ("submitted", None)
    tick(now + 3 * DAY)
    assert fresh(item).status == "submitted"


@pytest.mark.parametrize("at", [timedelta(0), -DAY, timedelta(days=4 * 366)])
def test_schedule_lies_ahead_and_not_too_far(
    complete: Make, edda: Person, now: datetime, at: timedelta
) -> None:
    with pytest.raises(Refused, match="still to come"):
        services.schedule_item(
            item=complete(submitted=True), at=now + at, seen=1, actor=edda, now=now
        )


def test_schedule_is_typed_on_the_wall_clock_of_a_zone(
    signed_in: SignedIn, complete: Make, edda: Person
) -> None:
    item = complete(submitted=True)
    assert post(signed_in(edda), item, "schedule", **WORDS["schedule"]) == 302
    assert fresh(item).published_at == datetime(2027, 2, 3, 7, 0, tzinfo=UTC)
    # 2:30 does not exist on this night in Brussels: the clock jumps from 2:00 to 3:00.
    gap = {"day": "2027-03-28", "clock": "02:30", "time_zone": "Europe/Brussels"}
    assert post(signed_in(edda), item, "reschedule", **gap) == 302
    assert fresh(item).published_at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    form = signed_in(edda).get(f"/edit/items/{item.oid}/act/reschedule/").context["form"]
    assert [str(form[name].value()) for name in ("day", "clock")] == ["2027-03-28", "03:00:00"]


def test_sending_back_or_publishing_at_once_cancels_the_schedule(
    complete: Make, edda: Person, now: datetime
) -> None:
    sent_back, at_once = complete(submitted=True), complete(submitted=True)
    for item in (sent_back, at_once):
        services.schedule_item(item=item, at=now + DAY, seen=1, actor=edda, now=now)
    services.ask_for_changes(item=sent_back, text="Wait.", actor=edda, now=now)
    services.publish_item(item=at_once, seen=1, actor=edda, now=now)
    assert [state for state, _due in rows()] == ["cancelled", "cancelled"]
    assert fresh(sent_back).published_at is None
    assert fresh(at_once).published_at == now


def test_late_tick_publishes_under_the_minute_that_was_planned(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    services.schedule_item(item=item, at=now + DAY, seen=1, actor=edda, now=now)
    tick(now + 3 * DAY)
    assert (fresh(item).status, fresh(item).published_at) == ("published", now + DAY)
    tick(now + 4 * DAY)
    assert Letter.objects.filter(kind="news.published").count() == 1


def test_what_has_become_incomplete_is_held_back_at_its_minute(
    complete: Make, edda: Person, ana: Person, now: datetime
) -> None:
    edda.language = "fr"
    edda.save()
    item = complete(submitted=True)
    services.schedule_item(item=item, at=now + DAY, seen=1, actor=edda, now=now)
    item.topics.clear()
    tick(now + DAY)
    assert (fresh(item).status, fresh(item).published_at) == ("submitted", None)
    letter = Letter.objects.get(kind="news.held_back")
    assert letter.to == edda.email
    assert letter.context["reasons"] == ["Choisissez au moins un thème."]
    # Put right, it can be scheduled anew.
    item.topics.set(complete(draft=True).topics.all())
    services.schedule_item(item=item, at=now + 2 * DAY, seen=1, actor=edda, now=now + DAY)
    tick(now + 2 * DAY)
    assert fresh(item).status == "published"


def test_withdrawn_item_can_be_taken_up_and_published_again(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    services.schedule_item(item=item, at=now + DAY, seen=1, actor=edda, now=now)
    tick(now + DAY)
    services.withdraw_item(item=item, reason="Wrong.", actor=edda, now=now + DAY)
    services.reopen_item(item=item, actor=edda, now=now + DAY)
    assert Client().get(item.get_absolute_url()).status_code == 410
    services.schedule_item(item=item, at=now + 2 * DAY, seen=1, actor=edda, now=now + DAY)
    tick(now + 2 * DAY)
    assert fresh(item).status == "published"
    assert (fresh(item).withdrawn_at, fresh(item).withdrawn_reason) == (None, "")


# --- Editors and writers hear of each other ----------------------------------------------------


def told(kind: str) -> list[str]:
    return sorted(Letter.objects.filter(kind=kind).values_list("to", flat=True))


def test_editors_hear_once_of_what_came_in_within_a_quarter_of_an_hour(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    NewsRoleFactory(person__email="second@network.example")
    NewsRoleFactory(person__email="gone@network.example", person__is_active=False)
    first, second, decided = (complete(draft=True) for _ in range(3))
    for item in (first, second, decided):
        services.submit_item(item=item, seen=1, actor=ana, now=now)
    services.decline_item(item=decided, text="No.", actor=edda, now=now)
    tick(now + timedelta(minutes=14))
    assert told("news.submitted") == []
    tick(now + timedelta(minutes=15))
    tick(now + timedelta(minutes=16))
    assert told("news.submitted") == ["edda@network.example", "second@network.example"]
    letter = Letter.objects.filter(kind="news.submitted").first()
    assert letter is not None
    assert [one["title"] for one in letter.context["items"]] == [first.title, second.title]


def test_letter_goes_to_the_writer_and_to_all_who_write_once_the_writer_has_left(
    complete: Make, ana: Person, stan: Person, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    MembershipFactory(
        person__email="boss@feathers.example",
        organisation=item.organisation,
        role="administrator",
    )
    services.ask_for_changes(item=item, text="When?", actor=edda, now=now)
    assert told("news.changes_asked") == ["ana@feathers.example"]
    Membership.objects.filter(person=ana).delete()
    services.decline_item(item=item, text="No.", actor=edda, now=now)
    assert told("news.declined") == ["boss@feathers.example"]


def test_nobody_gets_a_letter_about_what_they_did_themselves(
    edda: Person, complete: Make, now: datetime
) -> None:
    item = complete(draft=True, organisation=None, author=edda)
    services.publish_item(item=item, seen=1, actor=edda, now=now)
    assert told("news.published") == []


def test_remarks_go_to_the_other_side(
    signed_in: SignedIn, complete: Make, ana: Person, edda: Person
) -> None:
    NewsRoleFactory(person__email="silent@network.example")
    item = complete(submitted=True)
    address = f"/edit/items/{item.oid}/comment/"
    assert signed_in(edda).post(address, {"text": "When?"}).status_code == 302
    assert told("news.commented") == ["ana@feathers.example"]
    assert signed_in(ana).post(address, {"text": "At <night>."}).status_code == 302
    assert told("news.answered") == ["edda@network.example"]
    text = signed_in(ana).get(f"/edit/items/{item.oid}/").content.decode()
    assert "At &lt;night&gt;." in text
    assert signed_in(ana).post(address, {"text": ""}).status_code == 422
    assert signed_in(ana).post(address, {"text": "x" * 4001}).status_code == 422


# --- The queue ---------------------------------------------------------------------------------


def test_queue_shows_one_state_at_a_time_and_counts_all(
    signed_in: SignedIn, edda: Person, now: datetime
) -> None:
    for state in ("submitted", "changes_asked", "scheduled", "published", "withdrawn", "draft"):
        fields = {} if state == "published" else {state: True}
        ItemFactory(title=f"Item {state}", **fields)
    client = signed_in(edda)
    for state in ("submitted", "changes_asked", "scheduled", "published", "withdrawn", "draft"):
        answer = client.get(f"/edit/queue/?state={state}")
        titles = [item.title for item in answer.context["content"].page]
        assert titles == [f"Item {state}"]
        counted = {key: number for key, _label, number in answer.context["content"].states}
        assert counted == {
            **dict.fromkeys(counted, 1),
            "proposed": 0,
            "pulled": 0,
        }
    assert client.get("/edit/queue/?state=lost").status_code == 404
    assert client.get("/edit/queue/?state=pulled")["Location"] == "/edit/pulled/"


def test_queue_is_narrowed_by_words_kind_and_language(
    signed_in: SignedIn, edda: Person, now: datetime
) -> None:
    ItemFactory(submitted=True, title="Night", organisation__name="Museum of Feathers")
    ItemFactory(submitted=True, title="Day", event=True, language="fr")
    client = signed_in(edda)

    def titles(query: str) -> list[str]:
        return [one.title for one in client.get(f"/edit/queue/?{query}").context["content"].page]

    assert titles("q=feathers") == ["Night"]
    assert titles("kind=event") == titles("language=fr") == titles("q=day") == ["Day"]
    assert titles("q=day+feathers") == []


def test_what_waits_longest_comes_first(edda: Person, now: datetime) -> None:
    late = ItemFactory(submitted=True, submitted_at=now)
    early = ItemFactory(submitted=True, submitted_at=now - DAY)
    assert list(queries.queue(state="submitted").page) == [early, late]
