"""The commands about the staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bot.cli.operator import operator

if TYPE_CHECKING:
    from domain.permissions import Role


@click.group()
def officer() -> None:
    """The staff."""


@officer.command("invite")
@click.option("--role", type=click.Choice(["officer", "head", "director", "admin"]), required=True)
@click.option("--name", default="", help="Who it is for; default: the name they registered with.")
@operator
def officer_invite(role: Role, name: str) -> None:
    """Prints a one-time code for joining the office, and links that use it."""
    from bot.runtime.process import now, opened
    from bot.service import officers
    from storage.continuations import links

    with opened(makes_database=True) as process:
        code = process.units.write_now(lambda s: officers.invite(s, process.app.keys, role, name, now()))
        channel_links = process.units.write_now(lambda s: links(s, "gabung", code))
    click.echo(code)
    click.echo(f"Valid for 24 hours, once. In any conversation with the service: /gabung {code}", err=True)
    for channel, link in channel_links.items():
        click.echo(f"Or on {channel}: {link}", err=True)


@officer.command("list")
@operator
def officer_list() -> None:
    """Shows who has joined."""
    from bot.runtime.process import opened
    from bot.service import officers

    with opened() as process:
        for row in process.units.write_now(officers.list_active):
            click.echo(f"{row.person_id}\t{row.role}\t{row.name}\t{row.joined_at:%Y-%m-%d}")


@officer.command("revoke")
@click.argument("person_id", metavar="NUMBER", type=int)
@operator
def officer_revoke(person_id: int) -> None:
    """Ends what an officer may do; NUMBER is the first column of `officer list`."""
    from bot.errors import OperatorError
    from bot.runtime.process import now, opened
    from bot.service import officers

    with opened() as process:
        done = process.units.write_now(lambda session: officers.revoke(session, process.app.keys, person_id, now()))
    if not done:
        raise OperatorError(f"no officer has the number {person_id}; see pst-bot officer list")


@officer.command("reset-authenticator")
@click.argument("person_id", metavar="NUMBER", type=int)
@operator
def officer_reset_authenticator(person_id: int) -> None:
    """Removes the authenticator of somebody who has lost it, where no admin can do it in chat."""
    from bot.errors import OperatorError
    from bot.runtime.process import now, opened
    from bot.service import authenticators

    with opened() as process:
        done = process.units.write_now(
            lambda session: authenticators.reset_by_operator(session, process.app.keys, person_id, now())
        )
    if not done:
        raise OperatorError(f"no officer with an authenticator has the number {person_id}; see pst-bot officer list")
