"""`manage.py document`: the pages of docs/ that are drawn from the code, so that they never say anything else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import translation

from museumhub.kit.addresses import Address, addresses
from museumhub.kit.lifecycle import Lifecycle

DOCS = Path(settings.BASE_DIR) / "docs"
PACKAGES = ("museumhub", "programmes", "frameworks")


class Command(BaseCommand):
    help = "Write docs/lifecycles.md from the rooms' lifecycle tables and docs/addresses.md from their addresses."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail where something would change"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        for name, page in PAGES.items():
            path, text = DOCS / name, page()
            if not check:
                path.write_text(text)
            elif not path.exists() or path.read_text() != text:
                raise CommandError(f"docs/{name} is out of date. Run `make docs` and commit it.")


def lifecycles_page() -> str:
    """All lifecycles of the site in Markdown, with a Mermaid diagram and the table of moves for each."""
    parts = [
        "# Lifecycles",
        "Drawn by `make docs` from each room's `lifecycle` module, the same tables that buttons,"
        "\nservices and tests read. A status changes by one of these moves and in no other way.",
    ]
    with translation.override("en"):
        for config in sorted(apps.get_app_configs(), key=lambda one: one.label):
            name = f"{config.name}.lifecycle"
            if not config.name.startswith(PACKAGES):
                continue
            if find_spec(name) is None:
                continue
            tables = {
                k: v for k, v in vars(import_module(name)).items() if isinstance(v, Lifecycle)
            }
            for constant, table in tables.items():
                parts += _chapter(f"{config.label}: {constant.replace('_', ' ').lower()}", table)
    return "\n\n".join(parts) + "\n"


def _chapter(title: str, table: Lifecycle) -> list[str]:
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {table.initial}"]
    rows = ["| move | from | to | by | phases | letter |", "| --- | --- | --- | --- | --- | --- |"]
    for move in table.moves:
        diagram += [f"    {source} --> {move.target}: {move.action}" for source in move.sources]
        cells = (move.action, _list(move.sources), move.target, _list(move.by))
        rows.append("| " + " | ".join((*cells, _list(move.phases), move.letter)) + " |")
    sources = {source for move in table.moves for source in move.sources}
    diagram += [f"    {status} --> [*]" for status in table.statuses if status not in sources]
    statuses = [f"- `{status}`: {label}" for status, label in table.statuses.items()]
    return [
        f"## {title[0].upper()}{title[1:]}",
        "\n".join([*diagram, "```"]),
        "\n".join(statuses),
        "\n".join(rows),
    ]


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def addresses_page() -> str:
    """Every address of the house by room, who may ask for it, and what its view says of itself."""
    parts = [
        "# Addresses",
        "Drawn by `make docs` from the site's address table. Who: *everybody*; *signed in*, who then sees\n"
        "only what is theirs; or those for whom the named rule holds. What is not yours is 404. The pages below\n"
        "`/account/` that are not listed are django-allauth's, those below `/admin/` are Django's admin.",
    ]
    rooms: dict[str, list[Address]] = {}
    for address in addresses():
        if address.owner.startswith(PACKAGES):
            rooms.setdefault(address.owner.partition(".views")[0], []).append(address)
    for room in sorted(rooms):
        rows = ["| address | who | what |", "| --- | --- | --- |"]
        rows += [
            f"| `{one.route}` | {_who(one)} | {_what(one)} |"
            for one in sorted(rooms[room], key=lambda one: one.route)
        ]
        parts += [f"## {room}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def _who(address: Address) -> str:
    access = address.view.access
    words = {"public": "everybody", "signed_in": "signed in"}
    return words.get(access.kind) or f"`{access.rule}`"


def _what(address: Address) -> str:
    said = (address.innermost.__doc__ or "").strip().split("\n\n")[0]
    words = said or f"{address.name.rpartition(':')[2].replace('_', ' ').capitalize()}."
    return " ".join(words.split()).replace("|", "\\|")


PAGES = {"lifecycles.md": lifecycles_page, "addresses.md": addresses_page}
