"""Changes of what is out: a member proposes, an editor accepts or declines, and readers see nothing before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from museumhub.kit.refusals import Refused, Stale
from museumhub.mail.models import Letter
from museumhub.members.models import Organisation, Person
from museumhub.news import services
from museumhub.news.models import Item, Proposal
from museumhub.schedule.services import tick
from tests.factories.members import MembershipFactory

pytestmark = pytest.mark.django_db

SignedIn = Callable[[Person], Client]
Make = Callable[..., Item]


def fresh(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def propose(item: Item, actor: Person, now: datetime, **content: Any) -> Proposal:
    return services.propose(
        item=item, content=content, base=item.version, seen=0, actor=actor, now=now
    )


def sent(item: Item, **changes: Any) -> dict[str, Any]:
    return {
        "version": 0,
        "base": item.version,
        "title": item.title,
        "language": item.language,
        "teaser": item.teaser,
        "body": item.body,
        "topics": [topic.pk for topic in item.topics.all()],
        **changes,
    }


@pytest.mark.parametrize("status", ["published", "scheduled"])
def test_members_change_of_what_is_out_waits_for_the_editors(
    signed_in: SignedIn, complete: Make, ana: Person, edda: Person, status: str
) -> None:
    item = complete(**{} if status == "published" else {status: True})
    member, editor = signed_in(ana), signed_in(edda)
    form = f"/edit/items/{item.oid}/text/"
    assert "goes to the editors" in member.get(form).content.decode()
    assert member.post(form, sent(item, body="Better.")).status_code == 302
    assert fresh(item).body == item.body
    assert "Better." in member.get(form).content.decode()
    queue = editor.get("/edit/queue/?state=proposed").content.decode()
    assert f"/edit/items/{item.oid}/changes/" in queue
    page = editor.get(f"/edit/items/{item.oid}/changes/").content.decode()
    assert "<ins>Better</ins>" in page
    answer = editor.post(f"/edit/items/{item.oid}/changes/", {"answer": "accept", "seen": "1"})
    assert answer.status_code == 302
    changed = fresh(item)
    assert (changed.body, changed.version, changed.status) == ("Better.", 2, status)
    revision = changed.revisions.get(number=2)
    assert (revision.act, revision.author) == ("accepted", ana)
    assert list(Letter.objects.values_list("kind", "to")) == [
        ("news.proposal_accepted", "ana@feathers.example")
    ]


def test_editor_changes_what_is_published_at_once_and_completely(
    signed_in: SignedIn, complete: Make, edda: Person
) -> None:
    item = complete()
    form = f"/edit/items/{item.oid}/text/"
    incomplete = signed_in(edda).post(form, sent(item, version=1, teaser="", topics=[]))
    assert incomplete.status_code == 422
    assert set(incomplete.context["form"].errors) == {"__all__", "teaser", "topics"}
    assert fresh(item).version == 1
    assert signed_in(edda).post(form, sent(item, version=1, body="New.")).status_code == 302
    assert "New." in Client().get(item.get_absolute_url()).content.decode()


def test_incomplete_proposal_is_refused_and_comes_back_as_typed(
    signed_in: SignedIn, complete: Make, ana: Person
) -> None:
    item = complete()
    form = f"/edit/items/{item.oid}/text/"
    refused = signed_in(ana).post(form, sent(item, teaser="", body="Typed."))
    assert refused.status_code == 422
    assert "Typed." in refused.content.decode()
    assert "teaser" in refused.context["form"].errors
    assert not Proposal.objects.exists()
    unchanged = signed_in(ana).post(form, sent(item))
    assert "Nothing differs from what is out." in unchanged.content.decode()


def test_colleagues_write_on_one_proposal_and_lose_nothing(
    signed_in: SignedIn, complete: Make, ana: Person, museum: Organisation
) -> None:
    item = complete()
    colleague = MembershipFactory(organisation=museum, role="editor").person
    form = f"/edit/items/{item.oid}/text/"
    assert signed_in(ana).post(form, sent(item, body="Ana's.")).status_code == 302
    late = sent(item, body="Colleague's.")
    proposal = Proposal.objects.get()
    stale = signed_in(colleague).post(form, late)
    assert stale.status_code == 409
    assert "Ana&#x27;s." in stale.content.decode()
    assert "Colleague&#x27;s." in stale.content.decode()
    again = late | {"version": stale.context["form"]["version"].value()}
    assert signed_in(colleague).post(form, again).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.content["body"], proposal.version) == ("Colleague's.", 2)
    assert proposal.author == colleague


def test_only_what_the_member_changed_is_changed(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(body="Old.", teaser="Old teaser.")
    asked = propose(item, ana, now, body="New.")
    services.save_item(item=item, content={"teaser": "Edda's teaser."}, seen=1, actor=edda, now=now)
    services.accept_proposal(proposal=asked, seen=1, actor=edda, now=now)
    assert (fresh(item).body, fresh(item).teaser) == ("New.", "Edda's teaser.")


def test_editor_is_shown_both_where_the_same_part_was_changed_since(
    signed_in: SignedIn, complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(body="Old.")
    propose(item, ana, now, body="Ana's.")
    services.save_item(item=item, content={"body": "Edda's."}, seen=1, actor=edda, now=now)
    address = f"/edit/items/{item.oid}/changes/"
    client = signed_in(edda)
    clash = client.post(address, {"answer": "accept", "seen": "1"})
    assert clash.status_code == 409
    assert fresh(item).body == "Edda's."
    text = clash.content.decode()
    assert text.count("Edda&#x27;s.") == 1
    assert "Ana&#x27;s." in text
    assert client.post(address, {"answer": "replace", "seen": "1"}).status_code == 302
    assert fresh(item).body == "Ana's."


def test_declined_changes_leave_the_item_and_tell_why(
    signed_in: SignedIn, complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete(body="Old.")
    propose(item, ana, now, body="New.")
    address = f"/edit/items/{item.oid}/changes/"
    assert signed_in(edda).post(address, {"answer": "decline", "text": ""}).status_code == 422
    answer = signed_in(edda).post(address, {"answer": "decline", "text": "Why so?"})
    assert answer.status_code == 302
    assert fresh(item).body == "Old."
    assert Proposal.objects.get().status == "declined"
    letter = Letter.objects.get()
    assert (letter.kind, letter.context["text"]) == ("news.proposal_declined", "Why so?")
    assert "Why so?" in signed_in(ana).get(f"/edit/items/{item.oid}/").content.decode()


def test_member_takes_the_changes_back_and_decides_about_nothing(
    signed_in: SignedIn, complete: Make, ana: Person, now: datetime
) -> None:
    item = complete(body="Old.")
    propose(item, ana, now, body="New.")
    address = f"/edit/items/{item.oid}/changes/"
    for answer in ("accept", "replace", "decline", "anything", ""):
        sent = {"answer": answer, "seen": "1", "text": "x"}
        assert signed_in(ana).post(address, sent).status_code == 404
    assert signed_in(ana).post(address, {"answer": "take_back"}).status_code == 302
    assert Proposal.objects.get().status == "taken_back"
    assert signed_in(ana).get(address).status_code == 302


def test_staff_and_strangers_propose_nothing(
    complete: Make, stan: Person, otto: Person, edda: Person, now: datetime
) -> None:
    item = complete()
    for person in (stan, otto, edda):
        with pytest.raises(Refused):
            propose(item, person, now, body="New.")


def test_proposal_that_changed_since_it_was_read_is_not_accepted(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete()
    asked = propose(item, ana, now, body="New.")
    services.propose(item=item, content={"body": "Newer."}, base=1, seen=1, actor=ana, now=now)
    with pytest.raises(Stale):
        services.accept_proposal(proposal=asked, seen=1, actor=edda, now=now)
    services.accept_proposal(proposal=asked, seen=2, actor=edda, now=now)
    with pytest.raises(Stale):  # a second press
        services.accept_proposal(proposal=asked, seen=2, actor=edda, now=now)
    assert fresh(item).version == 2


def test_editors_hear_of_proposals_with_what_was_submitted(
    complete: Make, ana: Person, edda: Person, now: datetime
) -> None:
    item = complete()
    propose(item, ana, now, body="New.")
    tick(now + timedelta(minutes=15))
    letter = Letter.objects.get(kind="news.submitted")
    assert [one["title"] for one in letter.context["items"]] == [item.title]
