"""What the pages outside the chat ask of the service: the form, the queue, letters, authenticators."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bot.channel import Upload
from domain.authenticator import SetupKey
from domain.form.page import FormPageView, PostedAnswer
from domain.frozen import frozen
from domain.letter_check import CheckedLetter, LetterAnswer
from domain.letter_signing import LetterToSign, SigningOutcome, SigningSecret
from domain.queue import BoardView
from domain.satisfaction import Scores, SurveyedService
from domain.text import Text


@frozen
class PageReader:
    """Whom a page is shown to: the conversation whose cookie the browser has, or who used a one-time link."""

    channel: str
    address: str = ""  #: of the conversation; empty: the browser has no cookie of one
    page_cookie: str = ""  #: of a link that was used in this browser


@frozen
class UsedLink:
    """What a one-time link was exchanged for."""

    page: str  #: draft, or the service that the survey follows
    row_id: int  #: of what the page shows
    page_cookie: str
    seconds: int  #: that the cookie holds


class FormPages(Protocol):
    """Shows a form as pages, and takes the answers. `None`: the reader has no such draft, or it is not open, or none of
    the section's questions applies.
    """

    async def use_link(self, token: str) -> UsedLink | None:
        """Uses a one-time link up; `None` for one that does not hold any more."""
        ...

    async def open_in_app(self, channel: str, address: str, draft_id: int) -> UsedLink | None:
        """The same for a reader of whom the app of their channel has proven who they are."""
        ...

    async def show(self, reader: PageReader, draft_id: int, section_id: str = "") -> FormPageView | None:
        """A section; without one, the overview of the form."""
        ...

    async def save_answer(
        self, reader: PageReader, draft_id: int, section_id: str, posted: Mapping[str, PostedAnswer]
    ) -> FormPageView | None:
        """Stores what the person has just filled in."""
        ...

    async def save_section(
        self,
        reader: PageReader,
        draft_id: int,
        section_id: str,
        posted: Mapping[str, PostedAnswer],
        *,
        saved_before: bool,
    ) -> FormPageView | None:
        """Stores a whole section. The chat says so in a line, and goes on where the answers end. `saved_before`: the
        page has stored answers of this section already, one by one.
        """
        ...

    async def leave_finding(self, reader: PageReader, draft_id: int, rule: str, mark: str) -> FormPageView | None:
        """The person leaves the answers as they are about which a rule says something; then the overview follows."""
        ...

    async def takes_file(self, reader: PageReader, draft_id: int, question_id: str) -> bool:
        """Whether this question of an open draft of the reader is answered with files."""
        ...

    async def add_file(
        self, reader: PageReader, draft_id: int, section_id: str, question_id: str, upload: Upload
    ) -> FormPageView | None:
        """Inspects the upload as one of the chat, and adds it to the answer."""
        ...

    async def remove_file(
        self, reader: PageReader, draft_id: int, section_id: str, question_id: str, file_id: int
    ) -> FormPageView | None: ...


@frozen
class SurveyPageView:
    locale: str
    given: Scores  #: the answers so far
    refused: Text | None = None  #: why the survey cannot be answered now


class SurveyPages(Protocol):
    """Shows the satisfaction survey after a service. `None`: the page does not know the reader."""

    async def use_link(self, token: str) -> UsedLink | None:
        """Uses a one-time link up; `None` for one that does not hold any more."""
        ...

    async def show(self, reader: PageReader, service: SurveyedService, row_id: int) -> SurveyPageView | None: ...

    async def save(
        self, reader: PageReader, service: SurveyedService, row_id: int, picked: Scores
    ) -> SurveyPageView | None:
        """Stores what was picked; with the last answer the survey is finished."""
        ...


class QueueBoard(Protocol):
    """Today's queue, for everybody."""

    async def view(self) -> BoardView: ...

    def open(self) -> AbstractContextManager[Event]:
        """For one reader: an event that is set whenever something has changed."""
        ...

    def wake(self) -> None:
        """Sets the events of all readers, because the process ends."""
        ...


class LetterUnreadable(Exception):
    """A file that cannot be checked, for this reason of `storage.inspection.result`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LetterChecks(Protocol):
    """Says whether a letter is the office's."""

    @property
    def public_keys(self) -> Sequence[str]:
        """With which anybody can check letters without this service: the present one, then the former ones."""
        ...

    async def by_code(self, code: str) -> CheckedLetter | None:
        """`None` for a code that no letter has."""
        ...

    async def by_file(self, content: bytes) -> LetterAnswer:
        """Raises `LetterUnreadable`. Keeps nothing of the file."""
        ...


class EsignService(Protocol):
    """Signs a PDF as a person."""

    async def send_code(self, nik: str) -> None:
        """Has a code mailed to the person. Raises `domain.letter_signing.EsignFailed`."""
        ...

    async def renew_activation(self, subscriber: str, activation: str) -> str:
        """Another activation of the office's seal for this one. Raises `domain.letter_signing.EsignFailed`."""
        ...

    async def seal(self, pdf: bytes, subscriber: str, activation: str, place: str) -> bytes:
        """The PDF with the office's seal. Raises `domain.letter_signing.EsignFailed`."""
        ...

    async def sign(self, pdf: bytes, nik: str, secret: SigningSecret, place: str) -> bytes:
        """The PDF with a signature. Raises `domain.letter_signing.EsignFailed`. Keeps nothing."""
        ...


class LetterSigning(Protocol):
    """Lets the holder of a one-time link sign one letter. `None`: the link does not hold any more."""

    async def letter(self, token: str) -> LetterToSign | None:
        """The letter behind a link. Does not use the link up."""
        ...

    async def send_code(self, token: str, nik: str) -> SigningOutcome | None:
        """Has a code mailed to the person. Uses the link up and gives another one."""
        ...

    async def sign(self, token: str, nik: str, secret: SigningSecret) -> SigningOutcome | None:
        """Uses the link up. A try that failed gives another link."""
        ...


class AuthenticatorSetup(Protocol):
    """Gives the holder of a one-time link the key of an authenticator app."""

    async def is_open(self, token: str) -> bool:
        """Whether the link holds. Does not use it up."""
        ...

    async def redeem(self, token: str) -> SetupKey | None:
        """Uses the link up; `None`: it does not hold any more."""
        ...
