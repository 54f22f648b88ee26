"""What a framework file must hold. A file is read whole, and everything wrong with it is said at once.

A file is YAML with two parts: `framework` (slug, name, language and what is known about its source)
and `elements`, a list in the order in which they are shown. See frameworks/data/seven-topics.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from frameworks.models import Element, Framework
from museumhub.kit.text import one_line

LARGEST = 1_000_000  # bytes
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_FRAMEWORK_TEXTS = (
    "slug",
    "name",
    "language",
    "description",
    "source",
    "source_url",
    "licence",
    "version",
)
_ELEMENT_TEXTS = ("kind", "slug", "code", "name", "short_name", "definition", "colour", "sign")
_LONG = {"description", "definition"}


class Unreadable(Exception):
    """The file is not a framework. `sentences` say everything that is wrong with it."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class ElementRow:
    """One element of a file; `texts` are the model's fields of the same names."""

    texts: dict[str, str]
    serves: tuple[str, ...]
    retired: bool

    @property
    def slug(self) -> str:
        return self.texts["slug"]


@dataclass(frozen=True)
class Document:
    """A whole file, checked."""

    texts: dict[str, str]
    elements: tuple[ElementRow, ...]


@dataclass
class _Reader:
    wrong: list[str] = field(default_factory=list)

    def texts(
        self, row: dict[str, Any], names: tuple[str, ...], where: str, model: type[Any]
    ) -> dict[str, str]:
        """The named fields of a row as text, each no longer than its column."""
        found: dict[str, str] = {}
        for name in names:
            value = row.get(name)
            if value is None:
                found[name] = ""
                continue
            if isinstance(value, dict | list | bool):
                self.say(where, _("“%(name)s” must be text.") % {"name": name})
                value = ""
            text = str(value).strip()
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
            found[name] = text
        return found

    def need(self, texts: dict[str, str], names: tuple[str, ...], where: str) -> None:
        for name in names:
            if not texts[name]:
                self.say(where, _("“%(name)s” is missing.") % {"name": name})

    def fields(self, row: dict[str, Any], known: set[str], where: str) -> None:
        for name in row:
            if name not in known:
                self.say(where, _("“%(name)s” is not a field.") % {"name": name})

    def slug(self, value: str, where: str) -> None:
        if value and not _SLUG.fullmatch(value):
            self.say(
                where,
                _("the slug “%(slug)s” may hold small letters, digits and hyphens only.")
                % {"slug": value},
            )

    def say(self, where: str, sentence: str) -> None:
        self.wrong.append(f"{where}: {sentence}")


def read(data: bytes) -> Document:
    """The framework in a YAML file; `Unreadable` with one sentence for each thing that is wrong."""
    if len(data) > LARGEST:
        raise Unreadable([_("The file is larger than a framework can be (1 MB).")])
    try:
        parsed = yaml.safe_load(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise Unreadable([_("The file is not written in UTF-8.")]) from error
    except yaml.YAMLError as error:
        raise Unreadable([_not_yaml(error)]) from error
    if not isinstance(parsed, dict):
        raise Unreadable([_("The file must have the parts “framework” and “elements”.")])
    reader = _Reader()
    reader.fields(parsed, {"framework", "elements"}, _("file"))
    texts = _framework(reader, parsed.get("framework"))
    elements = _elements(reader, parsed.get("elements"))
    if reader.wrong:
        raise Unreadable(reader.wrong)
    return Document(texts, elements)


def _not_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _("The file is not YAML.")
    return _("The file is not YAML; see line %(line)d.") % {"line": mark.line + 1}


def _framework(reader: _Reader, part: Any) -> dict[str, str]:
    where = "framework"
    if not isinstance(part, dict):
        reader.say(where, _("this part is missing."))
        return {}
    reader.fields(part, set(_FRAMEWORK_TEXTS), where)
    texts = reader.texts(part, _FRAMEWORK_TEXTS, where, Framework)
    reader.need(texts, ("slug", "name", "language"), where)
    reader.slug(texts["slug"], where)
    if texts["language"] and not _LANGUAGE.fullmatch(texts["language"]):
        reader.say(
            where,
            _("“%(language)s” is not a language tag such as en or pt-BR.")
            % {"language": texts["language"]},
        )
    if texts["source_url"]:
        try:
            URLValidator(["http", "https"])(texts["source_url"])
        except ValidationError:
            reader.say(where, _("“source_url” is not a web address."))
    return texts


def _elements(reader: _Reader, part: Any) -> tuple[ElementRow, ...]:
    if not isinstance(part, list) or not part:
        reader.say("elements", _("this part must be a list of at least one element."))
        return ()
    rows: list[ElementRow] = []
    places: dict[str, str] = {}
    seen: dict[tuple[str, str], str] = {}
    for number, given in enumerate(part, start=1):
        where = _("element %(number)d") % {"number": number}
        if not isinstance(given, dict):
            reader.say(where, _("must be a list of fields."))
            continue
        if given.get("slug"):
            where = f"{where} ({given['slug']})"
        row = _element(reader, given, where)
        for key in (("slug", row.slug), (row.texts["kind"], row.texts["code"])):
            if key[1] and (first := seen.setdefault(key, where)) != where:
                reader.say(
                    where,
                    _("“%(value)s” stands at %(first)s already.")
                    % {"value": key[1], "first": first},
                )
        places[row.slug] = where
        rows.append(row)
    kinds = {row.slug: row.texts["kind"] for row in rows}
    for row in rows:
        for goal in row.serves:
            if kinds.get(goal) != Element.Kind.GOAL:
                reader.say(
                    places[row.slug],
                    _("serves “%(goal)s”, which is no goal of this file.") % {"goal": goal},
                )
    return tuple(rows)


def _element(reader: _Reader, given: dict[str, Any], where: str) -> ElementRow:
    reader.fields(given, {*_ELEMENT_TEXTS, "serves", "retired"}, where)
    texts = reader.texts(given, _ELEMENT_TEXTS, where, Element)
    reader.need(texts, ("kind", "slug", "code", "name", "definition"), where)
    reader.slug(texts["slug"], where)
    if texts["kind"] and texts["kind"] not in Element.Kind.values:
        reader.say(
            where,
            _("the kind “%(kind)s” is not one of %(kinds)s.")
            % {"kind": texts["kind"], "kinds": ", ".join(Element.Kind.values)},
        )
    texts["short_name"] = texts["short_name"] or texts["name"]
    if len(texts["short_name"]) > 60:
        reader.say(where, _("“name” is long: give a “short_name” of at most 60 characters."))
    retired = given.get("retired", False)
    if not isinstance(retired, bool):
        reader.say(where, _("“retired” must be true or false."))
        retired = False
    serves = given.get("serves") or []
    if not isinstance(serves, list) or not all(isinstance(goal, str) for goal in serves):
        reader.say(where, _("“serves” must be a list of slugs of goals."))
        serves = []
    if serves and texts["kind"] != Element.Kind.TOPIC:
        reader.say(where, _("only a topic serves goals."))
    if len(set(serves)) != len(serves):
        reader.say(where, _("“serves” names a goal twice."))
    return ElementRow(texts, tuple(serves), retired)
