"""The receipt: a mail after each submission, with the form as it was sent. Source: SK 66/BPS/Tahun 2023."""

from __future__ import annotations

from collections.abc import Mapping

from bot.chat import Attachment, Prompt
from bot.service import documents, notices, promises
from bot.service.context import Context
from bot.service.documents import StoredDocument
from domain.form.answers import show
from domain.form.definition import Form, Question, Value
from domain.frozen import frozen
from domain.text import Text, paragraphs
from letters.filled_form import FilledForm, FilledSection
from storage import applications, continuations, jobs, people
from storage.tables import Application


@frozen
class ReceiptRequest:
    """What the worker needs for drawing the form."""

    facts: FilledForm
    owner: str  #: for whom the file is encrypted


def request(ctx: Context, application: Application) -> None:
    """Lets the worker draw the form and mail the receipt."""
    key = f"receipt/{application.id}/{application.round}"
    jobs.add(ctx.session, "receipt", key, ctx.now, {"application": application.id, "address": ctx.address.id})


def facts_of(ctx: Context, application_id: int) -> ReceiptRequest:
    """The answers of the first submission."""
    application = ctx.session.get_one(Application, application_id)
    frozen = applications.submission(ctx.session, application.id, 1)
    form = ctx.app.form(application.form, application.version)
    person = people.get(ctx.session, application.person_id)
    facts = FilledForm(
        office=ctx.office.office.name,
        number=application.number,
        applicant=", ".join(filter(None, (person.name, person.institution))),
        sent_on=application.submitted_at.astimezone(ctx.office.zone).date(),
        sections=_sections(form, frozen.answers if frozen else {}),
    )
    return ReceiptRequest(facts, f"person/{application.person_id}")


def _sections(form: Form, frozen: Mapping[str, Value]) -> tuple[FilledSection, ...]:
    filled = []
    for section in form.sections:
        rows = tuple((question_name(one), show(one, frozen[one.id])) for one in section.questions if one.id in frozen)
        if rows:
            filled.append(
                FilledSection(Text("Blok %(code)s · %(title)s", code=section.code, title=section.title), rows)
            )
    return tuple(filled)


def question_name(question: Question) -> Text:
    """Its number on paper, and its name."""
    return Text("%(code)s %(label)s", code=question.code, label=question.heading or question.label)


def send(ctx: Context, document: StoredDocument, application_id: int) -> None:
    """Mails the receipt to the applicant."""
    application = ctx.session.get_one(Application, application_id)
    file = documents.add_file(ctx, application.person_id, document, f"formulir-{application.number}.pdf")
    chats = people.chat_addresses(ctx.session, application.person_id)
    mail = Prompt(
        paragraphs(
            received(application),
            Text("Formulir yang Anda kirim terlampir."),
            Text("Selanjutnya petugas memeriksa isian Anda. Bila ada catatan, Anda kami beri tahu."),
            continuations.way_back(ctx.session, chats),
        ),
        subject=Text("Tanda terima permohonan %(number)s", number=application.number),
        attachment=Attachment(file.id, file.name),
        reason="receipt",
    )
    notices.queue(ctx, notices.mailbox_of(ctx, application.person_id, chats), mail)


def received(application: Application, *, by_email: bool = True) -> Text:
    """What chat and mail say alike."""
    return paragraphs(
        Text("Permohonan Anda sudah kami terima dengan nomor %(number)s.", number=application.number),
        Text("Kegiatan: %(title)s", title=application.title),
        promise(application, by_email=by_email),
    )


def gets_mails(ctx: Context) -> bool:
    """Whether the actor can be written to: a visitor who was recorded at the counter may have no address."""
    return bool(ctx.actor.email) and ctx.app.does("result_by_mail")


def promise(application: Application, *, by_email: bool = True) -> Text:
    """When the result comes. `by_email`: as `gets_mails` says of the applicant."""
    sentence = Text("Hasil pemeriksaan kami sampaikan paling lambat %(day)s.", day=application.due_on)
    if by_email:
        sentence = Text(
            "Hasil pemeriksaan kami sampaikan melalui e-mail paling lambat %(day)s.", day=application.due_on
        )
    return promises.marked(application, sentence)
