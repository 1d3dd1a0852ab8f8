"""The pages of a form: each is shown, and each set of answers stored, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from bot.channel import Upload
from bot.chat import Prompt
from bot.conversations.form import page
from bot.conversations.form.kinds import file as file_kind
from bot.conversations.form.session import FormSession, session_of_draft
from bot.pages import PageReader, UsedLink
from bot.pipeline.commit import DeliveryNotifier, write_and_notify
from bot.pipeline.form_chat import is_at_form, say_in_form
from bot.pipeline.media import MediaPipeline
from bot.pipeline.page_readers import conversation_of, used_link
from bot.pipeline.receive import state_of
from bot.service import form_page, notices
from bot.service.context import AppContext, Context
from domain.form.definition import Question
from domain.form.loading import REQUEST_FORM
from domain.form.page import FormPageView, PostedAnswer
from domain.text import Text
from storage.dialogues import OpenDialogue
from storage.unit import Session, Units

Posted = Mapping[str, PostedAnswer]
ChangeFiles = Callable[[FormSession, Question], page.Outcomes]


class FormPageService:
    """Implements `bot.pages.FormPages`."""

    def __init__(
        self,
        units: Units,
        app: AppContext,
        media: MediaPipeline,
        notify: DeliveryNotifier,
        clock: Callable[[], datetime],
    ) -> None:
        self._units = units
        self._app = app
        self._media = media
        self._notify = notify
        self._clock = clock

    async def use_link(self, token: str) -> UsedLink | None:
        now = self._clock()
        return used_link(await self._units.write(lambda session: form_page.redeem(session, self._app, token, now)))

    async def open_in_app(self, channel: str, address: str, draft_id: int) -> UsedLink | None:
        open_ = partial(form_page.open_in_app, app=self._app, channel=channel, external_id=address, draft_id=draft_id)
        return used_link(await self._units.write(partial(open_, now=self._clock())))

    async def show(self, reader: PageReader, draft_id: int, section_id: str = "") -> FormPageView | None:
        return await self._units.write(partial(self._show, reader=reader, draft_id=draft_id, section_id=section_id))

    async def save_answer(
        self, reader: PageReader, draft_id: int, section_id: str, posted: Posted
    ) -> FormPageView | None:
        def save(session: Session) -> FormPageView | None:
            opened = self._open(session, reader, draft_id)
            if opened is None:
                return None
            outcomes = page.save_answers(opened[1], section_id, posted, is_section=False)
            return page.show_page(opened[1], section_id, outcomes)

        return await self._units.write(save)

    async def save_section(
        self, reader: PageReader, draft_id: int, section_id: str, posted: Posted, *, saved_before: bool
    ) -> FormPageView | None:
        def save(session: Session) -> FormPageView | None:
            opened = self._open(session, reader, draft_id)
            if opened is None:
                return None
            dialogue, form = opened
            outcomes = page.save_answers(form, section_id, posted, is_section=True)
            shown = page.show_page(form, section_id, outcomes)
            says_something = saved_before or any(
                outcome.state not in {"unchanged", "empty"} for outcome in outcomes.values()
            )
            was_told = form.state.page_saved == form.draft.revision  # the button was pressed twice
            if shown is not None and says_something and not was_told:
                _tell_chat(dialogue, form, page.saved_notice(shown))
            return shown

        return await write_and_notify(self._units, self._notify, save)

    async def leave_finding(self, reader: PageReader, draft_id: int, rule: str, mark: str) -> FormPageView | None:
        def leave(session: Session) -> FormPageView | None:
            opened = self._open(session, reader, draft_id)
            if opened is None:
                return None
            page.leave_finding(opened[1], rule, mark)
            return page.show_overview(opened[1])

        return await self._units.write(leave)

    async def takes_file(self, reader: PageReader, draft_id: int, question_id: str) -> bool:
        return await self._owner(reader, draft_id, question_id) is not None

    async def add_file(
        self, reader: PageReader, draft_id: int, section_id: str, question_id: str, upload: Upload
    ) -> FormPageView | None:
        owner = await self._owner(reader, draft_id, question_id)
        try:
            file = await self._media.process(reader.channel, upload, owner, is_asked=True) if owner else None
        finally:
            self._media.discard(upload)
        if file is None:
            return None
        return await self._change_files(
            reader, draft_id, section_id, question_id, lambda form, question: page.save_file(form, question, file)
        )

    async def remove_file(
        self, reader: PageReader, draft_id: int, section_id: str, question_id: str, file_id: int
    ) -> FormPageView | None:
        def remove(form: FormSession, question: Question) -> page.Outcomes:
            file_kind.remove_file(form, question, file_id)
            return {}

        return await self._change_files(reader, draft_id, section_id, question_id, remove)

    async def _owner(self, reader: PageReader, draft_id: int, question_id: str) -> str | None:
        """For whom the file of an answer is encrypted; `None` where the reader cannot give it."""

        def find(session: Session) -> str | None:
            opened = self._open(session, reader, draft_id)
            takes_file = opened is not None and page.file_question(opened[1], question_id) is not None
            return f"person/{opened[1].ctx.person_id}" if opened and takes_file else None

        return await self._units.write(find)

    async def _change_files(
        self, reader: PageReader, draft_id: int, section_id: str, question_id: str, change: ChangeFiles
    ) -> FormPageView | None:
        def unit(session: Session) -> FormPageView | None:
            opened = self._open(session, reader, draft_id)
            question = page.file_question(opened[1], question_id) if opened else None
            if opened is None or question is None:
                return None
            return page.show_page(opened[1], section_id, change(opened[1], question))

        return await self._units.write(unit)

    def _show(self, session: Session, reader: PageReader, draft_id: int, section_id: str) -> FormPageView | None:
        opened = self._open(session, reader, draft_id)
        if opened is None:
            return None
        return page.show_page(opened[1], section_id) if section_id else page.show_overview(opened[1])

    def _open(self, session: Session, reader: PageReader, draft_id: int) -> tuple[OpenDialogue, FormSession] | None:
        """The reader's conversation and their open draft, both locked."""
        now, asked = self._clock(), form_page.page_of(draft_id)
        dialogue = conversation_of(session, self._app, form_page.LINKS, reader, asked, now)
        if dialogue is None:
            return None
        ctx = Context(session, now, dialogue.sender, self._app)
        form = session_of_draft(draft_id, state_of(dialogue), ctx)
        return (dialogue, form) if form is not None and form.form.id == REQUEST_FORM else None


def _tell_chat(dialogue: OpenDialogue, form: FormSession, notice: Text) -> None:
    """The line stands above the next question where the chat is at this form; elsewhere the chat stays where it is."""
    ctx = form.ctx
    if is_at_form(dialogue, form.draft.id):
        say_in_form(dialogue, form, page.go_on_after_page(form, notice))
    else:
        notices.queue(ctx, [ctx.address], Prompt(notice, reason="page_saved"))
