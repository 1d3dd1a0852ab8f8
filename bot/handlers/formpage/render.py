"""Builds the pages: one a section, and the overview. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bot.handlers.formpage import inputs, wording
from bot.handlers.formpage.inputs import Inputs
from domain.form import answers
from domain.form.page import FormPageView, PageFinding, QuestionView, SectionProgress
from domain.frozen import frozen
from domain.text import Text, joined
from locales import say

#: kinds whose hint in the chat is also true of an input
_HINTED = frozenset({"text", "longtext", "number", "date", "email", "phone", "code"})

#: The Enter key presses the first button of a form, which would be that of a table.
_ENTER = '<button type="submit" class="enter" tabindex="-1" aria-hidden="true"></button>'


@frozen
class PageWords:
    """One page for one reader."""

    page: FormPageView
    has_chat: bool  #: the chat of the reader is on the web page
    #: the table that gets more empty rows
    more_rows_of: str = ""

    def say(self, text: Text) -> str:
        return escape(say(text, self.page.locale))

    @property
    def home(self) -> str:
        return f"/form/{self.page.draft_id}"

    def path(self, section_id: str, question_id: str = "") -> str:
        return escape(f"{self.home}/{section_id}" + (f"#q-{question_id}" if question_id else ""))


# One section ----------------------------------------------------------------------------------------------------------


def section_html(words: PageWords, notice: Text | None = None) -> str:
    page = words.page
    assert page.section is not None
    questions = "\n".join(_question(words, view) for view in page.questions)
    return f"""<h1>{words.say(wording.section_title(page.section))}</h1>
{_progress(words)}
{_sections(words)}
{f'<p class="notice" role="status">{words.say(notice)}</p>' if notice else ""}
{_errors(words)}
{f"<p>{words.say(page.section.help)}</p>" if page.section.help else ""}
<form method="post" action="{words.path(page.section.id)}" data-answer="{words.path(page.section.id)}/answer"
 data-saving="{words.say(wording.SAVING)}" data-saved="{words.say(wording.SAVED)}"
 data-lost="{words.say(wording.NOT_SAVED)}" novalidate>
{_ENTER}<input type="hidden" name="saved" value="{"1" if any(view.files for view in page.questions) else ""}">
{questions}
<p id="state" role="status"></p>
<div class="actions"><button type="submit" class="main">{words.say(wording.SAVE)}</button>
<button type="submit" class="again" name="more" value="-" hidden>{words.say(wording.CHECK_AGAIN)}</button></div>
</form>
{_upload_forms(words)}"""


def to_chat_html(locale: str) -> str:
    return f'<a href="/">{escape(say(wording.TO_CHAT, locale))}</a>'


def _upload_forms(words: PageWords) -> str:
    return "".join(
        f'<form method="post" enctype="multipart/form-data" id="{inputs.upload_form(view.question)}"'
        f' action="{words.path(view.question.section)}/file/{escape(view.question.id)}"></form>'
        for view in words.page.questions
        if view.question.kind == "file"
    )


def _question(words: PageWords, view: QuestionView) -> str:
    question, question_id = view.question, escape(view.question.id)
    shown = Inputs(view, words.page.locale, inputs.MORE_ROWS if words.more_rows_of == question.id else 2)
    optional = "" if question.required else f' <small class="optional">({words.say(wording.OPTIONAL)})</small>'
    label = f"{words.say(wording.question_label(question))}{optional}"
    below = f"{_beside(words, view)}{_hints(words, view)}"
    if view.is_locked:
        body = f'<p class="label">{label}</p>{below}<p>{words.say(view.answer or Text(""))}</p>'
    elif inputs.is_grouped(question):
        body = f"<fieldset><legend>{label}</legend>{below}{inputs.html(shown)}</fieldset>"
    else:
        body = f'<label class="label" for="{shown.id()}">{label}</label>{below}{inputs.html(shown)}'
    seen = f'<input type="hidden" name="seen.{question_id}" value="{escape(view.seen)}">'
    hidden = "" if view.applies else " hidden disabled"
    return (
        f'<fieldset class="question" id="q-{question_id}" data-id="{question_id}"{hidden}>'
        f"{'' if view.is_locked else seen}{body}{_which(words, view)}{_reply(words, view)}</fieldset>"
    )


def _beside(words: PageWords, view: QuestionView) -> str:
    """The examiner's remark, what is wrong, and what the examiner will probably ask."""
    question_id, outcome = escape(view.question.id), view.outcome
    text = outcome.text
    if text is not None and outcome.state == "conflict":
        text = wording.changed_elsewhere(text)
    remark = f'<p class="remark">{words.say(wording.remark(view.remark))}</p>' if view.remark else ""
    remark += f'<p class="remark">{words.say(view.proposal)}</p>' if view.proposal else ""
    copied = f'<p class="remark">{words.say(wording.COPIED)}</p>' if view.is_unconfirmed else ""
    present = view.answer if view.remark and view.answer else None
    shown = f"<p>{words.say(wording.present_answer(present))}</p>" if present and not view.sent else ""
    if view.sent:
        shown = f'<p class="hint">{words.say(wording.sent_answer(view.sent))}</p>'
    error = words.say(text) if text is not None else ""
    asked = wording.asked_about(view.findings)
    told = f'<p class="remark told">{words.say(asked) if asked else ""}</p>'
    return f'{remark}{copied}{shown}<p class="error" id="e-{question_id}">{error}</p>{told}'


def _hints(words: PageWords, view: QuestionView) -> str:
    question = view.question
    if view.is_locked:
        return f'<p class="hint">{words.say(wording.LOCKED)}</p>'
    has_example = question.example and question.kind not in {"rows", "file"}
    lines = (
        joined(" ", question.asks, _format(view)),
        Text("Contoh: %(example)s", example=question.example) if has_example else None,
        question.purpose if question.personal_data else None,
    )
    hint = "<br>".join(words.say(line) for line in lines if line)
    help_text = f"<details><summary>{words.say(wording.HELP)}</summary><p>{words.say(question.help)}</p></details>"
    return f'<p class="hint" id="h-{escape(question.id)}">{hint}</p>{help_text if question.help else ""}'


def _format(view: QuestionView) -> Text | None:
    question = view.question
    match question.kind:
        case "choices":
            return wording.MANY_CHOICES
        case "rows":
            return wording.AREAS_HINT if question.areas else wording.ROWS_HINT
        case "schedule":
            return wording.DATE_FORMAT
        case "file":
            return joined(" ", wording.accepted(question), wording.LETTER_IN_CHAT if question.template else None)
    return answers.ask_hint(question) if question.kind in _HINTED else None


def _which(words: PageWords, view: QuestionView) -> str:
    """Asks which of two values stays, after an answer was changed elsewhere."""
    if view.outcome.state != "conflict":
        return ""
    question_id = escape(view.question.id)
    options = "".join(
        f'<label class="option"><input type="radio" name="keep.{question_id}" value="{value}"> '
        f"<span>{words.say(label)}</span></label>"
        for value, label in (("mine", wording.YOUR_VALUE), ("stored", wording.STORED_VALUE))
    )
    return (
        f'<fieldset class="which"><legend>{words.say(wording.WHICH)}</legend>'
        f'<input type="hidden" name="asked.{question_id}" value="1"><div class="options">{options}</div></fieldset>'
    )


def _reply(words: PageWords, view: QuestionView) -> str:
    if not view.remark:
        return ""
    question_id = escape(view.question.id)
    return (
        f'<label class="reply" for="r-{question_id}">{words.say(wording.REPLY)}</label>'
        f'<textarea id="r-{question_id}" name="reply.{question_id}" rows="2">\n{escape(view.reply)}</textarea>'
    )


def _errors(words: PageWords) -> str:
    """Links to what was not stored."""
    wrong = [view for view in words.page.questions if view.outcome.text is not None]
    if not wrong:
        return ""
    links = "".join(
        f'<li><a href="#q-{escape(view.question.id)}">{words.say(wording.question_label(view.question))}</a></li>'
        for view in wrong
    )
    text = words.say(wording.ERRORS)
    return f'<div class="errors" role="alert" tabindex="-1" autofocus><p>{text}</p><ul>{links}</ul></div>'


# What is the same on every page ---------------------------------------------------------------------------------------


def _progress(words: PageWords) -> str:
    done, count = words.page.done, words.page.count
    text = words.say(wording.progress(done, count))
    return (
        f'<p class="progress"><span id="progress-words">{text}</span>'
        f'<progress id="progress" value="{done}" max="{count}" aria-labelledby="progress-words"></progress></p>'
    )


def _sections(words: PageWords) -> str:
    items = "".join(_section_item(words, progress) for progress in words.page.sections)
    overview = f'<li><a href="{escape(words.home)}">{words.say(wording.OVERVIEW)}</a></li>'
    return (
        f'<details class="sections"><summary>{words.say(wording.SECTIONS)}</summary>'
        f'<nav aria-label="{words.say(wording.SECTIONS)}"><ol>{items}{overview}</ol></nav></details>'
    )


def _section_item(words: PageWords, progress: SectionProgress) -> str:
    section = progress.section
    is_here = words.page.section is not None and words.page.section.id == section.id
    here = ' aria-current="page"' if is_here else ""
    mark = '<span aria-hidden="true">✓</span> ' if not progress.missing else ""
    return (
        f'<li><a href="{words.path(section.id)}"{here}>{mark}'
        f"{words.say(wording.section_title(section))}</a> "
        f"<small>{words.say(wording.section_progress(progress))}</small></li>"
    )


# The overview ---------------------------------------------------------------------------------------------------------


def overview_html(words: PageWords) -> str:
    page = words.page
    items = "".join(_section_item(words, progress) for progress in page.sections)
    missing = [(progress, question) for progress in page.sections for question in progress.missing]
    links = "".join(
        f'<li><a href="{words.path(progress.section.id, question.id)}">'
        f"{words.say(wording.question_label(question))}</a></li>"
        for progress, question in missing
    )
    below = (
        f'<h2>{words.say(wording.STILL_MISSING)}</h2><ul class="missing">{links}</ul>' if missing else _complete(words)
    )
    return f"""<h1>{words.say(page.title)}</h1>
{_progress(words)}
<nav aria-label="{words.say(wording.SECTIONS)}"><ol class="sections">{items}</ol></nav>
{below}"""


def _complete(words: PageWords) -> str:
    must = [finding for finding in words.page.findings if finding.blocks]
    hints = [finding for finding in words.page.findings if not finding.blocks and not finding.is_left]
    left = [finding for finding in words.page.findings if not finding.blocks and finding.is_left]
    if must:
        return _findings(words, wording.MUST_CORRECT, must)
    to_chat = f'<p><a class="main" href="/">{words.say(wording.TO_CHAT)}</a></p>' if words.has_chat else ""
    return (
        f'<p class="notice">{words.say(wording.COMPLETE)}</p>{to_chat}'
        + (_findings(words, wording.MAY_BE_ASKED, hints, can_be_left=True) if hints else "")
        + (_findings(words, wording.LEFT, left) if left else "")
    )


def _findings(words: PageWords, title: Text, findings: Iterable[PageFinding], *, can_be_left: bool = False) -> str:
    items = "".join(
        f"<li>{words.say(finding.text)} "
        + " ".join(
            f'<a href="{words.path(question.section, question.id)}">{escape(question.code)}</a>'
            for question in finding.questions
        )
        + (_leave(words, finding) if can_be_left else "")
        + "</li>"
        for finding in findings
    )
    return f'<h2>{words.say(title)}</h2><ul class="findings">{items}</ul>'


def _leave(words: PageWords, finding: PageFinding) -> str:
    """The button that leaves the answers as they are."""
    name = words.say(wording.leave_finding(finding.text))
    return (
        f'<form method="post" action="{escape(words.home)}/findings">'
        f'<input type="hidden" name="rule" value="{escape(finding.rule)}">'
        f'<input type="hidden" name="mark" value="{escape(finding.mark)}">'
        f'<button type="submit" class="chip" aria-label="{name}">{words.say(wording.LEAVE)}</button></form>'
    )
