"""`/petugas`: who holds what, for the head, who shares it out; inviting, revoking and failures, for the admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from bot.actions import Action, code
from bot.actions.staff import (
    AskReset,
    AskRevoke,
    CheckSystem,
    ConfirmReset,
    ConfirmRevoke,
    HandOver,
    HandOverAll,
    HandOverSilently,
    InviteAs,
    InvitedRole,
    ListStaff,
    OpenColleague,
    PickColleague,
    PickForAll,
    PickRole,
    RetryJobs,
    ShareOut,
    ShowFailures,
)
from bot.chat import Choice, DialogueState, Incoming, Prompt, Turn, turn
from bot.conversations import menu
from bot.conversations.buttons import MENU
from bot.conversations.officer import case_flow, hand_over
from bot.conversations.officer.failure_words import job_words, news_words
from bot.conversations.officer.hand_over import HandOverState, colleague_choices, named
from bot.conversations.protocol import CommandHandlers, without_argument
from bot.conversations.state import read
from bot.conversations.text_input import TextInput
from bot.service import access, assignments, authenticators, buttons, officers, staff
from bot.service.access import ActionRefused
from bot.service.assignments import Workload
from bot.service.context import Context
from bot.service.officers import ROLES
from bot.service.wording import channel_name, line
from domain.text import Text, joined, lines, paragraphs, verbatim

NAME = hand_over.NAME
_STAFF = Choice(code(ListStaff()), Text("Petugas"), nav=True)
_NO = Choice(code(ListStaff()), Text("Tidak jadi"), nav=True)


def show(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    """Everybody with a role, and how many applications they hold."""
    try:
        found = assignments.workloads(ctx)
    except ActionRefused as refused:
        return menu.show(state, ctx, refused.text)
    without = authenticators.missing(ctx, [each.officer.person_id for each in found])
    rows = (_line(n, each, each.officer.person_id in without) for n, each in enumerate(found, start=1))
    text = paragraphs(notice, Text("Petugas"), lines(*rows))
    choices = (*_people(ctx, found), *_admin_choices(ctx), MENU)
    return turn(state.at(NAME), Prompt(text, choices))


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return show(state, ctx, notice)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return menu.on_message(incoming, state, ctx)


def awaited_text(state: DialogueState) -> TextInput | None:
    """The message to a colleague who gets an application."""
    return case_flow.awaited_text(hand_over.TEXTS, read(HandOverState, state.data))


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if isinstance(action, PickColleague | HandOver | HandOverSilently):
        return hand_over.on_button(action, state, ctx)
    try:
        return _handle(action, state, ctx)
    except ActionRefused as refused:
        return show(state, ctx, refused.text)


def _handle(action: Action, state: DialogueState, ctx: Context) -> Turn:
    match action:
        case OpenColleague(person_id):
            return _show_held(state, ctx, person_id)
        case PickForAll(person_id):
            return _ask_for_all(state, ctx, person_id)
        case HandOverAll(person_id, to_id, count):
            return _give_all(state, ctx, person_id, to_id, count)
        case ShareOut(person_id, count):
            return _share_out(state, ctx, person_id, count)
        case PickRole():
            return _ask_role(state, ctx)
        case InviteAs(role):
            return _invite(state, ctx, role)
        case AskRevoke(person_id):
            return _ask_revoke(state, ctx, person_id)
        case ConfirmRevoke(person_id):
            return show(state, ctx, Text("✓ Akses %(name)s sudah dicabut.", name=staff.revoke(ctx, person_id)))
        case AskReset(person_id):
            return _ask_reset(state, ctx, person_id)
        case ConfirmReset(person_id):
            name = authenticators.reset(ctx, person_id)
            return show(state, ctx, Text("✓ Autentikator %(name)s dihapus.", name=name))
        case ShowFailures():
            return _show_failures(state, ctx)
        case CheckSystem():
            staff.order_check(ctx)
            return show(state, ctx, Text("Sistem sedang diperiksa. Hasilnya kami kirim di sini."))
        case RetryJobs():
            count = staff.retry_jobs(ctx)
            return _show_failures(state, ctx, Text("✓ %(count)s pekerjaan dijalankan lagi.", count=count))
    return show(state, ctx)


def _line(n: int, each: Workload, lacks_authenticator: bool) -> Text:
    officer = each.officer
    state = None if each.is_reachable else Text("belum masuk di percakapan mana pun")
    if each.is_reachable and lacks_authenticator:
        state = Text("belum memasang autentikator")
    return joined(
        " · ",
        Text("%(n)s. %(name)s", n=n, name=officer.name),
        ROLES[officer.role],
        Text("%(count)s permohonan", count=each.held),
        state if officer.revoked_at is None else Text("akses dicabut"),
    )


def _people(ctx: Context, found: Sequence[Workload]) -> tuple[Choice, ...]:
    """For the head, those who hold something; for the admin, those who can be revoked."""
    shares, manages = access.may_do(ctx, "share_out"), access.may_do(ctx, "manage_staff")
    return tuple(
        Choice(
            code(OpenColleague(each.officer.person_id) if shares else AskRevoke(each.officer.person_id)),
            Text("%(name)s", name=each.officer.name),
            Text("Petugas %(n)s", n=n),
        )
        for n, each in enumerate(found, start=1)
        if (shares and each.held) or (manages and each.officer.revoked_at is None)
    )


def _admin_choices(ctx: Context) -> tuple[Choice, ...]:
    if not access.may_do(ctx, "manage_staff"):
        return ()
    return (
        Choice(code(PickRole()), Text("Undang petugas")),
        Choice(code(ShowFailures()), Text("Gangguan")),
        Choice(code(CheckSystem()), Text("Periksa sistem")),
    )


def _show_held(state: DialogueState, ctx: Context, person_id: int, notice: Text | None = None) -> Turn:
    found = assignments.held_by(ctx, person_id)
    name = officers.name_of(ctx, person_id)
    if not found:
        return show(state, ctx, notice or Text("%(name)s tidak memegang permohonan.", name=name))
    text = paragraphs(
        notice,
        Text("Permohonan yang dipegang %(name)s:", name=name),
        lines(*(line(ctx, application) for application in found)),
    )
    choices = (
        *map(buttons.open_numbered, found),
        Choice(code(PickForAll(person_id)), Text("Serahkan semuanya")),
        _STAFF,
        MENU,
    )
    return turn(state.at(NAME), Prompt(text, choices))


def _ask_for_all(state: DialogueState, ctx: Context, person_id: int) -> Turn:
    count = len(assignments.held_by(ctx, person_id))
    found = assignments.colleagues(ctx, person_id)
    text = paragraphs(
        Text(
            "Serahkan %(count)s permohonan yang dipegang %(name)s kepada siapa?",
            count=count,
            name=officers.name_of(ctx, person_id),
        ),
        named(found) if found else Text("Belum ada rekan lain yang dapat menerimanya."),
    )
    choices = colleague_choices(found, lambda to_id: HandOverAll(person_id, to_id, count))
    if len(found) > 1 and count > 1:
        choices = (*choices, Choice(code(ShareOut(person_id, count)), Text("Bagi rata")))
    back = Choice(code(OpenColleague(person_id)), Text("Tidak jadi"), nav=True)
    return turn(state.at(NAME), Prompt(text, (*choices, back)))


def _give_all(state: DialogueState, ctx: Context, person_id: int, to_id: int, count: int) -> Turn:
    done = assignments.hand_over_all(ctx, person_id, to_id, count)
    told = Text("✓ %(count)s permohonan diserahkan kepada %(name)s.", count=done, name=officers.name_of(ctx, to_id))
    return _show_held(state, ctx, person_id, told)


def _share_out(state: DialogueState, ctx: Context, person_id: int, count: int) -> Turn:
    given = assignments.share_out(ctx, person_id, count)
    rows = (Text("%(name)s: %(count)s", name=name, count=got) for name, got in given.items())
    told = lines(Text("✓ %(count)s permohonan dibagi:", count=sum(given.values())), *rows)
    return _show_held(state, ctx, person_id, told)


def _ask_role(state: DialogueState, ctx: Context) -> Turn:
    access.require_staff(ctx, "manage_staff")
    roles: tuple[InvitedRole, ...] = get_args(InvitedRole)
    choices = (Choice(code(InviteAs(role)), ROLES[role]) for role in roles)
    return turn(state.at(NAME), Prompt(Text("Siapa yang ingin Anda undang?"), (*choices, _STAFF)))


def _invite(state: DialogueState, ctx: Context, role: InvitedRole) -> Turn:
    text = paragraphs(
        Text("Orang yang diundang menulis ini di percakapannya sendiri dengan kami:"),
        verbatim(f"/gabung {staff.invite(ctx, role)}"),
        Text("Kode berlaku 24 jam, untuk satu kali. Sampaikan hanya kepada orangnya."),
    )
    return turn(state.at(NAME), Prompt(text, (_STAFF, MENU)))


def _ask_revoke(state: DialogueState, ctx: Context, person_id: int) -> Turn:
    officer = staff.find(ctx, person_id)
    text = Text(
        "Cabut akses %(name)s (%(role)s)? Permohonan yang dipegangnya tetap atas namanya sampai kepala membagikannya.",
        name=officer.name,
        role=ROLES[officer.role],
    )
    confirm = Choice(code(ConfirmRevoke(person_id)), Text("Ya, cabut"))
    reset = Choice(code(AskReset(person_id)), Text("Hapus autentikatornya"), Text("Hapus autentikator"))
    choices = (confirm, *((reset,) if authenticators.has_one(ctx, person_id) else ()), _NO)
    return turn(state.at(NAME), Prompt(text, choices))


def _ask_reset(state: DialogueState, ctx: Context, person_id: int) -> Turn:
    officer = authenticators.check_reset(ctx, person_id)
    text = Text(
        "Hapus autentikator %(name)s? Lakukan ini bila ponselnya hilang atau diganti. Bila ponsel yang hilang itu juga "
        "dipakai untuk percakapan ini, cabut dahulu aksesnya.",
        name=officer.name,
    )
    return turn(state.at(NAME), Prompt(text, (Choice(code(ConfirmReset(person_id)), Text("Ya, hapus")), _NO)))


def _show_failures(state: DialogueState, ctx: Context, notice: Text | None = None) -> Turn:
    found = staff.failures(ctx)
    failed = [Text("• %(job)s, dicoba %(count)s kali", job=job_words(kind), count=count) for kind, count in found.jobs]
    lost = [
        Text("• %(channel)s: %(news)s", channel=channel_name(ctx, name), news=news_words(reason))
        for name, reason in found.newest
    ]
    text = paragraphs(
        notice,
        lines(Text("Pekerjaan yang gagal:"), *failed) if failed else Text("Tidak ada pekerjaan yang gagal."),
        Text("Pesan yang tidak sampai dalam 7 hari terakhir: %(count)s", count=found.undelivered),
        lines(*lost) if lost else None,
        Text("Data lama terakhir dihapus: %(at)s", at=found.deleted_at.astimezone(ctx.office.zone))
        if found.deleted_at is not None
        else Text("Data lama belum pernah dihapus."),
    )
    retry = (Choice(code(RetryJobs()), Text("Jalankan lagi")),) if failed else ()
    return turn(state.at(NAME), Prompt(text, (*retry, _STAFF, MENU)))


COMMANDS: CommandHandlers = {"staff": without_argument(show)}
