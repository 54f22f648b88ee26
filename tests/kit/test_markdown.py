"""Markdown becomes safe HTML: what organisers use works, and nothing dangerous comes through."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from museumhub.kit import markdown
from tests.kit.hostile import MARKDOWN, MARKUP

SAFE_ADDRESS = re.compile(r"(https?://|mailto:|/(?![/\\])|#)", re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Two *plain* **words**", "<p>Two <em>plain</em> <strong>words</strong></p>\n"),
        ("# A\n\n## B", "<h2>A</h2>\n<h3>B</h3>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>\n'),
        ("a  \nb", "<p>a<br>\nb</p>\n"),
        ("~~old~~ `code`", "<p><s>old</s> <code>code</code></p>\n"),
        (
            "[Calls](/calls/)",
            '<p><a href="/calls/" rel="nofollow noopener">Calls</a></p>\n',
        ),
        (
            '[NEMO](https://example.org/a?b=1&c=2 "News")',
            '<p><a href="https://example.org/a?b=1&amp;c=2" title="News"'
            ' rel="nofollow noopener">NEMO</a></p>\n',
        ),
        (
            "See www.example.org.",
            '<p>See <a href="http://www.example.org" rel="nofollow noopener">www.example.org</a>.</p>\n',
        ),
        (
            "Write to ana@example.org",
            '<p>Write to <a href="mailto:ana@example.org" rel="nofollow noopener">'
            "ana@example.org</a></p>\n",
        ),
        ("1 < 2 & <b>bold</b>", "<p>1 &lt; 2 &amp; &lt;b&gt;bold&lt;/b&gt;</p>\n"),
        ("![alt](/secret.png)", "<p></p>\n"),
        ("nul\x00", "<p>nul\ufffd</p>\n"),
    ],
)
def test_render_makes_of_each_construct(text: str, html: str) -> None:
    assert markdown.render(text) == html


@pytest.mark.parametrize(("top", "tags"), [(2, "23456666"), (4, "45666666")])
def test_render_lowers_headings_to_the_level_of_the_page(top: int, tags: str) -> None:
    text = "\n\n".join(f"{'#' * level} x" for level in range(1, 7))
    assert "".join(re.findall(r"<h(\d)>", markdown.render(text, top=top))) == tags[:6]


class Inspector(HTMLParser):
    """Reads what a browser would: every element and attribute that is really there."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in markdown._TAGS:
            self.found.append(tag)
        for name, value in attrs:
            if name == "href":
                if not SAFE_ADDRESS.match(value or ""):
                    self.found.append(f"href={value}")
            elif name not in {"title", "rel", "start"}:
                self.found.append(name)

    def handle_comment(self, data: str) -> None:
        self.found.append(f"comment {data}")


def dangers(html: str) -> list[str]:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.found


@pytest.mark.parametrize("payload", [*MARKUP, *MARKDOWN])
def test_render_of_a_hostile_text_holds_nothing_dangerous(payload: str) -> None:
    for text in (payload, f"# {payload}", f"- {payload}", f"> {payload}", f"| {payload} |\n|-|"):
        assert dangers(markdown.render(text)) == []


@given(st.text(alphabet="<>\"'&[]()!`*_#:/\\ \njavscriptdhtw.=@\x00\u2028", max_size=60))
def test_render_of_any_text_holds_nothing_dangerous(text: str) -> None:
    assert dangers(markdown.render(text)) == []


def test_dangers_when_there_are_some_finds_them() -> None:
    html = '<p onclick="x"><script>1</script><a href="javascript:1">a</a><!-- c --></p>'
    assert dangers(html) == ["onclick", "script", "href=javascript:1", "comment  c "]


def test_quoted_text_shows_exactly_itself() -> None:
    for text in (
        "[click](https://evil.example) <b>x</b>",
        "# no heading",
        "1. no list",
        "- no list",
        "    no code",
        "a_b_c *d* `e` ~~f~~ | g & h &amp; \\ !",
        "===",
    ):
        html = str(markdown.render(markdown.quoted(text)))
        shown = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
        assert shown.replace("&amp;", "&") == f"<p>{text.strip()}</p>\n", html


def draw(use: markdown.PictureUse) -> SafeString | None:
    """As a room does: its own pictures by key, with the words of the text."""
    if use.key == "unknown":
        return None
    return format_html("<figure>{}|{}|{}</figure>", use.key, use.alternative, use.caption)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![A hall](picture:abc)", "<figure>abc|A hall|</figure>"),
        ('![A *hall*](picture:abc "At night")', "<figure>abc|A hall|At night</figure>"),
        ("a\n\n![](picture:abc)\n\nb", "<p>a</p>\n<figure>abc||</figure><p>b</p>\n"),
        ("![a](picture:x)\n![b](picture:y)", "<figure>x|a|</figure><figure>y|b|</figure>"),
        ("- ![a](picture:x)", "<ul>\n<li>\n<figure>x|a|</figure></li>\n</ul>\n"),
        ('![<b>](picture:x "<script>")', "<figure>x|&lt;b&gt;|&lt;script&gt;</figure>"),
        ("![a](picture:unknown)", ""),
        ("![a](https://elsewhere.example/a.png)", ""),
        ("In words ![a](picture:x) none", "<p>In words  none</p>\n"),
        ("# ![a](picture:x)", "<h2></h2>\n"),
    ],
)
def test_pictures_stand_in_paragraphs_of_their_own(text: str, html: str) -> None:
    assert markdown.render(text, draw=draw) == html


def test_without_a_room_that_draws_no_picture_is_shown() -> None:
    assert markdown.render("![a](picture:x)") == "<p></p>\n"


@pytest.mark.parametrize("text", [*MARKDOWN, *MARKUP])
def test_hostile_text_stays_harmless_where_pictures_are_drawn(text: str) -> None:
    html = markdown.render(f"![a](picture:x)\n\n{text}", draw=lambda use: SafeString(""))
    assert dangers(html) == []


def test_outline_names_headings_links_and_pictures() -> None:
    outline = markdown.outline(
        "# One *two*\n\n## Three\n\n[here](/calls/) and https://a.example/ and [x](javascript:1)\n\n"
        '![A hall](picture:abc "At night")\n\nWords ![b](https://b.example/b.png)\n\n```\n# no\n```\n'
    )
    assert outline.headings == (markdown.Heading(1, "One two"), markdown.Heading(2, "Three"))
    assert [(link.target, link.words) for link in outline.links] == [
        ("/calls/", "here"),
        ("https://a.example/", "https://a.example/"),
    ]
    assert outline.pictures == (
        markdown.PictureUse("picture:abc", "A hall", "At night", alone=True),
        markdown.PictureUse("https://b.example/b.png", "b", "", alone=False),
    )
    assert [use.key for use in outline.pictures] == ["abc", ""]
