"""A visitor talks with an officer in the chat. The bot passes on what both say, and is silent otherwise.

Whoever writes locks their own dialogue first, then the conversation, so both may write at once. What is passed on is
committed before it is sent, like every message.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.chat import IncomingFile
from bot.service import (
    access,
    applications,
    assignments,
    audit,
    daily_limits,
    live_notices,
    live_times,
    notices,
    officers,
    threads,
)
from bot.service.access import ActionRefused
from bot.service.context import Context
from domain.lifecycle import ENDED
from domain.text import Text
from storage import live_chats, people
from storage import officers as officer_rows
from storage.tables import Application, LiveChat, Officer

#: characters of one message that is passed on: every channel shows it whole, with the name of its writer
MAX_LENGTH = 3000
#: messages that an officer sees when they open a conversation
SHOWN = 10
#: conversations on an officer's list
LISTED = 8
#: messages of one conversation that the case shows
OF_CASE = 40

OVER = Text("Percakapan dengan petugas itu sudah berakhir.")
ELSEWHERE = Text("Percakapan Anda dengan petugas masih terbuka, mungkin di perangkat lain.")
TOO_LONG = Text(
    "Pesan itu belum diteruskan, karena lebih dari %(most)s huruf. Kirim dalam beberapa pesan.", most=MAX_LENGTH
)
_TOO_MANY = Text("Hari ini percakapan dengan petugas sudah terlalu sering dimulai. Silakan coba lagi besok.")


# The visitor --------------------------------------------------------------------------------------------------------


def mine(ctx: Context) -> LiveChat | None:
    """The conversation of the actor that waits or is open, in whatever chat."""
    return live_chats.going_on(ctx.session, ctx.person_id)


def begin(ctx: Context, words: str, files: Sequence[IncomingFile]) -> LiveChat:
    """The first message begins the conversation; officers and heads are told. Raises `ActionRefused`."""
    _check_length(words)
    if not daily_limits.may_talk(ctx):
        raise ActionRefused(_TOO_MANY)
    if mine(ctx) is not None:
        raise ActionRefused(ELSEWHERE)
    about = next((one for one in applications.list_mine(ctx) if one.status not in ENDED), None)
    chat = LiveChat(
        person_id=ctx.person_id,
        address_id=ctx.sender.id,
        application_id=about.id if about else None,
        state="waiting",
        created_at=ctx.now,
        last_at=ctx.now,
    )
    ctx.session.add(chat)
    ctx.session.flush()
    live_times.watch(ctx, chat)
    live_times.watch_opening(ctx, chat)
    live_notices.keep(ctx, chat, None, words, files, None)
    live_notices.tell_waiting(ctx, chat, words)
    return chat


def has_reader(ctx: Context) -> bool:
    """Whether somebody else can be reached who may claim the conversation of the actor."""
    staff = officer_rows.reachable(ctx.session, "officer", "head")
    return any(officer.person_id != ctx.person_id for officer in staff)


def count_before(ctx: Context, chat: LiveChat) -> int:
    return live_chats.count_before(ctx.session, chat.id)


def say(ctx: Context, chat_id: int, words: str, files: Sequence[IncomingFile]) -> LiveChat:
    """The visitor writes. Raises `ActionRefused` when the conversation is over, or is that of somebody else."""
    chat = _of_visitor(ctx, chat_id)
    _check_length(words)
    chat.last_at = ctx.now
    if chat.officer_id is not None and not _can_go_on(ctx, chat.officer_id):
        chat.state, chat.officer_id, chat.created_at = "waiting", None, ctx.now
        live_times.watch(ctx, chat)
        live_notices.tell_waiting(ctx, chat, words)
    live_notices.keep(ctx, chat, None, words, files, chat.officer_id)
    if chat.officer_id is not None:
        to = people.staff_addresses(ctx.session, chat.officer_id)
        live_notices.pass_on(
            ctx, to, live_notices.visitor_name(ctx, chat), words, files, chat, live_notices.reply_choice(chat)
        )
    return chat


def end_mine(ctx: Context, chat_id: int) -> None:
    """The visitor ends it; the officer is told."""
    chat = _of_visitor(ctx, chat_id)
    officer_id = chat.officer_id
    _end(ctx, chat)
    if officer_id is not None:
        text = Text("%(name)s mengakhiri percakapan.", name=live_notices.visitor_name(ctx, chat))
        notices.tell_officer(ctx, officer_id, text, "live_chat")


def find_mine(ctx: Context, chat_id: int) -> LiveChat:
    return _of_visitor(ctx, chat_id)


# The officer --------------------------------------------------------------------------------------------------------


def count_waiting(ctx: Context) -> int:
    """How many visitors wait; 0 for those who may not talk with them."""
    return live_chats.count_waiting(ctx.session) if access.may_do(ctx, "talk") else 0


def list_waiting(ctx: Context) -> Sequence[LiveChat]:
    """Those of the actor, then those that wait."""
    access.require_staff(ctx, "talk")
    return live_chats.waiting_or_held_by(ctx.session, ctx.person_id, LISTED)


def list_unheard(ctx: Context) -> Sequence[LiveChat]:
    """The same, of others than the actor; nothing for those who may not talk with visitors."""
    found = list_waiting(ctx) if access.may_do(ctx, "talk") else ()
    return [chat for chat in found if chat.person_id != ctx.person_id]


def claim(ctx: Context, chat_id: int) -> LiveChat:
    """Raises `ActionRefused` when a colleague was faster."""
    access.require_staff(ctx, "talk")
    chat = live_chats.get(ctx.session, chat_id)
    if chat is None or chat.state == "ended":
        raise ActionRefused(OVER)
    if chat.person_id == ctx.person_id:
        raise ActionRefused(Text("Itu percakapan Anda sendiri."))
    if chat.officer_id == ctx.person_id:
        return chat
    if chat.officer_id is not None:
        name = officers.name_of(ctx, chat.officer_id)
        raise ActionRefused(Text("Percakapan itu sudah diterima %(name)s.", name=name))
    chat.state, chat.officer_id, chat.last_at = "open", ctx.person_id, ctx.now
    live_times.watch(ctx, chat)
    _record(ctx, chat, "talk")
    live_notices.bring_files(ctx, chat)
    name = officers.name_of(ctx, ctx.person_id)
    live_notices.tell_visitor(
        ctx, chat, Text("%(name)s, petugas kami, sekarang membaca pesan Anda. Silakan bicara.", name=name)
    )
    return chat


def find(ctx: Context, chat_id: int) -> LiveChat:
    """A conversation that the actor has. Raises `ActionRefused` for any other."""
    access.require_staff(ctx, "talk")
    chat = live_chats.get(ctx.session, chat_id)
    if chat is None or chat.state == "ended":
        raise ActionRefused(OVER)
    if chat.officer_id != ctx.person_id:
        raise ActionRefused(Text("Percakapan itu tidak Anda pegang."))
    return chat


def transcript(ctx: Context, chat: LiveChat, limit: int = SHOWN) -> Text:
    """The newest messages, with who wrote them. The caller has opened the conversation, or its case."""
    return threads.transcript(ctx, chat, live_notices.visitor_name(ctx, chat), limit)


def answer(ctx: Context, chat_id: int, words: str, files: Sequence[IncomingFile]) -> None:
    """The officer writes to the visitor."""
    chat = find(ctx, chat_id)
    _check_length(words)
    address = live_notices.visitor_address(ctx, chat)
    if address is None:
        _end(ctx, chat)
        raise ActionRefused(Text("Pengunjung sudah keluar dari percakapan itu, jadi pesan Anda tidak diteruskan."))
    chat.last_at = ctx.now
    live_notices.keep(ctx, chat, ctx.person_id, words, files, chat.person_id)
    writer = Text("%(name)s (petugas)", name=officers.name_of(ctx, ctx.person_id))
    live_notices.pass_on(ctx, [address], writer, words, files, chat, *live_notices.visitor_choices(chat))


def end(ctx: Context, chat_id: int) -> None:
    """The officer ends it; the visitor is told."""
    chat = find(ctx, chat_id)
    _end(ctx, chat)
    live_notices.tell_end(ctx, chat, Text("Petugas mengakhiri percakapan. Terima kasih sudah menghubungi kami."))


def candidates(ctx: Context, chat_id: int) -> Sequence[Officer]:
    """Colleagues who can go on with the visitor."""
    chat = find(ctx, chat_id)
    return assignments.colleagues(ctx, chat.officer_id, chat.person_id)


def hand_over(ctx: Context, chat_id: int, to_id: int) -> str:
    """Gives the conversation to a colleague, and returns the colleague's name. Both sides are told."""
    found = next((each for each in candidates(ctx, chat_id) if each.person_id == to_id), None)
    if found is None:
        raise ActionRefused(Text("Rekan itu sekarang tidak dapat menerima percakapan ini."))
    chat = find(ctx, chat_id)
    chat.officer_id, chat.last_at = to_id, ctx.now
    ctx.session.flush()
    _record(ctx, chat, "hand_over_talk", to=to_id)
    live_notices.bring_files(ctx, chat)
    text = Text(
        "%(giver)s menyerahkan percakapan dengan %(name)s kepada Anda.",
        giver=officers.name_of(ctx, ctx.person_id),
        name=live_notices.visitor_name(ctx, chat),
    )
    notices.tell_officer(ctx, to_id, text, "live_chat", live_notices.open_choice(chat))
    live_notices.tell_visitor(ctx, chat, Text("Percakapan dilanjutkan oleh %(name)s, petugas kami.", name=found.name))
    return found.name


def of_case(ctx: Context, application: Application) -> Sequence[LiveChat]:
    """Conversations about this application. The caller has opened the case."""
    return live_chats.of_application(ctx.session, application.id)


def read_of_case(ctx: Context, application: Application) -> list[tuple[LiveChat, Text]]:
    """The same with what was said; reading is recorded."""
    access.require(ctx, application, "read")
    found = of_case(ctx, application)
    audit.record(ctx, application, "read_talk", after={"chats": [chat.id for chat in found]})
    return [(chat, transcript(ctx, chat, OF_CASE)) for chat in found]


# Both ---------------------------------------------------------------------------------------------------------------


def remind(ctx: Context, chat: LiveChat) -> None:
    """Tells officers and heads once more of a visitor who waits."""
    live_notices.tell_waiting(ctx, chat, "")


def end_by_time(ctx: Context, chat: LiveChat) -> None:
    """Nobody took it, or nobody wrote any more. Whoever took part is told."""
    officer_id = chat.officer_id
    _end(ctx, chat, by_system=True)
    if officer_id is None:
        text = Text(
            "Maaf, belum ada petugas yang dapat menerima percakapan ini, jadi kami akhiri. Silakan coba lagi nanti, "
            "atau telepon %(phone)s pada jam layanan.",
            phone=ctx.office.office.phone,
        )
        missed = Text("Tidak ada yang menerima percakapan dari %(name)s.", name=live_notices.visitor_name(ctx, chat))
        notices.tell_staff(ctx, ("head",), missed, "live_chat")
    else:
        text = Text("Percakapan dengan petugas kami akhiri, karena sudah lama tidak ada pesan.")
        silent = Text(
            "Percakapan dengan %(name)s berakhir: sudah lama tidak ada pesan.",
            name=live_notices.visitor_name(ctx, chat),
        )
        notices.tell_officer(ctx, officer_id, silent, "live_chat")
    live_notices.tell_end(ctx, chat, text)


def _of_visitor(ctx: Context, chat_id: int) -> LiveChat:
    chat = live_chats.get(ctx.session, chat_id)
    is_theirs = chat is not None and (chat.person_id, chat.address_id) == (ctx.person_id, ctx.sender.id)
    if chat is None or not is_theirs or chat.state == "ended":
        raise ActionRefused(OVER)
    return chat


def _can_go_on(ctx: Context, officer_id: int) -> bool:
    """Whether this officer still has a role that talks with visitors, and a chat."""
    return any(one.person_id == officer_id for one in officer_rows.reachable(ctx.session, "officer", "head"))


def _check_length(words: str) -> None:
    if len(words) > MAX_LENGTH:
        raise ActionRefused(TOO_LONG)


def _end(ctx: Context, chat: LiveChat, *, by_system: bool = False) -> None:
    was_open = chat.state == "open"
    chat.state, chat.ended_at = "ended", ctx.now
    ctx.session.flush()
    if was_open:
        _record(ctx, chat, "end_talk", by_system=by_system)


def _record(ctx: Context, chat: LiveChat, act: str, *, by_system: bool = False, **more: int) -> None:
    """In the history of the case, or in the chain of the officer where there is none."""
    case = applications.find(ctx, chat.application_id) if chat.application_id is not None else None
    subject = case or ctx.session.get(Officer, chat.officer_id)
    if subject is not None:
        audit.record(ctx, subject, act, after={"chat": chat.id, **more}, by_system=by_system)


def may_talk_now(ctx: Context) -> bool:
    """Whether the desk is open."""
    return live_times.served_from(ctx, ctx.now) == ctx.now
