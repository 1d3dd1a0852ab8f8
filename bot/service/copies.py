"""A copy of each application, mailed to the addressee of the cover letter if the office's profile wants one."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat import Attachment, Prompt
from bot.service import audit, notices
from bot.service.context import Context
from domain.form import answers
from domain.form.definition import Form, Question, Value
from domain.text import Text, lines, paragraphs
from storage import people
from storage.tables import Application

COVER_LETTER = "cover_letter"  #: the template of the question that asks for the cover letter
LOCALE = "id"  #: offices write to each other in Indonesian


def mail_to_addressee(ctx: Context, application: Application, form: Form, frozen: Mapping[str, Value]) -> None:
    """Mails the form as text, with the cover letter attached; each further file of the letter gets a mail of its own.

    `frozen`: question id → the answer that was sent.
    """
    addressee = ctx.office.addressee
    if not addressee.copy_by_mail:
        return
    mailbox = people.get_or_create_address(ctx.session, people.MAIL, addressee.email, LOCALE, ctx.now)
    mailbox.locale = LOCALE
    files = _cover_letter_files(form, frozen)
    subject = Text("Salinan permohonan %(number)s", number=application.number)
    text = _form_as_text(ctx, application, form, frozen)
    notices.queue(ctx, [mailbox], Prompt(text, attachment=next(iter(files), None), subject=subject, reason="copy"))
    for number, file in enumerate(files[1:], start=2):
        text = Text(
            "Surat pengantar permohonan %(application)s, berkas %(number)s dari %(count)s.",
            application=application.number,
            number=number,
            count=len(files),
        )
        notices.queue(ctx, [mailbox], Prompt(text, attachment=file, subject=subject, reason="copy"))
    audit.record(ctx, application, "copy", after={"to": addressee.email}, by_system=True)


def _cover_letter_files(form: Form, frozen: Mapping[str, Value]) -> list[Attachment]:
    ids = [question.id for question in form.questions.values() if question.template == COVER_LETTER]
    files = [file for id in ids if isinstance(given := frozen.get(id), list) for file in given]
    return [Attachment(int(str(file["id"])), str(file["name"])) for file in files if isinstance(file, dict)]


def _form_as_text(ctx: Context, application: Application, form: Form, frozen: Mapping[str, Value]) -> Text:
    blocks = []
    for section in form.sections:
        rows = [_answer(question, frozen[question.id]) for question in section.questions if question.id in frozen]
        if rows:
            blocks.append(Text("Blok %(code)s · %(title)s", code=section.code, title=section.title))
            blocks += rows
    received = Text(
        "Kami sampaikan salinan surat pengantar dan formulir permohonan %(number)s, yang kami terima pada %(day)s.",
        number=application.number,
        day=ctx.today,
    )
    return paragraphs(
        Text("Yth. %(name)s", name=ctx.office.addressee.name),
        received,
        Text("Surat pengantarnya terlampir, dan isian formulirnya sebagai berikut."),
        *blocks,
    )


def _answer(question: Question, value: Value) -> Text:
    asked = Text("%(code)s %(label)s", code=question.code, label=question.label)
    return lines(asked, answers.show(question, value))
