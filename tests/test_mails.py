"""Every mail that the program writes of itself says in its subject what happened, leads back to the chat, and has both
languages.
"""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address as Sender
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

import bot.service
from bot.channel import Outgoing
from bot.chat import Prompt, prompt_from_json
from bot.handlers.email import render
from bot.service import (
    copy_requests,
    corrections,
    devices,
    erasure,
    inquiries,
    notices,
    people,
    promises,
    results_reminders,
    revisions,
)
from bot.service.clock import daily_jobs
from bot.service.context import Context
from bot.service.letter_facts import LetterChanges
from domain.text import Text
from storage import continuations, messages, outbox
from storage.tables import Address, Application, Letter, Message
from tests.casework import (
    APPLICANT,
    DIRECTOR,
    OFFICER,
    do,
    expired,
    issued,
    letter_drafted,
    on,
    reopen,
    revision_requested,
    staffed,
    submitted,
    under_review,
    withdrawn,
)
from tests.contract.mails import WITA, part
from tests.office_profiles import profile
from tests.talk import World

CHAT = "https://pst.example.go.id/"
SERVICE = Path(bot.service.__file__).parent


def _code(world: World, **more: object) -> None:
    do(world, APPLICANT, lambda ctx: people.send_code(ctx, "budi@example.go.id", **more))  # type: ignore[arg-type]


def _unknown(world: World) -> None:
    _code(world, to_known_only=True)


def _visitor(world: World) -> None:
    _code(world, proof="mailbox of a visitor")


def _deletion(world: World) -> None:
    do(world, "andi", lambda ctx: people.send_code(ctx, "andi@example.go.id", proof="deletion"))


def _erased(world: World) -> None:
    """Of somebody else than the applicant of the other mails."""
    _deletion(world)
    assert do(world, "andi", partial(erasure.confirm, digits=world.code())) is None


def _asked(world: World) -> None:
    ask = partial(inquiries.ask, question=None, words="Apakah sampelnya acak?")
    do(world, OFFICER, on(under_review(world, "judul_kegiatan"), ask))


def _colleague(world: World) -> None:
    application_id = submitted(world)
    number = do(world, OFFICER, on(application_id, lambda _, application: application.number))
    asked, _ = do(world, "rekan", partial(copy_requests.ask, number=number))
    assert asked == "asked"


def _receipt(world: World) -> None:
    submitted(world)
    asyncio.run(world.work())


def _returned(world: World) -> None:
    revision_requested(world, "judul_kegiatan")


def _silent(world: World) -> None:
    revision_requested(world, "judul_kegiatan")
    world.now += timedelta(days=8)
    for job in daily_jobs(world.process.app, world.now):
        asyncio.run(world.worker._run_pages(job, world.now))


def _taken_back(world: World) -> None:
    application_id = revision_requested(world, "judul_kegiatan")
    do(world, OFFICER, on(application_id, partial(revisions.take_back, round=1)))


def _promise(world: World) -> None:
    def move(ctx: Context, application: Application) -> None:
        application.due_on = date(2026, 3, 3)
        promises.update(ctx, application)

    do(world, OFFICER, on(under_review(world, "judul_kegiatan"), move))


def _reopened(world: World) -> None:
    do(world, OFFICER, on(letter_drafted(world), reopen))


def _issued(world: World) -> int:
    application_id = issued(world)
    asyncio.run(world.work())
    return application_id


def _correct(world: World, act: Callable[[Context, Application, int], None]) -> None:
    application_id = _issued(world)
    newest = select(func.max(Letter.id)).where(Letter.application_id == application_id)
    letter_id = world.process.units.write_now(lambda session: session.scalars(newest).one() or 0)
    do(world, DIRECTOR, on(application_id, lambda ctx, case: act(ctx, case, letter_id)))
    asyncio.run(world.work())


def _amended(world: World) -> None:
    _correct(world, partial(corrections.amend_letter, changes=LetterChanges(recipient="Bupati Jeneponto")))


def _revoked(world: World) -> None:
    _correct(world, partial(corrections.revoke_letter, reason="Keliru."))


def _results(world: World) -> None:
    application_id = _issued(world)
    do(world, APPLICANT, lambda ctx: results_reminders.send(ctx, application_id))


def _mailbox(world: World) -> None:
    do(
        world,
        APPLICANT,
        lambda ctx: devices.announce_mailbox(ctx, notices.mailbox_of(ctx, ctx.actor.id, [ctx.address])),
    )


@dataclass(frozen=True)
class Mail:
    happens: Callable[[World], object]
    subject: str  #: what happened; a regular expression
    english: str
    leads_back: bool = True


#: without a link: codes that are read out at the counter or delete data, the last word to who has deleted them, and
#: mails to who is not registered or has no chat
MAILS = {
    "code": Mail(_code, r"Kode Anda: \d{8}", r"Your code: \d{8}"),
    "code of a visitor": Mail(_visitor, r"Kode Anda: \d{8}", r"Your code: \d{8}", leads_back=False),
    "unknown": Mail(
        _unknown, "Alamat e-mail ini belum terdaftar", "This e-mail address is not registered", leads_back=False
    ),
    "deletion": Mail(
        _deletion, r"Kode untuk menghapus data Anda: \d{8}", r"Code for deleting your data: \d{8}", leads_back=False
    ),
    "erased": Mail(_erased, "Data Anda sudah dihapus", ".*data.*deleted.*", leads_back=False),
    "colleague": Mail(
        _colleague,
        "Permintaan menyalin jawaban permohonan {number}",
        "Request to copy the answers of application {number}",
    ),
    "inquiry": Mail(_asked, "Pertanyaan tentang permohonan {number}", "Question about application {number}"),
    "receipt": Mail(_receipt, "Tanda terima permohonan {number}", "Receipt for application {number}"),
    "copy": Mail(_receipt, "Salinan permohonan {number}", "Copy of application {number}", leads_back=False),
    "returned": Mail(_returned, "Permohonan {number} perlu diperbaiki", "Application {number} needs a revision"),
    "taken back": Mail(_taken_back, "Permohonan {number} diperiksa lagi", "Application {number} .* again"),
    "expired": Mail(expired, "Permohonan {number} kami tutup", "We have closed application {number}"),
    "promise": Mail(_promise, "Janji hasil permohonan {number} berubah", ".*{number}.*"),
    "result": Mail(
        letter_drafted, "Permohonan {number} selesai diperiksa", "The examination of .*{number} is finished"
    ),
    "reopened": Mail(_reopened, "Permohonan {number} diperiksa lagi", "Application {number} .* again"),
    "withdrawn": Mail(withdrawn, "Permohonan {number} sudah ditarik .*", "Application {number} .*withdrawn.*"),
    "letter": Mail(_issued, "Surat untuk permohonan {number} sudah terbit, .*", ".*{number}.*issued.*"),
    "corrected": Mail(_amended, "Surat nomor B-.* sudah kami perbaiki", "We have corrected letter B-.*"),
    "void": Mail(_revoked, "Surat nomor B-.* tidak berlaku lagi", ".*B-.* no longer valid"),
    "results": Mail(_results, "Hasil dan metadata kegiatan {number}", ".*{number}"),
    "device": Mail(lambda world: do(world, APPLICANT, devices.announce), "Percakapan baru di akun Anda", ".*account.*"),
    "mailbox": Mail(_mailbox, "Alamat e-mail akun Anda diganti", ".*account.*changed.*"),
    "silent": Mail(_silent, "Permohonan {number} menunggu perbaikan Anda", ".*{number}.*"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("mails")
    office = profile(folder, ("copy_by_mail = false", "copy_by_mail = true"))
    world = World(folder / "data", office=office)
    world.found_at[APPLICANT] = ("webchat", "budi")
    staffed(world)
    world.process.units.write_now(
        lambda session: continuations.save_proof_link(session, "webchat", f"{CHAT}kode/{{code}}")
    )
    yield world
    world.stop()


def queued(world: World, after: int = 0) -> list[tuple[Message, Address, Prompt]]:
    """The mails that were queued after the message with this id."""
    query = select(Message, Address).join(Address, Message.address_id == Address.id).order_by(Message.id)
    rows = world.process.units.write_now(
        lambda session: session.execute(query.where(Address.channel == "email", Message.id > after)).all()
    )
    keys = world.process.app.keys
    return [(row, to, prompt_from_json(messages.unseal_body(keys, row.body, row.address_id))) for row, to in rows]


def rendered(message: Message, prompt: Prompt, locale: str) -> EmailMessage:
    outgoing = Outgoing(message.id, "budi@example.go.id", locale, prompt, message.at)
    built = render.build(outgoing, Sender("Layanan", "layanan", "bps.example.org"), "BPS Contoh", WITA, None)
    return message_from_bytes(built.as_bytes(policy=policy.SMTP), policy=policy.default)


@pytest.fixture(scope="module")
def sent(world: World) -> dict[str, tuple[Message, Prompt, str]]:
    """name of a mail → it, and the number of the application that it is about."""
    found = {}
    for name, mail in MAILS.items():
        world.now += timedelta(minutes=5)
        before = queued(world)[-1][0].id if queued(world) else 0
        mail.happens(world)
        number = world.process.units.write_now(
            lambda session: session.scalars(select(Application.number).order_by(Application.id.desc())).first() or ""
        )
        to_addressee = name == "copy"
        news = [(row, prompt) for row, to, prompt in queued(world, before) if (prompt.reason == "copy") is to_addressee]
        assert news, f"{name}: no mail"
        found[name] = (*news[-1], number)
    return found


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_says_what_happened_and_leads_back(sent: dict[str, tuple[Message, Prompt, str]], name: str) -> None:
    message, prompt, number = sent[name]
    mail = MAILS[name]
    for locale, subject in (("id", mail.subject), ("en", mail.english)):
        built = rendered(message, prompt, locale)
        expected = subject.replace("{number}", number)
        assert re.fullmatch(expected, built["Subject"]), built["Subject"]
        words = part(built, "plain")
        assert (CHAT in words) is mail.leads_back, words
        assert ("Percakapan Anda:" in words) is (mail.leads_back and locale == "id" and "kode/" not in words)


def test_every_mail_of_the_program_is_in_the_table(sent: dict[str, tuple[Message, Prompt, str]]) -> None:
    known = {prompt.subject.msgid for _, prompt, _ in sent.values() if prompt.subject}
    assert subjects() - known == set(), "mails that this file does not look at"


def subjects() -> set[str]:
    """The sentences that the use cases give to mails as their subject, also through a name or a record of news."""
    found: set[str] = set()
    for path in SERVICE.glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        given = [word.value for call in calls for word in call.keywords if word.arg == "subject"]
        given += [call.args[0] for call in calls if getattr(call.func, "id", "") == "_News"]
        names = {value.id for value in given if isinstance(value, ast.Name)}
        assigned = [node for node in nodes if isinstance(node, ast.Assign)]
        given += [node.value for node in assigned if {getattr(target, "id", "") for target in node.targets} & names]
        texts = [value.args[0] for value in given if isinstance(value, ast.Call) and ast.unparse(value.func) == "Text"]
        found |= {str(text.value) for text in texts if isinstance(text, ast.Constant)}
    assert len(found) > 15
    return found


def test_news_that_no_chat_takes_leads_back_from_the_mail_instead(world: World) -> None:
    """The applicant has blocked the only chat, before or after the news."""
    before = queued(world)[-1][0].id

    def block_and_tell(ctx: Context) -> None:
        ctx.address.blocked_at = ctx.now
        notices.tell(ctx, ctx.actor.id, Text("Giliran Anda sudah dekat."), "turn")
        ctx.address.blocked_at = None
        (told,) = notices.queue(ctx, [ctx.address], Prompt(Text("Surat sedang disiapkan."), reason="late"))
        ctx.session.flush()
        outbox.send_by_mail(ctx.session, ctx.app.keys, told, ctx.now)

    do(world, APPLICANT, block_and_tell)
    words = [part(rendered(row, prompt, "id"), "plain") for row, _, prompt in queued(world, before)]
    assert [CHAT in each for each in words] == [True, True], words
