"""aiogram-dialog: one window for each question, with its stack in Redis."""

from __future__ import annotations

from typing import Any

from aiogram import Dispatcher
from aiogram.filters import Command
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import DefaultKeyBuilder
from aiogram.fsm.storage.redis import RedisStorage
from aiogram.types import Message
from aiogram_dialog import Dialog, DialogManager, ShowMode, StartMode, Window, setup_dialogs
from aiogram_dialog.widgets.input import MessageInput
from aiogram_dialog.widgets.kbd import Button, Row
from aiogram_dialog.widgets.text import Const, Format

from bench.form import BUTTONS, QUESTIONS
from bench.peers.aiogram_webhook import serve
from bench.peers.environment import FIRST, REDIS, take

STATES = [State() for _ in QUESTIONS]
FORM = type("Form", (StatesGroup,), {f"question_{number}": state for number, state in enumerate(STATES)})
INDEXES = {state: index for index, state in enumerate(STATES)}


async def said(dialog_manager: DialogManager, **_: Any) -> dict[str, str]:
    return {"said": dialog_manager.dialog_data.get("said", QUESTIONS[FIRST].prompt)}


async def answer(message: Message, _widget: MessageInput, manager: DialogManager) -> None:
    data, index = manager.dialog_data, INDEXES[manager.current_context().state]
    following, data["partial"], stored, data["said"] = take(index, data.get("partial", ""), message.text or "")
    if stored:
        data[QUESTIONS[index].code] = stored
    manager.show_mode = ShowMode.SEND
    if following != index:
        await manager.switch_to(STATES[following])


def window(state: State) -> Window:
    buttons = Row(*(Button(Const(text), id=id) for text, id in BUTTONS.items()))
    return Window(Format("{said}"), MessageInput(answer), buttons, state=state, getter=said)


async def start(_message: Message, dialog_manager: DialogManager) -> None:
    await dialog_manager.start(STATES[FIRST], mode=StartMode.RESET_STACK)


def main() -> None:
    storage = RedisStorage.from_url(REDIS, key_builder=DefaultKeyBuilder(with_destiny=True))
    dispatcher = Dispatcher(storage=storage)
    dispatcher.message.register(start, Command("ajukan"))
    dispatcher.include_router(Dialog(*map(window, STATES)))
    setup_dialogs(dispatcher)
    serve(dispatcher)


if __name__ == "__main__":
    main()
