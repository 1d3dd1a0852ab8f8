"""The commands for keeping a copy of everything, and for putting it back."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli.operator import operator


@click.command()
@click.argument("file", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(min=1), help="Write a new file into FOLDER, and keep so many of them.")
@operator
def backup(file: Path, keep: int | None) -> None:
    """Writes database, files and key into FILE, sealed with a passphrase, while the service runs; reads it back."""
    from datetime import UTC, datetime

    from bot.runtime.backup import write_backup
    from bot.runtime.backup_rotation import write_and_rotate
    from bot.settings import read

    settings, now = read(), datetime.now(UTC)
    passphrase = settings.backup_passphrase or click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    if keep is None:
        report = write_backup(settings, file, passphrase, now)
    else:
        rotation = write_and_rotate(settings, file, keep, passphrase, now)
        file, report = rotation.file, rotation.report
        for path in rotation.deleted:
            click.echo(f"{path}: deleted, {keep} newer ones are there")
    click.echo(f"{file}: {report.size} bytes, {report.files} files, read back")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@operator
def restore(file: Path) -> None:
    """Puts a backup into the empty data folder. Start the service afterwards."""
    from bot.runtime.backup import restore_backup
    from bot.settings import read

    settings = read()
    passphrase = settings.backup_passphrase or click.prompt("Passphrase", hide_input=True)
    report = restore_backup(settings, file, passphrase)
    click.echo(f"{settings.data_dir}: {report.files} files, key and anchor are there")
    if not report.database:
        click.echo("now put the database back with pg_restore; it was not in the backup", err=True)


@click.command("copy-database")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@operator
def copy_database(source: str, target: str) -> None:
    """Copies all rows FROM one database address TO an empty one, and compares them. Stop the service first."""
    from bot.runtime.database_copy import copy

    count = copy(source, target, lambda table, rows: click.echo(f"{table}\t{rows}"))
    click.echo(f"{count} rows are the same in both; now set PST_DATABASE_URL to the second address")
