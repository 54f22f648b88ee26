"""Keeping what can be found in step with what readers may see: in the transaction of each change, and all of it anew on request."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import models, transaction

from frameworks.models import Element
from museumhub.kit import changes, clock
from museumhub.kit.references import reference
from museumhub.members.models import Organisation
from museumhub.pages.models import SearchDocument, SearchEntry, SearchSpelling
from museumhub.pages.search import documents
from museumhub.pages.search.documents import Document, Things
from museumhub.pages.search.engines import Words, engine, facet
from museumhub.pages.search.query import Term
from museumhub.pages.search.words import fold, forms, spellable
from museumhub.schedule.services import plan

AT_ONCE: Final = 500
# The scheduled action that reads anew what names a thing whose name has changed.
NAMED: Final = "pages.search_named"

_SHOWN: Final = (
    *(
        "kind",
        "variety",
        "language",
        "title",
        "teaser",
        "text",
        "keywords",
        "organisation_id",
        "path",
    ),
    *("published_at", "starts_at", "closes_at", "time_zone", "digest"),
)
# Words that are looked up in one statement.
_WEIGHED: Final = 100
_AT_ANY_TIME: Final = datetime(9999, 1, 1, tzinfo=UTC)
_RANKED: Final = ("kind", "day", "boost", "visible_from")


@dataclass
class Indexed:
    """How many documents were written, taken away, and left as they were; the words of those written."""

    written: int = 0
    removed: int = 0
    unchanged: int = 0
    words: set[str] = field(default_factory=set)

    def __iadd__(self, other: Indexed) -> Indexed:
        self.written += other.written
        self.removed += other.removed
        self.unchanged += other.unchanged
        self.words |= other.words
        return self


def follow(thing: models.Model) -> None:
    """A listener of `kit.changes`: what can be found says the same as `thing` when the transaction ends."""
    if things := documents.touched(thing):
        words = index(things=things, now=clock.now()).words
        if words:
            # Outside this transaction, so that no two wait for each other's words.
            transaction.on_commit(lambda: learn(words), robust=True)


def index(*, things: Things, now: datetime, every_word: bool = False) -> Indexed:
    """Write the documents of these things, and take away those of things that have none.

    `every_word`: hand back the words of the unchanged as well. What names an organisation or topic that is called otherwise now is read anew by a scheduled action.
    """
    done = Indexed()
    with transaction.atomic():
        engine().hold([_subject(model, key) for model, keys in things.items() for key in keys])
        for model, keys in things.items():
            done += _index(model, keys, now, every_word)
    return done


def _index(
    model: type[models.Model], keys: Collection[Any], now: datetime, every_word: bool
) -> Indexed:
    wanted = {document.subject: document for document in documents.documents(model, keys)}
    subjects = [_subject(model, key) for key in keys]
    known = {
        row.subject: row
        for row in SearchDocument.objects.filter(subject__in=subjects).only(
            "subject", "digest", "title"
        )
    }
    gone = [row.pk for subject, row in known.items() if subject not in wanted]
    if gone:
        remove(gone)
    changed = [
        document
        for subject, document in wanted.items()
        if subject not in known or known[subject].digest != document.digest
    ]
    words: set[str] = set()
    for one in _write(changed) if changed else ():
        words.update(one.title, one.teaser, one.text, one.keywords)
    if every_word:
        for document in wanted.values():
            if document.subject in known and known[document.subject].digest == document.digest:
                one = _words(0, document)
                words.update(one.title, one.teaser, one.text, one.keywords)
    if changed:
        for document in changed:
            if document.subject in known and known[document.subject].title != document.title:
                _plan_for_those_that_name(model, document, now)
    return Indexed(len(changed), len(gone), len(wanted) - len(changed), words)


def _subject(model: type[models.Model], key: Any) -> str:
    return f"{model._meta.label_lower}:{key}"


def _write(changed: Collection[Document]) -> list[Words]:
    """Write the rows, and index them; returns their words."""
    rows = SearchDocument.objects.bulk_create(
        [
            SearchDocument(
                subject=document.subject,
                topics=" ".join(document.topics),
                **{name: getattr(document, name) for name in _SHOWN},
            )
            for document in changed
        ],
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=["topics", *(name.removesuffix("_id") for name in _SHOWN)],
    )
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(document=row, **{name: getattr(document, name) for name in _RANKED})
            for row, document in zip(rows, changed, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["document"],
        update_fields=list(_RANKED),
    )
    written = [_words(row.pk, document) for row, document in zip(rows, changed, strict=True)]
    engine().write(written)
    # One says it for all: pages of results are kept (kit.page_cache).
    changes.announce(rows[0])
    return written


def _words(document_id: int, document: Document) -> Words:
    return Words(
        document_id=document_id,
        language=document.language,
        title_language="" if document.named else document.language,
        title=fold(document.title),
        teaser=fold(document.teaser),
        text=fold(document.text),
        keywords=fold(document.keywords),
        facets=[
            *(facet(name, value) for name, value in document.facets.items()),
            *(facet("topic", slug) for slug in document.topics),
        ],
    )


def remove(ids: Collection[int]) -> None:
    """Take these documents away, and their words out of the index."""
    with transaction.atomic():
        engine().forget(ids)
        gone = list(SearchDocument.objects.filter(pk__in=ids)[:1])
        SearchDocument.objects.filter(pk__in=ids).delete()
        changes.announce(*gone)


# --- Spelling ------------------------------------------------------------------------------------


def learn(words: Iterable[str]) -> None:
    """Know how these words are spelt."""
    for some in _portions(sorted(spellable(words))):
        known = set(
            SearchSpelling.objects.filter(form__in=some, word=models.F("form")).values_list(
                "word", flat=True
            )
        )
        SearchSpelling.objects.bulk_create(
            [
                SearchSpelling(form=form, word=word)
                for word in some
                if word not in known
                for form in sorted(forms(word))
            ],
            ignore_conflicts=True,
            batch_size=5000,
        )


def unlearn() -> int:
    """Forget the words that no document has any more; returns how many."""
    forgotten, last = 0, ""
    words = SearchSpelling.objects.filter(word=models.F("form")).order_by("word")
    while some := list(words.filter(word__gt=last).values_list("word", flat=True)[:_WEIGHED]):
        last = some[-1]
        numbers = engine().weigh([Term((word,)) for word in some], _AT_ANY_TIME, most=1)
        lost = [word for word, number in zip(some, numbers, strict=True) if number == 0]
        SearchSpelling.objects.filter(word__in=lost).delete()
        forgotten += len(lost)
    return forgotten


def _portions(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), AT_ONCE):
        yield things[start : start + AT_ONCE]


# --- What names a thing --------------------------------------------------------------------------


def _plan_for_those_that_name(model: type[models.Model], document: Document, now: datetime) -> None:
    if model in (Organisation, Element):
        plan(
            kind=NAMED,
            about=document.subject,
            due_at=now,
            key=f"{NAMED}:{document.subject}:{now.isoformat()}",
            now=now,
        )


def index_those_that_name(*, thing: models.Model, now: datetime) -> Indexed:
    """Read anew what is found by the name of an organisation or topic."""
    match thing:
        case Organisation():
            naming = models.Q(organisation=thing)
        case Element():
            naming = models.Q(topics__contains=thing.slug)
        case _:
            return Indexed()
    done, last = Indexed(), 0
    found = SearchDocument.objects.filter(naming).exclude(subject=reference(thing)).order_by("pk")
    while some := list(found.filter(pk__gt=last).values_list("pk", "subject")[:AT_ONCE]):
        things: Things = {}
        last = some[-1][0]
        for _pk, subject in some:
            label, _colon, key = subject.partition(":")
            for model in documents.SOURCES:
                if model._meta.label_lower == label:
                    things.setdefault(model, set()).add(int(key))
        done += index(things=things, now=now)
    learn(done.words)
    return done


# --- Everything ----------------------------------------------------------------------------------


def reindex(*, now: datetime) -> Iterator[tuple[str, Indexed]]:
    """Bring every document up to date, in batches of their own transactions; yields each model with what came of it.

    Running it again changes nothing. Documents whose thing is gone are taken away.
    """
    for model in documents.SOURCES:
        done = Indexed()
        for keys in _batches(model._base_manager.order_by("pk")):
            batch = index(things={model: set(keys)}, now=now, every_word=True)
            learn(batch.words)
            batch.words.clear()
            done += batch
        done.removed += _sweep(model)
        yield model._meta.label, done
    engine().settle()


def _batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    last: Any = None
    while True:
        some = rows if last is None else rows.filter(pk__gt=last)
        keys = list(some.values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _sweep(model: type[models.Model]) -> int:
    """Take away the documents of rows that are gone."""
    label = f"{model._meta.label_lower}:"
    removed = 0
    rows = SearchDocument.objects.filter(subject__startswith=label).order_by("pk")
    for keys in _batches(rows):
        subjects = dict(rows.filter(pk__in=keys).values_list("pk", "subject"))
        wanted = {int(subject.removeprefix(label)) for subject in subjects.values()}
        there = set(model._base_manager.filter(pk__in=wanted).values_list("pk", flat=True))
        gone = [
            pk for pk, subject in subjects.items() if int(subject.removeprefix(label)) not in there
        ]
        if gone:
            remove(gone)
            removed += len(gone)
    return removed
