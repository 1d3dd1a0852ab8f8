"""Which acts the buttons of a form carry, and their codes: built and parsed here and nowhere else.

A code is `<name>[.<field>…]`. Buttons stay on screens for years, so a code that was ever sent keeps its meaning.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TypeAlias, cast

from bot.actions import Action, UnknownAction, read_fields
from bot.actions.form import (
    AddArea,
    AddPasted,
    AppendText,
    AskNext,
    AskWords,
    AttachFile,
    ChangeCopied,
    ChangeLetterhead,
    ChooseAttachment,
    ChooseOption,
    ClearText,
    ConfirmCopied,
    DeleteRow,
    DropHeld,
    DropImported,
    DropPasted,
    DropText,
    EditAnswer,
    EditRow,
    ExtendAnswer,
    FillCells,
    FinishAnswer,
    FinishPasted,
    FixAnswer,
    GoBack,
    JumpTyped,
    KeepAnswer,
    KeepCell,
    KeepStage,
    LeaveFindings,
    LeaveForm,
    LeaveLetterhead,
    LeaveOutStage,
    OneDayStage,
    OrderFormFile,
    OrderLetter,
    OwnArea,
    PickOption,
    PickRow,
    RemoveFile,
    ReplaceFile,
    ReplaceText,
    RestoreRow,
    RunWords,
    ShowAreas,
    ShowCheck,
    ShowFormPage,
    ShowHelp,
    ShowRows,
    ShowSection,
    ShowSections,
    ShowSimilar,
    SignAsBefore,
    SignByHand,
    SignMyself,
    SkipCell,
    SkipQuestion,
    SkipRest,
    SubmitForm,
    TakeImported,
    TakeTyped,
    TakeWords,
    TickOption,
    UntickOption,
    UseHeld,
    UseKnown,
    UseKnownLetterhead,
    UseProposal,
)

QuestionAct: TypeAlias = (
    EditAnswer
    | FixAnswer
    | ShowHelp
    | GoBack
    | SkipQuestion
    | KeepAnswer
    | LeaveFindings
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
    | ExtendAnswer
    | UseKnown
    | UseProposal
    | SkipRest
    | ChooseOption
    | PickOption
    | TickOption
    | UntickOption
    | OrderLetter
    | UseKnownLetterhead
    | LeaveLetterhead
    | ChangeLetterhead
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
    | ChooseAttachment
    | AttachFile
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
    ("asis", LeaveFindings),
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
    ("extend", ExtendAnswer),
    ("known", UseKnown),
    ("proposal", UseProposal),
    ("skiprest", SkipRest),
    ("*", ChooseOption),
    ("pick", PickOption),
    ("on", TickOption),
    ("off", UntickOption),
    ("letter", OrderLetter),
    ("headknown", UseKnownLetterhead),
    ("headprinted", LeaveLetterhead),
    ("headchange", ChangeLetterhead),
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
    ("attach", ChooseAttachment),
    ("attachto", AttachFile),
)

_NAME_OF: dict[type[Action], str] = {kind: name for name, kind in ACTS}


def act_code(act: QuestionAct | ScreenAct) -> str:
    """The act as it stands in the code of a button."""
    kind: type[Action] = type(act)
    act_name, names = _NAME_OF[kind], _field_names(kind)
    if not names:
        return act_name
    words = [str(getattr(act, name)) for name in names]
    return ".".join(words if act_name == "*" else [act_name, *words])


def parse_act(raw: str) -> FormAct:
    """What an act in the code of a button means; the code is untrusted."""
    for name, kind in ACTS:
        words = raw.split(".", len(_field_names(kind))) if name != "*" else ["*", raw]
        if words[0] == name and (act := read_fields(kind, words[1:])) is not None:
            return cast("FormAct", act)
    return UnknownAction(raw)


@cache
def _field_names(kind: type[Action]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
