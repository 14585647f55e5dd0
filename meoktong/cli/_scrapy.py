"""What the commands that fetch share: permission for private addresses, and Scrapy's settings."""

from collections.abc import Iterable
from typing import Any

import click

from meoktong.cli._options import F
from meoktong.errors import SettingsError


def fetch_options(command: F) -> F:
    """--allow-private, and -s NAME=VALUE as `overrides`."""
    private = click.option("--allow-private", is_flag=True, help="Allow loopback and private addresses.")
    settings = click.option(
        "-s", "--set", "overrides", multiple=True, metavar="NAME=VALUE", help="A Scrapy setting; repeatable."
    )
    return private(settings(command))


def scrapy_settings(pairs: Iterable[str]) -> dict[str, Any]:
    """The settings in NAME=VALUE `pairs`. Raises BadParameter."""
    from meoktong.crawl.runner import scrapy_setting  # Scrapy is slow to import

    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"{pair!r} is not NAME=VALUE", param_hint="-s")
        try:
            found[name] = scrapy_setting(name, value)
        except SettingsError as error:
            raise click.BadParameter(str(error), param_hint="-s") from None
    return found
