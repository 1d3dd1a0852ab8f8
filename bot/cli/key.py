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
    from bot.runtime.office_profile import load_office
    from bot.runtime.process import now
    from bot.settings import read
    from domain.letter_seal import public_text

    def told(part: str, done: int, broken: int) -> None:
        damaged = f", {broken} were damaged before and stay as they are" if broken else ""
        click.echo(f"{part}\t{done} sealed anew{damaged}")

    settings, at = read(), now()
    zone = load_office(settings).zone
    keys = rotate(settings, at, told)
    click.echo("the key is a new one; make a backup now")
    new, former = map(public_text, keys.letter_keys()[:2])
    until = at.astimezone(zone).date()
    click.echo("where the profile names the key of letters, it needs, in [signing] and with the former keys before:")
    click.echo(f'public_key = "{new}"')
    click.echo(f'former_keys = [{{ public_key = "{former}", until = {until} }}]')
