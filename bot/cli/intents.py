"""The commands about what people mean."""

from __future__ import annotations

import click

from bot.cli.operator import operator


@click.group()
def intents() -> None:
    """What people write, and what it means."""


@intents.command()
@operator
def unknown() -> None:
    """Lists what was not understood, masked, with how often, the last day, and what it would mean now."""
    from bot.runtime.process import opened
    from bot.service.unknown_phrases import list_kept

    with opened() as process:
        for kept in process.units.read_now(lambda session: list_kept(session, process.app)):
            day = kept.last_at.astimezone(process.app.office.zone).date()
            click.echo(f"{kept.count:4}  {day}  {kept.words}  [{', '.join(kept.meant)}]")
