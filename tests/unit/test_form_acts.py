"""The acts in the codes of a form's buttons: an act that was ever sent keeps its meaning."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import actions
from bot.actions import UnknownAction
from bot.actions.applicant import FormButton
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
from bot.actions.form_codes import ACTS, FormAct, QuestionAct, ScreenAct, act_code, parse_act

#: codes as version 0.1 sent them
SENT: dict[str, QuestionAct | ScreenAct] = {
    "form:12:0.1:edit:2": EditAnswer(),
    "form:12:0.1:fix:2": FixAnswer(),
    "form:12:0.1:help:2": ShowHelp(),
    "form:12:0.1:back:2": GoBack(),
    "form:12:4.6:skip:2": SkipQuestion(),
    "form:12:0.1:keep:2": KeepAnswer(),
    "form:12:0.1:asis:2": LeaveFindings(),
    "form:3:0.2:use.b2e4c6f7:2": UseHeld("b2e4c6f7"),
    "form:3:0.2:drop.b2e4c6f7:2": DropHeld("b2e4c6f7"),
    "form:5:5.8:take:2": TakeTyped(),
    "form:5:5.8:jump:2": JumpTyped(),
    "form:5:3.3:oneday.2:2": OneDayStage(2),
    "form:5:3.1:append:2": AppendText(),
    "form:5:3.1:rewrite:2": ReplaceText(),
    "form:5:3.1:discard:2": DropText(),
    "form:5:3.1:extend:2": ExtendAnswer(),
    "form:5:2.2a:known.1:2": UseKnown(1),
    "form:5:2.2a:proposal:2": UseProposal(),
    "form:5:9.1:headknown:2": UseKnownLetterhead(),
    "form:5:9.1:headprinted:2": LeaveLetterhead(),
    "form:5:9.1:headchange:2": ChangeLetterhead(),
    "form:5:9.3:skiprest:2": SkipRest(),
    "form:5:5.8:take.1a2b:2": TakeWords("1a2b"),
    "form:5:5.8:ask.1a2b:2": AskWords("1a2b"),
    "form:5:5.8:run.1a2b:2": RunWords("1a2b"),
    "form:9:3.1:done:3": FinishAnswer(),
    "form:9:3.1:clear:3": ClearText(),
    "form:11:0.4:3:2": ChooseOption(3),
    "form:8:4.6:pick.1:4": PickOption(1),
    "form:8:4.6:on.10:4": TickOption(10),
    "form:8:4.6:off.2:4": UntickOption(2),
    "form:6:9.1:letter:3": OrderLetter(),
    "form:6:9.1:signbefore:3": SignAsBefore(),
    "form:6:9.1:signmyself:3": SignMyself(),
    "form:6:9.1:signbyhand:3": SignByHand(),
    "form:6:9.1:replace.12:3": ReplaceFile(12),
    "form:6:9.1:remove.12:3": RemoveFile(12),
    "form:7:3.3:keepstage.1:3": KeepStage(1),
    "form:7:3.3:nostage.2:3": LeaveOutStage(2),
    "form:10:4.5:own:2": OwnArea(),
    "form:10:4.5:area.7301:2": AddArea("7301"),
    "form:10:4.5:page.1:2": ShowAreas(1),
    "form:2:3.4:list:3": ShowRows(),
    "form:2:3.4:cells:4": FillCells(),
    "form:2:3.4:addrows.20586780:4": AddPasted("20586780"),
    "form:2:3.4:endrows.20586780:4": FinishPasted("20586780"),
    "form:2:3.4:droprows.20586780:4": DropPasted("20586780"),
    "form:2:3.4:pick:4": PickRow(),
    "form:2:3.4:edit.1.20586780:3": EditRow(1, "20586780"),
    "form:2:3.4:delete.1.20586780:3": DeleteRow(1, "20586780"),
    "form:2:3.4:undelete.20586780:4": RestoreRow("20586780"),
    "form:1:3.4:skipcell.2.1:5": SkipCell(2, 1),
    "form:1:3.4:keepcell.1.0:5": KeepCell(1, 0),
    "form:4:-:next:2": AskNext(),
    "form:4:-:block.blok_0:2": ShowSection("blok_0"),
    "form:4:-:blocks:2": ShowSections(),
    "form:4:-:check:2": ShowCheck(),
    "form:4:-:similar:2": ShowSimilar(),
    "form:4:-:online:2": ShowFormPage(),
    "form:4:-:same.blok_ii:2": ConfirmCopied("blok_ii"),
    "form:4:-:change.blok_ii:2": ChangeCopied("blok_ii"),
    "form:4:-:submit:2": SubmitForm(),
    "form:4:-:leave:2": LeaveForm(),
    "form:4:-:file.xlsx:2": OrderFormFile("xlsx"),
    "form:4:-:file.pdf:2": OrderFormFile("pdf"),
    "form:4:-:import.all.1a2b:2": TakeImported("all", "1a2b"),
    "form:4:-:import.new.1a2b:2": TakeImported("new", "1a2b"),
    "form:4:-:noimport:2": DropImported(),
    "form:4:-:attach.1a2b:2": ChooseAttachment("1a2b"),
    "form:4:-:attachto.1a2b.9.2:2": AttachFile("1a2b", "9.2"),
}
ODD = ("", ".", "edit.", "edit.1", "edit.x.1a", "3.1", "-1", "٣", "pick.x", "pick.", "keepcell.1", "nothing", "EDIT")


@pytest.mark.parametrize("code,act", SENT.items(), ids=str)
def test_an_act_that_was_ever_sent_keeps_its_meaning(code: str, act: QuestionAct | ScreenAct) -> None:
    button = actions.parse(code)
    assert isinstance(button, FormButton)
    assert parse_act(button.act) == act
    assert actions.code(FormButton(button.draft_id, button.question, act_code(act), button.revision)) == code


def test_every_act_was_tried() -> None:
    tried = {type(act) for act in SENT.values()}
    assert tried == {kind for _, kind in ACTS} == {*get_args(QuestionAct), *get_args(ScreenAct)}


@pytest.mark.parametrize("raw", ODD)
def test_what_nobody_sent_is_unknown(raw: str) -> None:
    assert parse_act(raw) == UnknownAction(raw)


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(raw: str) -> None:
    act: FormAct = parse_act(raw)
    assert isinstance(act, UnknownAction) or parse_act(act_code(act)) == act
