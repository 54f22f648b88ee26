"""What a framework file must hold, whatever its format; everything wrong with it is said at once.

A file has two parts: `framework` (slug, name, language and what is known about its source) and
`elements`, a list in the order in which they are shown. See frameworks/data/seven-topics.yaml, and
docs/frameworks.md for every field.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.utils.translation import gettext as _

from frameworks.models import Element, Framework, Mapping, Texts
from museumhub.kit.text import one_line, shortened, without_controls

MOST_SENTENCES = 50
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REFERENCE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
# RFC 3987, as far as Turtle lets it stand between angle brackets.
_URI = re.compile(r"(?:https?://[^\s<>\"{}|\\^`\x00-\x20]+|urn:[^\s<>\"{}|\\^`\x00-\x20]+)")
RESERVED = {"terms"}  # /frameworks/terms/ explains the site's own RDF terms

_FRAMEWORK_TEXTS = (
    "slug",
    "uri",
    "name",
    "language",
    "description",
    "source",
    "source_url",
    "licence",
    "version",
)
_ELEMENT_TEXTS = (
    "kind",
    "slug",
    "uri",
    "code",
    "name",
    "short_name",
    "definition",
    "colour",
    "sign",
)
_ELEMENT_LISTS = ("serves", "broader", "related", "former")
_LONG = {"description", "definition", "note"}


class Unreadable(Exception):
    """The file is not a framework. `sentences` say everything that is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class MappingRow:
    """What an element corresponds to elsewhere: `to` is a URI, or framework/slug on this site."""

    relation: str
    to: str
    note: str = ""
    translations: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class ElementRow:
    """One element of a file; `texts` are the model's fields of the same names."""

    texts: dict[str, str]
    serves: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    retired: bool = False
    replaced_by: str = ""
    translations: Texts = field(default_factory=dict)
    other_names: dict[str, list[str]] = field(default_factory=dict)
    mappings: tuple[MappingRow, ...] = ()

    @property
    def slug(self) -> str:
        return self.texts["slug"]


@dataclass(frozen=True)
class Document:
    """A whole file, checked. `left_out` names what the file says and this site does not keep."""

    texts: dict[str, str]
    elements: tuple[ElementRow, ...]
    translations: Texts = field(default_factory=dict)
    left_out: tuple[str, ...] = field(default=(), compare=False)


def parts(document: Document) -> dict[str, Any]:
    """The document as `check` takes it: dictionaries, lists and texts, nothing empty."""
    framework: dict[str, Any] = dict(document.texts)
    framework["translations"] = document.translations
    return {
        "framework": _filled(framework),
        "elements": [_element_parts(row) for row in document.elements],
    }


def _element_parts(row: ElementRow) -> dict[str, Any]:
    given: dict[str, Any] = dict(row.texts)
    if given["short_name"] == given["name"]:
        del given["short_name"]
    for name in _ELEMENT_LISTS:
        given[name] = list(getattr(row, name))
    given["retired"] = row.retired
    given["replaced_by"] = row.replaced_by
    given["translations"] = row.translations
    given["other_names"] = row.other_names
    given["mappings"] = [
        _filled(
            {
                "relation": one.relation,
                "to": one.to,
                "note": one.note,
                "translations": one.translations,
            }
        )
        for one in row.mappings
    ]
    return _filled(given)


def _filled(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value}


def tidy_language(tag: str) -> str:
    """A language tag in the letters BCP 47 recommends (section 2.1.1): pt-BR, zh-Hant."""
    first, *others = tag.lower().split("-")
    return "-".join(
        [first, *(part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part for part in others)]
    )  # fmt: skip


@dataclass
class _Reader:
    site: str
    wrong: list[str] = field(default_factory=list)

    def say(self, where: str, sentence: str) -> None:
        self.wrong.append(f"{where}: {sentence}")

    def texts(
        self, row: dict[str, Any], names: Sequence[str], where: str, model: type[Any]
    ) -> dict[str, str]:
        """The named fields of a row as text, each no longer than its column."""
        return {name: self.text(row.get(name), name, where, model) for name in names}

    def text(self, value: Any, name: str, where: str, model: type[Any]) -> str:
        if value is None:
            return ""
        if not isinstance(value, str | int | float) or isinstance(value, bool):
            self.say(where, _("“%(name)s” must be text.") % {"name": name})
            return ""
        text = str(value).replace("\r\n", "\n").replace("\r", "\n").strip()
        limit = model._meta.get_field(name).max_length
        if limit is not None and len(text) > limit:
            self.say(
                where,
                _("“%(name)s” is longer than %(limit)d characters.")
                % {"name": name, "limit": limit},
            )
        if name not in _LONG:
            try:
                one_line(text)
            except ValidationError:
                self.say(where, _("“%(name)s” must be one line.") % {"name": name})
                return ""
        if without_controls(text) != text or not _can_be_written(text):
            self.say(where, _("“%(name)s” holds characters that no text has.") % {"name": name})
            return ""
        return text

    def need(self, texts: dict[str, str], names: tuple[str, ...], where: str) -> None:
        for name in names:
            if not texts[name]:
                self.say(where, _("“%(name)s” is missing.") % {"name": name})

    def fields(self, row: dict[str, Any], known: set[str], where: str) -> None:
        for name in row:
            if name not in known:
                self.say(
                    where, _("“%(name)s” is not a field.") % {"name": shortened(f"{name}", 60)}
                )

    def slug(self, value: str, where: str) -> None:
        if value and not _SLUG.fullmatch(value):
            self.say(
                where,
                _("the slug “%(slug)s” may hold small letters, digits and hyphens only.")
                % {"slug": value},
            )

    def slugs(self, row: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
        given = row.get(name) or []
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            self.say(where, _("“%(name)s” must be a list of slugs.") % {"name": name})
            return ()
        if len(set(given)) != len(given):
            self.say(where, _("“%(name)s” names an element twice.") % {"name": name})
        for one in given:
            self.slug(one, where)
        return tuple(given)

    def uri(self, value: str, own: str, where: str) -> str:
        """A publisher's URI as it is; none where it is this site's own address of the thing."""
        if not value:
            return ""
        if self.is_own(value):
            if value != self.site + own:
                self.say(
                    where,
                    _("the URI “%(uri)s” is this site’s own and belongs to something else.")
                    % {"uri": value},
                )
            return ""
        if not _URI.fullmatch(value):
            self.say(where, _("“%(uri)s” is not a URI.") % {"uri": value})
        return value

    def is_own(self, uri: str) -> bool:
        return bool(self.site) and uri.startswith(f"{self.site}/")

    def reference(self, value: str, where: str) -> str:
        """A URI, or framework/slug; an address of an element on this site becomes the latter."""
        own = f"{self.site}/frameworks/"
        if self.site and value.startswith(own):
            value = value.removeprefix(own).removesuffix("/")
        if not (_REFERENCE.fullmatch(value) or _URI.fullmatch(value)) or self.is_own(value):
            self.say(
                where,
                _("maps to “%(to)s”, which is neither a URI nor written as framework/slug.")
                % {"to": value},
            )
        return value

    def languages(
        self, row: dict[str, Any], name: str, where: str, part: Callable[[str, Any], Any]
    ) -> dict[str, Any]:
        """A part that holds one entry for each language, read by `part(tag, entry)`; empty ones are left out."""
        given = row.get(name) or {}
        if not isinstance(given, dict):
            self.say(where, _("“%(name)s” must name languages.") % {"name": name})
            return {}
        found: dict[str, Any] = {}
        for tag, entry in given.items():
            if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag) or len(tag) > 20:
                self.not_a_language(where, tag)
                continue
            if tidy_language(tag) in found:
                self.say(where, _("“%(name)s” is given twice.") % {"name": tag})
            if read := part(tidy_language(tag), entry):
                found[tidy_language(tag)] = read
        return dict(sorted(found.items()))

    def not_a_language(self, where: str, tag: Any) -> None:
        self.say(
            where,
            _("“%(language)s” is not a language tag such as en or pt-BR.")
            % {"language": shortened(f"{tag}", 60)},
        )

    def translations(
        self, row: dict[str, Any], names: Sequence[str], own: str, where: str, model: type[Any]
    ) -> Texts:
        def part(tag: str, entry: Any) -> dict[str, str]:
            at = f"{where}, {tag}"
            if tag == own:
                self.say(at, _("is the language of the framework itself, no translation."))
            if not isinstance(entry, dict):
                self.say(at, _("must be a list of fields."))
                return {}
            self.fields(entry, set(names), at)
            return {
                name: text for name, text in self.texts(entry, names, at, model).items() if text
            }

        return self.languages(row, "translations", where, part)


def _can_be_written(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check(
    given: Any, *, site: str = "", places: Sequence[str] = (), left_out: Sequence[str] = ()
) -> Document:
    """The document made of the parts of a file; `Unreadable` where something is wrong with them.

    `places` say where each element stands in the file, if not simply one after the other.
    """
    if not isinstance(given, dict):
        raise Unreadable([_("The file must have the parts “framework” and “elements”.")])
    reader = _Reader(site)
    reader.fields(given, {"framework", "elements"}, _("file"))
    texts, translations = _framework(reader, given.get("framework"))
    elements = _elements(reader, given.get("elements"), texts, places)
    if reader.wrong:
        more = len(reader.wrong) - MOST_SENTENCES
        sentences = reader.wrong[:MOST_SENTENCES]
        if more > 0:
            sentences.append(_("And %(number)d more of this kind.") % {"number": more})
        raise Unreadable(sentences)
    return Document(texts, elements, translations, tuple(left_out))


def _framework(reader: _Reader, part: Any) -> tuple[dict[str, str], Texts]:
    where = "framework"
    if not isinstance(part, dict):
        reader.say(where, _("this part is missing."))
        return {"slug": "", "language": ""}, {}
    reader.fields(part, {*_FRAMEWORK_TEXTS, "translations"}, where)
    texts = reader.texts(part, _FRAMEWORK_TEXTS, where, Framework)
    reader.need(texts, ("slug", "name", "language"), where)
    reader.slug(texts["slug"], where)
    if texts["slug"] in RESERVED:
        reader.say(
            where,
            _("the slug “%(slug)s” is the site’s own; choose another.") % {"slug": texts["slug"]},
        )
    texts["uri"] = reader.uri(texts["uri"], f"/frameworks/{texts['slug']}/", where)
    if texts["language"]:
        if not _LANGUAGE.fullmatch(texts["language"]):
            reader.not_a_language(where, texts["language"])
        texts["language"] = tidy_language(texts["language"])
    if texts["source_url"]:
        try:
            URLValidator(["http", "https"])(texts["source_url"])
            RegexValidator(rf"\A{_URI.pattern}\Z")(texts["source_url"])
        except ValidationError:
            reader.say(where, _("“source_url” is not a web address."))
    translations = reader.translations(
        part, ("name", "description"), texts["language"], where, Framework
    )
    return texts, translations


def _elements(
    reader: _Reader, part: Any, framework: dict[str, str], places: Sequence[str]
) -> tuple[ElementRow, ...]:
    if not isinstance(part, list) or not part:
        reader.say("elements", _("this part must be a list of at least one element."))
        return ()
    rows: list[ElementRow] = []
    at: list[str] = []
    for number, given in enumerate(part, start=1):
        where = places[number - 1] if places else _("element %(number)d") % {"number": number}
        if not isinstance(given, dict):
            reader.say(where, _("must be a list of fields."))
            continue
        if not places and given.get("slug"):
            where = f"{where} ({shortened(str(given['slug']), 80)})"
        rows.append(_element(reader, given, framework, where))
        at.append(where)
    rows = _both_ways(rows)
    _once(reader, rows, at)
    _between(reader, rows, at, framework["slug"])
    return tuple(rows)


def _both_ways(rows: list[ElementRow]) -> list[ElementRow]:
    """An element that is related to another has the other related to it."""
    related: dict[str, set[str]] = {row.slug: set() for row in rows}
    for row in rows:
        for slug in row.related:
            related[row.slug].add(slug)
            related.setdefault(slug, set()).add(row.slug)
    return [replace(row, related=tuple(sorted(related[row.slug]))) for row in rows]


def _once(reader: _Reader, rows: list[ElementRow], at: list[str]) -> None:
    """Slugs, former slugs and URIs stand once; so do the codes of a kind, but for retired elements."""
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows):
        keys = [("slug", slug) for slug in (row.slug, *row.former)]
        keys.append(("uri", row.texts["uri"]))
        if not row.retired:
            keys.append((f"code {row.texts['kind']}", row.texts["code"]))
        for key in keys:
            if key[1] and seen.setdefault(key, number) != number:
                reader.say(
                    at[number],
                    _("“%(value)s” stands at %(first)s already.")
                    % {"value": key[1], "first": at[seen[key]]},
                )
        if row.slug and row.slug in row.former:
            reader.say(at[number], _("“%(slug)s” is its slug, not a former one.") % {"slug": row.slug})  # fmt: skip


def _between(reader: _Reader, rows: list[ElementRow], at: list[str], framework: str) -> None:
    """What elements say of one another is about elements of this file, and not of themselves."""
    kinds = {row.slug: row.texts["kind"] for row in rows}
    broader = {row.slug: row.broader for row in rows}
    circling = _without_top(broader)
    for row, where in zip(rows, at, strict=True):
        for goal in row.serves:
            if kinds.get(goal) != Element.Kind.GOAL:
                reader.say(
                    where, _("serves “%(goal)s”, which is no goal of this file.") % {"goal": goal}
                )
        for name in ("broader", "related", "replaced_by"):
            for slug in (row.replaced_by,) if name == "replaced_by" else getattr(row, name):
                if slug and (slug not in kinds or slug == row.slug):
                    reader.say(
                        where,
                        _("“%(name)s” names “%(slug)s”, which is no other element of this file.")
                        % {"name": name, "slug": slug},
                    )
        if row.slug in circling and row.slug in _above(row.slug, broader):
            reader.say(where, _("is part of itself by way of “broader”."))
        beside = {*row.related, *row.serves}
        for slug in sorted(beside & _above(row.slug, broader)) if beside and row.broader else ():
            reader.say(
                where,
                _("is related to “%(slug)s”, of which it is a part (SKOS S27).") % {"slug": slug},
            )
        for slug in sorted(set(row.related) & set(row.serves)):
            reader.say(
                where, _("serves “%(slug)s”; “related” need not say so again.") % {"slug": slug}
            )
        for one in row.mappings:
            if one.to.rpartition("/")[0] == framework:
                reader.say(
                    where,
                    _("maps to “%(to)s” of its own framework: say “broader” or “related”.")
                    % {"to": one.to},
                )


def _without_top(broader: dict[str, tuple[str, ...]]) -> set[str]:
    """Those from which no way upwards ends: what is part of itself is among them. Each is looked at once."""
    below: dict[str, list[str]] = {}
    for slug, above in broader.items():
        for one in above:
            below.setdefault(one, []).append(slug)
    open_ways = {slug: sum(one in broader for one in above) for slug, above in broader.items()}
    ended = [slug for slug, ways in open_ways.items() if not ways]
    while ended:
        for slug in below.get(ended.pop(), ()):
            open_ways[slug] -= 1
            if not open_ways[slug]:
                ended.append(slug)
    return {slug for slug, ways in open_ways.items() if ways}


def _above(slug: str, broader: dict[str, tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    waiting = list(broader.get(slug, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(broader.get(one, ()))
    return found


def _element(
    reader: _Reader, given: dict[str, Any], framework: dict[str, str], where: str
) -> ElementRow:
    reader.fields(
        given,
        {
            *(*_ELEMENT_TEXTS, *_ELEMENT_LISTS),
            *("retired", "replaced_by", "translations", "other_names", "mappings"),
        },
        where,
    )
    texts = reader.texts(given, _ELEMENT_TEXTS, where, Element)
    needed = ("kind", "slug", "code", "name")
    is_concept = texts["kind"] == Element.Kind.CONCEPT
    reader.need(texts, needed if is_concept else (*needed, "definition"), where)
    reader.slug(texts["slug"], where)
    if texts["kind"] and texts["kind"] not in Element.Kind.values:
        reader.say(
            where,
            _("the kind “%(kind)s” is not one of %(kinds)s.")
            % {"kind": texts["kind"], "kinds": ", ".join(Element.Kind.values)},
        )
    texts["uri"] = reader.uri(
        texts["uri"], f"/frameworks/{framework['slug']}/{texts['slug']}/", where
    )
    if not texts["short_name"]:
        texts["short_name"] = texts["name"]
        if len(texts["name"]) > 60 and is_concept:
            texts["short_name"] = shortened(texts["name"], 60)
        elif len(texts["name"]) > 60:
            reader.say(where, _("“name” is long: give a “short_name” of at most 60 characters."))
    serves = reader.slugs(given, "serves", where)
    if serves and texts["kind"] != Element.Kind.TOPIC:
        reader.say(where, _("only a topic serves goals."))
    retired = str(given.get("retired") or "false").lower()
    if retired not in {"true", "false"}:
        reader.say(where, _("“retired” must be true or false."))
    replaced_by = given.get("replaced_by") or ""
    if not isinstance(replaced_by, str):
        reader.say(where, _("“%(name)s” must be text.") % {"name": "replaced_by"})
        replaced_by = ""
    if replaced_by and retired != "true":
        reader.say(where, _("only a retired element is replaced by another."))
    language = framework["language"]
    translations = reader.translations(
        given, ("name", "short_name", "definition"), language, where, Element
    )
    names = {tag: said["name"] for tag, said in translations.items() if "name" in said}
    return ElementRow(
        texts=texts,
        serves=serves,
        broader=tuple(sorted(reader.slugs(given, "broader", where))),
        related=tuple(sorted(reader.slugs(given, "related", where))),
        former=tuple(sorted(reader.slugs(given, "former", where))),
        retired=retired == "true",
        replaced_by=replaced_by,
        translations=translations,
        other_names=_other_names(reader, given, {**names, language: texts["name"]}, where),
        mappings=_mappings(reader, given, where, language),
    )


def _other_names(
    reader: _Reader, given: dict[str, Any], names_by_language: dict[str, str], where: str
) -> dict[str, list[str]]:
    def part(tag: str, entry: Any) -> list[str]:
        if not isinstance(entry, list):
            reader.say(f"{where}, {tag}", _("“%(name)s” must be a list.") % {"name": "other_names"})
            return []
        names = [reader.text(one, "name", f"{where}, {tag}", Element) for one in entry]
        return sorted({name for name in names if name})

    found: dict[str, list[str]] = reader.languages(given, "other_names", where, part)
    for tag, names in found.items():
        if names_by_language.get(tag) in names:
            reader.say(
                where,
                _("“%(name)s” is its name and another name in one language (SKOS S13).")
                % {"name": names_by_language[tag]},
            )
    return found


def _mappings(
    reader: _Reader, given: dict[str, Any], where: str, language: str
) -> tuple[MappingRow, ...]:
    listed = given.get("mappings") or []
    if not isinstance(listed, list):
        reader.say(where, _("“%(name)s” must be a list.") % {"name": "mappings"})
        return ()
    rows: list[MappingRow] = []
    for number, one in enumerate(listed, start=1):
        at = _("%(where)s, mapping %(number)d") % {"where": where, "number": number}
        if not isinstance(one, dict):
            reader.say(at, _("must be a list of fields."))
            continue
        reader.fields(one, {"relation", "to", "note", "translations"}, at)
        texts = reader.texts(one, ("relation", "note"), at, Mapping)
        to = reader.text(one.get("to"), "reference", at, Mapping)
        if not to:
            reader.say(at, _("“%(name)s” is missing.") % {"name": "to"})
            continue
        if texts["relation"] not in Mapping.Relation.values:
            reader.say(
                at,
                _("the relation “%(relation)s” is not one of %(relations)s.")
                % {
                    "relation": texts["relation"],
                    "relations": ", ".join(Mapping.Relation.values),
                },
            )
        rows.append(
            MappingRow(
                relation=texts["relation"],
                to=reader.reference(to, at),
                note=texts["note"],
                translations=reader.translations(one, ("note",), language, at, Mapping),
            )
        )
    rows.sort(key=lambda row: (row.to, row.relation))
    doubled = {
        row.to
        for first, row in itertools.pairwise(rows)
        if (first.to, first.relation) == (row.to, row.relation)
    }
    for to in sorted(doubled):
        reader.say(where, _("maps to “%(to)s” twice in the same way.") % {"to": to})
    return tuple(rows)
