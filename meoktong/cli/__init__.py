"""The command line: one module per command, imported only when it is called, so that --help stays fast.

A command module `meoktong/cli/<name>.py` holds a click command (or group) called `command`. An underscore after a
name keeps Python's own words free (`import_`) and is no part of the command's.
"""

import sys
from importlib import import_module
from pkgutil import iter_modules

import click

from meoktong import __version__
from meoktong.cli._exits import Exit
from meoktong.errors import BusyError, MeoktongError
from meoktong.settings import load


class Commands(click.Group):
    """Finds the commands in this package by their file names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every module here whose name has no leading underscore, `new_source` as `new-source`."""
        return sorted(_modules())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`, or None."""
        module = _modules().get(cmd_name)
        if module is None:
            return None
        command: click.Command = import_module(f"{__name__}.{module}").command
        return command


def _modules() -> dict[str, str]:
    names = [module.name for module in iter_modules(__path__) if not module.name.startswith("_")]
    return {name.rstrip("_").replace("_", "-"): name for name in names}


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="meoktong")
@click.pass_context
def meoktong(ctx: click.Context) -> None:
    """Who was hit when a Korean platform went dark: crawl, tag, count.

    \b
    Example:
      meoktong demo                      the whole job on bundled replay sites
      meoktong crawl hani                fetch what is new, tag it, store it
      meoktong report weekly             this week's summary
    """
    ctx.obj = load()


def main() -> None:
    """Run a command; a fault that the user can act on becomes one line on stderr and a status other than 0."""
    try:
        status = meoktong(standalone_mode=False)
    except click.Abort:
        click.echo("meoktong: interrupted", err=True)
        sys.exit(Exit.INTERRUPTED)
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        hint = f" (see {context.command_path} --help)" if context else ""
        click.echo(f"meoktong: {error.format_message()}{hint}", err=True)
        sys.exit(error.exit_code)
    except MeoktongError as error:
        click.echo(f"meoktong: {error}", err=True)
        sys.exit(Exit.BUSY if isinstance(error, BusyError) else Exit.ERROR)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        click.echo(f"meoktong: cannot read or write{where}: {error.strerror or error}", err=True)
        sys.exit(Exit.ERROR)
    sys.exit(status if isinstance(status, int) else 0)
