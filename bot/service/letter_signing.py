"""Letters that BSrE signs: the director gets a one-time link to a page, and types there what signs the letter.

The number was given when the letter was issued. A try that fails, or a process that dies before the signed letter is
stored, leaves the letter waiting, and it can be signed again.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import cast

from bot.chat import Link, Prompt
from bot.service import cases, documents, notices, signed_letters
from bot.service.access import ActionRefused
from bot.service.context import AppContext, Context, context_of_address
from bot.service.documents import StoredDocument
from domain.frozen import frozen
from domain.letter_check import LetterReading
from domain.letter_signing import (
    FAILURES,
    LINK_OVER,
    LetterToSign,
    SigningOutcome,
    SigningState,
    another_person,
    is_same_person,
)
from domain.text import Json, Text, paragraphs
from storage import signing_keys
from storage.tables import Application, File, Letter
from storage.unit import Session

LABEL = Text("Tanda tangani")
LINK_LIFETIME = timedelta(minutes=15)
_NO_LONGER = Text(
    "Kantor ini tidak lagi menandatangani surat melalui BSrE. Pilih Perbaiki surat, supaya surat ini disiapkan untuk "
    "ditandatangani dengan cara yang sekarang."
)
_PURPOSE = "letter signing"


@frozen
class OpenedSigning:
    """What a link was used for."""

    address_id: int  #: the director's
    letter_id: int
    expires_at: datetime
    letter: LetterToSign
    place: str
    object: str  #: of the letter in the file store
    owner: str  #: for whom it is encrypted


def new_link(ctx: Context, application: Application) -> tuple[Link, File]:
    """A link to the page that signs the letter, and the letter. Older links of this chat hold no longer. Raises
    `ActionRefused`.
    """
    letter, file = signed_letters.open_unsigned(ctx, application, "bsre")
    if ctx.app.signing_way != "bsre":
        raise ActionRefused(_NO_LONGER)
    token = _new_token(ctx, letter.id, ctx.now + LINK_LIFETIME)
    return Link(LABEL, ctx.app.sign_address.format(token=token)), file


def show(session: Session, app: AppContext, token: str, now: datetime) -> LetterToSign | None:
    """`None` for a link that does not hold any more. Does not use it up."""
    key = signing_keys.find(session, _digest(app, token), now)
    opened = _open(session, app, now, key.address_id, key.letter_id, key.expires_at) if key else None
    return opened.letter if opened is not None else None


def redeem(session: Session, app: AppContext, token: str, now: datetime) -> OpenedSigning | None:
    """Uses a link up; `None` also when the letter cannot be signed any more by whoever has the address."""
    key = signing_keys.spend(session, _digest(app, token), now)
    return _open(session, app, now, key.address_id, key.letter_id, key.expires_at) if key else None


def go_on(
    session: Session, app: AppContext, opened: OpenedSigning, now: datetime, text: Text, state: SigningState = "failed"
) -> SigningOutcome:
    """The letter is not signed yet, as `text` says. Until the first link's time is over there is another one."""
    ctx = context_of_address(session, app, now, opened.address_id)
    again = _open(session, app, now, opened.address_id, opened.letter_id, opened.expires_at)
    if again is None:
        return SigningOutcome(text)
    if now >= opened.expires_at:
        return SigningOutcome(paragraphs(text, LINK_OVER))
    return SigningOutcome(text, opened.letter, _new_token(ctx, opened.letter_id, opened.expires_at), state)


def finish(
    session: Session,
    app: AppContext,
    opened: OpenedSigning,
    now: datetime,
    document: StoredDocument,
    reading: LetterReading | None,
) -> SigningOutcome:
    """What BSrE has sent back. It is trusted as little as any other file."""
    ctx = context_of_address(session, app, now, opened.address_id)
    letter = session.get_one(Letter, opened.letter_id)
    try:
        application = cases.open_case(ctx, letter.application_id)
        awaited, final = signed_letters.open_unsigned(ctx, application, "bsre")
    except ActionRefused as refused:
        return SigningOutcome(refused.text)
    if awaited.id != letter.id:
        return SigningOutcome(cases.LETTER_CHANGED)
    try:
        signature = signed_letters.signature_of(ctx, letter, reading) if reading is not None else None
    except ActionRefused:
        signature = None
    if signature is None:
        return go_on(session, app, opened, now, FAILURES["not_valid"])
    if not is_same_person(signature.signer, opened.letter.signer):
        return go_on(session, app, opened, now, another_person(signature.signer, opened.letter.signer))
    file = documents.add_file(ctx, application.person_id, document, final.name)
    signed_letters.deliver(ctx, application, letter, file, signature.fingerprint)
    text = Text(
        "✓ Surat %(number)s sudah ditandatangani atas nama %(name)s. Pemohon segera menerimanya.",
        number=opened.letter.number,
        name=signature.signer,
    )
    notices.queue(ctx, [ctx.address], Prompt(text, reason="letter_signed"), about=application)
    return SigningOutcome(text, state="signed")


def _open(
    session: Session, app: AppContext, now: datetime, address_id: int, letter_id: int, expires_at: datetime
) -> OpenedSigning | None:
    """`None` for a letter that does not wait, or that whoever has the address may not sign."""
    ctx = context_of_address(session, app, now, address_id)
    letter = session.get_one(Letter, letter_id)
    try:
        application = cases.open_case(ctx, letter.application_id)
        awaited, _ = signed_letters.open_unsigned(ctx, application, "bsre")
    except ActionRefused:
        return None
    if awaited.id != letter_id:
        return None
    file, signer = session.get_one(File, letter.file_id), cast("dict[str, Json]", letter.facts["signer"])
    shown = LetterToSign(letter.number or "", application.title, application.organiser, str(signer["name"]))
    return OpenedSigning(address_id, letter_id, expires_at, shown, str(letter.facts["place"]), file.object, file.owner)


def _new_token(ctx: Context, letter_id: int, expires_at: datetime) -> str:
    token = secrets.token_urlsafe(32)
    digest = _digest(ctx.app, token)
    signing_keys.store(ctx.session, digest, letter_id, ctx.sender.id, ctx.now, expires_at)
    return token


def _digest(app: AppContext, token: str) -> str:
    return app.keys.digest(_PURPOSE, token)
