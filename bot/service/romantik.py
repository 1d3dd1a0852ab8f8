"""What officers bring into Romantik, BPS's own application: an accepted case in its field names, and the number that
the case has there. Every export and every number stands in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.service import access, audit, buttons, cases, documents, register, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain import romantik
from domain.files import StoredKind
from domain.text import Text, one_line
from letters.romantik_export import RomantikCase
from storage import applications, jobs
from storage.tables import Application, RegisterEntry

JOB = "romantik"
MAX_NUMBER = 60  #: characters
#: kind of file → what is said with it; the last one says what follows
_SAID: Mapping[StoredKind, Text] = {
    "json": Text("Isian %(number)s dengan nama bidang Romantik, untuk program.", number=""),
    "xlsx": Text(
        "Isian yang sama untuk dibaca dan disalin; nilainya ditulis seperti pada formulir. Setelah %(number)s direkam "
        "di Romantik, buka permohonannya dan tekan Sudah direkam.",
        number="",
    ),
}


def is_accepted(application: Application, entry: RegisterEntry | None) -> bool:
    """Only such a case is exported: a letter says that it is feasible, and is valid. `entry`: the application's in the
    register.
    """
    return application.verdict == cases.FEASIBLE and register.is_valid(entry)


def order(ctx: Context, application: Application) -> None:
    """Lets the worker write the files for the actor's address. Raises `ActionRefused`."""
    check(ctx, application)
    audit.record(ctx, application, "export_case", {}, {"to": "romantik"})
    key = f"{JOB}/{application.id}/{ctx.address.id}/{ctx.now.isoformat()}"
    jobs.add(ctx.session, JOB, key, ctx.now, {"application": application.id, "address": ctx.address.id})


def facts_of(ctx: Context, application_id: int) -> RomantikCase:
    """Raises `ActionRefused` when the actor may not have it any more. Changes nothing."""
    application = ctx.session.get_one(Application, application_id)
    if not _may_export(ctx, application):
        raise ActionRefused(transitions.NOT_NOW)
    entry = register.newest(ctx, application, locks=False)
    frozen = applications.submission(ctx.session, application.id, application.round)
    answers = frozen.answers if frozen is not None else {}
    form = ctx.app.form(application.form, application.version)
    return RomantikCase(
        number=application.number,
        verdict=application.verdict,
        letter_number=entry.number if entry is not None else "",
        identity=(entry.identity or "") if entry is not None else "",
        fields=romantik.fields(form, answers),
        left_out=romantik.left_out(form, answers),
    )


def send(ctx: Context, application_id: int, files: Mapping[StoredKind, StoredDocument]) -> None:
    """To the officer who ordered it, if they may still read the case."""
    application = ctx.session.get_one(Application, application_id)
    if not _may_export(ctx, application):
        return
    for kind, document in files.items():
        name = f"romantik-{application.number}.{kind}"
        opens = (buttons.open_case(application),) if kind == "xlsx" else ()
        text = _SAID[kind].with_args({"number": application.number})
        documents.send(ctx, document, name, text, *opens, kind=kind, application_id=application.id, reason="romantik")


def _may_export(ctx: Context, application: Application) -> bool:
    accepted = is_accepted(application, register.newest(ctx, application, locks=False))
    return accepted and access.can(ctx, application, "export_case")


def record_number(ctx: Context, application: Application, words: str) -> None:
    """The case is recorded in Romantik with this number, which may be corrected later. Raises `ActionRefused`."""
    check(ctx, application)
    number = one_line(words).strip()
    if len(number) > MAX_NUMBER or not any(sign.isdigit() for sign in number):
        raise ActionRefused(Text("Itu belum berupa nomor. Salin nomornya dari Romantik."))
    before = {"number": application.romantik_number}
    application.romantik_number = number
    audit.record(ctx, application, "record_romantik", before, {"number": number})


def check(ctx: Context, application: Application) -> None:
    """Raises `ActionRefused` when the actor may not bring the case into Romantik, or not now."""
    access.require(ctx, application, "export_case")
    if not is_accepted(application, register.newest(ctx, application)):
        raise ActionRefused(transitions.NOT_NOW)
