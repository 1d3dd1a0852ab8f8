"""What the buttons of officers, heads and directors do."""

from __future__ import annotations

from typing import Literal, TypeAlias

from bot.actions.examination import (
    CloseAllRemarks,
    ConfirmRevision,
    ConfirmTakeBack,
    MarkClear,
    ReadIdentity,
    RemarkFinding,
    ShowApplicant,
    UndoHeldAct,
    WeighRemark,
)
from domain.frozen import frozen
from domain.lifecycle import Verdict

#: acts on one application that need nothing but its id
_OwnAct = Literal[
    "letter", "claim", "release", "over", "note", "revision", "retract", "silent", "expire", "send", "similar"
]
CaseAct = Literal[_OwnAct, "english", "remarks"]  # the last two order a paper
VerdictAct = Literal["fine", "decide", "back", "issue", "sure"]
LetterAct = Literal["edit", "grounds", "heed", "to", "copies", "uncopied", "reopen", "reopened"]
CorrectionAct = Literal["amend", "grounds", "heed", "to", "copies", "uncopied", "signer", "place", "replace", "revoke"]
#: parts of a letter that is to be issued
LetterPart = Literal["signer", "place", "to"]


@frozen
class OpenInbox:
    pass


@frozen
class InboxPage:
    """`which`: a status, or one of the other lists of applications. `place`: where the page begins; buttons of version
    0.1 have none. The same holds for the pages of other lists.
    """

    which: str
    page: int
    place: str = ""


@frozen
class FoundPage:
    """A page of search results."""

    page: int
    place: str = ""


@frozen
class LeaveRankOut:
    """A director wants neither rank nor NIP in the letters."""


@frozen
class OpenCase:
    """`read_section`: the section that was read last; the screen offers the next one."""

    application_id: int
    read_section: str = ""


@frozen
class CaseStep:
    act: CaseAct
    application_id: int


@frozen
class ConfirmExpiry:
    """`round`: of the application when the question was asked."""

    application_id: int
    round: int


@frozen
class ConfirmSending:
    """Sends the letter that was shown to the director. `round`: of the application when it was shown."""

    application_id: int
    letter_id: int
    round: int


@frozen
class ListSections:
    application_id: int


@frozen
class ReadSection:
    application_id: int
    section: str


@frozen
class ReadAnswer:
    """`question_code`: the code on paper, such as "3.2"."""

    application_id: int
    question_code: str
    page: int = 0


@frozen
class OpenUpload:
    application_id: int
    file_id: int


@frozen
class StartRemark:
    """Asks which question the remark is about."""

    application_id: int


@frozen
class WriteRemark:
    application_id: int
    question_code: str


@frozen
class PickRemark:
    """`choice` counts the ready-made remarks from 1. `mark`: of the words that the person gives up for it."""

    application_id: int
    question_code: str
    choice: int
    mark: str = ""


@frozen
class ListRemarks:
    application_id: int
    page: int = 0


@frozen
class CloseRemark:
    """`round`: of the application when the answer was shown. Codes of version 0.1 do not have it."""

    application_id: int
    remark_id: int
    round: int = 0


@frozen
class AnswerRemark:
    """About an answer that came back: asks for more words, or for a value to propose. `round`: as for `CloseRemark`."""

    act: Literal["again", "propose"]
    application_id: int
    remark_id: int
    round: int


@frozen
class VerdictStep:
    act: VerdictAct
    application_id: int


@frozen
class ChooseVerdict:
    application_id: int
    verdict: Verdict


@frozen
class PickGround:
    """`choice` counts the ready-made grounds of this verdict from 1. `mark`: of the words that are given up for it."""

    application_id: int
    verdict: Verdict
    choice: int
    mark: str = ""


@frozen
class PickAdvice:
    """What the applicant should heed. `choice` counts the ready-made texts from 1; 0: no advice. `mark`: of the words
    that are given up for it.
    """

    application_id: int
    choice: int
    mark: str = ""


@frozen
class ConfirmVerdict:
    """`round`: of the application when the verdict was shown; `mark`: of the grounds and the advice that were shown.
    Codes of version 0.1 have neither.
    """

    application_id: int
    verdict: Verdict
    round: int = 0
    mark: str = ""


@frozen
class ConfirmIssue:
    """Issues the letter that was shown. `round`: of the application when it was shown. `mark`: of the signer that was
    shown; codes of version 0.1 do not have it.
    """

    application_id: int
    letter_id: int
    round: int
    mark: str = ""


@frozen
class IssuingStep:
    """Asks for a part of the letter that is to be issued."""

    act: LetterPart
    application_id: int


@frozen
class LetterStep:
    act: LetterAct
    application_id: int


@frozen
class ConfirmReopening:
    """`letter_id`: the letter that is void afterwards."""

    application_id: int
    letter_id: int


@frozen
class ReplaceGrounds:
    """`mark`: of the words that are given up for it."""

    application_id: int
    choice: int
    mark: str = ""


@frozen
class ReplaceAdvice:
    """`mark`: of the words that are given up for it."""

    application_id: int
    choice: int
    mark: str = ""


@frozen
class CorrectionStep:
    """About a letter that was issued."""

    act: CorrectionAct
    application_id: int


@frozen
class ConfirmCorrection:
    """`letter_id`: the letter that was named with the question. `mark`: of the words that were shown."""

    application_id: int
    letter_id: int
    mark: str


@frozen
class RegisterPage:
    """`below`: the last entry of the page before."""

    below: int


@frozen
class PrintRegister:
    year: int


@frozen
class ShowHistory:
    """`line`: the last line of the page; 0: the newest."""

    application_id: int
    line: int = 0


@frozen
class RecordIssue:
    """Records a letter that was signed outside the chat."""

    application_id: int


@frozen
class ConfirmRecord:
    """Records the letter that was shown."""

    application_id: int
    file_id: int


@frozen
class SendSigned:
    """Shows the letter that waits for its signature, and takes the signed copy."""

    application_id: int


@frozen
class SignLetter:
    """Gives a link to the page on which BSrE signs the letter."""

    application_id: int


@frozen
class ConfirmSigned:
    """Sends the signed copy that was shown."""

    application_id: int
    file_id: int


@frozen
class OpenComplaint:
    complaint_id: int


@frozen
class ListComplaints:
    page: int = 0
    place: str = ""


@frozen
class AnswerComplaint:
    complaint_id: int


# the buttons of each conversation about one application
CaseAction: TypeAlias = (
    OpenCase | CaseStep | ConfirmExpiry | ConfirmSending | ConfirmRevision | ConfirmTakeBack | UndoHeldAct
)
ApplicantAction: TypeAlias = ShowApplicant | ReadIdentity
ReadingAction: TypeAlias = ListSections | ReadSection | MarkClear | RemarkFinding | ReadAnswer | OpenUpload
RemarkAction: TypeAlias = (
    StartRemark | WriteRemark | PickRemark | ListRemarks | CloseRemark | CloseAllRemarks | WeighRemark | AnswerRemark
)
VerdictAction: TypeAlias = VerdictStep | ChooseVerdict | PickGround | PickAdvice | ConfirmVerdict | ConfirmIssue
CorrectionAction: TypeAlias = CorrectionStep | ConfirmCorrection
LetterAction: TypeAlias = LetterStep | ConfirmReopening | ReplaceGrounds | ReplaceAdvice
