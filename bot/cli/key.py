"""The commands about the key of the installation."""

from __future__ import annotations

import click

from bot.cli.operator import operator


@click.group()
def key() -> None:
    """The key with which everything is sealed."""


@key.command("rotate")
@operator
def key_rotate() -> None:
    """Makes a new key and seals everything with it. Stop the service first; after a crash run it again, it goes on."""
    from bot.runtime.key_rotation import rotate
    from bot.runtime.process import now
    from bot.settings import read

    def told(part: str, done: int, broken: int) -> None:
        damaged = f", {broken} were damaged before and stay as they are" if broken else ""
        click.echo(f"{part}\t{done} sealed anew{damaged}")

    rotate(read(), now(), told)
    click.echo("the key is a new one; make a backup now")
