"""What the buttons of applicants do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ApplicationAct = Literal["show", "ask", "withdraw", "letter", "english", "remarks"]
Stars = Literal[1, 2, 3, 4, 5]
GuestEntry = Literal["any", "begun", "new"]
NumberAct = Literal["ask", "move"]
TextAct = Literal["send", "more", "discard", "show"]


@dataclass(frozen=True, slots=True)
class ShowMenu:
    pass


@dataclass(frozen=True, slots=True)
class ShowServices:
    """The applicants' menu, for the staff, who begin with a screen of their own."""


@dataclass(frozen=True, slots=True)
class ShowGuide:
    pass


@dataclass(frozen=True, slots=True)
class ShowGuidePage:
    page: str


@dataclass(frozen=True, slots=True)
class ShowFaq:
    faq: str


@dataclass(frozen=True, slots=True)
class ChooseIntent:
    """One of the guesses at what a message meant."""

    intent: str


@dataclass(frozen=True, slots=True)
class AskLanguage:
    pass


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    locale: str


@dataclass(frozen=True, slots=True)
class ShowAccount:
    pass


@dataclass(frozen=True, slots=True)
class ContinueElsewhere:
    """Asks for a code with which the person continues in another channel."""


@dataclass(frozen=True, slots=True)
class AskSignOut:
    pass


@dataclass(frozen=True, slots=True)
class SignOut:
    """`person_id`: whose account the question was about."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Register:
    """Registers, or changes the data of somebody who is registered."""


@dataclass(frozen=True, slots=True)
class GiveConsent:
    pass


@dataclass(frozen=True, slots=True)
class MoveHere:
    """Somebody who registered on another device continues on this one."""


@dataclass(frozen=True, slots=True)
class ResendCode:
    pass


@dataclass(frozen=True, slots=True)
class ChangeEmail:
    pass


@dataclass(frozen=True, slots=True)
class StartApplication:
    pass


@dataclass(frozen=True, slots=True)
class NewApplication:
    pass


@dataclass(frozen=True, slots=True)
class ResumeDraft:
    pass


@dataclass(frozen=True, slots=True)
class OpenDraft:
    draft_id: int


@dataclass(frozen=True, slots=True)
class CopyApplication:
    """Begins an application with the answers of an earlier one."""

    application_id: int


@dataclass(frozen=True, slots=True)
class ListEarlier:
    """Asks which earlier application is to be copied."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class AskToCopy:
    """Asks for the number of a colleague's application."""


@dataclass(frozen=True, slots=True)
class AllowCopy:
    request_id: int


@dataclass(frozen=True, slots=True)
class RefuseCopy:
    request_id: int


@dataclass(frozen=True, slots=True)
class BeginCopy:
    """Begins an application with the answers that a colleague allows to be copied."""

    request_id: int


@dataclass(frozen=True, slots=True)
class FillBlankForm:
    """Begins an application without copying."""


@dataclass(frozen=True, slots=True)
class ListDrafts:
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskDiscard:
    """Asks whether a draft is to be thrown away."""

    draft_id: int


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    """`revision`: the draft's revision when the question was asked."""

    draft_id: int
    revision: int


@dataclass(frozen=True, slots=True)
class AnswerWho:
    """The answer to the first question of eligibility: who applies."""

    answer: str


@dataclass(frozen=True, slots=True)
class AnswerLevel:
    """The answer to the second question of eligibility: the level of the agency. `who` is the first answer."""

    who: str
    answer: str


@dataclass(frozen=True, slots=True)
class StartSearch:
    pass


@dataclass(frozen=True, slots=True)
class SearchAgain:
    pass


@dataclass(frozen=True, slots=True)
class OpenEntry:
    entry_id: int


@dataclass(frozen=True, slots=True)
class SearchSameOrganiser:
    entry_id: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`search`: a short hash of the search that the button belongs to. `place`: where the page begins; buttons of
    version 0.1 have none.
    """

    page: int
    search: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class SearchYear:
    year: int
    search: str


@dataclass(frozen=True, slots=True)
class SearchSuggestion:
    """Searches for the words that were probably meant."""

    search: str


@dataclass(frozen=True, slots=True)
class SearchAllYears:
    search: str


@dataclass(frozen=True, slots=True)
class BackToResults:
    pass


@dataclass(frozen=True, slots=True)
class ListApplications:
    pass


@dataclass(frozen=True, slots=True)
class ApplicationStep:
    """An act of the applicant on their own application."""

    act: ApplicationAct
    application_id: int


@dataclass(frozen=True, slots=True)
class ConfirmWithdrawal:
    """`round`: of the application when the question was asked."""

    application_id: int
    round: int


@dataclass(frozen=True, slots=True)
class StartRevision:
    application_id: int


@dataclass(frozen=True, slots=True)
class AskRating:
    application_id: int


@dataclass(frozen=True, slots=True)
class ShowComplaints:
    pass


@dataclass(frozen=True, slots=True)
class WriteComplaint:
    pass


@dataclass(frozen=True, slots=True)
class ShowVisit:
    """How to come to the desk."""


@dataclass(frozen=True, slots=True)
class ShowQueue:
    """The person's number, or how to take one."""


@dataclass(frozen=True, slots=True)
class PickDay:
    """`service`: for which a number is taken."""

    service: str


@dataclass(frozen=True, slots=True)
class TakeNumber:
    """`day`: as 20260302, like in all buttons of the queue."""

    service: str
    day: int


@dataclass(frozen=True, slots=True)
class NumberStep:
    """What is asked about a number before it changes."""

    act: NumberAct
    ticket_id: int


@dataclass(frozen=True, slots=True)
class GiveNumberBack:
    ticket_id: int


@dataclass(frozen=True, slots=True)
class MoveNumber:
    ticket_id: int
    day: int


@dataclass(frozen=True, slots=True)
class ShowGuestBook:
    """What the guest book is for; to the staff, today's visits."""


@dataclass(frozen=True, slots=True)
class SignGuestBook:
    """`entry`: whether what was begun is continued, or another visitor is written down; "any" asks where both are
    possible.
    """

    entry: GuestEntry = "any"


@dataclass(frozen=True, slots=True)
class TextButton:
    """A button of a text that is written and not sent yet. `mark`: of the words that were shown."""

    act: TextAct
    text_id: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class FormButton:
    """A button of a form. `question`: the question's code on paper, or "-" for a screen without a question. `act`: what
    the button does; each kind of question has its own acts. `revision`: the draft's revision when the button was shown.
    """

    draft_id: int
    question: str
    act: str
    revision: int
