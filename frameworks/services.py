"""Writing a framework: a file is loaded whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping as Fields
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from frameworks import contradictions
from frameworks.documents import Document
from frameworks.models import Element, FormerSlug, Framework, Mapping, Serving
from museumhub.kit import audit, changes
from museumhub.kit.refusals import Refused


@dataclass
class Loaded:
    """What came of loading a file: slugs of elements added, changed, renamed, retired, and left as they were."""

    framework: str
    created: bool = False
    leads: bool = False
    changed_itself: bool = False
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def nothing_changed(self) -> bool:
        return not (
            self.created
            or self.changed_itself
            or self.added
            or self.changed
            or self.renamed
            or self.retired
        )

    def note(self, slug: str) -> None:
        """An element thought unchanged is changed after all."""
        if slug in self.unchanged:
            self.unchanged.remove(slug)
            self.changed.append(slug)


class _DryRun(Exception):
    """Undoes a rehearsal."""


def load_framework(
    *, document: Document, now: datetime, lead: bool = False, dry_run: bool = False
) -> Loaded:
    """Make the database say what the document says. Loading the same document again changes nothing.

    Elements the document no longer has are retired, never deleted, so that what refers to them
    keeps its meaning; one that names a former slug, or has the URI of one, is that element under a
    new address, and the old address leads to it. The first framework with topics leads the site;
    `lead` hands the lead to this one. Refuses to change the kind of an element, to give a former
    address to another, and mappings that contradict each other (SKOS S27 and S46). With `dry_run`
    nothing is written.
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
    found = _find(document, framework, existing)
    _make_room(document, found, existing)
    rows: dict[str, Element] = {}
    for order, row in enumerate(document.elements, start=1):
        fields = {
            **row.texts,
            "order": order,
            "retired": row.retired,
            "translations": row.translations,
            "other_names": row.other_names,
        }
        element = found.get(row.slug)
        if element is None:
            rows[row.slug] = Element.objects.create(framework=framework, **fields)
            loaded.added.append(row.slug)
            continue
        rows[row.slug] = element
        if element.kind != row.texts["kind"]:
            raise Refused(
                _(
                    "The element “%(slug)s” has the kind “%(was)s” on this site and the kind “%(is)s” in the file."
                )
                % {"slug": row.slug, "was": element.kind, "is": row.texts["kind"]}
            )
        if element.slug != row.slug:
            _rename(element, row.slug, framework)
            loaded.renamed.append(row.slug)
        written = _differs(element, fields)
        if row.slug not in loaded.renamed:
            (loaded.changed if written else loaded.unchanged).append(row.slug)
        if written:
            _set(element, fields)
    _retire(existing, rows, loaded)
    _remember(document, rows, framework, loaded)
    _replace(document, rows, loaded)
    _relate(document, rows, loaded)
    _serve(document, rows, loaded)
    _map(document, rows, framework, loaded)
    if not loaded.nothing_changed:
        if wrong := contradictions.found():
            raise Refused(wrong)
        framework.updated_at = now
        framework.save(update_fields=["updated_at"])
        changes.announce(framework)
        audit.record(
            verb="frameworks.loaded",
            subject=framework,
            actor=None,
            now=now,
            after={
                "version": framework.version,
                "created": loaded.created,
                "added": loaded.added,
                "changed": loaded.changed,
                "renamed": loaded.renamed,
                "retired": loaded.retired,
            },
        )


def _framework(document: Document, loaded: Loaded, now: datetime, lead: bool) -> Framework:
    fields = {**document.texts, "translations": document.translations}
    framework = Framework.objects.select_for_update().filter(slug=document.texts["slug"]).first()
    uri = document.texts["uri"]
    if uri and Framework.objects.filter(uri=uri).exclude(slug=document.texts["slug"]).exists():
        raise Refused(_("Another framework on this site has the URI “%(uri)s”.") % {"uri": uri})
    if framework is None:
        framework = Framework.objects.create(**fields, updated_at=now)
        loaded.created = True
    elif _differs(framework, fields):
        _set(framework, fields)
        loaded.changed_itself = True
    has_topics = any(row.texts["kind"] == Element.Kind.TOPIC for row in document.elements)
    if lead and not has_topics:
        raise Refused(_("A framework without topics cannot lead the site."))
    nobody_leads = not Framework.objects.filter(leads=True).exists()
    if not framework.leads and (lead or (nobody_leads and has_topics)):
        before = list(Framework.objects.filter(leads=True))
        Framework.objects.filter(leads=True).update(leads=False)
        changes.announce(*before)
        _set(framework, {"leads": True})
        loaded.changed_itself = True
    loaded.leads = framework.leads
    return framework


def _find(
    document: Document, framework: Framework, existing: dict[str, Element]
) -> dict[str, Element]:
    """The elements of the site by the slugs they have in the document: by slug, former slug or URI."""
    uris = {element.uri: element for element in existing.values() if element.uri}
    former = {
        one.slug: one.element
        for one in FormerSlug.objects.filter(framework=framework).select_related("element")
    }
    taken: dict[int, str] = {}
    found: dict[str, Element] = {}
    for row in document.elements:
        if element := existing.get(row.slug):
            found[row.slug] = element
            taken[element.pk] = row.slug
    for row in document.elements:
        if row.slug in found:
            continue
        names = [existing.get(slug) or former.get(slug) for slug in (*row.former, row.slug)]
        for candidate in [*names, uris.get(row.texts["uri"])]:
            if candidate is not None and candidate.pk not in taken:
                found[row.slug] = next(one for one in existing.values() if one.pk == candidate.pk)
                taken[candidate.pk] = row.slug
                break
    for row in document.elements:
        was = former.get(row.slug)
        if was is not None and taken.get(was.pk) != row.slug:
            raise Refused(
                _("“%(slug)s” is the former address of “%(element)s” and is given to no other.")
                % {"slug": row.slug, "element": was.slug}
            )
    elsewhere = (
        Element.objects.filter(uri__in=[row.texts["uri"] for row in document.elements])
        .exclude(uri="")
        .exclude(framework=framework)
        .select_related("framework")
        .first()
    )
    if elsewhere is not None:
        raise Refused(
            _("The URI “%(uri)s” belongs to the framework “%(framework)s” on this site.")
            % {"uri": elsewhere.uri, "framework": elsewhere.framework.slug}
        )
    return found


def _make_room(document: Document, found: dict[str, Element], existing: dict[str, Element]) -> None:
    """Elements that exchange their codes or URIs would meet a unique constraint half-way: move these aside first."""
    rows = {row.slug: row for row in document.elements}
    staying = {element.pk for element in found.values()}
    leaving = [
        element.pk
        for element in existing.values()
        if element.pk not in staying and not element.retired
    ]
    # Retired ones keep their code, which others may then have.
    leaving += [element.pk for slug, element in found.items() if rows[slug].retired]
    Element.objects.filter(pk__in=leaving).update(retired=True)
    for slug, element in found.items():
        texts = rows[slug].texts
        if element.code != texts["code"] or element.uri != texts["uri"]:
            Element.objects.filter(pk=element.pk).update(code=f"-{element.pk}", uri="")


def _rename(element: Element, slug: str, framework: Framework) -> None:
    """The element under a new address; the old one leads to it from now on."""
    FormerSlug.objects.filter(framework=framework, slug=slug).delete()
    FormerSlug.objects.get_or_create(
        framework=framework, slug=element.slug, defaults={"element": element}
    )
    _set(element, {"slug": slug})


def _retire(existing: dict[str, Element], rows: dict[str, Element], loaded: Loaded) -> None:
    """What the file no longer has, behind what it has."""
    staying = {element.pk for element in rows.values()}
    gone = [element for element in existing.values() if element.pk not in staying]
    for order, element in enumerate(
        sorted(gone, key=lambda one: (one.order, one.pk)), start=len(rows) + 1
    ):
        (loaded.unchanged if element.retired else loaded.retired).append(element.slug)
        if not element.retired or element.order != order:
            _set(element, {"retired": True, "order": order})


def _remember(
    document: Document, rows: dict[str, Element], framework: Framework, loaded: Loaded
) -> None:
    """Former slugs that the file names; those known are kept, whether it names them or not."""
    known = {one.slug: one.element_id for one in FormerSlug.objects.filter(framework=framework)}
    current = dict(Element.objects.filter(framework=framework).values_list("slug", "pk"))
    for row in document.elements:
        element = rows[row.slug]
        for slug in row.former:
            if known.get(slug, element.pk) != element.pk or slug in current:
                raise Refused(
                    _("“%(slug)s” is the address of another element and cannot be a former one of “%(element)s”.")
                    % {"slug": slug, "element": row.slug}
                )  # fmt: skip
            if slug not in known:
                FormerSlug.objects.create(framework=framework, element=element, slug=slug)
                loaded.note(row.slug)


def _replace(document: Document, rows: dict[str, Element], loaded: Loaded) -> None:
    for row in document.elements:
        successor = rows[row.replaced_by] if row.replaced_by else None
        element = rows[row.slug]
        if element.replaced_by_id != (successor.pk if successor else None):
            _set(element, {"replaced_by": successor})
            loaded.note(row.slug)


def _relate(document: Document, rows: dict[str, Element], loaded: Loaded) -> None:
    """What is part of what, and what is related, among the elements of the file."""
    slugs = {element.pk: slug for slug, element in rows.items()}
    for name in ("broader", "related"):
        through = getattr(Element, name).through
        before: dict[str, set[str]] = {}
        for one, other in through.objects.filter(from_element__in=slugs).values_list(
            "from_element_id", "to_element_id"
        ):
            before.setdefault(slugs[one], set()).add(slugs.get(other, f"#{other}"))
        for row in document.elements:
            wanted = set(getattr(row, name))
            if before.get(row.slug, set()) != wanted:
                getattr(rows[row.slug], name).set([rows[slug] for slug in wanted])
                loaded.note(row.slug)


def _serve(document: Document, rows: dict[str, Element], loaded: Loaded) -> None:
    """Which topic serves which goals, in the order of the file."""
    before: dict[int, list[int]] = {}
    for serving in Serving.objects.filter(topic__in=rows.values()).order_by("order", "pk"):
        before.setdefault(serving.topic_id, []).append(serving.goal_id)
    for row in document.elements:
        topic = rows[row.slug]
        goals = [rows[slug].pk for slug in row.serves]
        if before.get(topic.pk, []) == goals:
            continue
        Serving.objects.filter(topic=topic).delete()
        Serving.objects.bulk_create(
            Serving(topic=topic, goal_id=goal, order=order)
            for order, goal in enumerate(goals, start=1)
        )
        loaded.note(row.slug)


def _map(
    document: Document, rows: dict[str, Element], framework: Framework, loaded: Loaded
) -> None:
    """What elements of the file correspond to elsewhere, and who has been waiting for elements of this file."""
    targets = _targets({one.to for row in document.elements for one in row.mappings})
    before: dict[int, list[Any]] = {}
    for mapping in Mapping.objects.filter(source__in=rows.values()).order_by("order", "pk"):
        before.setdefault(mapping.source_id, []).append(_known(mapping))
    for row in document.elements:
        source = rows[row.slug]
        wanted = [
            Mapping(
                source=source,
                relation=one.relation,
                reference=one.to,
                target=targets.get(one.to),
                note=one.note,
                translations=one.translations,
            )
            for one in row.mappings
        ]
        wanted.sort(key=lambda one: (one.target.reference if one.target else one.reference, one.relation))  # fmt: skip
        for order, mapping in enumerate(wanted, start=1):
            mapping.order = order
            if mapping.target and mapping.target.framework_id == framework.pk:
                raise Refused(
                    _("“%(slug)s” maps to “%(to)s” of its own framework: say “broader” or “related”.")
                    % {"slug": row.slug, "to": mapping.reference}
                )  # fmt: skip
        keys = [_known(mapping) for mapping in wanted]
        if len({key[:2] for key in keys}) != len(keys):
            raise Refused(
                _("“%(slug)s” maps to one element twice in the same way.") % {"slug": row.slug}
            )
        if before.get(source.pk, []) == keys:
            continue
        Mapping.objects.filter(source=source).delete()
        Mapping.objects.bulk_create(wanted)
        loaded.note(row.slug)
    waiting = Mapping.objects.filter(target=None).exclude(source__framework=framework)
    arrived = _targets(set(waiting.values_list("reference", flat=True)))
    for mapping in waiting:
        if mapping.reference in arrived:
            _set(mapping, {"target": arrived[mapping.reference]})


def _known(mapping: Mapping) -> tuple[Any, ...]:
    """What makes a mapping the same, however its file names the other element."""
    return (
        mapping.relation,
        mapping.target_id or mapping.reference,
        mapping.note,
        mapping.translations,
    )


def _targets(references: set[str]) -> dict[str, Element]:
    """The elements of this site that the references name, by URI, by framework/slug or by a former slug."""
    elements = Element.objects.select_related("framework")
    found = {element.uri: element for element in elements.filter(uri__in=references - {""})}
    pairs = [reference.split("/", 1) for reference in references if ":" not in reference]
    frameworks = {pair[0] for pair in pairs}
    slugs = {pair[-1] for pair in pairs}
    for one in FormerSlug.objects.filter(
        framework__slug__in=frameworks, slug__in=slugs
    ).select_related("element__framework"):
        found[f"{one.element.framework.slug}/{one.slug}"] = one.element
    for element in elements.filter(framework__slug__in=frameworks, slug__in=slugs):
        found[f"{element.framework.slug}/{element.slug}"] = element
    return {reference: found[reference] for reference in references if reference in found}


def _differs(thing: models.Model, fields: Fields[str, object]) -> bool:
    return any(getattr(thing, name) != value for name, value in fields.items())


def _set(thing: models.Model, fields: Fields[str, object]) -> None:
    for name, value in fields.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(fields))
