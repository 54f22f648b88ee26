"""Every template parses, and none holds what the content security policy or autoescaping forbids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode

from tests.architecture import house

FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an inline script": re.compile(
        r"<script\b(?![^>]*\b(?:src=|type=\"(?:application/(?:ld\+)?json|speculationrules)\"))",
        re.IGNORECASE,
    ),
    "the safe filter": re.compile(r"\|\s*safe(?:seq)?\b"),
    "autoescape switched off": re.compile(r"{%\s*autoescape\s+off"),
    # The site's own header keeps secrets in addresses from others; with `no-referrer` browsers send forms
    # with "Origin: null", which are refused.
    "a referrer policy of its own": re.compile(r"<meta[^>]*name=\"referrer\""),
    "an address that runs code": re.compile(
        r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.I
    ),
}
# Letters are not pages: mail programs read no style sheets, and plain text is not escaped for HTML.
LETTERS = {"an inline style", "a style element", "autoescape switched off"}


def is_letter(path: Path) -> bool:
    return "letters" in path.parts or path.parts[0] == "mail"


@pytest.mark.parametrize("path", house.templates(), ids=str)
def test_template_parses(path: Path) -> None:
    get_template(str(path))


def extends_of(name: str) -> ExtendsNode | None:
    return next(
        iter(get_template(name).template.nodelist.get_nodes_by_type(ExtendsNode)),  # type: ignore[attr-defined]
        None,
    )


def blocks_above(node: ExtendsNode) -> set[str]:
    """The names of all blocks of the ancestors."""
    parent = str(node.parent_name.resolve(Context()))  # type: ignore[union-attr]
    found = get_template(parent).template.nodelist.get_nodes_by_type(BlockNode)  # type: ignore[attr-defined]
    further = extends_of(parent)
    return {one.name for one in found} | (blocks_above(further) if further else set())


@pytest.mark.parametrize("path", house.templates(), ids=str)
def test_template_fills_no_block_that_its_ancestors_do_not_have(path: Path) -> None:
    """Django leaves such a block out without a word."""
    node = extends_of(str(path))
    if node is not None:
        filled = {one.name for one in node.nodelist if isinstance(one, BlockNode)}
        assert filled <= blocks_above(node)


def faults(path: Path, text: str) -> list[str]:
    text = re.sub(r"{#.*?#}|{%\s*comment\s*%}.*?{%\s*endcomment\s*%}", "", text, flags=re.DOTALL)
    return [
        name
        for name, pattern in FORBIDDEN.items()
        if pattern.search(text) and not (is_letter(path) and name in LETTERS)
    ]


@pytest.mark.parametrize("path", house.templates(), ids=str)
def test_template_holds_nothing_inline_and_nothing_unescaped(path: Path) -> None:
    assert faults(path, (house.TEMPLATES / path).read_text()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<p style="x">', ["an inline style"]),
        ("<style>p {}</style>", ["a style element"]),
        ('<a href="/" onclick="x()">', ["an event attribute"]),
        ("<script>x()</script>", ["an inline script"]),
        ("{{ x|safe }}", ["the safe filter"]),
        ("{% autoescape off %}", ["autoescape switched off"]),
        ('<a href="javascript:x()">', ["an address that runs code"]),
        ('<script type="module" src="{% static "x.js" %}"></script>', []),
        ('<script type="application/json" id="x">{}</script>', []),
        ('<p class="style" data-on="x">on = 1</p>', []),
        ("{# no <style> here #}", []),
    ],
)
def test_faults_of_a_line(text: str, found: list[str]) -> None:
    assert faults(Path("pages/x.html"), text) == found


def test_attributes_of_components_are_values_and_compare_nothing() -> None:
    """django-cotton reads `:current="tab == 'text'"` as no expression: it is then never true, and nobody is told."""
    comparing = re.compile(
        r"\s:[\w-]+=\"(?![^\"]*{%)[^\"]*(?:==|!=|<|>| in | and | or | not )[^\"]*\""
    )
    found = [
        f"{path}: {match[0].strip()}"
        for path in house.templates()
        for match in comparing.finditer((house.TEMPLATES / path).read_text())
    ]
    assert found == []
