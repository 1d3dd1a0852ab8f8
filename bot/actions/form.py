"""What the buttons of a form do. `form_codes` has their codes."""

from __future__ import annotations

from typing import Literal

from domain.frozen import frozen

# Acts on a question ---------------------------------------------------------------------------------------------------


@frozen
class EditAnswer:
    """Asks the question again; afterwards comes the section that the button stood in."""


@frozen
class FixAnswer:
    """Asks the question again; afterwards comes the screen before the last button."""


@frozen
class ShowHelp:
    pass


@frozen
class GoBack:
    pass


@frozen
class SkipQuestion:
    pass


@frozen
class KeepAnswer:
    pass


@frozen
class LeaveFindings:
    """The answer, and those given in one message with it, stay although the examiner will probably ask about them."""


@frozen
class UseHeld:
    """The held message is the answer. `mark` identifies its words."""

    mark: str


@frozen
class DropHeld:
    """Throws the held message away."""

    mark: str


@frozen
class TakeTyped:
    """The typed words were the answer, not the code of another question."""


@frozen
class JumpTyped:
    """The typed words were the code of another question."""


@frozen
class TakeWords:
    """The typed words are an answer, not a question or a command. `mark` identifies them."""

    mark: str


@frozen
class AskWords:
    """The typed words are a question to us."""

    mark: str


@frozen
class RunWords:
    """The typed words are a command."""

    mark: str


@frozen
class FinishAnswer:
    """The answer that came in pieces is complete."""


@frozen
class ClearText:
    """Throws the collected long text away."""


@frozen
class AppendText:
    """The new words follow the stored long text."""


@frozen
class ReplaceText:
    """The new words take the place of the stored long text."""


@frozen
class DropText:
    """Throws the new words away; the stored long text stays."""


@frozen
class ExtendAnswer:
    """The next message follows the stored long text, or the next files the stored ones."""


@frozen
class UseProposal:
    """In a revision: the answer that the examiner proposes."""


@frozen
class UseKnown:
    """What is known already is the answer; its place in `Question.same_as`."""

    number: int


@frozen
class SkipRest:
    """Leaves this question and all later ones out; none of them is required."""


@frozen
class ChooseOption:
    """The option with this position, of one choice."""

    number: int


@frozen
class PickOption:
    """Ticks the option and goes on; what typing its number means."""

    number: int


@frozen
class TickOption:
    number: int


@frozen
class UntickOption:
    number: int


@frozen
class OrderLetter:
    """Has the letter made that is to be signed and uploaded."""


@frozen
class UseKnownLetterhead:
    """The letter is headed by what the form knows of the agency."""


@frozen
class LeaveLetterhead:
    """The paper has the agency's letterhead already."""


@frozen
class ChangeLetterhead:
    """Asks for the letterhead again."""


@frozen
class SignAsBefore:
    """The same person signs the letter who signed the one before."""


@frozen
class SignMyself:
    pass


@frozen
class SignByHand:
    """The letter has dots where the signer writes name, position and number."""


@frozen
class ReplaceFile:
    """The next file takes the place of this one."""

    file_id: int


@frozen
class RemoveFile:
    file_id: int


@frozen
class KeepStage:
    """The stage with this position keeps its period."""

    number: int


@frozen
class LeaveOutStage:
    number: int


@frozen
class OneDayStage:
    """The stage with this position is the one day that was typed."""

    number: int


@frozen
class OwnArea:
    """The office's own district is the whole answer."""


@frozen
class AddArea:
    area_code: str


@frozen
class ShowAreas:
    page: int


@frozen
class ShowRows:
    pass


@frozen
class FillCells:
    """Begins a row, cell by cell."""


@frozen
class AddPasted:
    """Adds the rows of a pasted table. `mark` identifies them."""

    mark: str


@frozen
class FinishPasted:
    """Adds the rows of a pasted table, and ends the answer."""

    mark: str


@frozen
class DropPasted:
    mark: str


@frozen
class PickRow:
    """Asks which row is to be changed."""


@frozen
class EditRow:
    """`mark` identifies the content of the row, so that an old button never changes another one."""

    row: int
    mark: str


@frozen
class DeleteRow:
    row: int
    mark: str


@frozen
class RestoreRow:
    mark: str


@frozen
class SkipCell:
    """`column`: how many cells of the row are filled already."""

    row: int
    column: int


@frozen
class KeepCell:
    row: int
    column: int


# Acts of the form's own screens ---------------------------------------------------------------------------------------


@frozen
class AskNext:
    """Asks the first question without an answer."""


@frozen
class ShowSection:
    section_id: str


@frozen
class ShowSections:
    pass


@frozen
class ShowCheck:
    """The screen before the last button."""


@frozen
class ShowSimilar:
    """Shows recorded activities that are similar to this one."""


@frozen
class ConfirmCopied:
    """The copied answers of the section still hold."""

    section_id: str


@frozen
class ChangeCopied:
    """Asks which of the copied answers of the section have changed."""

    section_id: str


@frozen
class ShowFormPage:
    """Gives a link to the form's page."""


@frozen
class SubmitForm:
    pass


@frozen
class LeaveForm:
    pass


@frozen
class OrderFormFile:
    """Has the form drawn as a file of this kind, with the answers so far."""

    kind: Literal["xlsx", "pdf"]


@frozen
class TakeImported:
    """Takes the answers of the file that came back: all of them, or those that the draft does not have. `mark`
    identifies the file that was shown.
    """

    which: Literal["all", "new"]
    mark: str


@frozen
class DropImported:
    """Takes none of them."""


@frozen
class ChooseAttachment:
    """Asks for which question the file is that nothing had asked for. `mark` identifies it."""

    mark: str


@frozen
class AttachFile:
    mark: str
    code: str  #: of the question to which the file belongs
