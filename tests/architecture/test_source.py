"""Rules about the text of the code that no linter knows: who writes a status, who marks HTML as safe, how a view fetches."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tests.architecture import house

WRITING = {
    *("create", "acreate", "get_or_create", "aget_or_create"),
    *("update", "aupdate", "update_or_create", "aupdate_or_create", "bulk_update", "abulk_update"),
}


def has_status(model: type[models.Model]) -> bool:
    try:
        return isinstance(model._meta.get_field("status"), models.Field)
    except FieldDoesNotExist:
        return False


MODELS_WITH_STATUS = {model.__name__ for model in apps.get_models() if has_status(model)}


def status_writes(tree: ast.AST) -> Iterator[int]:
    """The lines that write a field called `status`, whichever way Django offers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For):
            given = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in given:
                for part in ast.walk(target):
                    if isinstance(part, ast.Attribute) and part.attr == "status":
                        if isinstance(part.ctx, ast.Store):
                            yield node.lineno
        elif isinstance(node, ast.Call):
            called = called_name(node)
            if (
                called in MODELS_WITH_STATUS and any(word.arg == "status" for word in node.keywords)
            ) or (called in WRITING | {"setattr"} and names_status(node)):
                yield node.lineno


def called_name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def names_status(call: ast.Call) -> bool:
    """A keyword `status`, or the text "status" as a key or field name among the arguments."""
    if any(word.arg == "status" for word in call.keywords):
        return True
    for argument in [*call.args, *(word.value for word in call.keywords)]:
        for inner in ast.walk(argument):
            if isinstance(inner, ast.Dict) and any(is_text(key) for key in inner.keys):
                return True
            if isinstance(inner, ast.List | ast.Tuple) and any(map(is_text, inner.elts)):
                return True
        if is_text(argument):
            return True
    return False


def is_text(node: ast.AST | None, text: str = "status") -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def test_only_the_lifecycle_writes_a_status() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in house.sources()
        for line in status_writes(tree)
        if path != Path("museumhub/kit/lifecycle.py")
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "thing.status = 'accepted'",
        "self.status, self.at = 'accepted', now",
        "thing.status: str = 'accepted'",
        "thing.status += 'x'",
        "setattr(thing, 'status', 'accepted')",
        "Invitation.objects.filter(pk=1).update(status='accepted')",
        "Invitation.objects.update(**{'status': 'accepted'})",
        "Invitation.objects.create(email='', status='accepted')",
        "Invitation.objects.get_or_create(email='', defaults={'status': 'accepted'})",
        "Invitation.objects.bulk_update(rows, ['status'])",
        "Invitation.objects.bulk_update(rows, fields=('status',))",
        "Invitation(email='', status='accepted')",
        "models.Invitation(status='accepted')",
    ],
)
def test_status_writes_sees_each_way_to_write_one(line: str) -> None:
    assert list(status_writes(ast.parse(line))) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "status = 422",
        "render(request, 'x.html', status=422)",
        "Invitation.objects.filter(status='pending')",
        "Invitation.objects.filter(pk=1).update(answered_at=now)",
        "response.status_code = 200",
        "print(thing.status)",
    ],
)
def test_status_writes_leaves_reading_alone(line: str) -> None:
    assert list(status_writes(ast.parse(line))) == []


def safe_marks(tree: ast.AST) -> Iterator[int]:
    """The lines that declare a text to be safe HTML. Naming SafeString in a signature does not."""
    makers = {"mark_safe", "SafeString", "SafeText"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called_name(node) in makers:
            yield node.lineno
        if isinstance(node, ast.alias) and node.name == "mark_safe":
            yield node.lineno


def test_only_the_kit_marks_html_as_safe() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in house.sources()
        for line in safe_marks(tree)
        if not path.is_relative_to("museumhub/kit")
    ]
    assert found == []


FETCHERS = {"get", "filter", "get_object_or_404", "get_list_or_404"}


def unguarded_fetches(tree: ast.AST) -> Iterator[int]:
    """Lines that fetch by key or public id straight from `objects`, past `visible_to` and its like."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or called_name(node) not in FETCHERS:
            continue
        by_key = any(word.arg in {"pk", "id", "oid", "slug"} for word in node.keywords)
        if by_key and any(_is_whole_table(part) for part in [node.func, *node.args]):
            yield node.lineno


def _is_whole_table(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Attribute(attr="objects")):
            return True  # Thing.objects.get(pk=…)
        case ast.Attribute(attr="objects") | ast.Name():
            # get_object_or_404(Thing.objects, pk=…) and get_object_or_404(Thing, pk=…)
            return isinstance(node, ast.Attribute) or node.id[:1].isupper()
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="objects"), attr="all")):
            return True
    return False


# Views that show what everybody may see, or what the address itself gives a right to.
PUBLIC_TABLES: dict[str, str] = {
    "museumhub/mail/views.py": "the mailbox of a demonstration site, 404 anywhere else",
}


def test_views_fetch_from_what_the_user_may_see() -> None:
    found = [
        f"{path}:{line}"
        for path, tree in house.sources()
        if ("views" in path.parts or path.name == "views.py") and str(path) not in PUBLIC_TABLES
        for line in unguarded_fetches(tree)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "lines"),
    [
        ("Thing.objects.get(pk=pk)", [1]),
        ("get_object_or_404(Thing, oid=oid)", [1]),
        ("get_object_or_404(Thing.objects, oid=oid)", [1]),
        ("get_object_or_404(Thing.objects.all(), slug=slug)", [1]),
        ("get_object_or_404(Thing.objects.visible_to(request.user), oid=oid)", []),
        ("Thing.objects.visible_to(request.user).get(oid=oid)", []),
    ],
)
def test_unguarded_fetches_sees_the_whole_table(line: str, lines: list[int]) -> None:
    assert list(unguarded_fetches(ast.parse(line))) == lines


def test_every_module_says_in_its_first_line_what_it_owns() -> None:
    silent = [
        str(path)
        for path, tree in house.sources()
        if path.name != "__init__.py" and not ast.get_docstring(tree)
    ]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
    assert [str(path) for path, _ in house.sources() if path.stem in empty_names] == []


def test_days_are_typed_in_the_sites_own_field() -> None:
    """`kit.days` reads them as the reader's language writes them; Django's own field takes American days in English."""
    found = [
        f"{path}:{node.lineno}"
        for path, tree in house.sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"forms.DateField", "forms.DateInput", "forms.DateTimeField"}
        and path != Path("museumhub/kit/days.py")
    ]
    assert found == []
