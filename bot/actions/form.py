"""What the buttons of a form do. `form_codes` has their codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# Acts on a question ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EditAnswer:
    """Asks the question again; afterwards comes the section that the button stood in."""


@dataclass(frozen=True, slots=True)
class FixAnswer:
    """Asks the question again; afterwards comes the screen before the last button."""


@dataclass(frozen=True, slots=True)
class ShowHelp:
    pass


@dataclass(frozen=True, slots=True)
class GoBack:
    pass


@dataclass(frozen=True, slots=True)
class SkipQuestion:
    pass


@dataclass(frozen=True, slots=True)
class KeepAnswer:
    pass


@dataclass(frozen=True, slots=True)
class LeaveFindings:
    """The answer, and those given in one message with it, stay although the examiner will probably ask about them."""


@dataclass(frozen=True, slots=True)
class UseHeld:
    """The held message is the answer. `mark` identifies its words."""

    mark: str


@dataclass(frozen=True, slots=True)
class DropHeld:
    """Throws the held message away."""

    mark: str


@dataclass(frozen=True, slots=True)
class TakeTyped:
    """The typed words were the answer, not the code of another question."""


@dataclass(frozen=True, slots=True)
class JumpTyped:
    """The typed words were the code of another question."""


@dataclass(frozen=True, slots=True)
class TakeWords:
    """The typed words are an answer, not a question or a command. `mark` identifies them."""

    mark: str


@dataclass(frozen=True, slots=True)
class AskWords:
    """The typed words are a question to us."""

    mark: str


@dataclass(frozen=True, slots=True)
class RunWords:
    """The typed words are a command."""

    mark: str


@dataclass(frozen=True, slots=True)
class FinishAnswer:
    """The answer that came in pieces is complete."""


@dataclass(frozen=True, slots=True)
class ClearText:
    """Throws the collected long text away."""


@dataclass(frozen=True, slots=True)
class AppendText:
    """The new words follow the stored long text."""


@dataclass(frozen=True, slots=True)
class ReplaceText:
    """The new words take the place of the stored long text."""


@dataclass(frozen=True, slots=True)
class DropText:
    """Throws the new words away; the stored long text stays."""


@dataclass(frozen=True, slots=True)
class ExtendAnswer:
    """The next message follows the stored long text, or the next files the stored ones."""


@dataclass(frozen=True, slots=True)
class UseProposal:
    """In a revision: the answer that the examiner proposes."""


@dataclass(frozen=True, slots=True)
class UseKnown:
    """What is known already is the answer; its place in `Question.same_as`."""

    number: int


@dataclass(frozen=True, slots=True)
class SkipRest:
    """Leaves this question and all later ones out; none of them is required."""


@dataclass(frozen=True, slots=True)
class ChooseOption:
    """The option with this position, of one choice."""

    number: int


@dataclass(frozen=True, slots=True)
class PickOption:
    """Ticks the option and goes on; what typing its number means."""

    number: int


@dataclass(frozen=True, slots=True)
class TickOption:
    number: int


@dataclass(frozen=True, slots=True)
class UntickOption:
    number: int


@dataclass(frozen=True, slots=True)
class OrderLetter:
    """Has the letter made that is to be signed and uploaded."""


@dataclass(frozen=True, slots=True)
class UseKnownLetterhead:
    """The letter is headed by what the form knows of the agency."""


@dataclass(frozen=True, slots=True)
class LeaveLetterhead:
    """The paper has the agency's letterhead already."""


@dataclass(frozen=True, slots=True)
class ChangeLetterhead:
    """Asks for the letterhead again."""


@dataclass(frozen=True, slots=True)
class SignAsBefore:
    """The same person signs the letter who signed the one before."""


@dataclass(frozen=True, slots=True)
class SignMyself:
    pass


@dataclass(frozen=True, slots=True)
class SignByHand:
    """The letter has dots where the signer writes name, position and number."""


@dataclass(frozen=True, slots=True)
class ReplaceFile:
    """The next file takes the place of this one."""

    file_id: int


@dataclass(frozen=True, slots=True)
class RemoveFile:
    file_id: int


@dataclass(frozen=True, slots=True)
class KeepStage:
    """The stage with this position keeps its period."""

    number: int


@dataclass(frozen=True, slots=True)
class LeaveOutStage:
    number: int


@dataclass(frozen=True, slots=True)
class OneDayStage:
    """The stage with this position is the one day that was typed."""

    number: int


@dataclass(frozen=True, slots=True)
class OwnArea:
    """The office's own district is the whole answer."""


@dataclass(frozen=True, slots=True)
class AddArea:
    area_code: str


@dataclass(frozen=True, slots=True)
class ShowAreas:
    page: int


@dataclass(frozen=True, slots=True)
class ShowRows:
    pass


@dataclass(frozen=True, slots=True)
class FillCells:
    """Begins a row, cell by cell."""


@dataclass(frozen=True, slots=True)
class AddPasted:
    """Adds the rows of a pasted table. `mark` identifies them."""

    mark: str


@dataclass(frozen=True, slots=True)
class FinishPasted:
    """Adds the rows of a pasted table, and ends the answer."""

    mark: str


@dataclass(frozen=True, slots=True)
class DropPasted:
    mark: str


@dataclass(frozen=True, slots=True)
class PickRow:
    """Asks which row is to be changed."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """`mark` identifies the content of the row, so that an old button never changes another one."""

    row: int
    mark: str


@dataclass(frozen=True, slots=True)
class DeleteRow:
    row: int
    mark: str


@dataclass(frozen=True, slots=True)
class RestoreRow:
    mark: str


@dataclass(frozen=True, slots=True)
class SkipCell:
    """`column`: how many cells of the row are filled already."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class KeepCell:
    row: int
    column: int


# Acts of the form's own screens ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskNext:
    """Asks the first question without an answer."""


@dataclass(frozen=True, slots=True)
class ShowSection:
    section_id: str


@dataclass(frozen=True, slots=True)
class ShowSections:
    pass


@dataclass(frozen=True, slots=True)
class ShowCheck:
    """The screen before the last button."""


@dataclass(frozen=True, slots=True)
class ShowSimilar:
    """Shows recorded activities that are similar to this one."""


@dataclass(frozen=True, slots=True)
class ConfirmCopied:
    """The copied answers of the section still hold."""

    section_id: str


@dataclass(frozen=True, slots=True)
class ChangeCopied:
    """Asks which of the copied answers of the section have changed."""

    section_id: str


@dataclass(frozen=True, slots=True)
class ShowFormPage:
    """Gives a link to the form's page."""


@dataclass(frozen=True, slots=True)
class SubmitForm:
    pass


@dataclass(frozen=True, slots=True)
class LeaveForm:
    pass


@dataclass(frozen=True, slots=True)
class OrderFormFile:
    """Has the form drawn as a file of this kind, with the answers so far."""

    kind: Literal["xlsx", "pdf"]


@dataclass(frozen=True, slots=True)
class TakeImported:
    """Takes the answers of the file that came back: all of them, or those that the draft does not have. `mark`
    identifies the file that was shown.
    """

    which: Literal["all", "new"]
    mark: str


@dataclass(frozen=True, slots=True)
class DropImported:
    """Takes none of them."""


@dataclass(frozen=True, slots=True)
class ChooseAttachment:
    """Asks for which question the file is that nothing had asked for. `mark` identifies it."""

    mark: str


@dataclass(frozen=True, slots=True)
class AttachFile:
    mark: str
    code: str  #: of the question to which the file belongs
