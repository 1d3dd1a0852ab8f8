"""Looking over: the blocks with what is filled, the answers of a block with a change for each, and the last button."""

from __future__ import annotations

from bot.chat import Choice, Turn
from bot.conversations.form.prompts import label
from bot.conversations.form.session import FormSession
from bot.service import applications
from domain.checks import Finding, advice, blocking
from domain.form import answers
from domain.form.definition import Question, Section
from domain.text import Text, lines, paragraphs

#: remarks that the examiner will probably make, on one screen
MOST_ADVICE = 8


#: `reviewing` while the screen before the last button is open; else it is a block's id
CHECK = "check"


def show_blocks(session: FormSession, notice: Text | None = None) -> Turn:
    """The table of blocks: from here to any of them, on to the next open question, or to submission."""
    if len(session.form.sections) == 1:
        return show_block(session, session.form.sections[0].id, notice)
    path = session.path
    following = session.next()
    done = sum(session.answered(question) for question in path)
    state = (
        Text("Semua butir sudah terisi, tetapi belum dikirim. Periksa sekali lagi, lalu kirim.")
        if following is None
        else Text("Terisi %(done)s dari %(count)s butir. Isian Anda tersimpan.", done=done, count=len(path))
    )
    sections = [section for section in session.form.sections if _applying(session, section)]
    rows = lines(*(_summary(session, section) for section in sections))
    choices = []
    if following is not None:
        choices.append(Choice(session.screen("next"), Text("Lanjutkan mengisi")))
    else:
        choices.append(Choice(session.screen("check"), Text("Periksa dan kirim")))
    choices += [_block_choice(session, section) for section in sections]
    choices.append(Choice(session.screen("leave"), Text("Simpan & keluar"), nav=True))
    text = paragraphs(notice, session.form.title, state, rows)
    return session.say(None, text, *choices, review="")


def show_block(session: FormSession, section_id: str, notice: Text | None = None) -> Turn:
    """One block's answers, each with its change."""
    section = next((s for s in session.form.sections if s.id == section_id), None)
    applying = _applying(session, section) if section else ()
    if section is None or not applying:
        return show_blocks(session, notice)
    short_form = len(session.form.sections) == 1
    sendable = short_form and session.next() is None
    answered = [lines(label(question), _answer(session, question)) for question in applying]
    locked = Text("Butir bertanda • ditentukan oleh pertanyaan kelayakan; untuk mengubahnya, mulai permohonan baru.")
    text = paragraphs(
        notice,
        session.form.title if short_form else Text("Blok %(code)s · %(title)s", code=section.code, title=section.title),
        None if short_form else section.help,
        *answered,
        locked if any(is_locked(session, question) for question in applying) else None,
        session.form.statement if sendable else None,
    )
    changes = [
        Choice(
            session.tap(question, "edit"),
            Text("Ubah %(code)s %(label)s", code=question.code, label=question.label),
            Text("Ubah %(code)s", code=question.code),
        )
        for question in applying
        if not is_locked(session, question)
    ]
    send = (Choice(session.screen("submit"), Text("Kirim")),) if sendable else ()
    ways = (
        *(() if sendable else (Choice(session.screen("next"), Text("Lanjutkan"), nav=True),)),
        *(() if short_form else (Choice(session.screen("blocks"), Text("Daftar isian"), nav=True),)),
        Choice(session.screen("leave"), Text("Simpan & keluar"), nav=True),
    )
    return session.say(None, text, *send, *changes, *ways, review=section.id)


def show_check(session: FormSession, notice: Text | None = None) -> Turn:
    """Before the last button: what must be mended first, else what the examiner will probably ask about."""
    following = session.next()
    if following is not None:
        return show_blocks(session, notice or Text("Butir %(code)s belum terisi.", code=following.code))
    findings = applications.findings(session.ctx, session.form, session.draft.answers)
    must = blocking(findings)
    if must:
        text = paragraphs(
            notice, Text("Sebelum dikirim, silakan perbaiki ini dahulu:"), lines(*(_finding(f) for f in must))
        )
        return session.say(None, text, *_fixes(session, must), _to_blocks(session), review=CHECK)
    hints = advice(findings)
    shown = hints[:MOST_ADVICE]
    text = paragraphs(
        notice,
        Text("Isian Anda lengkap. Terisi belum berarti terkirim: tekan Kirim bila sudah benar."),
        Text("Petugas pemeriksa mungkin akan menanyakan ini:") if shown else None,
        lines(*(_finding(f) for f in shown)) if shown else None,
        Text("… dan %(count)s hal lain", count=len(hints) - len(shown)) if len(hints) > len(shown) else None,
        session.form.statement,
    )
    send = Choice(session.screen("submit"), Text("Kirim sekarang"))
    return session.say(None, text, send, *_fixes(session, shown), _to_blocks(session), review=CHECK)


def is_locked(session: FormSession, question: Question) -> bool:
    """What the eligibility questions decided is shown, not asked."""
    return question.known_from == "eligibility" and session.answered(question)


def _applying(session: FormSession, section: Section) -> tuple[Question, ...]:
    return tuple(question for question in session.path if question.section == section.id)


def _summary(session: FormSession, section: Section) -> Text:
    questions = _applying(session, section)
    done = sum(session.answered(question) for question in questions)
    return Text(
        "%(mark)s %(code)s · %(title)s: %(done)s dari %(count)s",
        mark="✓" if done == len(questions) else "○",
        code=section.code,
        title=section.title,
        done=done,
        count=len(questions),
    )


def _block_choice(session: FormSession, section: Section) -> Choice:
    title = Text("%(code)s · %(title)s", code=section.code, title=section.title)
    return Choice(session.screen(f"block.{section.id}"), title, Text("Blok %(code)s", code=section.code))


def _answer(session: FormSession, question: Question) -> Text:
    if question.id in session.draft.refill:
        return Text("(perlu diisi ulang)")
    if question.id not in session.draft.answers:
        return Text("(belum diisi)")
    answer = answers.brief(question, session.value(question))
    return Text("• %(answer)s", answer=answer) if is_locked(session, question) else answer


def _finding(finding: Finding) -> Text:
    return Text("• %(what)s", what=finding.text or Text(""))


def _fixes(session: FormSession, findings: tuple[Finding, ...]) -> tuple[Choice, ...]:
    ids = dict.fromkeys(id for finding in findings for id in finding.questions)
    questions = [question for question in map(session.on_path, ids) if question and not is_locked(session, question)]
    return tuple(
        Choice(session.tap(question, "fix"), Text("Ubah %(code)s", code=question.code))
        for question in questions[:MOST_ADVICE]
    )


def _to_blocks(session: FormSession) -> Choice:
    return Choice(session.screen("blocks"), Text("Daftar isian"), nav=True)
