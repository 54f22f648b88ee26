"""Writing a framework: a file is loaded whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from frameworks.documents import Document
from frameworks.models import Element, Framework, Serving
from museumhub.kit import audit
from museumhub.kit.refusals import Refused


@dataclass
class Loaded:
    """What came of loading a file: slugs of elements added, changed, retired, and left as they were."""

    framework: str
    created: bool = False
    leads: bool = False
    changed_itself: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        return not (
            self.created or self.changed_itself or self.added or self.changed or self.retired
        )


class _DryRun(Exception):
    """Undoes a rehearsal."""


def load_framework(
    *, document: Document, now: datetime, lead: bool = False, dry_run: bool = False
) -> Loaded:
    """Make the database say what the document says. Loading the same document again changes nothing.

    Elements the document no longer has are retired, never deleted, so that what refers to them
    keeps its meaning. The first framework with topics leads the site; `lead` hands the lead to this
    one. Refuses to change the kind of an element. With `dry_run` nothing is written.
    """
    loaded = Loaded(document.texts["slug"])
    try:
        with transaction.atomic():
            _load(document, loaded, now, lead)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return loaded


def _load(document: Document, loaded: Loaded, now: datetime, lead: bool) -> None:
    framework = _framework(document, loaded, now, lead)
    existing = {element.slug: element for element in framework.elements.all()}
    _make_room(document, existing)
    for order, row in enumerate(document.elements, start=1):
        fields = {**row.texts, "order": order, "retired": row.retired}
        element = existing.pop(row.slug, None)
        if element is None:
            Element.objects.create(framework=framework, **fields)
            loaded.added.append(row.slug)
            continue
        if element.kind != row.texts["kind"]:
            raise Refused(
                _(
                    "The element “%(slug)s” has the kind “%(was)s” on this site and the kind “%(is)s” in the file."
                )
                % {"slug": row.slug, "was": element.kind, "is": row.texts["kind"]}
            )
        written = _differs(element, fields)
        (loaded.changed if written else loaded.unchanged).append(row.slug)
        if written:
            _set(element, fields)
    for slug, element in existing.items():
        if element.retired:
            loaded.unchanged.append(slug)
        else:
            _set(element, {"retired": True})
            loaded.retired.append(slug)
    _serve(framework, document, loaded)
    if not loaded.nothing_changed:
        framework.updated_at = now
        framework.save(update_fields=["updated_at"])
        audit.record(
            verb="frameworks.loaded",
            subject=framework,
            actor=None,
            now=now,
            after={
                "version": framework.version,
                "added": loaded.added,
                "changed": loaded.changed,
                "retired": loaded.retired,
            },
        )


def _framework(document: Document, loaded: Loaded, now: datetime, lead: bool) -> Framework:
    framework = Framework.objects.select_for_update().filter(slug=document.texts["slug"]).first()
    if framework is None:
        framework = Framework.objects.create(**document.texts, updated_at=now)
        loaded.created = True
    elif _differs(framework, document.texts):
        _set(framework, document.texts)
        loaded.changed_itself = True
    has_topics = any(row.texts["kind"] == Element.Kind.TOPIC for row in document.elements)
    if lead and not has_topics:
        raise Refused(_("A framework without topics cannot lead the site."))
    nobody_leads = not Framework.objects.filter(leads=True).exists()
    if not framework.leads and (lead or (nobody_leads and has_topics)):
        Framework.objects.filter(leads=True).update(leads=False)
        _set(framework, {"leads": True})
        loaded.changed_itself = True
    loaded.leads = framework.leads
    return framework


def _make_room(document: Document, existing: dict[str, Element]) -> None:
    """Elements that exchange their codes would meet the unique constraint half-way: move these aside first."""
    wanted = {row.slug: row.texts["code"] for row in document.elements}
    for slug, element in existing.items():
        aside = f"-{element.pk}"
        if slug not in wanted and element.code in wanted.values():
            _set(element, {"code": aside})
        elif slug in wanted and element.code != wanted[slug]:
            Element.objects.filter(pk=element.pk).update(code=aside)


def _serve(framework: Framework, document: Document, loaded: Loaded) -> None:
    """Which topic serves which goals, in the order of the file."""
    elements = {element.slug: element for element in framework.elements.all()}
    before: dict[int, list[int]] = {}
    for serving in Serving.objects.filter(topic__framework=framework).order_by("order", "pk"):
        before.setdefault(serving.topic_id, []).append(serving.goal_id)
    for row in document.elements:
        topic = elements[row.slug]
        goals = [elements[slug].pk for slug in row.serves]
        if before.get(topic.pk, []) == goals:
            continue
        Serving.objects.filter(topic=topic).delete()
        Serving.objects.bulk_create(
            Serving(topic=topic, goal_id=goal, order=order)
            for order, goal in enumerate(goals, start=1)
        )
        if row.slug in loaded.unchanged:
            loaded.unchanged.remove(row.slug)
            loaded.changed.append(row.slug)


def _differs(thing: models.Model, fields: Mapping[str, object]) -> bool:
    return any(getattr(thing, name) != value for name, value in fields.items())


def _set(thing: models.Model, fields: Mapping[str, object]) -> None:
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(fields))
