"""Frameworks as YAML, as people write them by hand. Every value is text: “no” is Norwegian, not false."""

from __future__ import annotations

from typing import Any

import yaml
from django.utils.translation import gettext as _

from frameworks.documents.rows import Document, Unreadable, parts


class _Texts(yaml.SafeLoader):
    """YAML's safe loader, without guessing of numbers, dates and truth, and without a key given twice."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not isinstance(key, yaml.ScalarNode):
                raise Unreadable(
                    [_("Line %(line)d: a name must be text.") % {"line": key.start_mark.line + 1}]
                )
            if name in seen:
                raise Unreadable(
                    [
                        _("Line %(line)d: “%(name)s” is given twice.")
                        % {"line": key.start_mark.line + 1, "name": name}
                    ]
                )
            seen.add(name)
        return super().construct_mapping(node, deep)


def plain(text: str) -> Any:
    """The file as dictionaries, lists and texts; `Unreadable` where it is not YAML."""
    try:
        return yaml.load(text, Loader=_Texts)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise Unreadable([_not_yaml(error)]) from error
    except RecursionError as error:
        raise Unreadable([_("The file is nested too deeply.")]) from error
    except ValueError as error:
        raise Unreadable([_("The file holds a value that cannot be read.")]) from error


def _not_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _("The file is not YAML.")
    return _("The file is not YAML; see line %(line)d.") % {"line": mark.line + 1}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and nothing as an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(document: Document) -> str:
    """The document as YAML; reading it gives an equal document."""
    return yaml.dump(
        parts(document), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100
    )
