"""Writes the generated pages of this folder: `python docs/build.py`. A test fails when a page is out of date."""

from pathlib import Path

import click

from meoktong.cli import meoktong

HERE = Path(__file__).parent
WIDTH = 100


def commands() -> str:
    """docs/commands.md: the --help of every command."""
    lines = [
        "# Commands",
        "",
        "What `--help` says of each command; made by `python docs/build.py`.",
        "Exit statuses are in [exit-statuses.md](exit-statuses.md), outcome words in [outcomes.md](outcomes.md).",
    ]
    for path, command in walk(meoktong):
        context = click.Context(command, info_name=" ".join(("meoktong", *path)), terminal_width=WIDTH)
        lines += ["", f"## {context.info_name}", "", "```text", command.get_help(context).rstrip(), "```"]
    return "\n".join(lines) + "\n"


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


PAGES = {"commands.md": commands}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
