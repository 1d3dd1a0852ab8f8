"""What the buttons of applicants do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StatusAct = Literal["show", "ask", "withdraw", "letter"]
AccountAct = Literal["start", "register", "agree", "elsewhere", "move", "resend", "email"]
Stars = Literal[1, 2, 3, 4, 5]


@dataclass(frozen=True, slots=True)
class ShowMenu:
    pass


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
class AskLanguage:
    pass


@dataclass(frozen=True, slots=True)
class ChooseLanguage:
    locale: str


@dataclass(frozen=True, slots=True)
class AccountStep:
    act: AccountAct


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
class TakeUpDraft:
    draft_id: int


@dataclass(frozen=True, slots=True)
class AnswerWho:
    """Who applies: the first question of eligibility."""

    answer: str


@dataclass(frozen=True, slots=True)
class AnswerLevel:
    """Of which level the agency is: the second question of eligibility; `who` answers the first."""

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
class SameOrganiser:
    entry_id: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`search` is a short hash of the search that the page belongs to."""

    page: int
    search: str


@dataclass(frozen=True, slots=True)
class SearchYear:
    year: int
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
class ApplicationStatus:
    """What an applicant does with an application of their own."""

    act: StatusAct
    application_id: int


@dataclass(frozen=True, slots=True)
class StartRevision:
    application_id: int


@dataclass(frozen=True, slots=True)
class AskRating:
    application_id: int


@dataclass(frozen=True, slots=True)
class GiveStars:
    application_id: int
    stars: Stars


@dataclass(frozen=True, slots=True)
class RateLater:
    application_id: int


@dataclass(frozen=True, slots=True)
class ShowComplaints:
    pass


@dataclass(frozen=True, slots=True)
class WriteComplaint:
    pass


@dataclass(frozen=True, slots=True)
class FormButton:
    """A button of a form. `question`: its code on paper, "-" for the form's own screens. `act`: what it does, by the
    kind of answer. `revision`: of the draft when the button was shown.
    """

    draft_id: int
    question: str
    act: str
    revision: int
