"""What the buttons of applicants do."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

ApplicationAct = Literal["show", "ask", "withdraw", "letter", "english", "remarks"]
Stars = Literal[1, 2, 3, 4, 5]
GuestEntry = Literal["any", "begun", "new"]
NumberAct = Literal["ask", "move"]
TextAct = Literal["send", "more", "discard", "show"]


@frozen
class ShowMenu:
    pass


@frozen
class ShowServices:
    """The applicants' menu, for the staff, who begin with a screen of their own."""


@frozen
class ShowGuide:
    pass


@frozen
class ShowGuidePage:
    page: str


@frozen
class ShowFaq:
    faq: str


@frozen
class ChooseIntent:
    """One of the guesses at what a message meant."""

    intent: str


@frozen
class AskLanguage:
    pass


@frozen
class ChooseLanguage:
    locale: str


@frozen
class ShowAccount:
    pass


@frozen
class ContinueElsewhere:
    """Asks for a code with which the person continues in another channel."""


@frozen
class AskSignOut:
    pass


@frozen
class SignOut:
    """`person_id`: whose account the question was about."""

    person_id: int


@frozen
class Register:
    """Registers, or changes the data of somebody who is registered."""


@frozen
class GiveConsent:
    pass


@frozen
class MoveHere:
    """Somebody who registered on another device continues on this one."""


@frozen
class ResendCode:
    pass


@frozen
class ChangeEmail:
    pass


@frozen
class StartApplication:
    pass


@frozen
class NewApplication:
    pass


@frozen
class ResumeDraft:
    pass


@frozen
class OpenDraft:
    draft_id: int


@frozen
class CopyApplication:
    """Begins an application with the answers of an earlier one."""

    application_id: int


@frozen
class ListEarlier:
    """Asks which earlier application is to be copied."""

    page: int = 0


@frozen
class AskToCopy:
    """Asks for the number of a colleague's application."""


@frozen
class AllowCopy:
    request_id: int


@frozen
class RefuseCopy:
    request_id: int


@frozen
class BeginCopy:
    """Begins an application with the answers that a colleague allows to be copied."""

    request_id: int


@frozen
class FillBlankForm:
    """Begins an application without copying."""


@frozen
class ListDrafts:
    page: int = 0


@frozen
class AskDiscard:
    """Asks whether a draft is to be thrown away."""

    draft_id: int


@frozen
class DiscardDraft:
    """`revision`: the draft's revision when the question was asked."""

    draft_id: int
    revision: int


@frozen
class AnswerWho:
    """The answer to the first question of eligibility: who applies."""

    answer: str


@frozen
class AnswerLevel:
    """The answer to the second question of eligibility: the level of the agency. `who` is the first answer."""

    who: str
    answer: str


@frozen
class StartSearch:
    pass


@frozen
class SearchAgain:
    pass


@frozen
class OpenEntry:
    entry_id: int


@frozen
class SearchSameOrganiser:
    entry_id: int


@frozen
class SearchPage:
    """`search`: a short hash of the search that the button belongs to. `place`: where the page begins; buttons of
    version 0.1 have none.
    """

    page: int
    search: str
    place: str = ""


@frozen
class SearchYear:
    year: int
    search: str


@frozen
class SearchSuggestion:
    """Searches for the words that were probably meant."""

    search: str


@frozen
class SearchAllYears:
    search: str


@frozen
class BackToResults:
    pass


@frozen
class ListApplications:
    pass


@frozen
class ApplicationStep:
    """An act of the applicant on their own application."""

    act: ApplicationAct
    application_id: int


@frozen
class ConfirmWithdrawal:
    """`round`: of the application when the question was asked."""

    application_id: int
    round: int


@frozen
class StartRevision:
    application_id: int


@frozen
class AskRating:
    application_id: int


@frozen
class ShowComplaints:
    pass


@frozen
class WriteComplaint:
    pass


@frozen
class ShowVisit:
    """How to come to the desk."""


@frozen
class ShowQueue:
    """The person's number, or how to take one."""


@frozen
class PickDay:
    """`service`: for which a number is taken."""

    service: str


@frozen
class TakeNumber:
    """`day`: as 20260302, like in all buttons of the queue."""

    service: str
    day: int


@frozen
class NumberStep:
    """What is asked about a number before it changes."""

    act: NumberAct
    ticket_id: int


@frozen
class GiveNumberBack:
    ticket_id: int


@frozen
class MoveNumber:
    ticket_id: int
    day: int


@frozen
class ShowGuestBook:
    """What the guest book is for; to the staff, today's visits."""


@frozen
class SignGuestBook:
    """`entry`: whether what was begun is continued, or another visitor is written down; "any" asks where both are
    possible.
    """

    entry: GuestEntry = "any"


@frozen
class TextButton:
    """A button of a text that is written and not sent yet. `mark`: of the words that were shown."""

    act: TextAct
    text_id: str
    mark: str = ""


@frozen
class FormButton:
    """A button of a form. `question`: the question's code on paper, or "-" for a screen without a question. `act`: what
    the button does; each kind of question has its own acts. `revision`: the draft's revision when the button was shown.
    """

    draft_id: int
    question: str
    act: str
    revision: int
