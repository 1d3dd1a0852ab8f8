"""What the buttons of a form do: the `act` of a `FormButton`, built and parsed here and nowhere else.

An act is `<name>[.<field>…]`. Buttons stay on screens for years, so an act that was ever sent keeps its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, cast

from bot.actions import Action, UnknownAction, read_fields

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
class ExtendText:
    """The next message follows the stored long text."""


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


QuestionAct: TypeAlias = (
    EditAnswer
    | FixAnswer
    | ShowHelp
    | GoBack
    | SkipQuestion
    | KeepAnswer
    | UseHeld
    | DropHeld
    | TakeTyped
    | JumpTyped
    | TakeWords
    | AskWords
    | RunWords
    | FinishAnswer
    | ClearText
    | AppendText
    | ReplaceText
    | DropText
    | ExtendText
    | UseKnown
    | SkipRest
    | ChooseOption
    | PickOption
    | TickOption
    | UntickOption
    | OrderLetter
    | SignAsBefore
    | SignMyself
    | SignByHand
    | ReplaceFile
    | RemoveFile
    | KeepStage
    | LeaveOutStage
    | OneDayStage
    | OwnArea
    | AddArea
    | ShowAreas
    | ShowRows
    | FillCells
    | AddPasted
    | FinishPasted
    | DropPasted
    | PickRow
    | EditRow
    | DeleteRow
    | RestoreRow
    | SkipCell
    | KeepCell
)
ScreenAct: TypeAlias = (
    AskNext
    | ShowSection
    | ShowSections
    | ShowCheck
    | ShowSimilar
    | ConfirmCopied
    | ChangeCopied
    | ShowFormPage
    | SubmitForm
    | LeaveForm
    | OrderFormFile
    | TakeImported
    | DropImported
)
#: what a button of a form may turn out to be
FormAct: TypeAlias = QuestionAct | ScreenAct | UnknownAction

#: the name of an act in a code → the act; "*" stands for the first field. Where two acts share a name, the number of
#: fields tells them apart.
ACTS: tuple[tuple[str, type[Action]], ...] = (
    ("edit", EditAnswer),
    ("fix", FixAnswer),
    ("help", ShowHelp),
    ("back", GoBack),
    ("skip", SkipQuestion),
    ("keep", KeepAnswer),
    ("use", UseHeld),
    ("drop", DropHeld),
    ("take", TakeTyped),
    ("jump", JumpTyped),
    ("take", TakeWords),
    ("ask", AskWords),
    ("run", RunWords),
    ("done", FinishAnswer),
    ("clear", ClearText),
    ("append", AppendText),
    ("rewrite", ReplaceText),
    ("discard", DropText),
    ("extend", ExtendText),
    ("known", UseKnown),
    ("skiprest", SkipRest),
    ("*", ChooseOption),
    ("pick", PickOption),
    ("on", TickOption),
    ("off", UntickOption),
    ("letter", OrderLetter),
    ("signbefore", SignAsBefore),
    ("signmyself", SignMyself),
    ("signbyhand", SignByHand),
    ("replace", ReplaceFile),
    ("remove", RemoveFile),
    ("keepstage", KeepStage),
    ("nostage", LeaveOutStage),
    ("oneday", OneDayStage),
    ("own", OwnArea),
    ("area", AddArea),
    ("page", ShowAreas),
    ("list", ShowRows),
    ("cells", FillCells),
    ("addrows", AddPasted),
    ("endrows", FinishPasted),
    ("droprows", DropPasted),
    ("pick", PickRow),
    ("edit", EditRow),
    ("delete", DeleteRow),
    ("undelete", RestoreRow),
    ("skipcell", SkipCell),
    ("keepcell", KeepCell),
    ("next", AskNext),
    ("block", ShowSection),
    ("blocks", ShowSections),
    ("check", ShowCheck),
    ("similar", ShowSimilar),
    ("same", ConfirmCopied),
    ("change", ChangeCopied),
    ("online", ShowFormPage),
    ("submit", SubmitForm),
    ("leave", LeaveForm),
    ("file", OrderFormFile),
    ("import", TakeImported),
    ("noimport", DropImported),
)

_NAME_OF: dict[type[Action], str] = {kind: name for name, kind in ACTS}


def act_code(act: QuestionAct | ScreenAct) -> str:
    """The act as it stands in the code of a button."""
    name = _NAME_OF[type(act)]
    words = [str(getattr(act, field.name)) for field in fields(act)]
    return ".".join(words if name == "*" else [name, *words])


def parse_act(raw: str) -> FormAct:
    """What an act in the code of a button means; the code is untrusted."""
    for name, kind in ACTS:
        words = raw.split(".", len(fields(kind))) if name != "*" else ["*", raw]
        if words[0] == name and (act := read_fields(kind, words[1:])) is not None:
            return cast("FormAct", act)
    return UnknownAction(raw)
