"""Two people at the same moment: nothing is lost, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from museumhub.kit.refusals import Stale
from museumhub.mail.models import Letter
from museumhub.members.models import Organisation, Person
from museumhub.news import services
from museumhub.news.models import Item, Proposal, Revision
from museumhub.schedule.models import ScheduledAction
from tests.factories.members import MembershipFactory
from tests.factories.news import NewsRoleFactory
from tests.together import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("many_connections")]

Make = Callable[..., Item]


def test_of_ten_editors_one_saves_and_nine_are_told(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(draft=True)
    editors = [edda, *(NewsRoleFactory().person for _ in range(9))]

    def save(number: int) -> object:
        return services.save_item(
            item=item, content={"body": f"Text {number}"}, seen=1, actor=editors[number], now=now
        )

    came = at_once([lambda number=number: save(number) for number in range(10)])  # type: ignore[misc]
    saved = [one for one in came if isinstance(one, Item)]
    refused = [one for one in came if isinstance(one, Stale)]
    assert (len(saved), len(refused)) == (1, 9)
    assert {one.theirs.body for one in refused} == {saved[0].body}  # type: ignore[attr-defined]
    assert {one.yours["body"] for one in refused} | {saved[0].body} == {  # type: ignore[index]
        f"Text {number}" for number in range(10)
    }
    assert Revision.objects.filter(item=item).count() == 2


def test_published_by_two_at_once_is_published_once(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    other = NewsRoleFactory().person
    came = at_once(
        [
            lambda: services.publish_item(item=item, seen=1, actor=edda, now=now),
            lambda: services.publish_item(item=item, seen=1, actor=other, now=now),
        ]
    )
    assert sorted(type(one).__name__ for one in came) == ["Item", "Stale"]
    assert Letter.objects.filter(kind="news.published").count() == 1


def test_text_saved_while_it_is_published_is_either_before_or_a_proposal(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    came = at_once(
        [
            lambda: services.publish_item(item=item, seen=1, actor=edda, now=now),
            lambda: services.save_item(
                item=item, content={"body": "Late."}, seen=1, actor=ana, now=now
            ),
        ]
    )
    item.refresh_from_db()
    # What readers see is what the editor saw.
    if item.status == "published":
        assert (item.body, item.version) == ("Museums act **together**.", 1)
        assert not isinstance(came[1], Item)
    else:
        assert isinstance(came[0], Stale)
        assert (item.body, item.version) == ("Late.", 2)


def test_two_proposals_at_once_are_one(
    complete: Make, ana: Person, museum: Organisation, now: datetime
) -> None:
    item = complete()
    colleague = MembershipFactory(organisation=museum, role="editor").person
    people = (ana, colleague)

    def propose(number: int) -> object:
        return services.propose(
            item=item,
            content={"body": f"Text {number}"},
            base=1,
            seen=0,
            actor=people[number],
            now=now,
        )

    came = at_once([lambda: propose(0), lambda: propose(1)])
    assert sorted(type(one).__name__ for one in came) == ["Proposal", "Stale"]
    assert Proposal.objects.count() == 1


def test_schedule_moved_by_two_at_once_is_one_row(
    complete: Make, edda: Person, now: datetime
) -> None:
    item = complete(submitted=True)
    services.schedule_item(item=item, at=now + timedelta(days=1), seen=1, actor=edda, now=now)
    days = (2, 3)

    def move(number: int) -> object:
        at = now + timedelta(days=days[number])
        return services.schedule_item(item=item, at=at, seen=1, actor=edda, now=now)

    at_once([lambda: move(0), lambda: move(1)])
    item.refresh_from_db()
    row = ScheduledAction.objects.get(kind="news.appear")
    assert (row.state, row.due_at) == ("planned", item.published_at)


def test_two_drafts_of_one_title_at_once_get_two_addresses(
    ana: Person, museum: Organisation, now: datetime
) -> None:
    def begin() -> object:
        return services.create_item(
            kind="article", organisation=museum, content={"title": "Night"}, actor=ana, now=now
        )

    came = at_once([begin, begin, begin])
    assert sorted(one.slug for one in came) == ["night", "night-2", "night-3"]
