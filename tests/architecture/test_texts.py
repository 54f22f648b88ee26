"""Every text that people read goes through gettext, under a name that is collected for the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.architecture import house
from tests.architecture.test_source import called_name

COLLECTED = {
    *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"),
}


def uncollected_calls(tree: ast.AST) -> Iterator[int]:
    """Lines that translate in a way `makemessages` does not see: under another name, or a text only known at run time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            for name in node.names:
                is_short = name.asname == "_" and name.name in {"gettext", "gettext_lazy"}
                if name.name in COLLECTED and name.asname is not None and not is_short:
                    yield node.lineno
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            if node.value.id in COLLECTED - {"_"}:
                yield node.lineno
        elif isinstance(node, ast.Call) and called_name(node) in COLLECTED:
            if node.args and not isinstance(node.args[0], ast.Constant):
                yield node.lineno


def test_texts_are_translated_under_names_that_are_collected() -> None:
    found = [f"{path}:{line}" for path, tree in house.sources() for line in uncollected_calls(tree)]
    assert found == []


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("from django.utils.translation import gettext as _now", [1]),
        ("from django.utils.translation import pgettext as _", [1]),
        ("say = gettext_lazy", [1]),
        ("_(sentence)", [1]),
        ("_(f'{number} letters')", [1]),
        ("from django.utils.translation import gettext as _", []),
        ("from django.utils.translation import ngettext, pgettext_lazy", []),
        ("_('Letters')", []),
        ("ngettext('a letter', 'letters', number)", []),
    ],
)
def test_uncollected_calls_of_a_line(line: str, lines: list[int]) -> None:
    assert list(uncollected_calls(ast.parse(line))) == lines


WORDS = re.compile(r"[^\W\d_]['’\w]+ ['’\w]*[^\W\d_]")
# Told to somebody who runs or writes the site, not to somebody who uses it; these stay English.
MISTAKES = {
    *("AssertionError", "CommandError", "ImproperlyConfigured", "KeyError", "LookupError"),
    *("NotImplementedError", "RuntimeError", "TypeError", "ValueError"),
    "TransactionManagementError",
    "CannotOpen",  # a sealed secret
}
TECHNICAL = re.compile(
    r"select |create index |drop index | using gin |default-src |PRAGMA |nofollow |250 |<\w+ "
)
SPOKEN_ELSEWHERE = {
    "museumhub/env.py": "refuses to start, to the operator",
    "museumhub/settings.py": "refuses to start, to the operator",
    "museumhub/kit/cartography.py": "a note in the drawings, to whoever opens the file",
    "museumhub/mail/": "the log of a delivery, beside the mail server's own words",
    "museumhub/kit/logs.py": "the log, to the operator",
    "museumhub/pages/demo/": "content of the demo",
    "museumhub/pages/search/": "SQL, and the words of three languages that say nothing",
    "museumhub/pages/views/styleguide.py": "samples of the style guide",
    "/management/": "commands speak to operators",
}


def untranslated(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Texts of two words and more in the code that are neither translated, nor technical, nor notes to its readers."""
    excused: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                excused.add(id(docstring))
            case ast.Call() if called_name(node) in COLLECTED | MISTAKES or _is_split(node):
                excused.update(id(inner) for inner in ast.walk(node))
            case ast.Assign(targets=[ast.Name(id="PURPOSE")], value=purpose):  # of a key
                excused.add(id(purpose))
            case ast.keyword(arg="help_text", value=ast.Constant(value=str(note)) as text):
                # Help for people is a sentence; in lower case it is a note on a column.
                if note[:1].islower() or note[:3].isupper():
                    excused.add(id(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            is_text = WORDS.search(node.value) and not TECHNICAL.match(node.value)
            if is_text and id(node) not in excused:
                yield node.lineno, node.value


def _is_split(call: ast.Call) -> bool:
    """A list of codes written as one text: `"de en fr".split()`, `re.findall(…, "de en fr")`."""
    return called_name(call) == "findall" or (called_name(call) == "split" and not call.args)


def test_texts_in_the_code_are_translated() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path, tree in house.sources()
        for line, text in untranslated(tree)
        if not any(part in f"/{path}" for part in SPOKEN_ELSEWHERE)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("raise Refused('This is too late.')", ["This is too late."]),
        ("messages.success(request, f'{n} letters sent')", [" letters sent"]),
        ("x = forms.CharField(label='Your name')", ["Your name"]),
        ("x = models.CharField(help_text='One or two sentences.')", ["One or two sentences."]),
        ("raise Refused(_('This is too late.'))", []),
        ("raise ValueError('no such kind')", []),
        ("x = models.CharField(help_text='in lower case')", []),
        ("CODES = 'de en fr'.split()", []),
        ("log.info('letter_sent')", []),
    ],
)
def test_untranslated_texts_of_a_line(line: str, texts: list[str]) -> None:
    assert [text for _line, text in untranslated(ast.parse(line))] == texts


COMMENTS = re.compile(r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}", re.DOTALL)
TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
# Blocks that hold a key, not a text.
KEYS = re.compile(r"{%\s*block (?:layout_class|topic)\s*%}[^{]*{%\s*endblock\s*%}")
TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# Attributes that are read or heard, of elements and of components.
READ = {
    *("alt", "aria-label", "caption", "heading", "hint", "label", "legend", "placeholder"),
    *("status_label", "summary", "text", "title"),
}
NAMES = re.compile(r"MuseumHub|Message-ID|Turtle|JSON-LD")  # the same in every language


class _Reader(HTMLParser):
    """What a reader of the page sees or hears, once everything that is translated or filled in is out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent = tag in {"script", "style"}
        self.found += [value for name, value in attrs if name in READ and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent = False

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data.strip())


def bare_texts(template: str) -> list[str]:
    """The words of a template that stand outside gettext."""
    for pattern in (COMMENTS, TRANSLATED, KEYS, TAGS):
        template = pattern.sub("", template)
    reader = _Reader()
    reader.feed(template)
    reader.close()
    return [text for text in reader.found if WORD.search(NAMES.sub("", text))]


@pytest.mark.parametrize(
    "path",
    [path for path in house.templates() if path.parts[0] != "styleguide"],
    ids=str,
)
def test_texts_in_a_template_are_translated(path: Path) -> None:
    assert bare_texts((house.TEMPLATES / path).read_text()) == []


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("<p>Applications</p>", ["Applications"]),
        ('<a aria-label="Next page">→</a>', ["Next page"]),
        ('<c-task title="The team" />', ["The team"]),
        ('{% if x %}late{% else %}{% translate "in time" %}{% endif %}', ["late"]),
        ("Hello,\n{% block body %}{% endblock %}", ["Hello,"]),
        ('<p class="wide">{% translate "Applications" %}: {{ n }}</p>', []),
        ("{% blocktranslate %}One <b>day</b>{% endblocktranslate %}", []),
        ("{% block layout_class %}narrow{% endblock %}", []),
        ("{# Every page. #}<style>p { margin: 0 }</style>", []),
        ('<c-task title="{% translate "The team" %}" />', []),
    ],
)
def test_bare_texts_of_a_template(template: str, texts: list[str]) -> None:
    assert bare_texts(template) == texts


LOOSE_COLON = re.compile(r"(?:%}|}}|</\w+>):(?=\s|<|{|$)")


@pytest.mark.parametrize(
    "path",
    [path for path in house.templates() if path.parts[0] != "styleguide"],
    ids=str,
)
def test_colon_between_a_label_and_what_follows_is_the_languages_own(path: Path) -> None:
    template = (house.TEMPLATES / path).read_text()
    for pattern in (COMMENTS, TRANSLATED):
        template = pattern.sub("", template)
    assert LOOSE_COLON.findall(template) == []


BODY = re.compile(r"{%\s*block body\s*%}(.*?){%\s*endblock\s*%}", re.DOTALL)
TEXTS = re.compile(r"{%\s*(?:blocktranslate|translate)\b[^%]*%}")
FIRST = 'context "the first sentence of a letter"'


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in house.templates()
        if "letters" in path.parts and not path.name.endswith(".subject.txt")
        if path.suffix in {".txt", ".html"}
    ],
    ids=str,
)
def test_first_sentence_of_a_letter_is_known_as_such_to_its_translators(path: Path) -> None:
    """German goes on in small letters after the greeting, English and French with a capital."""
    body = BODY.search((house.TEMPLATES / path).read_text())
    assert body is not None
    first = TEXTS.search(body[1])
    assert first is not None
    assert FIRST in first[0]
