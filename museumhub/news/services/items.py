"""Writing an item: beginning it, changing what it says, putting an earlier text back, deleting a draft.

Every save that changes something is a revision under the next version. What is out (scheduled or
published) stays complete, and is changed at once by editors only; a member's change waits as a proposal
(`services.proposals`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from anyascii import anyascii
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from frameworks.models import Element
from museumhub.kit import audit, uploads, writing
from museumhub.kit.models import StoredFile
from museumhub.kit.refusals import Refused
from museumhub.kit.uploads import Checked
from museumhub.members.models import Organisation, Person
from museumhub.news import content as contents
from museumhub.news import gate, lifecycle, policies, queries
from museumhub.news.models import Document, Item, Revision
from museumhub.news.models.item import RESERVED
from museumhub.news.models.reminder import instant_of
from museumhub.news.services import reminders
from museumhub.news.texts import TEXTS, picture_keys

Act = Revision.Act


class Incomplete(Refused):
    """The publication gate holds the item back; `reasons` are all it has to say."""

    def __init__(self, reasons: list[gate.Reason]) -> None:
        super().__init__(
            _("This cannot go out as it is. See below what is missing."),
        )
        self.reasons = reasons


def create_item(
    *,
    kind: str,
    organisation: Organisation | None,
    content: Mapping[str, Any],
    actor: Person | None,
    now: datetime,
    source_name: str = "",
    source_url: str = "",
) -> Item:
    """Begin a draft; `content` as in `news.content`, with a title at least.

    `organisation` None is the network itself. Refuses people who may not write for the publisher; an
    `actor` of None is the site (a feed that is pulled in).
    """
    if actor is not None and not policies.writes_for(actor, organisation):
        raise Refused(_("You do not write for this organisation."), field="organisation")
    item = Item(
        kind=kind,
        organisation=organisation,
        author=actor,
        source_name=source_name,
        source_url=source_url,
        created_at=now,
        updated_at=now,
    )
    content = contents.tidy(content)
    contents.put(item, content, now)
    with transaction.atomic():
        _insert_with_free_slug(item)
        contents.put_relations(item, content)
        _note_pictures(item, actor)
        _keep(item, Act.CREATED, actor, now)
        audit.record(
            verb="news.created",
            subject=item,
            context=item,
            actor=actor,
            now=now,
            after={"kind": kind, "organisation": organisation.pk if organisation else None},
        )
    return item


def save_item(
    *,
    item: Item,
    content: Mapping[str, Any],
    seen: int,
    actor: Person,
    now: datetime,
    base: int | None = None,
) -> Item:
    """Write what the writer changed since version `base` (without it: `seen`), the last one they looked at being `seen`.

    What others changed meanwhile in other fields stays; where they changed the same field, `Stale` names both texts
    in `theirs` (the item) and `yours` (those fields alone), and nothing is written. Refuses people who may not write it
    now and, where the item is out, what would leave it incomplete (`Incomplete`).
    """
    with transaction.atomic():
        locked = locked_item(item.pk)
        require_writer(actor, locked)
        stands = contents.of(locked)
        began = _content_at(locked, seen if base is None else base)
        mine = {name: content[name] for name in contents.changed(began, content) if name in stands}
        if locked.version != seen:
            clash = {
                name: value
                for name, value in mine.items()
                if stands[name] not in (began.get(name), value)
            }
            if clash:
                writing.check_version(locked, seen, clash)
        return write(locked, mine, act=Act.EDITED, author=actor, actor=actor, now=now)


def _content_at(item: Item, version: int) -> contents.Content:
    """What the item said at a version; where that is not known, nothing, so that all that was typed counts as changed."""
    if version == item.version:
        return contents.of(item)
    revision = Revision.objects.filter(item=item, number=version).first()
    return revision.content if revision is not None else {}


def restore_revision(
    *, item: Item, revision: Revision, seen: int, actor: Person, now: datetime
) -> Item:
    """Put back what the item said then, as a new revision. The same refusals as for saving; what was deleted since is left out."""
    with transaction.atomic():
        locked = locked_item(item.pk)
        require_writer(actor, locked)
        if revision.item_id != locked.pk:
            raise Refused(_("This text belongs to something else."))
        writing.check_version(locked, seen, {})
        then = contents.without_what_is_gone(revision.content)
        return write(locked, then, act=Act.RESTORED, author=actor, actor=actor, now=now)


def change_address(*, item: Item, slug: str, actor: Person, now: datetime) -> Item:
    """Another address for what was never public. Refuses members, an address that is taken, and what has been public."""
    with transaction.atomic():
        locked = locked_item(item.pk)
        require_editor(actor)
        if locked.status == lifecycle.PUBLISHED or locked.withdrawn_at is not None:
            raise Refused(_("Readers know this address: it stays."), field="slug")
        before = locked.slug
        locked.slug = slug
        writing.check(locked)
        locked.save(update_fields=["slug"])
        audit.record(
            verb="news.address_changed",
            subject=locked,
            context=locked,
            actor=actor,
            now=now,
            before={"slug": before},
            after={"slug": slug},
        )
    return locked


def keep_file(*, item: Item, checked: Checked, now: datetime) -> StoredFile:
    """Store a checked file as a document of the item, for as long as there is the item; `save_item` or `propose` then points to it."""
    stored = uploads.store(checked, now=now)
    Document.objects.create(item=item, file=stored)
    return stored


def delete_draft(*, item: Item, actor: Person, now: datetime) -> None:
    """Delete a draft that was never public, with all its revisions. Refuses everything else."""
    with transaction.atomic():
        locked = locked_item(item.pk)
        require_writer(actor, locked)
        if locked.status != lifecycle.DRAFT or locked.withdrawn_at is not None:
            raise Refused(_("Only a draft that was never public can be deleted."))
        audit.record(verb="news.deleted", subject=locked, context=locked, actor=actor, now=now)
        files = [one.file for one in Document.objects.filter(item=locked).select_related("file")]
        locked.delete()
        uploads.discard(files)


def locked_item(pk: Any) -> Item:
    """The item for this transaction alone, with its publisher."""
    found = writing.lock(Item, pk)
    if found.organisation_id is not None:
        found.organisation = Organisation.objects.get(pk=found.organisation_id)
    return found


def require_editor(actor: Person) -> None:
    """Refuses everybody but editors of the news."""
    if not policies.edits_news(actor):
        raise Refused(_("Only the editors of the news can do this."))


def require_writer(actor: Person, item: Item) -> None:
    """Refuses who may not change what the item says at once, as it stands now."""
    roles = policies.roles(actor, item)
    if lifecycle.EDITOR in roles:
        return
    if lifecycle.MEMBER not in roles:
        raise Refused(_("You do not write for this organisation."))
    if item.status in lifecycle.OUT:
        raise Refused(_("This is out: what you change goes to the editors first."))
    if item.status == lifecycle.WITHDRAWN:
        raise Refused(_("This was withdrawn. Ask the editors to take it back to draft first."))


def write(
    locked: Item,
    content: Mapping[str, Any],
    *,
    act: Act,
    author: Person | None,
    actor: Person | None,
    now: datetime,
) -> Item:
    """Write over a locked item, keep a revision by `author` and record the act of `actor`."""
    stood = contents.of(locked)
    content = contents.tidy({name: content[name] for name in content if name in stood})
    names = contents.changed(stood, content)
    if not names:
        return locked
    keep_what_was_found(locked)
    before = instant_of(locked)
    contents.put(locked, content, now)
    if locked.status in lifecycle.OUT:
        require_complete(locked, content, author or actor)
    writing.check(locked)
    locked.version += 1
    locked.updated_at = now
    _save(locked)
    contents.put_relations(locked, content)
    _note_pictures(locked, author or actor)
    _keep(locked, act, author, now)
    if instant_of(locked) != before:
        reminders.plan_item(locked, now)
    audit.record(
        verb=f"news.{act.value}",
        subject=locked,
        context=locked,
        actor=actor,
        now=now,
        after={"version": locked.version, "fields": names},
    )
    return locked


def require_complete(item: Item, content: Mapping[str, Any], writer: Person | None) -> None:
    """Refuses (`Incomplete`) what the publication gate holds back.

    Relations are looked up in `content` where it has them; `writer` puts in no picture they may not use.
    """
    given: dict[str, Any] = {"user": writer}
    if "topics" in content:
        given["topics"] = Element.objects.filter(pk__in=content["topics"])
    if "partners" in content:
        given["partners"] = Organisation.objects.filter(pk__in=content["partners"])
    if reasons := gate.reasons(queries.manuscript(item, **given)):
        raise Incomplete(reasons)


def _note_pictures(item: Item, writer: Person | None) -> None:
    """Remember which pictures of the library stand in the texts: with these the item is shown, and they with it."""
    keys = picture_keys(*(getattr(item, name) for name in TEXTS))
    if keys or item.text_pictures.exists():
        item.text_pictures.set(list(queries.pictures_in_text(item, keys, writer)))


def _save(item: Item) -> None:
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise Refused(_("This could not be saved: parts of it contradict each other.")) from error


def _keep(item: Item, act: Act, author: Person | None, now: datetime) -> None:
    Revision.objects.create(
        item=item,
        number=item.version,
        act=act,
        author=author,
        at=now,
        content=contents.of(_fresh(item)),
    )


def _fresh(item: Item) -> Item:
    """The item without relations that were read before they changed."""
    item._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return item


def keep_what_was_found(item: Item) -> None:
    """An item that was made elsewhere (an import, the demonstration) has no revision yet of what it says."""
    Revision.objects.get_or_create(
        item=item,
        number=item.version,
        defaults={
            "act": Act.FOUND,
            "author": None,
            "at": item.updated_at,
            "content": contents.of(item),
        },
    )


def free_slugs(title: str) -> Iterator[str]:
    """`a-title`, `a-title-2`, …; a title without letters or digits, and words the site uses, are taken for `news`."""
    longest = 90
    stem = slugify(anyascii(title))[:longest].strip("-") or "news"
    if stem in RESERVED:
        stem = f"news-{stem}"
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _insert_with_free_slug(item: Item) -> None:
    """Save a new item under the first free address; two at the same moment get two."""
    taken = set(
        Item.objects.filter(slug__startswith=next(free_slugs(item.title))).values_list(
            "slug", flat=True
        )
    )
    for slug in free_slugs(item.title):
        if slug in taken:
            continue
        item.slug = slug
        writing.check(item)
        try:
            with transaction.atomic():
                item.save()
        except IntegrityError:
            if not Item.objects.filter(slug=slug).exists():
                raise
            continue
        return
