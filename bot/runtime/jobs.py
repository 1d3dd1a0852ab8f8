"""What the worker does, by the kind of job: most draw a document."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import cast

from bot.pipeline.commit import write_and_notify
from bot.pipeline.form_chat import send_above_question
from bot.runtime.check import check_running
from bot.runtime.job_steps import (
    argument_id,
    complete,
    draw_and_store,
    draw_one,
    draw_several,
    requester,
    unless_refused,
)
from bot.runtime.letter_files import make_letter
from bot.runtime.process import Process
from bot.service import (
    complaint_receipts,
    cover_letters,
    data_export,
    erasure,
    form_files,
    held_acts,
    letters,
    live_ends,
    live_times,
    papers,
    receipts,
    reports,
    results_reminders,
    romantik,
    satisfaction_reports,
    slips,
    staff,
)
from bot.service.context import Context, context_of_person
from bot.service.documents import StoredDocument
from bot.service.form_files import FormFileKind
from bot.service.papers import Paper, PaperKind
from bot.service.slips import SlipKind
from domain.files import FileKind
from storage import file_records, jobs, personal_data
from storage.jobs import DueJob
from storage.tables import Application
from storage.unit import Session


async def draw_cover_letter(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it."""
    from letters import cover_letter, cover_letter_docx  # import fpdf2 and python-docx, which are slow

    context_of, draft_id = requester(process, job, now), argument_id(job, "draft")
    request = await process.units.write(lambda session: cover_letters.facts_of(context_of(session), draft_id))
    drawn: dict[FileKind, StoredDocument] = {
        "pdf": await draw_and_store(process, lambda: cover_letter.render(request.facts), request.owner),
        "docx": await draw_and_store(process, lambda: cover_letter_docx.render(request.facts), request.owner),
    }

    def send(ctx: Context) -> None:
        send_above_question(ctx, draft_id, "file", cover_letters.messages(ctx, drawn, draft_id))

    await complete(process, job, now, context_of, send)


async def draw_form_file(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it."""
    from letters import form_pdf, form_workbook  # they import fpdf2, pikepdf and XlsxWriter

    context_of, draft_id = requester(process, job, now), argument_id(job, "draft")
    kind = cast("FormFileKind", job.arguments["kind"])
    render = {"xlsx": form_workbook.render, "pdf": form_pdf.render}[kind]
    request = await process.units.write(lambda session: form_files.facts_of(context_of(session), draft_id))
    document = await draw_and_store(process, lambda: render(request.file), request.owner)
    await complete(process, job, now, context_of, lambda ctx: form_files.send(ctx, document, draft_id, kind))


async def draw_receipt(process: Process, job: DueJob, now: datetime) -> None:
    """From the answers as they were sent."""
    from letters import filled_form  # imports fpdf2

    context_of, application_id = requester(process, job, now), argument_id(job, "application")
    request = await process.units.read(lambda session: receipts.facts_of(context_of(session), application_id))
    document = await draw_and_store(process, lambda: filled_form.render(request.facts), request.owner)
    await complete(process, job, now, context_of, lambda ctx: receipts.send(ctx, document, application_id))


async def draw_complaint_receipt(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it."""
    from letters import complaint_receipt  # imports fpdf2

    facts_of = partial(complaint_receipts.facts_of, sealed=str(job.arguments["complaint"]))
    await draw_one(process, job, now, facts_of, complaint_receipt.render, complaint_receipts.send)


async def draw_slip(process: Process, job: DueJob, now: datetime) -> None:
    """For the officer who ordered it."""
    from letters import slip  # imports fpdf2

    kind, row_id = cast("SlipKind", job.arguments["kind"]), argument_id(job, "row")
    await draw_one(process, job, now, lambda ctx: slips.facts_of(ctx, kind, row_id), slip.render, slips.send)


async def draw_report(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it."""
    from letters import report_chart, report_workbook  # import Pillow and XlsxWriter

    facts_of = partial(reports.facts_of, first=argument_id(job, "first"), last=argument_id(job, "last"))
    await draw_several(
        process, job, now, facts_of, {"png": report_chart.render, "xlsx": report_workbook.render}, reports.send
    )


async def draw_satisfaction_report(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it."""
    from letters import satisfaction_chart as chart  # imports Pillow
    from letters import satisfaction_report as paper  # imports fpdf2
    from letters import satisfaction_workbook as workbook  # imports XlsxWriter

    facts_of = partial(satisfaction_reports.facts_of, first=argument_id(job, "first"), last=argument_id(job, "last"))
    await draw_several(
        process,
        job,
        now,
        facts_of,
        {"png": chart.render, "xlsx": workbook.render, "pdf": paper.render},
        satisfaction_reports.send,
    )


async def export_case(process: Process, job: DueJob, now: datetime) -> None:
    """For the officer who asked for it."""
    from letters import romantik_export  # imports XlsxWriter

    facts_of = partial(romantik.facts_of, application_id=argument_id(job, "application"))
    send = partial(romantik.send, application_id=argument_id(job, "application"))
    await draw_several(
        process,
        job,
        now,
        facts_of,
        {"json": romantik_export.as_json, "xlsx": romantik_export.as_workbook},
        lambda ctx, _, files: send(ctx, files=files),
        locks=True,
    )


async def draw_paper(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it, if that may still have it."""
    from letters import courtesy_translation, register_page, remark_note  # they import fpdf2

    kind, subject_id = cast("PaperKind", job.arguments["kind"]), argument_id(job, "subject")
    renderers = {
        "translation": courtesy_translation.render,
        "remarks": remark_note.render,
        "register": register_page.render,
    }
    render = cast("Callable[[Paper], bytes]", renderers[kind])
    send = partial(papers.send, kind=kind, subject_id=subject_id)
    await draw_one(process, job, now, lambda ctx: papers.facts_of(ctx, kind, subject_id), render, send)


async def draw_letter(process: Process, job: DueJob, now: datetime) -> None:
    """From its frozen facts alone. A letter that was signed twice, after a crash, is sent once."""
    context_of, letter_id = requester(process, job, now), argument_id(job, "letter")
    request = await process.units.read(lambda session: letters.request_of(session, letter_id))
    document = await draw_and_store(process, lambda: make_letter(process, request.facts, now), request.owner)
    await complete(process, job, now, context_of, lambda ctx: letters.complete(ctx, letter_id, document))


async def deliver_uploaded_letter(process: Process, job: DueJob, now: datetime) -> None:
    """A letter that was signed outside; nothing is drawn."""
    letter_id = argument_id(job, "letter")

    def applicant(session: Session) -> Context:
        return context_of_person(session, process.app, now, letters.applicant_of(session, letter_id))

    stored = await process.units.read(lambda session: letters.uploaded_file(session, letter_id))
    content = await asyncio.to_thread(process.store.read, *stored)
    sha256 = hashlib.sha256(content).hexdigest()
    await complete(process, job, now, applicant, lambda ctx: letters.deliver_uploaded(ctx, letter_id, sha256))


async def remind_of_results(process: Process, job: DueJob, now: datetime) -> None:
    """Nothing is drawn."""
    application_id = argument_id(job, "application")

    def applicant(session: Session) -> Context:
        application = session.get_one(Application, application_id)
        return context_of_person(session, process.app, now, application.person_id)

    await complete(process, job, now, applicant, lambda ctx: results_reminders.send(ctx, application_id))


async def check_system(process: Process, job: DueJob, now: datetime) -> None:
    """For the admin who asked."""
    found = await check_running(process.settings, process.app.office, process.units, now)
    await complete(process, job, now, requester(process, job, now), lambda ctx: staff.send_check(ctx, found))


async def do_held_act(process: Process, job: DueJob, now: datetime) -> None:
    """What an officer or a director confirmed, and did not undo. Nothing is drawn."""

    def unit(session: Session) -> None:
        if jobs.finish(session, job.id, now):
            held_acts.run(session, process.app, now, argument_id(job, "held"))

    await write_and_notify(process.units, process.notify, unit)


async def look_at_chat(process: Process, job: DueJob, now: datetime) -> None:
    """A conversation with an officer ends when nobody took it, or nobody wrote any more. Nothing is drawn."""

    def unit(session: Session) -> None:
        if jobs.finish(session, job.id, now):
            live_ends.look(session, process.app, now, argument_id(job, "chat"))

    await write_and_notify(process.units, process.notify, unit)


async def erase_chat(process: Process, job: DueJob, now: datetime) -> None:
    """The messages of an address whose person has deleted their data, their files, and in the end the address."""
    address_id, hidden = argument_id(job, "address"), argument_id(job, "hidden")
    delete = partial(personal_data.delete_messages, address_id=address_id, up_to=hidden)
    while await process.units.write(delete):
        pass
    names = cast("list[str]", job.arguments["objects"])
    await delete_unused(process, names)
    began = datetime.fromisoformat(str(job.arguments["began"]))

    def unit(session: Session) -> None:
        again = erasure.forget_address(session, address_id, argument_id(job, "person"), hidden, began, now)
        if again is None:
            jobs.finish(session, job.id, now)
        else:
            jobs.postpone(session, job.id, again)

    await process.units.write(unit)


async def export_own_data(process: Process, job: DueJob, now: datetime) -> None:
    """For the address that asked for it. A file that is missing in the store is left out."""
    from letters import own_data_archive
    from locales import say

    context_of, person_id = requester(process, job, now), argument_id(job, "person")

    read = unless_refused(lambda session: data_export.facts_of(context_of(session), person_id, say))
    found = await process.units.read(read)
    parts: list[StoredDocument] = []
    if found is not None:
        there = [file for file in found.files if process.store.exists(file.object)]
        sizes = [(file.name, file.size) for file in there]
        archives = own_data_archive.render(
            found.document, sizes, lambda at: process.store.read(there[at].object, there[at].owner)
        )
        while (archive := await asyncio.to_thread(next, archives, None)) is not None:
            parts.append(await draw_and_store(process, partial(bytes, archive), f"person/{person_id}"))
    await complete(process, job, now, context_of, lambda ctx: data_export.send(ctx, person_id, parts))


async def delete_unused(process: Process, names: Sequence[str], before: datetime | None = None) -> int:
    """Deletes those of these stored objects that no row names, unless they were stored since. Returns how many."""
    unused = await process.units.read(partial(file_records.unreferenced, objects=names))
    for name in unused:
        await asyncio.to_thread(process.store.delete, name, before)
    return len(unused)


#: kind of job → what does it
JOBS: Mapping[str, Callable[[Process, DueJob, datetime], Awaitable[None]]] = {
    "document": draw_cover_letter,
    "form_file": draw_form_file,
    "receipt": draw_receipt,
    complaint_receipts.JOB: draw_complaint_receipt,
    "slip": draw_slip,
    reports.JOB: draw_report,
    satisfaction_reports.JOB: draw_satisfaction_report,
    romantik.JOB: export_case,
    "paper": draw_paper,
    "letter": draw_letter,
    "delivery": deliver_uploaded_letter,
    staff.CHECK_JOB: check_system,
    held_acts.JOB: do_held_act,
    live_times.JOB: look_at_chat,
    data_export.JOB: export_own_data,
    erasure.JOB: erase_chat,
    results_reminders.JOB: remind_of_results,
}
#: kinds that are queued for a later time; all others are due at once
SCHEDULED = {held_acts.JOB, live_times.JOB, erasure.JOB, results_reminders.JOB}
