"""Writes the generated pages of this folder: `python docs/build.py`. A test fails when a page is out of date."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import yaml
from sqlalchemy import Column, ColumnElement, Table, types

from meoktong.cli import meoktong
from meoktong.store import views
from meoktong.store.schema import Base, UTCDateTime


def commands() -> str:
    """docs/commands.md: the --help of every command."""
    lines = [
        "# Commands",
        "",
        "What `--help` says of each command; made by `python docs/build.py`.",
        "Exit statuses are in [exit-statuses.md](exit-statuses.md), outcome words in [outcomes.md](outcomes.md).",
    ]
    for path, command in walk(meoktong):
        lines += ["", f"## {' '.join(('meoktong', *path))}", "", "```text", help_of(path, command).rstrip(), "```"]
    return "\n".join(lines) + "\n"


def help_of(path: tuple[str, ...], command: click.Command) -> str:
    """What `--help` says."""
    name = " ".join(("meoktong", *path))
    return command.get_help(click.Context(command, info_name=name, terminal_width=WIDTH, **meoktong.context_settings))


def walk(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command below `group` with its words, groups left out."""
    found: list[tuple[tuple[str, ...], click.Command]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += walk(command, (*path, name))
        elif command is not None:
            found.append(((*path, name), command))
    return found


def schema() -> str:
    """docs/schema.md: what is above the mark as it is, then every view and table with its columns."""
    explained = yaml.safe_load(DICTIONARY.read_text(encoding="utf-8"))
    written = (HERE / "schema.md").read_text(encoding="utf-8").partition(MARK)[0]
    lines = [written + MARK, "", "## Views"]
    for name, query in views.views().items():
        lines += entry(name, explained[name], query.selected_columns)
    lines += ["", "## Tables"]
    for name, table in Base.metadata.tables.items():
        lines += entry(name, explained[name], table.columns)
    return "\n".join(lines) + "\n"


def entry(name: str, explained: dict[str, Any], columns: Iterable[ColumnElement[Any]]) -> list[str]:
    """A table or view: what it is, and a line for each column."""
    lines = ["", f"### {name}", "", explained["about"], "", "| column | type | what |", "| --- | --- | --- |"]
    for column in columns:
        what = explained["columns"].get(column.key, "")
        lines.append(f"| `{column.key}` | {kind(column)} | {what} |")
    return lines


def kind(column: ColumnElement[Any]) -> str:
    """The type of a column in a word or two, and where it points to."""
    words = [next(word for cls, word in TYPES.items() if isinstance(column.type, cls))]
    words += [f"of [{key.column.table.name}](#{key.column.table.name})" for key in column.foreign_keys]
    nullable = isinstance(column, Column) and isinstance(column.table, Table) and column.nullable
    return " ".join([*words, "or NULL"] if nullable else words)


HERE = Path(__file__).parent
WIDTH = 100
DICTIONARY = HERE.parent / "meoktong" / "store" / "dictionary.yml"
MARK = (
    "<!-- What follows is made by `python docs/build.py` of meoktong/store: schema.py, views.py and dictionary.yml. -->"
)
TYPES = {
    UTCDateTime: "time (UTC)",
    types.Boolean: "yes or no",
    types.Date: "day",
    types.Integer: "integer",
    types.Float: "number",
    types.JSON: "JSON",
    types.String: "text",
    types.Date: "day",
}
PAGES = {"commands.md": commands, "schema.md": schema}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
