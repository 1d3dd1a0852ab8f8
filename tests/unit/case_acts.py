"""Every act on an application as its use case, for the test of who may do what."""

from __future__ import annotations

from collections.abc import Callable

from bot.service import (
    applicants,
    cases,
    corrections,
    decisions,
    examination,
    inquiries,
    ratings,
    remarks,
    revisions,
    transitions,
)
from bot.service.access import ActionRefused
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from storage import letters
from storage.tables import Application, Inquiry
from tests.casework import draft_of, withdraw


def _remarked(ctx: Context, case: Application) -> None:
    remarks.add(ctx, case, ctx.app.form(case.form).questions["tujuan"], "Mohon diperjelas.")


def _first_remark(ctx: Context, case: Application) -> int:
    first = next(iter(remarks.list_remarks(ctx, case, "open", "answered")), None)
    return first.id if first else 0


def _closed_remark(ctx: Context, case: Application) -> None:
    remarks.close(ctx, case, _first_remark(ctx, case), case.round)


def _weighed_remark(ctx: Context, case: Application) -> None:
    remarks.set_severity(ctx, case, _first_remark(ctx, case), "fatal")


def _answered(ctx: Context, case: Application) -> None:
    asked = Inquiry(application_id=case.id, question="tujuan", text="Untuk siapa?", author_id=case.person_id)
    asked.created_at, asked.state, asked.answer = ctx.now, "open", ""
    ctx.session.add(asked)
    ctx.session.flush()
    inquiries.answer(ctx, asked.id, "Untuk bupati.")


def _resubmitted(ctx: Context, case: Application) -> None:
    draft = draft_of(ctx.session, case.id)
    draft.refill = []
    revisions.resubmit(ctx, draft)


def _withdrawn(ctx: Context, case: Application) -> None:
    if not withdraw(ctx, case.id):
        raise ActionRefused(transitions.NOT_NOW)


def _rated(ctx: Context, case: Application) -> None:
    if case.status != "issued" or not ratings.rate(ctx, case.id, 4):
        raise ActionRefused(transitions.NOT_NOW)


def _newest_id(ctx: Context, case: Application) -> int:
    newest = letters.newest(ctx.session, case.id)
    return newest.id if newest else 0


#: event or act → the use case
USE: dict[str, Callable[[Context, Application], object]] = {
    "claim": cases.claim,
    "read_identity": applicants.read_identity,
    "release": cases.release,
    "hand_over": cases.take_over,
    "remark": _remarked,
    "close_remark": _closed_remark,
    "inquire": lambda ctx, case: inquiries.ask(ctx, case, None, "Kapan hasilnya dipakai?"),
    "answer_inquiry": _answered,
    "note": lambda ctx, case: remarks.add_note(ctx, case, "Untuk rekan."),
    "request_revision": revisions.request_revision,
    "take_back": lambda ctx, case: revisions.take_back(ctx, case, case.round),
    "clear_section": lambda ctx, case: examination.mark_clear(ctx, case, "blok_0", case.round),
    "weigh_remark": _weighed_remark,
    "ask_again": lambda ctx, case: remarks.ask_again(ctx, case, _first_remark(ctx, case), case.round, "Mengapa?"),
    "propose": lambda ctx, case: remarks.propose(ctx, case, _first_remark(ctx, case), case.round, "Survei Lain 2026"),
    "edit_letter": lambda ctx, case: decisions.edit_letter(ctx, case, LetterChanges(["Tidak lengkap."])),
    "decide": lambda ctx, case: decisions.decide(ctx, case, case.round, cases.REJECTED, ["Tidak memadai."], []),
    "send_to_director": lambda ctx, case: decisions.send_to_director(ctx, case, _newest_id(ctx, case)),
    "reopen": lambda ctx, case: decisions.reopen(ctx, case, _newest_id(ctx, case)),
    "send_back": lambda ctx, case: decisions.send_back(ctx, case, _newest_id(ctx, case), "Perbaiki ejaan."),
    "issue": lambda ctx, case: decisions.issue(ctx, case, _newest_id(ctx, case)),
    "amend_letter": lambda ctx, case: corrections.amend_letter(
        ctx, case, _newest_id(ctx, case), LetterChanges(recipient="Bupati")
    ),
    "replace_letter": lambda ctx, case: corrections.replace_letter(ctx, case, _newest_id(ctx, case), "Salah ketik."),
    "revoke_letter": lambda ctx, case: corrections.revoke_letter(ctx, case, _newest_id(ctx, case), "Keliru."),
    "expire": lambda ctx, case: revisions.expire(ctx, case, case.round),
    "resubmit": _resubmitted,
    "withdraw": _withdrawn,
    "close": _rated,
}
