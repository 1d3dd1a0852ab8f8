"""The commands about the office's electronic seal at BSrE."""

from __future__ import annotations

import click

from bot.cli.operator import operator


@click.group()
def seal() -> None:
    """The office's electronic seal at BSrE, which letters get before the director signs them."""


@seal.command("request")
@operator
def seal_request() -> None:
    """Has BSrE mail a code to whoever keeps the seal."""
    from bot.runtime.esign import request_activation
    from bot.runtime.process import opened

    with opened() as process:
        request_activation(process)
    click.echo("BSrE has mailed a code to whoever keeps the seal: pst-bot seal activate")


@seal.command("activate")
@click.option("--code", prompt="Code", hide_input=True, help="As BSrE has mailed it; asked for when it is left out.")
@operator
def seal_activate(code: str) -> None:
    """Activates the seal with that code."""
    from bot.runtime.esign import activate
    from bot.runtime.process import opened

    with opened() as process:
        activate(process, code.strip())
    click.echo("The seal is active.")
