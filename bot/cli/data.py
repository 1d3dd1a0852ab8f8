"""The commands about the data of people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from bot.cli.operator import operator


@click.command()
@operator
def retention() -> None:
    """Shows what is kept for a time only: what the last run deleted, and what is past its time now."""
    from bot.runtime.process import now, opened
    from bot.runtime.retention import report

    with opened() as process:
        for line in report(process, now()):
            click.echo(line)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--known-at", type=click.DateTime(["%Y-%m-%d %H:%M"]), required=True, help="When it became known, here.")
@click.option(
    "--person",
    "person_ids",
    type=int,
    multiple=True,
    help="Only these people, by their numbers in terdampak.csv; may be repeated.",
)
@operator
def breach(folder: Path, known_at: datetime, person_ids: tuple[int, ...]) -> None:
    """Drafts the notice of a breach (UU 27/2022, within 3 x 24 hours), and lists who is affected, into FOLDER."""
    from bot.runtime.breach import write_notice
    from bot.runtime.process import now, opened

    with opened() as process:
        count, due = write_notice(process, folder, known_at, person_ids, now())
    click.echo(f"{folder}: {count} people are affected; tell them and the authority until {due:%Y-%m-%d %H:%M %Z}")
    click.echo("Fill in what stands in [square brackets] in both notices; terdampak.csv lists whom to tell, and how.")
