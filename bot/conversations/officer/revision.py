"""Asking the applicant for a revision, shown whole before it leaves, and taking it back while nobody has answered."""

from __future__ import annotations

from bot.actions import code
from bot.actions.examination import ConfirmRevision, ConfirmTakeBack
from bot.chat import Choice, DialogueState, Turn, with_notice
from bot.conversations.form.prompts import label
from bot.conversations.form.session import fingerprint
from bot.conversations.officer import case_screen
from bot.conversations.officer.case_flow import ask_for_choice
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.officer.case_view import CaseView, open_view
from bot.service import cases, held_acts, remarks, revisions, transitions
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.text import Text, lines, paragraphs


def confirm_request(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    """Every remark as it will be sent."""
    view = open_view(ctx, application_id)
    transitions.check(ctx, view.application, "request_revision")
    if not view.unclosed_remarks:
        raise ActionRefused(revisions.NO_REMARK)
    text = paragraphs(
        Text("Permintaan perbaikan untuk %(number)s:", number=view.application.number),
        *(
            lines(
                label(view.form.questions[remark.question]),
                case_screen.whole_remark(remark),
                remarks.proposed(view.form.questions[remark.question], remark),
            )
            for remark in view.unclosed_remarks
        ),
        _fatal(view),
        Text("Pemohon lalu diberi tahu. Kirim permintaannya?"),
    )
    sends = ConfirmRevision(application_id, view.application.round, _mark(view))
    confirm = Choice(code(sends), Text("Ya, minta perbaikan"))
    return ask_for_choice(state, case_screen.NAME, CaseState(application_id), text, confirm)


def request(state: DialogueState, ctx: Context, application_id: int, round: int, mark: str) -> Turn:
    view = open_view(ctx, application_id)
    transitions.check(ctx, view.application, "request_revision")
    if (view.application.round, _mark(view)) != (round, mark):
        changed = Text("Catatannya sudah berubah sejak tombol itu dikirim. Silakan periksa sekali lagi.")
        return with_notice(confirm_request(state, ctx, application_id), changed)
    is_held = held_acts.do_or_hold(ctx, view.application, "request_revision", {})
    return case_screen.show_done(state, ctx, application_id, is_held, held_acts.DONE["request_revision"])


def confirm_take_back(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    revisions.check_take_back(ctx, application)
    text = Text(
        "Tarik permintaan perbaikan %(number)s? Pemohon diberi tahu, dan permohonan kembali Anda periksa. "
        "Catatannya tetap tersimpan.",
        number=application.number,
    )
    confirm = Choice(code(ConfirmTakeBack(application_id, application.round)), Text("Ya, tarik"))
    return ask_for_choice(state, case_screen.NAME, CaseState(application_id), text, confirm)


def take_back(state: DialogueState, ctx: Context, application_id: int, round: int) -> Turn:
    revisions.take_back(ctx, cases.open_case(ctx, application_id), round)
    done = Text("✓ Permintaan perbaikan ditarik. Pemohon diberi tahu.")
    return case_screen.show(state, ctx, application_id, done)


def _fatal(view: CaseView) -> Text | None:
    if all(remark.severity != "fatal" for remark in view.unclosed_remarks):
        return None
    return Text("Ada catatan fatal, yang tidak dapat diperbaiki pemohon. Pertimbangkan Putuskan, lalu Ditolak.")


def _mark(view: CaseView) -> str:
    """Names the remarks that were shown, in a few characters."""
    return fingerprint([[remark.id, remark.text, *remark.proposal.values()] for remark in view.unclosed_remarks])
