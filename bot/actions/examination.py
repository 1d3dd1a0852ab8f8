"""What the buttons of an examination do, beside those that read the application."""

from __future__ import annotations

from typing import Literal, TypeAlias

from domain.frozen import frozen
from domain.remarks import Severity


@frozen
class ConfirmRevision:
    """Asks the applicant to revise. `round`: of the application when its remarks were shown; `mark`: of the remarks."""

    application_id: int
    round: int
    mark: str


@frozen
class ConfirmTakeBack:
    """Takes the request for a revision back. `round`: of the application when it was asked about."""

    application_id: int
    round: int


@frozen
class ShowApplicant:
    application_id: int


@frozen
class ReadIdentity:
    """Of the applicant."""

    application_id: int


@frozen
class MarkClear:
    """Nothing to remark on the section. `round`: of the application when it was read."""

    application_id: int
    section: str
    round: int


@frozen
class RemarkFinding:
    """Makes the finding of a rule a remark, in one tap. `section`: that is shown again afterwards."""

    application_id: int
    section: str
    rule: str


@frozen
class CloseAllRemarks:
    """Those up to `last_id`. `round`: of the application when they were shown."""

    application_id: int
    last_id: int
    round: int


@frozen
class WeighRemark:
    """Says whether the applicant can mend what the remark is about."""

    application_id: int
    remark_id: int
    severity: Severity


@frozen
class UndoHeldAct:
    """Gives up an act that waits to be done."""

    application_id: int
    held_id: int


@frozen
class AskApplicant:
    """Asks for a question to the applicant. `question_code`: the answer that it is about; empty: the whole case."""

    application_id: int
    question_code: str = ""


@frozen
class ListInquiries:
    """What the applicant was asked, with the answers."""

    application_id: int


@frozen
class InquiryStep:
    """Writes down an answer that the officer heard, or needs none any more."""

    act: Literal["record", "withdraw"]
    application_id: int
    inquiry_id: int


@frozen
class AnswerInquiry:
    """The applicant answers."""

    inquiry_id: int


InquiryAction: TypeAlias = AskApplicant | ListInquiries | InquiryStep
