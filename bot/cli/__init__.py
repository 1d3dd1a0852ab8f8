"""The commands. Each imports what it needs when it runs, so that `pst-bot --help` is fast."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path

import click

from bot.cli.backup import backup, copy_database, restore
from bot.cli.check import check
from bot.cli.data import breach, retention
from bot.cli.intents import intents
from bot.cli.key import key
from bot.cli.officer import officer
from bot.cli.operator import operator
from bot.cli.seal import seal


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Runs the BPS service Rekomendasi Kegiatan Statistik as a conversation."""


for command in (check, backup, restore, copy_database, retention, seal, breach, intents, key, officer):
    main.add_command(command)


@main.command()
@click.option(
    "--demo",
    is_flag=True,
    help="For trying it out on this machine: a sample catalogue, mails at /mail, applicant and staff at /demo.",
)
@operator
def run(demo: bool) -> None:
    """Web chat, deliveries and jobs in one process."""
    gc.disable()  # until the service has started: looking for garbage in what stays would take a second of the start
    from bot.runtime.web import serve

    serve(demo=demo)


@main.command()
@operator
def front() -> None:
    """Pages and webhooks alone, on PostgreSQL: several of them beside one or more workers."""
    from bot.runtime.web import serve_front

    serve_front()


@main.command()
@operator
def worker() -> None:
    """Jobs, deliveries and platforms that are asked for messages, on PostgreSQL: beside one or more fronts."""
    from bot.runtime.worker_process import serve_worker

    serve_worker()


@main.command()
@click.option("--as", "name", default="", help="Who is talking; default: the user of this terminal.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Write the conversation as a transcript.")
@operator
def chat(name: str, save: Path | None) -> None:
    """The same conversation in this terminal. An empty line looks for news, `/file PATH` sends a file."""
    from bot.runtime.terminal import talk

    talk(name, save)


@main.command()
@operator
def migrate() -> None:
    """Brings the database to the tables this program expects (`run` and `chat` do it on start)."""
    from bot.runtime.process import opened

    with opened(makes_database=True):
        click.echo("The database is up to date.")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="poster.pdf")
@operator
def poster(file: Path) -> None:
    """Writes the poster for the door: codes that open the chat for a queue number and the guest book."""
    from bot.runtime.poster import write_poster

    click.echo(f"{file}: {write_poster(file)} codes")


@main.command()
@click.argument("year", type=int, required=False)
@operator
def calendar(year: int | None) -> None:
    """Shows the days off of YEAR, by default of this one and the next, and checks the calendar; exit 1 on a fault."""
    from bot.runtime.calendar_report import calendar_report

    days, faults = calendar_report(year)
    for line in days:
        click.echo(line)
    for fault in faults:
        click.echo(f"wrong: {fault}", err=True)
    sys.exit(1 if faults else 0)


@main.command()
@click.argument("letter", metavar="FILE|TEXT")
@click.option(
    "--key", default="", help="The office's public key; default: that of its profile, else of this installation."
)
@operator
def verify(letter: str, key: str) -> None:
    """Checks a letter offline: its PDF, or the text of its QR code. See docs/letter-format.md."""
    from bot.runtime.letter_check import check

    genuine, lines = check(letter, key)
    for line in lines:
        click.echo(line)
    sys.exit(0 if genuine else 1)


@main.command("public-key")
@operator
def public_key() -> None:
    """Prints the public key with which anyone can check the office's letters, then those of letters before it."""
    from bot.runtime.letter_check import installed_keys
    from domain.letter_seal import public_text

    for public in installed_keys():
        click.echo(public_text(public))


@main.group()
def certificate() -> None:
    """The certificate with which letters are signed."""


@certificate.command("demo")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--password", prompt=True, hide_input=True, help="Of the new file; asked for when it is not given.")
@operator
def certificate_demo(file: Path, password: str) -> None:
    """Writes a PKCS#12 file for trying out. Nobody trusts it; its name begins with CONTOH."""
    from bot.runtime.letter_files import make_demo_certificate
    from bot.runtime.process import now

    make_demo_certificate(file, password, now())
    click.echo(f"{file}: set PST_SIGNING_P12 and PST_SIGNING_PASSWORD to use it")


@main.group()
def audit() -> None:
    """What was done to each case, in a chain of hashes."""


@audit.command("verify")
@operator
def audit_verify() -> None:
    """Recomputes every chain, compares the rows with them, and checks the anchor outside the database."""
    import asyncio

    from bot.runtime.process import opened

    with opened() as process:
        report = asyncio.run(process.verify_audit())
    for case, number in sorted(report.broken.items()):
        click.echo(f"{case}: line {number} does not fit", err=True)
    for differing in report.differing:
        click.echo(f"{differing}: not as the audit says", err=True)
    click.echo(report.anchor, err=not report.anchor_fits)
    click.echo(f"{report.chains} cases, {report.lines} lines, {len(report.broken)} broken")
    sys.exit(0 if report.is_whole else 1)


@audit.command("anchor")
@operator
def audit_anchor() -> None:
    """Begins the anchor anew from the lines that are there, after a backup was put back. See `verify` first."""
    import asyncio

    from bot.runtime.audit_anchor import AuditAnchor
    from bot.runtime.process import now, opened

    with opened() as process:
        anchor = AuditAnchor(process.units, process.app.keys, process.settings.data_dir, now)
        click.echo(f"{asyncio.run(anchor.begin_anew())} lines are anchored")


@main.group()
def inbox() -> None:
    """Messages that could not be handled."""


@inbox.command("list")
@operator
def inbox_list() -> None:
    """Shows the failed messages: when, on which channel, their trace in the log, why. Never what they say."""
    from bot.runtime.process import opened
    from storage.inbox import waiting
    from storage.tracing import of_message

    count = above = 0
    with opened() as process:
        while rows := process.units.write_now(partial(waiting, state="failed", above=above)):
            for row in rows:
                trace_id = of_message(row.channel, row.external_id)
                click.echo(f"{row.id}\t{row.received_at:%Y-%m-%d %H:%M}\t{row.channel}\t{trace_id}\t{row.error}")
            count, above = count + len(rows), rows[-1].id
    click.echo(f"{count} failed")


@inbox.command("retry")
@operator
def inbox_retry() -> None:
    """Runs the failed messages again, oldest first."""
    import asyncio

    from bot.runtime.channels import every_channel
    from bot.runtime.process import opened

    with opened(every_channel) as process:
        done, left = asyncio.run(process.retry_failed())
    click.echo(f"{done} done, {left} still failing")
    sys.exit(1 if left else 0)


@main.group()
def jobs() -> None:
    """Documents and letters that could not be made."""


@jobs.command("list")
@operator
def jobs_list() -> None:
    """Shows the jobs that fail: what kind, how often it was tried, whether it was given up, why."""
    from bot.runtime.process import opened
    from storage.jobs import failing

    with opened() as process:
        rows = process.units.write_now(failing)
    for row in rows:
        state = "given up" if row.gave_up_at else "tried again"
        click.echo(f"{row.id}\t{row.key}\t{row.attempts} tries\t{state}\t{row.failure}")
    click.echo(f"{len(rows)} failing")


@jobs.command("retry")
@operator
def jobs_retry() -> None:
    """Lets the running service try all of them again, at once."""
    from bot.runtime.process import now, opened
    from storage.jobs import retry

    with opened() as process:
        count = process.units.write_now(lambda session: retry(session, now()))
    click.echo(f"{count} will be tried again")


@main.group()
def register() -> None:
    """The register of letters."""


@register.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--year", type=int, help="Only the letters of this year.")
@operator
def register_export(file: Path, year: int | None) -> None:
    """Writes the register as an Excel file: every number, also those that were replaced or revoked, with the reason."""
    from bot.errors import OperatorError
    from bot.runtime.exports import register_file
    from bot.runtime.process import opened

    with opened() as process:
        content, count = register_file(process, year)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise OperatorError(f"{file}: cannot be written ({error.strerror})") from None
    click.echo(f"{count} letters")


@main.group()
def telegram() -> None:
    """Menus and texts of the bot."""


@telegram.command("setup")
@operator
def telegram_setup() -> None:
    """Sets the bot's menus of commands and its texts, in every language, and prints them (`run` does it on start)."""
    from bot.runtime.platforms import set_up_telegram

    for line in set_up_telegram():
        click.echo(line)


@main.group()
def whatsapp() -> None:
    """Texts for the WhatsApp Manager."""


@whatsapp.command("templates")
@operator
def whatsapp_templates() -> None:
    """Prints the texts to submit for approval: they carry news to people who have not written for a day."""
    from bot.runtime.platforms import whatsapp_templates as templates

    for text in templates():
        click.echo(text)


@main.group()
def outbox() -> None:
    """Messages that did not reach anybody."""


@outbox.command("list")
@operator
def outbox_list() -> None:
    """Shows those of the last 30 days: when, on which channel, what about, why. Never what they say."""
    from datetime import timedelta

    from bot.runtime.process import now, opened
    from storage.deliveries import undelivered

    with opened() as process:
        rows = process.units.write_now(lambda session: undelivered(session, now() - timedelta(days=30)))
    for row in rows:
        click.echo(f"{row.at:%Y-%m-%d %H:%M}\t{row.channel}\t{row.reason}\t{' '.join(row.failure.split())}")
    click.echo(f"{len(rows)} not delivered")


@main.group()
def catalogue() -> None:
    """The catalogue of activities that already have a recommendation."""


@catalogue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@operator
def catalogue_import(file: Path) -> None:
    """Takes in a CSV file. Importing it again changes nothing; bad lines are reported by number and left out."""
    from bot.errors import OperatorError
    from bot.runtime.process import opened
    from bot.service.catalogue import import_file
    from domain.catalogue import CatalogueUnreadable

    with opened(makes_database=True) as process:
        try:
            report = import_file(process.units, file)
        except CatalogueUnreadable as error:
            raise OperatorError(str(error)) from None
    for line in report.bad_lines:
        click.echo(str(line), err=True)
    counts, bad = report.counts, len(report.bad_lines)
    click.echo(f"{counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, {bad} bad lines")
    sys.exit(1 if bad else 0)
