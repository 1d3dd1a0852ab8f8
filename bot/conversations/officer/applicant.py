"""*Pemohon*: who sent the application, how to reach them, and on request their identity card."""

from __future__ import annotations

from functools import partial

from bot.actions import Action, code
from bot.actions.examination import ReadIdentity, ShowApplicant
from bot.actions.officer import ApplicantAction, OpenCase
from bot.chat import Choice, DialogueState, Incoming, Link, Prompt, Turn, turn
from bot.conversations.buttons import UNKNOWN_BUTTON
from bot.conversations.officer import case_flow, inbox
from bot.conversations.officer.case_screen import CaseState
from bot.conversations.state import read, to_json
from bot.service import access, applicants, cases
from bot.service.applicants import ApplicantView
from bot.service.context import Context
from bot.service.wording import channel_name
from domain.text import Text, lines, paragraphs, verbatim
from storage.tables import Application

NAME = "applicant"


def on_button(action: Action, state: DialogueState, ctx: Context) -> Turn:
    if not isinstance(action, ApplicantAction):
        return inbox.start(state, ctx, UNKNOWN_BUTTON)
    shows = _show_identity if isinstance(action, ReadIdentity) else _show
    shown = partial(shows, state, ctx, action.application_id)
    return case_flow.show_refusal_of(state, ctx, action.application_id, shown)


def on_message(incoming: Incoming, state: DialogueState, ctx: Context) -> Turn:
    return inbox.look_up(state, ctx, incoming.text)


def reprompt(state: DialogueState, ctx: Context, notice: Text) -> Turn:
    return case_flow.reprompt(read(CaseState, state.data), state, ctx, notice)


def _show(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    found = applicants.read(ctx, application)
    text = paragraphs(
        Text("Pemohon %(number)s", number=application.number),
        lines(*(verbatim(words) for words in (found.name, found.position, found.institution) if words)),
        _contacts(found),
        _written(ctx, found),
        Text("Permohonan sebelumnya: %(count)s", count=found.earlier),
    )
    identity = Choice(code(ReadIdentity(application_id)), Text("Kartu identitas"))
    choices = (identity,) if access.can(ctx, application, "read_identity") else ()
    return turn(_at(state, application), Prompt(text, (*choices, _back(application)), link=_whatsapp(found)))


def _contacts(found: ApplicantView) -> Text:
    """Telephone and mail are links by themselves on every channel."""
    return lines(
        Text("Hubungi:"),
        Text("Telepon: %(phone)s", phone=found.phone) if found.phone else None,
        Text("E-mail: %(email)s", email=found.email) if found.email else None,
        None if found.phone or found.email else Text("Nomor telepon dan e-mail tidak tercatat."),
    )


def _whatsapp(found: ApplicantView) -> Link | None:
    digits = found.phone.removeprefix("+")
    return Link(Text("WhatsApp"), f"https://wa.me/{digits}") if digits.isdigit() else None


def _written(ctx: Context, found: ApplicantView) -> Text | None:
    if found.written_at is None:
        return None
    return Text(
        "Terakhir menulis lewat %(channel)s, %(at)s",
        channel=channel_name(ctx, found.channel),
        at=found.written_at.astimezone(ctx.office.zone),
    )


def _show_identity(state: DialogueState, ctx: Context, application_id: int) -> Turn:
    application = cases.open_case(ctx, application_id)
    card = applicants.read_identity(ctx, application)
    if card is None:
        text = Text("Kartu identitas pemohon ini tidak tercatat.")
    else:
        text = lines(
            Text("Kartu identitas: %(kind)s", kind=card.kind),
            Text("Empat karakter terakhir: %(last4)s", last4=card.last4),
            Text("Berlaku sampai %(day)s", day=card.valid_until) if card.valid_until else None,
        )
    shown = Choice(code(ShowApplicant(application_id)), Text("Pemohon"), nav=True)
    return turn(_at(state, application), Prompt(text, (shown, _back(application))))


def _at(state: DialogueState, application: Application) -> DialogueState:
    return state.at(NAME, **to_json(CaseState(application.id)))


def _back(application: Application) -> Choice:
    return Choice(code(OpenCase(application.id)), Text("Kembali"), nav=True)
