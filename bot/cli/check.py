"""The command that says whether the installation is in order."""

from __future__ import annotations

import sys

import click

from bot.cli.operator import operator


@click.command()
@operator
def check() -> None:
    """Says whether the installation is in order, and what to do where it is not; exit 1 on a fault. Changes nothing."""
    from bot.runtime.check import check_lines

    lines, is_right = check_lines()
    for line in lines:
        click.echo(line)
    sys.exit(0 if is_right else 1)
