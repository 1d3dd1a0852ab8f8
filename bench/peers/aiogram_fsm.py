"""aiogram with its state machine: one state for each question, data in Redis or in memory."""

from __future__ import annotations

from aiogram import Dispatcher, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message

from bench.form import BUTTONS, QUESTIONS
from bench.peers.aiogram_webhook import serve
from bench.peers.environment import FIRST, REDIS, take

STATES = [State(f"question_{number}", group_name="form") for number in range(len(QUESTIONS))]
INDEXES = {state.state: index for index, state in enumerate(STATES)}
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=text, callback_data=data) for text, data in BUTTONS.items()]]
)
router = Router()


@router.message(Command("ajukan"))
async def start(message: Message, state: FSMContext) -> None:
    await state.set_data({})
    await state.set_state(STATES[FIRST])
    await message.answer(QUESTIONS[FIRST].prompt, reply_markup=KEYBOARD)


@router.message(StateFilter(*STATES))
async def answer(message: Message, state: FSMContext) -> None:
    index = INDEXES[await state.get_state()]
    data = await state.get_data()
    following, partial, stored, text = take(index, data.get("partial", ""), message.text or "")
    changes = {"partial": partial} | ({QUESTIONS[index].code: stored} if stored else {})
    await state.update_data(changes)
    if following != index:
        await state.set_state(STATES[following])
    await message.answer(text, reply_markup=KEYBOARD)


def storage() -> BaseStorage:
    if not REDIS:
        return MemoryStorage()
    from aiogram.fsm.storage.redis import RedisStorage

    return RedisStorage.from_url(REDIS)


def main() -> None:
    dispatcher = Dispatcher(storage=storage())
    dispatcher.include_router(router)
    serve(dispatcher)


if __name__ == "__main__":
    main()
