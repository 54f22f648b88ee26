"""The demo's news: written, published, scheduled and withdrawn through the room's own services, as their dates say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from frameworks.models import Element
from museumhub.members.models import Organisation, Person
from museumhub.news import services
from museumhub.news.models import Item, NewsRole, Picture, Subscription
from museumhub.news.services import newsletter
from museumhub.pages.demo.content import day, instant, read

# What an entry of news.yaml says in the words of the room's content.
_SAME = (
    "title",
    "language",
    "body",
    "place",
    "online_url",
    "registration_url",
    "recording_url",
    "link",
    "authors",
    "year",
    "identifier",
    "resources",
)
_NETWORK_ZONE = "Europe/Brussels"
_WRITTEN = timedelta(days=3)  # before it came out
_SUBSCRIBED = timedelta(days=31)


def load_editor(person: Person, *, now: datetime) -> None:
    """Make the person an editor of the news."""
    NewsRole.objects.get_or_create(person=person, defaults={"since": now})


def load_news(
    organisations: Mapping[str, Organisation],
    pictures: Mapping[str, Picture],
    *,
    editor: Person,
    now: datetime,
) -> int:
    """Every entry that is not there yet, the oldest first, so that each may speak of earlier ones; how many there were."""
    topics = {topic.slug: topic for topic in Element.objects.topics()}
    entries = sorted(read("news")["items"], key=lambda given: -given["ago"])
    there = set(Item.objects.values_list("slug", flat=True))
    loaded: dict[str, Item] = {}
    for given in entries:
        if given["slug"] in there:
            continue
        with transaction.atomic():
            loaded[given["slug"]] = _load(given, organisations, pictures, topics, editor, now)
    for given in entries:
        _point_at_others(given, loaded, editor, now)
    return len(loaded)


def _load(
    given: Mapping[str, Any],
    organisations: Mapping[str, Organisation],
    pictures: Mapping[str, Picture],
    topics: Mapping[str, Element],
    editor: Person,
    now: datetime,
) -> Item:
    at = min(instant({"days": -given["ago"], "at": "09:00"}, zone=_NETWORK_ZONE, now=now), now)
    written = at - _WRITTEN
    item = services.create_item(
        kind=given["kind"],
        organisation=organisations[given["by"]] if given.get("by") else None,
        content=_content(given, organisations, pictures, topics, now),
        actor=editor,
        now=written,
    )
    item = services.change_address(item=item, slug=given["slug"], actor=editor, now=written)
    return _bring_to_its_state(item, given, editor, at, now)


def _content(
    given: Mapping[str, Any],
    organisations: Mapping[str, Organisation],
    pictures: Mapping[str, Picture],
    topics: Mapping[str, Element],
    now: datetime,
) -> dict[str, Any]:
    content: dict[str, Any] = {name: given[name] for name in _SAME if given.get(name) is not None}
    content["teaser"] = given.get("teaser") or ""
    content["topics"] = sorted(topics[slug].pk for slug in given["topics"])
    content["tags"] = sorted(given.get("tags", ()))
    if picture := pictures.get(given.get("picture") or ""):
        content["picture"] = picture.pk
    zone = given.get("zone", _NETWORK_ZONE)
    for name in ("starts", "ends", "closes"):
        if name in given:
            content[f"{name}_at"] = instant(given[name], zone=zone, now=now).isoformat()
            content["time_zone"] = zone
    if "dated" in given:
        content["dated"] = day(-given["dated"], zone=_NETWORK_ZONE, now=now).isoformat()
    if "partners" in given:
        content["partners"] = sorted(organisations[slug].pk for slug in given["partners"])
    return content


def _bring_to_its_state(
    item: Item, given: Mapping[str, Any], editor: Person, at: datetime, now: datetime
) -> Item:
    state = given.get("state", "published")
    if state == "draft":
        return item
    if state == "scheduled":
        appears = instant(given["appears"], zone=given["zone"], now=now)
        return services.schedule_item(
            item=item, at=appears, seen=item.version, actor=editor, now=now
        )
    if state in {"submitted", "changes_asked"}:
        item = services.submit_item(item=item, seen=item.version, actor=editor, now=at)
        if state == "changes_asked":
            item = services.ask_for_changes(item=item, text=given["comment"], actor=editor, now=now)
        return item
    item = services.publish_item(item=item, seen=item.version, actor=editor, now=at)
    if state == "withdrawn":
        item = services.withdraw_item(item=item, reason=given["reason"], actor=editor, now=now)
    return item


def load_endorsements(
    organisations: Mapping[str, Organisation], *, administrator: Person, now: datetime
) -> None:
    """Who stands behind the statements: organisations one after the other, and people with addresses of nobody."""
    for given in read("news")["items"]:
        signed = given.get("signed", {})
        statement = Item.objects.filter(slug=given["slug"]).first()
        if not signed or statement is None or statement.endorsements.exists():
            continue
        began = statement.published_at or now
        signers = [*signed["organisations"], *signed["people"]]
        for number, signer in enumerate(signers, 1):
            at = began + (now - began) * number / (len(signers) + 1)
            if isinstance(signer, str):
                services.endorse_for_organisation(
                    statement=statement,
                    organisation=organisations[signer],
                    actor=administrator,
                    now=at,
                )
            else:
                _sign(statement, signer, at)


def load_newsletter(person: Person, frequency: str, *, now: datetime) -> None:
    """They get the newsletter since a month ago, so that one is due as soon as the demo runs."""
    if Subscription.objects.of(person).exists():
        return
    choices = newsletter.Choices(
        topics=[],
        kinds=[],
        frequency=frequency,
        day=1,
        hour=8,
        time_zone=person.time_zone,
        language=person.language,
    )
    newsletter.subscribe(
        email=person.email,
        choices=choices,
        address_of_sender="",
        actor=person,
        now=now - _SUBSCRIBED,
    )


def _sign(statement: Item, signer: Mapping[str, Any], at: datetime) -> None:
    services.endorse_as_person(
        statement=statement,
        email=signer["email"],
        name=signer["name"],
        affiliation=signer.get("affiliation", ""),
        shown=signer.get("shown", True),
        language=signer.get("language", statement.language),
        address_of_sender=signer["email"],
        actor=None,
        now=at,
    )
    asked = statement.endorsements.get(email=signer["email"])
    services.confirm_endorsement(endorsement=asked, now=at)


def _point_at_others(
    given: Mapping[str, Any], loaded: Mapping[str, Item], editor: Person, now: datetime
) -> None:
    """A translation names its original, a call for feedback what came of it."""
    item = loaded.get(given["slug"])
    if item is None:
        return
    content = {}
    for name in ("translation_of", "result"):
        if name in given:
            content[name] = Item.objects.values_list("pk", flat=True).get(slug=given[name])
    if content:
        services.save_item(
            item=item,
            content=content,
            seen=item.version,
            actor=editor,
            now=max(item.updated_at, item.published_at or item.updated_at),
        )
