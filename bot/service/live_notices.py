"""What each side of a conversation with an officer gets: words, files, and news of the conversation itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import code
from bot.actions.applicant import ShowMenu
from bot.actions.live_chat import ClaimLiveChat, EndTalk, OpenLiveChat, ResumeTalk
from bot.chat import Attachment, Choice, IncomingFile, Prompt
from bot.service import notices
from bot.service.context import Context
from domain.text import Text, paragraphs
from storage import file_records, people, threads
from storage.tables import Address, File, LiveChat


def visitor_name(ctx: Context, chat: LiveChat) -> str | Text:
    """As the visitor registered, else a number."""
    return people.get(ctx.session, chat.person_id).name or Text("Pengunjung %(number)s", number=chat.id)


def keep(
    ctx: Context,
    chat: LiveChat,
    officer_id: int | None,
    words: str,
    files: Sequence[IncomingFile],
    receiver_id: int | None,
) -> None:
    """The transcript: the words, and a line for each file."""
    if words:
        threads.add_message(ctx.session, ctx.app.keys, chat, officer_id, ctx.now, words, None)
    for file in files:
        row = _file_of(ctx, chat, receiver_id or chat.person_id, file)
        threads.add_message(ctx.session, ctx.app.keys, chat, officer_id, ctx.now, f"[{file.name}]", row.id)
    ctx.session.flush()


def _file_of(ctx: Context, chat: LiveChat, person_id: int, file: IncomingFile) -> File:
    """The row of the person who gets the file."""
    return _copy_for(ctx, chat, person_id, file.object, file.owner, file.name, file.kind, file.size)


def _copy_for(
    ctx: Context, chat: LiveChat, person_id: int, object: str, owner: str, name: str, kind: str, size: int
) -> File:
    """A conversation shows only files of its person."""
    case_id = chat.application_id if person_id != chat.person_id else None
    known = file_records.of_person(ctx.session, person_id, object)
    return known or file_records.add(ctx.session, person_id, object, owner, name, kind, size, ctx.now, case_id)


def pass_on(
    ctx: Context,
    to: Sequence[Address],
    writer: str | Text,
    words: str,
    files: Sequence[IncomingFile],
    chat: LiveChat,
    *choices: Choice,
) -> None:
    """One message for the words, one for each file."""
    addresses = [address for address in to if address.blocked_at is None]
    prompts = (
        [Prompt(Text("%(name)s: %(words)s", name=writer, words=words), choices, reason="live_chat")] if words else []
    )
    for file in files if addresses else ():
        row = _file_of(ctx, chat, addresses[0].person_id, file)
        text = Text("%(name)s mengirim %(file)s", name=writer, file=file.name)
        prompts.append(Prompt(text, choices, Attachment(row.id, row.name), reason="live_chat"))
    for prompt in prompts:
        notices.queue(ctx, addresses, prompt, bulk=False)


def bring_files(ctx: Context, chat: LiveChat) -> None:
    """The officer who has the conversation now gets the files that the visitor sent before."""
    if chat.officer_id is None:
        return
    to = [one for one in people.staff_addresses(ctx.session, chat.officer_id) if one.blocked_at is None]
    for sent in threads.files_of_asker(ctx.session, chat):
        row = _copy_for(ctx, chat, chat.officer_id, sent.object, sent.owner, sent.name, sent.kind, sent.size)
        text = Text("%(name)s mengirim %(file)s", name=visitor_name(ctx, chat), file=row.name)
        shown = Prompt(text, (reply_choice(chat),), Attachment(row.id, row.name), reason="live_chat")
        notices.queue(ctx, to, shown, bulk=False)


def tell_waiting(ctx: Context, chat: LiveChat, words: str) -> None:
    text = paragraphs(
        Text("%(name)s ingin berbicara dengan petugas.", name=visitor_name(ctx, chat)),
        Text("“%(words)s”", words=words) if words else None,
    )
    notices.tell_staff(ctx, ("officer", "head"), text, "live_chat", claim_choice(chat))


def visitor_address(ctx: Context, chat: LiveChat) -> Address | None:
    """Where the visitor writes; `None` after they signed out there."""
    address = ctx.session.get_one(Address, chat.address_id)
    return address if address.person_id == chat.person_id else None


def tell_visitor(ctx: Context, chat: LiveChat, text: Text) -> None:
    address = visitor_address(ctx, chat)
    if address is not None:
        notices.queue(ctx, [address], Prompt(text, visitor_choices(chat), reason="live_chat"), bulk=False)


def tell_end(ctx: Context, chat: LiveChat, text: Text) -> None:
    address = visitor_address(ctx, chat)
    menu = Choice(code(ShowMenu()), Text("Menu"), nav=True)
    if address is not None:
        notices.queue(ctx, [address], Prompt(text, (menu,), reason="live_chat"), bulk=False)


def visitor_choices(chat: LiveChat) -> tuple[Choice, ...]:
    return (
        Choice(code(ResumeTalk(chat.id)), Text("Balas"), nav=True),
        Choice(code(EndTalk(chat.id)), Text("Akhiri"), nav=True),
    )


def reply_choice(chat: LiveChat) -> Choice:
    """For the officer, who may have several conversations."""
    return Choice(code(OpenLiveChat(chat.id)), Text("Balas"), nav=True)


def open_choice(chat: LiveChat) -> Choice:
    return Choice(code(OpenLiveChat(chat.id)), Text("Buka percakapan"))


def claim_choice(chat: LiveChat) -> Choice:
    return Choice(code(ClaimLiveChat(chat.id)), Text("Terima percakapan"), Text("Terima"))
